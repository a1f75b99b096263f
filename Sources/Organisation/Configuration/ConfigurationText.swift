/// The whole configuration as text: a folder of small files, or the same in one file. Each is sorted, so that two exports
/// can be compared line by line. It holds no secrets and, unless asked for, no names of staff.
public struct ConfigurationText: Hashable, Sendable {
    /// The texts by path, `packs/local-hotline-2.yaml`.
    public var files: [String: String]

    /// A configuration.
    public init(files: [String: String]) { self.files = files }

    static let format = "jiaxin configuration 1\n"
    private static let mark = "=== "

    /// All in one text. A line that begins like a mark is told apart by a backslash.
    public var joined: String {
        files.sorted { $0.key < $1.key }.map { path, text in
            let lines = Self.lines(text).map { $0.hasPrefix("=") || $0.hasPrefix("\\") ? "\\\($0)" : $0 }
            return "\(Self.mark)\(path)\n" + lines.joined(separator: "\n") + "\n"
        }.joined()
    }

    /// Reads one text.
    public init(joined text: String) throws(ConfigurationProblems) {
        files = [:]
        var path: String?
        var lines: [String] = []
        func keep(_ files: inout [String: String]) {
            if let path { files[path] = lines.joined(separator: "\n") }
        }
        let all = Self.lines(text)
        for (index, raw) in (all.last == "" ? all.dropLast() : all[...]).enumerated() {
            if raw.hasPrefix(Self.mark) {
                keep(&files)
                let name = String(raw.dropFirst(Self.mark.count)).filter { $0 != "\r" }
                guard files[name] == nil, Self.isPath(name) else {
                    throw ConfigurationProblems(
                        "", index + 1, "\(name) is no file of a configuration, or is there twice")
                }
                path = name
                lines = []
            } else if path == nil {
                throw ConfigurationProblems("", index + 1, "a configuration begins with === and the name of a file")
            } else {
                lines.append(raw.hasPrefix("\\") ? String(raw.dropFirst()) : raw)
            }
        }
        keep(&files)
        try check()
    }

    /// Refuses what is no configuration.
    public func check() throws(ConfigurationProblems) {
        guard files["format.txt"] == Self.format else {
            throw ConfigurationProblems("format.txt", 1, "this is no configuration that this program knows")
        }
    }

    /// By line feeds alone: what stands before one is kept as it is.
    static func lines(_ text: String) -> [String] {
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }

    private static func isPath(_ name: String) -> Bool {
        !name.isEmpty && name.count < 200 && !name.hasPrefix("/") && !name.contains("..")
            && name.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F && $0 != "\\" }
    }
}

/// A configuration that was not imported, with every line that is wrong. Nothing of it was kept.
public struct ConfigurationProblems: Error, Hashable, Sendable, CustomStringConvertible {
    /// One fault.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The file, `units.tsv`.
        public let file: String
        /// The line, from 1.
        public let line: Int
        /// What is wrong, in English, for the operator.
        public let reason: String
        /// File, line and reason.
        public var description: String { file.isEmpty ? "line \(line): \(reason)" : "\(file), line \(line): \(reason)" }
    }

    /// At least one.
    public let problems: [Problem]
    /// All problems, one a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }

    init(_ problems: [Problem]) { self.problems = problems }

    init(_ file: String, _ line: Int, _ reason: String) {
        problems = [Problem(file: file, line: line, reason: reason)]
    }
}

/// Lines of columns with tabs between them, as the files of a configuration hold them.
public struct ConfigurationTable {
    let file: String
    let columns: [String]
    private(set) var rows: [(line: Int, cells: [String: String])] = []

    /// A file of these columns.
    public static func text(_ columns: [String], _ rows: [[String?]]) -> String {
        ([columns.joined(separator: "\t")] + rows.map { $0.map { escaped($0 ?? "") }.joined(separator: "\t") })
            .joined(separator: "\n") + "\n"
    }

    init(_ file: String, _ columns: [String], in configuration: ConfigurationText) throws(ConfigurationProblems) {
        self.file = file
        self.columns = columns
        guard let text = configuration.files[file] else { return }
        for (index, line) in ConfigurationText.lines(text).enumerated() {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map { Self.plain($0) }
            if index == 0 {
                guard cells == columns else {
                    throw ConfigurationProblems(file, 1, "the columns are \(columns.joined(separator: ", "))")
                }
            } else if !line.isEmpty {
                guard cells.count == columns.count else {
                    throw ConfigurationProblems(file, index + 1, "\(columns.count) columns, not \(cells.count)")
                }
                rows.append(
                    (index + 1, Dictionary(zip(columns, cells), uniquingKeysWith: { first, _ in first })))
            }
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\t", with: "\\t").replacing("\n", with: "\\n")
            .replacing("\r", with: "\\r")
    }

    private static func plain(_ text: Substring) -> String {
        var out = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                out.append(["t": "\t", "n": "\n", "r": "\r"][character] ?? character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                out.append(character)
            }
        }
        return out
    }
}
