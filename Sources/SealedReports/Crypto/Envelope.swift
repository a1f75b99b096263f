public import Kernel

/// Names a sealed report. Sixteen random bytes: nothing about it says when it came or what came before it.
public struct EnvelopeID: Hashable, Sendable, CustomStringConvertible {
    /// Length in bytes.
    public static let length = 16
    /// The bytes.
    public let bytes: [UInt8]

    /// An identifier from its bytes; `nil` unless there are sixteen.
    public init?(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        guard self.bytes.count == Self.length else { return nil }
    }

    /// Reads 32 hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Kernel.bytes(hexadecimal: String(text)) else { return nil }
        self.init(bytes: bytes)
    }

    /// 32 hexadecimal digits, as stored.
    public var description: String { hexadecimal(bytes) }

    /// Eight symbols that the receiving organ's staff can say to one another.
    public var number: String { AccessCode(bytes: bytes)?.description ?? "" }
}

/// One sealed piece as it is kept, sent and downloaded (`docs/sealed-reports.md` describes the bytes).
///
/// Reports and added words are sealed to the receiving organ's public key; answers to a key that only the receipt code
/// gives. What stands outside of the seal is this header, which the seal covers too.
public struct SealedEnvelope: Hashable, Sendable {
    /// What lies inside.
    public enum Kind: UInt8, Sendable {
        /// A report.
        case report = 1
        /// Words that the reporter added later.
        case words = 2
        /// The receiving organ's answer.
        case answer = 3
    }

    /// What lies inside.
    public let kind: Kind
    /// The report that it belongs to.
    public let id: EnvelopeID
    /// The key that opens it, in hexadecimal digits; empty for answers.
    public let organKey: String
    /// The sender's one-time public key (65 bytes), or an answer's salt (16 bytes).
    public let once: [UInt8]
    /// 12 bytes.
    public let nonce: [UInt8]
    /// The ciphertext with its 16 bytes of authentication.
    public let sealed: [UInt8]

    /// Every padded text is a multiple of this many bytes, so that its length says little.
    public static let step = 4096
    /// The longest padded text.
    public static let longest = 24 * step

    static let magic = Array("JXS1".utf8)
    static let pointLength = 65
    static let saltLength = 16
    static let tagLength = 16
    static let nonceLength = 12

    init(kind: Kind, id: EnvelopeID, organKey: String, once: [UInt8], nonce: [UInt8], sealed: [UInt8]) {
        self.kind = kind
        self.id = id
        self.organKey = organKey
        self.once = once
        self.nonce = nonce
        self.sealed = sealed
    }

    /// The bytes before the nonce: associated data of the seal.
    var header: [UInt8] {
        Self.header(kind: kind, id: id, organKey: organKey, once: once, sealedLength: sealed.count)
    }

    static func header(
        kind: Kind, id: EnvelopeID, organKey: String, once: [UInt8], sealedLength: Int
    ) -> [UInt8] {
        let key = Kernel.bytes(hexadecimal: organKey) ?? []
        let head = magic.count + 1 + 4 + key.count + EnvelopeID.length + once.count
        let length = UInt32(head + nonceLength + sealedLength)
        return magic + [kind.rawValue] + bigEndian(length) + key + id.bytes + once
    }

    /// As it is kept and sent.
    public var bytes: [UInt8] { header + nonce + sealed }

    /// Reads the pieces that stand one after the other in a file.
    ///
    /// - Throws: `sealed.notAnEnvelope` when anything else stands there.
    public static func all(in bytes: [UInt8]) throws(PlainError) -> [SealedEnvelope] {
        var out: [SealedEnvelope] = []
        var rest = bytes[...]
        while !rest.isEmpty { out.append(try next(&rest)) }
        return out
    }

    /// Reads one piece.
    ///
    /// - Throws: `sealed.notAnEnvelope` when it is none, or more than one.
    public init(bytes: [UInt8]) throws(PlainError) {
        var rest = bytes[...]
        self = try Self.next(&rest)
        guard rest.isEmpty else { throw Self.malformed }
    }

    static let malformed = PlainError(.invalid, "sealed.notAnEnvelope", field: "envelope")

    private static func next(_ rest: inout ArraySlice<UInt8>) throws(PlainError) -> SealedEnvelope {
        let whole = rest
        guard whole.count > 9, Array(whole.prefix(4)) == magic, let kind = Kind(rawValue: whole[whole.startIndex + 4])
        else { throw malformed }
        let length = whole.dropFirst(5).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let isAnswer = kind == .answer
        let keyLength = isAnswer ? 0 : OrganKey.idLength
        let onceLength = isAnswer ? saltLength : pointLength
        let head = 9 + keyLength + EnvelopeID.length + onceLength
        let padded = length - head - nonceLength - tagLength
        guard length <= whole.count, padded > 0, padded <= longest, padded % step == 0 else { throw malformed }
        var parts = whole.prefix(length).dropFirst(9)
        func take(_ count: Int) -> [UInt8] {
            defer { parts = parts.dropFirst(count) }
            return Array(parts.prefix(count))
        }
        let key = hexadecimal(take(keyLength))
        guard let id = EnvelopeID(bytes: take(EnvelopeID.length)) else { throw malformed }
        let once = take(onceLength)
        let nonce = take(nonceLength)
        rest = whole.dropFirst(length)
        return SealedEnvelope(kind: kind, id: id, organKey: key, once: once, nonce: nonce, sealed: Array(parts))
    }
}

/// Four bytes, the highest first.
func bigEndian(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
