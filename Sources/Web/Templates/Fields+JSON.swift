internal import Foundation

extension Fields {
    /// Fields from a sample: texts, flags, lists of objects, objects. A text that is an SVG picture counts as safe
    /// HTML, because in a sample it stands for what `QRCode` and `Seal` make.
    package init(json bytes: [UInt8]) throws {
        self = try Self.fields(try JSONDecoder().decode(SampleValue.self, from: Data(bytes)))
    }

    private static func fields(_ value: SampleValue) throws -> Fields {
        guard case .object(let members) = value else { throw SampleError() }
        var out = Fields()
        for (name, value) in members.sorted(by: { $0.key < $1.key }) { out[name] = try field(value) }
        return out
    }

    private static func field(_ value: SampleValue) throws -> Field {
        switch value {
        case .text(let text): text.hasPrefix("<svg") ? .html(SafeHTML(text)) : .text(text)
        case .flag(let flag): .flag(flag)
        case .list(let items): .list(try items.map(fields))
        case .object: .group(try fields(value))
        }
    }

    private struct SampleError: Error {}
}

private enum SampleValue: Decodable {
    case text(String)
    case flag(Bool)
    case list([SampleValue])
    case object([String: SampleValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let list = try? container.decode([SampleValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: SampleValue].self))
        }
    }
}
