internal import Kernel
public import Ledger

/// The one-time name of a form that makes something. It is random and signed, so that nobody sends invented ones; the
/// store keeps it with the effect, and sending again gives the same answer.
public enum SubmissionToken {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let context = "submission"

    /// A fresh one: 16 random bytes and 8 bytes of signature.
    public static func issue(_ keys: KeyRing) -> String {
        let random = randomBytes(16)
        return base32(random + signature(random, keys))
    }

    /// Whether we issued it.
    public static func verify(_ token: String, _ keys: KeyRing) -> Bool {
        guard let bytes = bytes(base32: token), bytes.count == 24 else { return false }
        return constantTimeEqual(Array(bytes[16...]), signature(Array(bytes[..<16]), keys))
    }

    private static func signature(_ random: [UInt8], _ keys: KeyRing) -> [UInt8] {
        Array(keys.codeHash(hexadecimal(random), context: context).prefix(8))
    }

    /// Base 32 without letters that look alike.
    static func base32(_ bytes: some Sequence<UInt8>) -> String {
        var out: [UInt8] = []
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                out.append(alphabet[Int(buffer >> bits & 31)])
            }
        }
        if bits > 0 { out.append(alphabet[Int(buffer << (5 - bits) & 31)]) }
        return String(decoding: out, as: UTF8.self)
    }

    private static func bytes(base32 text: String) -> [UInt8]? {
        guard text.utf8.count <= 64 else { return nil }
        var out: [UInt8] = []
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for sign in text.utf8 {
            guard let value = alphabet.firstIndex(of: sign) else { return nil }
            buffer = buffer << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
        }
        // The bits left over must be nothing, so that each value has one form only.
        guard buffer & ((1 << bits) - 1) == 0 else { return nil }
        return out
    }
}

/// The secret of forms for a browser without a session: bound to a random cookie.
enum VisitorToken {
    static func csrf(of visitor: String, _ keys: KeyRing) -> String {
        hexadecimal(keys.codeHash(visitor, context: "csrf-visitor").prefix(16))
    }

    static func newVisitor() -> String { SubmissionToken.base32(random()) }

    /// 16 random bytes, asked for in two words: every request needs some.
    static func random() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        let words = [generator.next(), generator.next()]
        return words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    }

    static func isPlausible(_ visitor: String) -> Bool { visitor.utf8.count == 26 }
}
