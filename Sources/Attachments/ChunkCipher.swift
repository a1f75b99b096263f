internal import Crypto
internal import Kernel
internal import Ledger

/// AES-256-GCM over pieces of a file. Each file has a key of its own and each of its forms a key from that, so numbers
/// serve as nonces: a piece that was moved, left out or taken from elsewhere does not open, and only the last one opens as
/// the last.
struct ChunkCipher: Sendable {
    /// The plain bytes of a piece; only the last is shorter.
    static let chunk = 64 * 1024
    /// What a piece takes in the store.
    static let sealedChunk = chunk + 16

    private let key: SymmetricKey
    private let context: [UInt8]

    init(_ fileKey: SymmetricKey, file: AttachmentID, form: FileForm) {
        context = Array("attachment:\(file):\(form.rawValue)".utf8)
        key = HKDF<SHA256>.deriveKey(inputKeyMaterial: fileKey, info: context, outputByteCount: 32)
    }

    /// How many pieces a file of this many plain bytes has; an empty one has one.
    static func chunks(of size: Int) -> Int { max(1, (size + chunk - 1) / chunk) }

    func seal(_ plain: some Sequence<UInt8>, number: Int, isLast: Bool) throws -> [UInt8] {
        let box = try AES.GCM.seal(
            Array(plain), using: key, nonce: try Self.nonce(number, isLast), authenticating: context)
        return Array(box.ciphertext) + Array(box.tag)
    }

    func open(_ sealed: ArraySlice<UInt8>, number: Int, isLast: Bool) throws -> [UInt8] {
        guard sealed.count >= 16 else { throw KeyError.damaged }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: try Self.nonce(number, isLast), ciphertext: sealed.dropLast(16), tag: sealed.suffix(16))
            return Array(try AES.GCM.open(box, using: key, authenticating: context))
        } catch {
            throw KeyError.damaged
        }
    }

    private static func nonce(_ number: Int, _ isLast: Bool) throws -> AES.GCM.Nonce {
        let digits = (0..<8).map { UInt8(truncatingIfNeeded: UInt64(number) >> (56 - 8 * $0)) }
        return try AES.GCM.Nonce(data: digits + [0, 0, 0, isLast ? 1 : 0])
    }
}
