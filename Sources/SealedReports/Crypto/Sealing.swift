internal import Crypto
internal import Foundation
public import Kernel
internal import Ledger

/// Seals and opens: P-256 key agreement with a one-time key, HKDF-SHA256, AES-256-GCM, as swift-crypto and the browsers'
/// WebCrypto both have it. The header is salt and associated data, so nothing of it can be changed.
public enum Sealing {
    /// Seals a text to an organ's public key.
    public static func seal(
        _ text: [UInt8], _ kind: SealedEnvelope.Kind, of id: EnvelopeID, to organ: OrganKey
    ) throws -> SealedEnvelope {
        let padded = try pad(text)
        let once = P256.KeyAgreement.PrivateKey()
        let point = Array(once.publicKey.x963Representation)
        let header = SealedEnvelope.header(
            kind: kind, id: id, organKey: organ.id, once: point,
            sealedLength: padded.count + SealedEnvelope.tagLength)
        let key = try once.sharedSecretFromKeyAgreement(with: try organ.key)
            .hkdfDerivedSymmetricKey(
                using: SHA256.self, salt: header, sharedInfo: Array("jiaxin sealed report 1".utf8),
                outputByteCount: 32)
        let (nonce, sealed) = try close(padded, key, header)
        return SealedEnvelope(kind: kind, id: id, organKey: organ.id, once: point, nonce: nonce, sealed: sealed)
    }

    /// Opens what was sealed to an organ.
    ///
    /// - Throws: `sealed.otherKey` when it was sealed to another key, `sealed.doesNotOpen` when it was changed.
    public static func open(_ envelope: SealedEnvelope, with key: OrganPrivateKey) throws(PlainError) -> [UInt8] {
        guard envelope.kind != .answer, envelope.organKey == key.organ.id else {
            throw PlainError(.invalid, "sealed.otherKey", field: "key")
        }
        do {
            let point = try P256.KeyAgreement.PublicKey(x963Representation: envelope.once)
            let secret = try key.key.sharedSecretFromKeyAgreement(with: point)
            let derived = secret.hkdfDerivedSymmetricKey(
                using: SHA256.self, salt: envelope.header, sharedInfo: Array("jiaxin sealed report 1".utf8),
                outputByteCount: 32)
            return try unpad(try read(envelope, derived))
        } catch {
            throw doesNotOpen
        }
    }

    /// Seals an answer to the key that the report carries.
    public static func sealAnswer(
        _ text: [UInt8], to id: EnvelopeID, replyKey: [UInt8]
    ) throws -> SealedEnvelope {
        let padded = try pad(text)
        let salt = randomBytes(SealedEnvelope.saltLength)
        let header = SealedEnvelope.header(
            kind: .answer, id: id, organKey: "", once: salt, sealedLength: padded.count + SealedEnvelope.tagLength)
        let (nonce, sealed) = try close(padded, answerKey(replyKey, header), header)
        return SealedEnvelope(kind: .answer, id: id, organKey: "", once: salt, nonce: nonce, sealed: sealed)
    }

    /// Opens an answer with the key that follows from the receipt code.
    public static func openAnswer(_ envelope: SealedEnvelope, replyKey: [UInt8]) throws(PlainError) -> [UInt8] {
        do {
            return try unpad(try read(envelope, answerKey(replyKey, envelope.header)))
        } catch {
            throw doesNotOpen
        }
    }

    private static let doesNotOpen = PlainError(.invalid, "sealed.doesNotOpen", field: "envelope")

    private static func answerKey(_ replyKey: [UInt8], _ header: [UInt8]) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: replyKey), salt: header,
            info: Array("jiaxin sealed answer 1".utf8), outputByteCount: 32)
    }

    private static func close(
        _ padded: [UInt8], _ key: SymmetricKey, _ header: [UInt8]
    ) throws -> (nonce: [UInt8], sealed: [UInt8]) {
        let box = try AES.GCM.seal(padded, using: key, authenticating: header)
        return (Array(box.nonce), Array(box.ciphertext) + Array(box.tag))
    }

    private static func read(_ envelope: SealedEnvelope, _ key: SymmetricKey) throws -> [UInt8] {
        let box = try AES.GCM.SealedBox(combined: envelope.nonce + envelope.sealed)
        return Array(try AES.GCM.open(box, using: key, authenticating: envelope.header))
    }

    /// Length, text, zeros up to a multiple of the step.
    static func pad(_ text: [UInt8]) throws(PlainError) -> [UInt8] {
        let count = text.count + 4
        let whole = (count + SealedEnvelope.step - 1) / SealedEnvelope.step * SealedEnvelope.step
        guard whole <= SealedEnvelope.longest else { throw PlainError(.invalid, "sealed.tooLong", field: "words") }
        return bigEndian(UInt32(text.count)) + text + [UInt8](repeating: 0, count: whole - count)
    }

    static func unpad(_ padded: [UInt8]) throws(PlainError) -> [UInt8] {
        let length = padded.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard padded.count >= 4, length <= padded.count - 4 else { throw doesNotOpen }
        return Array(padded[4..<4 + length])
    }
}
