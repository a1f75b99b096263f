internal import CQrencode
public import Kernel

/// QR codes as SVG, drawn with `currentColor`.
public enum QRCode {
    /// A code with error correction M and the quiet zone that readers need; empty when the text is too long.
    public static func svg(_ text: String) -> SafeHTML {
        guard let code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else { return .empty }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard let modules = code.pointee.data else { return .empty }
        var path = ""
        for y in 0..<width {
            var x = 0
            while x < width {
                // The lowest bit says whether a module is dark; neighbours in a row become one bar.
                guard modules[y * width + x] & 1 == 1 else {
                    x += 1
                    continue
                }
                let start = x
                while x < width, modules[y * width + x] & 1 == 1 { x += 1 }
                path += "M\(start + 4) \(y + 4)h\(x - start)v1h-\(x - start)z"
            }
        }
        let size = width + 8
        return SafeHTML(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size) \(size)\" shape-rendering=\"crispEdges\" "
                + "aria-hidden=\"true\" focusable=\"false\"><rect width=\"\(size)\" height=\"\(size)\" fill=\"#fff\"/>"
                + "<path fill=\"#000\" d=\"\(path)\"/></svg>")
    }
}

/// The square seal under a signed reply: up to four characters in two columns, read from the right.
public enum Seal {
    /// A seal; characters that are no letters of any script are left out.
    public static func svg(_ characters: String) -> SafeHTML {
        let signs = characters.filter { $0.isLetter || $0.isNumber }.prefix(4).map(String.init)
        let places = [(54, 34), (54, 64), (23, 34), (23, 64)]
        let texts = zip(signs, places).map { sign, place in
            "<text x=\"\(place.0)\" y=\"\(place.1)\">\(sign)</text>"
        }
        return SafeHTML(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 76 76\" aria-hidden=\"true\" focusable=\"false\">"
                + "<g transform=\"rotate(-4 38 38)\" fill=\"currentColor\"><rect x=\"4\" y=\"4\" width=\"68\" "
                + "height=\"68\" rx=\"4\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"3.2\"/>"
                + "<g font-family=\"Songti SC,Noto Serif CJK SC,serif\" font-weight=\"700\" font-size=\"27\" "
                + "text-anchor=\"middle\">\(texts.joined())</g></g></svg>")
    }

    /// The four characters that stand for a unit: those of its name that tell it apart.
    public static func characters(of unitName: String) -> String {
        let endings = ["综合服务中心", "来信办理中心", "办事处", "委员会", "服务中心", "管理局", "局", "中心"]
        var name = unitName[...]
        for ending in endings where name.hasSuffix(ending) && name.count - ending.count >= 2 {
            name = name.dropLast(ending.count)
            break
        }
        if name.count > 4, let county = name.firstIndex(of: "县") { name = name[name.index(after: county)...] }
        return String(name.prefix(4))
    }
}

/// Postmarks are turned a little, each its own way, and always the same way for the same event.
public enum Postmark {
    /// 1 to 9, for the class `t-3`.
    public static func turn(of event: EventID) -> String {
        // A multiplicative hash: identifiers of neighbours in time differ in few bits.
        let mixed = UInt64(bitPattern: event.rawValue) &* 0x9E37_79B9_7F4A_7C15
        return String(mixed >> 32 % 9 + 1)
    }
}
