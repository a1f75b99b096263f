// The receiving organ opens a report in its own browser. Key file, passphrase and everything that is opened stay in this
// page's memory: no field here has a name, and nothing of it is sent or stored. What is sent is a sealed answer.

import { armor, canSeal, open, openAnswer, openKey, pieces, sealAnswer, unbase64 } from "./sealed-crypto.js";

const room = document.querySelector("[data-sealed-open]");
const part = (selector) => room.querySelector(selector);

function tell(words) {
    const place = part("[data-open-problem]");
    place.textContent = words;
    place.hidden = words === "";
}

function letter(kind, content) {
    const sheet = part(`template[data-letter="${kind}"]`).content.cloneNode(true);
    const shown = {
        ...content, signed: content.named ? content.name : sheet.querySelector("[data-anonymous]")?.dataset.anonymous,
        sealedBy: sheet.querySelector("[data-slot=sealedBy]")?.dataset[content.sealedBy] ?? "",
    };
    for (const slot of sheet.querySelectorAll("[data-slot]")) {
        // Text only: whatever a reporter wrote, it is never markup.
        slot.textContent = shown[slot.dataset.slot] || "–";
    }
    return sheet;
}

let replyKey;

function close() {
    replyKey = undefined;
    part("[data-letters]").replaceChildren();
    part("[data-compose]").hidden = true;
    part("[data-close]").hidden = true;
    part("#reply").value = "";
    part("#passphrase").value = "";
    part("#key").value = "";
}

async function openAll() {
    tell("");
    const [file] = part("#key").files;
    if (!file) return tell(room.dataset.noKey);
    let key;
    try {
        key = await openKey(await file.text(), part("#passphrase").value);
    } catch {
        return tell(room.dataset.wrong);
    }
    let sealed;
    try {
        const answer = await fetch(room.dataset.file, { cache: "no-store" });
        if (!answer.ok) throw new TypeError("no file");
        sealed = pieces(new Uint8Array(await answer.arrayBuffer()));
    } catch {
        return tell(room.dataset.lost);
    }
    if (sealed.some((piece) => piece.kind !== "answer" && piece.organKey !== key.id)) return tell(room.dataset.other);
    const sheets = [];
    try {
        for (const piece of sealed) {
            if (piece.kind === "answer") {
                const bytes = new Uint8Array([...piece.header, ...piece.nonce, ...piece.sealed]);
                sheets.push(letter("answer", { text: await openAnswer(bytes, replyKey) }));
            } else {
                const content = await open(piece, key);
                if (piece.kind === "report") replyKey = unbase64(content.replyKey);
                sheets.push(letter(piece.kind, content));
            }
        }
    } catch {
        close();
        return tell(room.dataset.wrong);
    }
    part("[data-letters]").replaceChildren(...sheets);
    part("#passphrase").value = "";
    part("[data-compose]").hidden = false;
    part("[data-close]").hidden = false;
}

async function sealReply() {
    const field = part("#reply");
    const words = field.value.replace(/\r\n?/g, "\n").trim();
    if (!words || !replyKey) return field.focus();
    const id = Uint8Array.from(room.dataset.report.match(/../g), (pair) => parseInt(pair, 16));
    document.getElementById("answer").value = armor(await sealAnswer(words, id, replyKey));
    const status = part("[data-sealed-status]");
    status.textContent = status.dataset.words;
    document.getElementById("answer").focus();
}

if (room && canSeal) {
    room.hidden = false;
    part("[data-open]").addEventListener("click", openAll);
    part("[data-close]").addEventListener("click", close);
    part("[data-seal]").addEventListener("click", sealReply);
    // Nothing stays when the page is left or kept for going back.
    addEventListener("pagehide", close);
}
