internal import Crypto
public import Kernel
internal import Ledger

/// The six digits of an authenticator app: TOTP (RFC 6238) over HMAC-SHA-1, 30 seconds, as every app supports it.
public struct OneTimeCode: Sendable {
    /// Seconds that a code lasts.
    public static let period: Int64 = 30
    /// Digits of a code.
    public static let digits = 6
    /// Codes before and after the present one that are taken, for clocks that are a little off.
    static let tolerance: Int64 = 1

    let seed: [UInt8]

    /// - Parameter seed: the secret shared with the app; 20 random bytes.
    public init(seed: [UInt8]) { self.seed = seed }

    /// The number of the period at an instant.
    public static func step(at instant: Instant) -> Int64 { instant.milliseconds / 1000 / period }

    /// The code of a period (RFC 4226, 5.3).
    public func code(step: Int64) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
        let hash = Array(
            HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: seed)))
        let offset = Int(hash[hash.count - 1] & 0x0F)
        let value = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(value % 1_000_000)
        return String(repeating: "0", count: Self.digits - text.count) + text
    }

    /// The period for which a typed code is right; `nil` when there is none.
    ///
    /// - Parameter last: the period of the last code that was taken: each is taken once.
    func step(of typed: String, at now: Instant, after last: Int64) -> Int64? {
        let present = Self.step(at: now)
        return (present - Self.tolerance...present + Self.tolerance).first { step in
            step > last && constantTimeEqual(Array(code(step: step).utf8), Array(typed.utf8))
        }
    }

    /// The seed in base 32 (RFC 4648), as apps take it.
    public var base32: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (bits, count, out) = (UInt32(0), 0, "")
        for byte in seed {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                out.append(alphabet[Int(bits >> UInt32(count) & 31)])
            }
        }
        if count > 0 { out.append(alphabet[Int(bits << UInt32(5 - count) & 31)]) }
        return out
    }

    /// Digits as people type them: without blanks and dashes, full-width forms folded; `nil` when it is no such code.
    static func digits(in text: String) -> String? {
        var out = ""
        for scalar in text.unicodeScalars {
            var value = scalar.value
            if (0xFF10...0xFF19).contains(value) { value -= 0xFEE0 }
            if value == 0x20 || value == 0x2D || value == 0x3000 { continue }
            guard (0x30...0x39).contains(value), let digit = Unicode.Scalar(value) else { return nil }
            out.unicodeScalars.append(digit)
        }
        return out.count == digits ? out : nil
    }
}
