// Sealing and opening with the browser's own WebCrypto: the same bytes as Sources/SealedReports/Crypto makes and
// docs/sealed-reports.md describes. No page is touched here, and nothing is stored.

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const codeLength = 20;
const step = 4096;
const longest = 24 * step;
const magic = encoder.encode("JXS1");
const kinds = { report: 1, words: 2, answer: 3 };
const [keyLength, idLength, pointLength, saltLength, nonceLength, tagLength] = [8, 16, 65, 16, 12, 16];

/** Whether this browser can seal: only pages from an encrypted line (or this machine) get WebCrypto. */
export const canSeal = Boolean(globalThis.crypto?.subtle);

const random = (count) => crypto.getRandomValues(new Uint8Array(count));

function joined(...parts) {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        out.set(part, at);
        at += part.length;
    }
    return out;
}

function bigEndian(number) {
    const out = new Uint8Array(4);
    new DataView(out.buffer).setUint32(0, number);
    return out;
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function unhex(text) {
    if (!/^([0-9a-f]{2})*$/i.test(text)) throw new Error("not hexadecimal");
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function base64url(bytes) {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function unbase64(text) {
    const plain = atob(text.replace(/\s+/g, "").replace(/-/g, "+").replace(/_/g, "/").replace(/=+$/, ""));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/** A new receipt code: 20 symbols, 100 random bits. */
export const newCode = () => Array.from(random(codeLength), (byte) => alphabet[byte & 31]).join("");

/** Groups of four, to be read aloud. */
export const codeGroups = (code) => code.match(/.{4}/g) ?? [];

/** A code as people type it; `null` when it is none. */
export function readCode(typed) {
    const text = typed.normalize("NFKC").toUpperCase().replace(/[\s\-\u2010-\u2015\u2212]+/g, "")
        .replace(/O/g, "0").replace(/[IL]/g, "1");
    return text.length === codeLength && [...text].every((sign) => alphabet.includes(sign)) ? text : null;
}

async function hkdf(secret, salt, info, count) {
    const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
    const how = { name: "HKDF", hash: "SHA-256", salt, info: encoder.encode(info) };
    return new Uint8Array(await crypto.subtle.deriveBits(how, key, count * 8));
}

/** What finds the report, and what opens its answers. */
export async function derive(code) {
    const [secret, salt] = [encoder.encode(code), encoder.encode("jiaxin sealed receipt 1")];
    return { handle: hex(await hkdf(secret, salt, "handle", 16)), replyKey: await hkdf(secret, salt, "reply", 32) };
}

function pad(text) {
    const whole = Math.ceil((text.length + 4) / step) * step;
    if (whole > longest) throw new RangeError("too long");
    const out = new Uint8Array(whole);
    out.set(bigEndian(text.length));
    out.set(text, 4);
    return out;
}

function unpad(padded) {
    const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
    if (length > padded.length - 4) throw new Error("damaged");
    return padded.subarray(4, 4 + length);
}

function header(kind, organKey, id, once, sealedLength) {
    const before = magic.length + 1 + 4 + organKey.length + id.length + once.length;
    return joined(
        magic, Uint8Array.of(kind), bigEndian(before + nonceLength + sealedLength), organKey, id, once);
}

async function close(secret, info, head, padded) {
    const raw = await hkdf(secret, head, info, 32);
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
    const nonce = random(nonceLength);
    const how = { name: "AES-GCM", iv: nonce, additionalData: head };
    return joined(head, nonce, new Uint8Array(await crypto.subtle.encrypt(how, key, padded)));
}

async function unclose(secret, info, piece) {
    const raw = await hkdf(secret, piece.header, info, 32);
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
    const how = { name: "AES-GCM", iv: piece.nonce, additionalData: piece.header };
    return unpad(new Uint8Array(await crypto.subtle.decrypt(how, key, piece.sealed)));
}

const curve = { name: "ECDH", namedCurve: "P-256" };
const letter = (bytes) => JSON.parse(decoder.decode(bytes));
const letterBytes = (content) => encoder.encode(JSON.stringify(content));

/** The id of a public key, from its point. */
export async function keyID(point) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", point)).subarray(0, keyLength);
}

/** Seals a letter to an organ's public key (65 bytes). A report without an id gets a random one. */
export async function seal(kind, content, organPoint, id = random(idLength)) {
    const organ = await crypto.subtle.importKey("raw", organPoint, curve, false, []);
    const once = await crypto.subtle.generateKey(curve, true, ["deriveBits"]);
    const point = new Uint8Array(await crypto.subtle.exportKey("raw", once.publicKey));
    const padded = pad(letterBytes(content));
    const head = header(kinds[kind], await keyID(organPoint), id, point, padded.length + tagLength);
    const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: organ }, once.privateKey, 256);
    return close(secret, "jiaxin sealed report 1", head, padded);
}

/** Seals an answer to the key that the report carries. */
export async function sealAnswer(text, id, replyKey) {
    const padded = pad(letterBytes({ format: 1, text }));
    const head = header(kinds.answer, new Uint8Array(0), id, random(saltLength), padded.length + tagLength);
    return close(replyKey, "jiaxin sealed answer 1", head, padded);
}

/** The words of an answer. */
export async function openAnswer(bytes, replyKey) {
    const [piece] = pieces(bytes);
    return letter(await unclose(replyKey, "jiaxin sealed answer 1", piece)).text;
}

/** The pieces that stand one after the other in a file. */
export function pieces(bytes) {
    const out = [];
    let at = 0;
    while (at < bytes.length) {
        const rest = bytes.subarray(at);
        const kind = rest[4];
        if (rest.length < 9 || !magic.every((byte, index) => rest[index] === byte) || !(kind >= 1 && kind <= 3)) {
            throw new Error("not an envelope");
        }
        const length = new DataView(rest.buffer, rest.byteOffset).getUint32(5);
        const key = kind === kinds.answer ? 0 : keyLength;
        const once = kind === kinds.answer ? saltLength : pointLength;
        const head = 9 + key + idLength + once;
        const padded = length - head - nonceLength - tagLength;
        if (length > rest.length || padded <= 0 || padded % step !== 0 || padded > longest) {
            throw new Error("not an envelope");
        }
        out.push({
            kind: Object.keys(kinds).find((name) => kinds[name] === kind),
            organKey: hex(rest.subarray(9, 9 + key)), id: rest.slice(9 + key, 9 + key + idLength),
            once: rest.slice(9 + key + idLength, head), header: rest.slice(0, head),
            nonce: rest.slice(head, head + nonceLength), sealed: rest.slice(head + nonceLength, length),
        });
        at += length;
    }
    return out;
}

/** Opens a private key file: its text, and the passphrase when it has one. */
export async function openKey(text, passphrase) {
    const file = JSON.parse(text);
    if (file.format !== "jiaxin sealed private key 1") throw new Error("not a private key file");
    let jwk = file.jwk;
    if (file.protection) {
        const how = file.protection;
        if (how.derivation !== "PBKDF2-HMAC-SHA256" || !(how.rounds >= 210_000 && how.rounds <= 10_000_000)) {
            throw new Error("unknown protection");
        }
        const typed = await crypto.subtle.importKey(
            "raw", encoder.encode(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
        const key = await crypto.subtle.deriveKey(
            { name: "PBKDF2", hash: "SHA-256", salt: unbase64(how.salt), iterations: how.rounds }, typed,
            { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
        const sealed = unbase64(how.sealed);
        const plain = await crypto.subtle.decrypt(
            { name: "AES-GCM", iv: sealed.subarray(0, nonceLength),
                additionalData: encoder.encode(`${file.format}\u0000${file.id}`) },
            key, sealed.subarray(nonceLength));
        jwk = letter(new Uint8Array(plain));
    }
    const { kty, crv, x, y, d } = jwk;
    const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y, d }, curve, false, ["deriveBits"]);
    const point = joined(Uint8Array.of(4), unbase64(x), unbase64(y));
    return { key, id: hex(await keyID(point)) };
}

/** The letter in a piece that was sealed to this key. */
export async function open(piece, organ) {
    if (piece.organKey !== organ.id) throw new Error("sealed to another key");
    const point = await crypto.subtle.importKey("raw", piece.once, curve, false, []);
    const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: point }, organ.key, 256);
    return letter(await unclose(secret, "jiaxin sealed report 1", piece));
}

/** Sealed bytes as lines of text. */
export function armor(bytes) {
    const base = base64url(bytes).replace(/-/g, "+").replace(/_/g, "/");
    const full = base + "=".repeat((4 - (base.length % 4)) % 4);
    return ["-----BEGIN JIAXIN SEALED-----", ...(full.match(/.{1,64}/g) ?? []), "-----END JIAXIN SEALED-----", ""]
        .join("\n");
}
