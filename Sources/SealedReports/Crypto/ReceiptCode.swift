internal import Crypto
internal import Kernel
internal import Ledger

/// The code that a reporter gets once: 20 symbols of Crockford's base 32, 100 bits. It is stored nowhere.
///
/// Two values follow from it: the *handle*, which finds the report (the store keeps a keyed hash of it), and the *reply
/// key*, which opens the organ's answers. 100 bits, because whoever held the store and its keys could otherwise try all
/// codes and read the answers.
public struct ReceiptCode: Hashable, Sendable, CustomStringConvertible {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    /// How many symbols.
    public static let length = 20

    /// The symbols without dashes.
    public let symbols: String

    /// A code from at least 20 random bytes; five bits of each count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count >= Self.length else { return nil }
        symbols = String(decoding: bytes.prefix(Self.length).map { Self.alphabet[Int($0 & 31)] }, as: UTF8.self)
    }

    /// Reads a code as people type it: small letters, blanks, dashes, full-width forms; O is 0, I and L are 1.
    public init?(_ text: some StringProtocol) {
        var letters: [UInt8] = []
        for scalar in text.unicodeScalars {
            var value = scalar.value
            if (0xFF01...0xFF5E).contains(value) { value -= 0xFEE0 }
            if value <= 0x20 || value == 0x2D || value == 0x3000 || (0x2010...0x2015).contains(value) { continue }
            guard value < 0x80 else { return nil }
            var byte = UInt8(value)
            if (0x61...0x7A).contains(byte) { byte -= 0x20 }
            if byte == UInt8(ascii: "O") { byte = UInt8(ascii: "0") }
            if byte == UInt8(ascii: "I") || byte == UInt8(ascii: "L") { byte = UInt8(ascii: "1") }
            guard Self.alphabet.contains(byte), letters.count < Self.length else { return nil }
            letters.append(byte)
        }
        guard letters.count == Self.length else { return nil }
        symbols = String(decoding: letters, as: UTF8.self)
    }

    /// Groups of four, to be read aloud.
    public var groups: [String] {
        stride(from: 0, to: Self.length, by: 4).map { String(symbols.dropFirst($0).prefix(4)) }
    }

    /// `K7QM-4TZP-9XWE-2HJR-V3ND`.
    public var description: String { groups.joined(separator: "-") }

    /// What finds the report.
    public var handle: SealedHandle { SealedHandle(derive("handle", SealedHandle.length)) }

    /// What opens the answers.
    public var replyKey: [UInt8] { derive("reply", 32) }

    private func derive(_ purpose: String, _ count: Int) -> [UInt8] {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Array(symbols.utf8)), salt: Array("jiaxin sealed receipt 1".utf8),
            info: Array(purpose.utf8), outputByteCount: count
        ).withUnsafeBytes { Array($0) }
    }
}

/// What finds a report without opening its answers: sixteen bytes that follow from the receipt code.
public struct SealedHandle: Hashable, Sendable, CustomStringConvertible {
    static let length = 16
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads 32 hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Kernel.bytes(hexadecimal: String(text)), bytes.count == Self.length else { return nil }
        self.bytes = bytes
    }

    /// 32 hexadecimal digits.
    public var description: String { hexadecimal(bytes) }
}
