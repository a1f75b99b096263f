internal import Crypto
internal import Foundation
internal import Ledger

/// Texts as the protocol writes them.
enum Encoding {
    /// Base 64 for addresses, without padding.
    static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Reads it; `nil` when it is none.
    static func bytes(base64URL text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") })
        else { return nil }
        let plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        return Data(base64Encoded: plain + padding).map { Array($0) }
    }

    /// A name and a value in a form or an address.
    static func pair(_ name: String, _ value: String) -> String { "\(escaped(name))=\(escaped(value))" }

    static func escaped(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.unicodeScalars.append(.init(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                out += digits.count < 2 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return out
    }

    /// An address with more in its query.
    static func address(_ base: String, _ pairs: [(String, String)]) -> String {
        base + (base.contains("?") ? "&" : "?") + pairs.map { pair($0.0, $0.1) }.joined(separator: "&")
    }

    /// A random secret that stands in addresses: 32 bytes.
    static func secret() -> String { base64URL(randomBytes(32)) }

    /// What is sent ahead of a verifier (RFC 7636, S256).
    static func challenge(of verifier: String) -> String {
        base64URL(SHA256.hash(data: Array(verifier.utf8)))
    }

    /// A code from outside as it may stand in a log line.
    static func harmless(_ code: String?) -> String {
        guard let code, (1...40).contains(code.utf8.count),
            code.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_") })
        else { return "other" }
        return code
    }
}
