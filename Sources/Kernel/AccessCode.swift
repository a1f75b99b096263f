/// The short code that opens one resident's part of one matter: 8 symbols of Crockford's base 32, 40 bits.
public struct AccessCode: Hashable, Sendable, CustomStringConvertible {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// Eight symbols without the dash, as it goes into the keyed hash.
    public let symbols: String

    /// A code from at least 5 bytes (the first five are used).
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count >= 5 else { return nil }
        let value = bytes.prefix(5).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let letters = (0..<8).map { Self.alphabet[Int(value >> UInt64(35 - 5 * $0) & 31)] }
        self.symbols = String(decoding: letters, as: UTF8.self)
    }

    /// Reads a code as people type it: small letters, blanks, dashes, full-width forms; O is 0, I and L are 1.
    public init?(_ text: some StringProtocol) {
        var letters: [UInt8] = []
        for scalar in text.unicodeScalars {
            var value = scalar.value
            if (0xFF01...0xFF5E).contains(value) { value -= 0xFEE0 }
            if value == 0x20 || value == 0x2D || value == 0x3000 || (0x2010...0x2015).contains(value) { continue }
            guard value < 0x80 else { return nil }
            var byte = UInt8(value)
            if (0x61...0x7A).contains(byte) { byte -= 0x20 }
            if byte == 0x4F { byte = 0x30 }
            if byte == 0x49 || byte == 0x4C { byte = 0x31 }
            guard Self.alphabet.contains(byte) else { return nil }
            letters.append(byte)
        }
        guard letters.count == 8 else { return nil }
        self.symbols = String(decoding: letters, as: UTF8.self)
    }

    /// `K7QM-4TZP`.
    public var description: String { "\(symbols.prefix(4))-\(symbols.suffix(4))" }
}
