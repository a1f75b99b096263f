/// What is wrong with a template or a catalogue, and where. It holds names, never values.
public struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, `portal/home` or `zh-Hans/portal.json`.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// The column in characters, from 1.
    public let column: Int
    /// What is wrong.
    public let reason: String

    /// An error at a place.
    public init(file: String, line: Int = 1, column: Int = 1, reason: String) {
        self.file = file
        self.line = line
        self.column = column
        self.reason = reason
    }

    /// `portal/home:12:7: …`.
    public var description: String { "\(file):\(line):\(column): \(reason)" }
}

/// Several faults of a set of templates, found in one go.
public struct TemplateErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one.
    public let errors: [TemplateError]

    /// One a line.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}
