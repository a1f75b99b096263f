internal import Foundation
public import Kernel

/// All sentences of the pages in both languages, from flat JSON files: `{"portal.writeLetter": "写一封信"}`.
public struct Catalogue: Sendable {
    /// Texts by language and key.
    let texts: [Language: [String: String]]
    /// The file of each key, for messages about it.
    let files: [Language: [String: String]]

    /// Reads `Catalogues/<language>/*.json`.
    ///
    /// - Throws: `TemplateError` for a file that is no flat object of texts, or a key that stands in two files.
    public init(_ resources: WebResources) throws {
        var texts: [Language: [String: String]] = [:]
        var files: [Language: [String: String]] = [:]
        for language in Language.allCases {
            let folder = "Catalogues/\(language.rawValue)"
            for name in try resources.files(in: folder) where name.hasSuffix(".json") {
                let file = "\(language.rawValue)/\(name)"
                let data = Data(try resources.bytes("\(folder)/\(name)"))
                guard let read = try? JSONDecoder().decode([String: String].self, from: data) else {
                    throw TemplateError(file: file, reason: "is not a flat JSON object of texts")
                }
                for (key, text) in read {
                    if let other = files[language]?[key] {
                        throw TemplateError(file: file, reason: "\(key) stands in \(other) already")
                    }
                    texts[language, default: [:]][key] = text
                    files[language, default: [:]][key] = file
                }
            }
        }
        self.texts = texts
        self.files = files
    }

    /// A text with its values in place of `{name}`. A key that is missing shows as itself: a test finds it.
    public func text(_ key: String, _ language: Language, _ values: [String: String] = [:]) -> String {
        guard let text = texts[language]?[key] else { return key }
        return values.isEmpty ? text : Self.fill(text, values)
    }

    /// A text, or `nil` when there is none.
    public func find(_ key: String, _ language: Language, _ values: [String: String] = [:]) -> String? {
        texts[language]?[key].map { values.isEmpty ? $0 : Self.fill($0, values) }
    }

    /// The sentence of an error: by its code and field (`error.text.missing.body`), or by its code.
    public func text(_ error: PlainError, _ language: Language) -> String {
        let values = translated(error.values, language)
        if let field = error.field, let text = find("error.\(error.code).\(field)", language, values) { return text }
        return find("error.\(error.code)", language, values) ?? self.text("error.unknown", language)
    }

    /// Values that are names of the program become words: a command, a phase, a date.
    private func translated(_ values: [String: String], _ language: Language) -> [String: String] {
        var out = values
        if let command = values["command"] { out["command"] = find("command.\(command)", language) ?? "" }
        if let phase = values["phase"] { out["phase"] = find("phase.\(phase)", language) ?? "" }
        for (name, value) in values {
            if let date = LocalDate(value) { out[name] = Words(self, language).date(date) }
        }
        return out
    }

    /// Puts values in the place of their names in braces. What has no value stays as it is.
    static func fill(_ text: String, _ values: [String: String]) -> String {
        // Bytes, not characters: finding where a Chinese character ends takes long, and a brace is a byte of its own.
        let bytes = text.utf8
        guard var open = bytes.firstIndex(of: UInt8(ascii: "{")) else { return text }
        var out = ""
        var start = bytes.startIndex
        while let close = bytes[open...].firstIndex(of: UInt8(ascii: "}")) {
            let name = text[bytes.index(after: open)..<close]
            let value = values[String(name)]
            out += text[start..<open]
            out += value ?? "{"
            start = bytes.index(after: value == nil ? open : close)
            guard let next = bytes[start...].firstIndex(of: UInt8(ascii: "{")) else { break }
            open = next
        }
        return out + text[start...]
    }
}
