public import Kernel

/// What a form sent, or the query of an address: names with texts, in their order.
public struct Form: Hashable, Sendable {
    /// One name with its text.
    public struct Item: Hashable, Sendable {
        /// The field's name.
        public let name: String
        /// What was typed.
        public let value: String

        /// A field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Everything that was sent, in order; names can repeat.
    public private(set) var items: [Item]
    /// Whether some bytes were no UTF-8 and stand as replacement characters.
    public private(set) var isDamaged = false

    /// More fields than any page has are not read.
    static let mostItems = 500
    /// The longest name of a field, in bytes.
    static let longestName = 100

    /// A form with these fields.
    public init(_ items: [Item] = []) { self.items = items }

    /// The text of a field; the first one when it repeats; `nil` when it was not sent.
    public subscript(name: String) -> String? {
        for item in items where item.name == name { return item.value }
        return nil
    }

    /// The text of a field; empty when it was not sent.
    public func text(_ name: String) -> String { self[name] ?? "" }

    /// All texts of a field that repeats.
    public func values(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// Whether a box was ticked: the field was sent and is neither empty, `0`, `false` nor `off`.
    public func flag(_ name: String) -> Bool { !["", "0", "false", "off"].contains(text(name)) }

    /// A case of an enumeration; `nil` when nothing or something unknown was sent.
    public func value<Value: RawRepresentable<String>>(_ name: String, as type: Value.Type = Value.self) -> Value? {
        self[name].flatMap(Value.init(rawValue:))
    }

    /// An identifier; `nil` when nothing or something else was sent.
    public func id<Entity>(_ name: String, of entity: Entity.Type = Entity.self) -> Identifier<Entity>? {
        self[name].flatMap { Identifier<Entity>($0) }
    }

    mutating func append(name: [UInt8], value: [UInt8]) throws(PlainError) {
        guard items.count < Self.mostItems else { throw PlainError(.invalid, "form.tooManyFields") }
        guard name.count <= Self.longestName else { throw PlainError(.invalid, "form.malformed") }
        items.append(Item(name: decode(name), value: decode(value)))
    }

    private mutating func decode(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        isDamaged = true
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Form {
    /// Reads `name=value&name=value`. A percent sign without two digits stands for itself, as browsers read it.
    ///
    /// - Throws: `PlainError` `form.tooManyFields` or `form.malformed`.
    public init(urlEncoded bytes: some Sequence<UInt8>) throws(PlainError) {
        self.init()
        var name: [UInt8] = []
        var current: [UInt8] = []
        var isValue = false
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "&"):
                try finish(&name, &current, &isValue)
            case UInt8(ascii: "=") where !isValue:
                name = current
                current = []
                isValue = true
            default: current.append(byte)
            }
        }
        try finish(&name, &current, &isValue)
    }

    private mutating func finish(
        _ name: inout [UInt8], _ current: inout [UInt8], _ isValue: inout Bool
    ) throws(PlainError) {
        if isValue || !current.isEmpty {
            try append(
                name: Self.unescaped(isValue ? name : current), value: isValue ? Self.unescaped(current) : [])
        }
        name = []
        current = []
        isValue = false
    }

    static func unescaped(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "+") {
                out.append(0x20)
            } else if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2])
            {
                out.append(high << 4 | low)
                index += 2
            } else {
                out.append(bytes[index])
            }
            index += 1
        }
        return out
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// As an address's query or a body: `a=1&b=%E4%BF%A1`.
    public var urlEncoded: String {
        items.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }.joined(separator: "&")
    }

    /// A text as it can stand in an address.
    public static func escaped(_ text: String) -> String {
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x41 + value - 10 }
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count * 2)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
            default:
                out.append(UInt8(ascii: "%"))
                out.append(digit(byte >> 4))
                out.append(digit(byte & 15))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
