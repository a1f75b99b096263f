/// Lower-case hexadecimal text of bytes.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var out: [UInt8] = []
    for byte in bytes {
        out.append(digits[Int(byte >> 4)])
        out.append(digits[Int(byte & 15)])
    }
    return String(decoding: out, as: UTF8.self)
}

/// Bytes of hexadecimal text; `nil` when it is not.
public func bytes(hexadecimal text: some StringProtocol) -> [UInt8]? {
    var out: [UInt8] = []
    var high: UInt8?
    for unit in text.utf8 {
        let value: UInt8
        switch unit {
        case 0x30...0x39: value = unit - 0x30
        case 0x61...0x66: value = unit - 0x61 + 10
        case 0x41...0x46: value = unit - 0x41 + 10
        default: return nil
        }
        if let first = high {
            out.append(first << 4 | value)
            high = nil
        } else {
            high = value
        }
    }
    return high == nil ? out : nil
}
