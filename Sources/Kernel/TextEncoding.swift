internal import Foundation

/// The encodings in which offices send their files.
public enum TextEncoding: String, Sendable {
    /// With or without a byte order mark.
    case utf8 = "UTF-8"
    /// Also GBK and GB 2312, which it contains.
    case gb18030 = "GB18030"

    /// The text; `nil` when the bytes are not in this encoding.
    public func text(_ bytes: [UInt8]) -> String? {
        switch self {
        case .utf8: String(validating: bytes, as: UTF8.self)
        case .gb18030: Self.fromGB18030(bytes)
        }
    }

    /// Text for people to look at, whatever the bytes are.
    public func lossyText(_ bytes: [UInt8]) -> String { text(bytes) ?? String(decoding: bytes, as: UTF8.self) }

    private static func fromGB18030(_ bytes: [UInt8]) -> String? {
        if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
        guard let converter = iconv_open("UTF-8", "GB18030"), Int(bitPattern: converter) != -1 else { return nil }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        // A character of two bytes becomes at most four.
        var output = [CChar](repeating: 0, count: bytes.count * 4 + 16)
        var inputLeft = input.count
        var outputLeft = output.count
        let isConverted = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                var from = source.baseAddress
                var to = target.baseAddress
                return iconv(converter, &from, &inputLeft, &to, &outputLeft) != Int(bitPattern: UInt.max)
            }
        }
        guard isConverted, inputLeft == 0 else { return nil }
        return String(validating: output.prefix(output.count - outputLeft).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
