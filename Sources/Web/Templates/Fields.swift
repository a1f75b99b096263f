/// What a page is filled with: names and values, flat where possible. A page model in Swift makes one; the template
/// names the same fields, and a sample in the tests is the contract between both.
///
/// ```swift
/// let fields: Fields = ["title": .text(title), "isOpen": true, "rows": .list(rows)]
/// ```
public struct Fields: Sendable, ExpressibleByDictionaryLiteral {
    /// Names and values in the order of making; pages have few enough that a scan beats hashing.
    private(set) var entries: [(String, Field)]

    /// No fields.
    public init() { entries = [] }

    /// Fields from a literal.
    public init(dictionaryLiteral elements: (String, Field)...) {
        entries = elements
    }

    /// Room for fields that follow.
    public mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

    /// The names, in the order of making.
    public var names: [String] { entries.map(\.0) }

    /// A field; `nil` when there is none. Setting `nil` removes it.
    public subscript(name: String) -> Field? {
        get {
            entries.firstIndex { Self.same($0.0, name) }.map { entries[$0].1 }
        }
        set {
            let index = entries.firstIndex { Self.same($0.0, name) }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].1 = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append((name, value))
            case (nil, nil): break
            }
        }
    }

    /// Several sets as one; where two have a name, the later value counts. Names are hashed once for all of them.
    public init(joining sets: [Fields]) {
        entries = []
        let count = sets.reduce(0) { $0 + $1.entries.count }
        entries.reserveCapacity(count + 60)
        var places: [String: Int] = [:]
        places.reserveCapacity(count)
        for entry in sets.lazy.flatMap(\.entries) {
            if let place = places.updateValue(entries.count, forKey: entry.0) {
                places[entry.0] = place
                entries[place].1 = entry.1
            } else {
                entries.append(entry)
            }
        }
    }

    /// These fields and others; where both have a name, the other's value counts.
    public func merging(_ other: Fields) -> Fields {
        var out = self
        out.merge(other)
        return out
    }

    /// Adds others; where both have a name, the other's value counts.
    public mutating func merge(_ other: Fields) {
        guard !entries.isEmpty else {
            entries = other.entries
            return
        }
        entries.reserveCapacity(entries.count + other.entries.count)
        guard entries.count * other.entries.count > 256 else {
            for (name, value) in other.entries { self[name] = value }
            return
        }
        // Two large sets: hashing the names once beats comparing each with each.
        var places = Dictionary(entries.enumerated().map { ($1.0, $0) }, uniquingKeysWith: { _, last in last })
        for entry in other.entries {
            if let place = places[entry.0] {
                entries[place].1 = entry.1
            } else {
                places[entry.0] = entries.count
                entries.append(entry)
            }
        }
    }

    /// Where a name stands; `hint` is where it stood in a similar set, so that the rows of a table are not searched.
    func position(of name: String, hint: Int) -> Int? {
        if hint < entries.count, Self.same(entries[hint].0, name) { return hint }
        return entries.firstIndex { Self.same($0.0, name) }
    }

    /// Most names differ in length already, and that costs no call.
    private static func same(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count && one == other
    }
}

/// One value of a page.
public enum Field: Sendable {
    /// Text; it is escaped where it is written. Empty text counts as false.
    case text(String)
    /// A flag, for sections.
    case flag(Bool)
    /// Rows, for sections; no rows count as false.
    case list([Fields])
    /// A group of fields; counts as true.
    case group(Fields)
    /// HTML that the program itself made.
    case html(SafeHTML)

    /// Text, or nothing.
    public static func text(_ text: String?) -> Field { .text(text ?? "") }

    /// A number in digits, without grouping.
    public static func number(_ number: some BinaryInteger) -> Field { .text(String(number)) }

    /// A group, or nothing.
    public static func optional(_ fields: Fields?) -> Field { fields.map(Field.group) ?? .flag(false) }

    /// Safe HTML, or nothing.
    public static func optional(_ html: SafeHTML?) -> Field { html.map(Field.html) ?? .text("") }

    /// Texts as rows with the one field `text`.
    public static func texts(_ texts: some Sequence<String>) -> Field { .list(texts.map { ["text": .text($0)] }) }

    /// A text's lines as rows with the one field `text`; empty ones are left out.
    public static func paragraphs(_ text: String) -> Field {
        .texts(text.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }.map(String.init))
    }

    /// Whether a section over it is shown.
    var isTrue: Bool {
        switch self {
        case .text(let text): !text.isEmpty
        case .flag(let flag): flag
        case .list(let rows): !rows.isEmpty
        case .group: true
        case .html(let html): !html.markup.isEmpty
        }
    }
}

extension Field: ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral {
    /// Text from a literal.
    public init(stringLiteral value: String) { self = .text(value) }

    /// A flag from a literal.
    public init(booleanLiteral value: Bool) { self = .flag(value) }
}

/// HTML that the program itself made and that is written as it is. Only named factories make it (`QRCode`, `Seal`),
/// so that nothing typed by a person ever gets here.
public struct SafeHTML: Hashable, Sendable {
    /// The markup.
    public let markup: String

    /// For the factories of this room.
    init(_ markup: String) { self.markup = markup }

    /// Nothing.
    public static let empty = SafeHTML("")
}
