internal import SwiftCSV

/// A file that was not imported, with every line that is wrong. Nothing of it was kept.
public struct ImportProblems: Error, Hashable, Sendable, CustomStringConvertible {
    /// One fault.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The line of the file, from 1; the header is line 1.
        public let line: Int
        /// What is wrong, in English, for the operator.
        public let reason: String
        /// Line and reason.
        public var description: String { "line \(line): \(reason)" }

        /// A fault.
        public init(line: Int, reason: String) {
            self.line = line
            self.reason = reason
        }
    }

    /// At least one, in the order of the file.
    public let problems: [Problem]
    /// All problems, one a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// A CSV file with its rows by column name and their lines.
struct ImportFile: Sendable {
    struct Row: Sendable {
        let line: Int
        let cells: [String: String]

        /// A cell without blanks around; empty when the column is missing.
        func text(_ column: String) -> String { cells[column] ?? "" }
    }

    let rows: [Row]
    let columns: Set<String>

    /// - Parameters:
    ///   - csv: the file's text, with or without a byte order mark.
    ///   - names: the columns with all headings that mean them.
    init(_ csv: String, columns names: [String: [String]]) throws {
        let text = csv.unicodeScalars.first == "\u{FEFF}" ? String(csv.unicodeScalars.dropFirst()) : csv
        let parsed: EnumeratedCSV
        do {
            parsed = try EnumeratedCSV(string: text, delimiter: .comma, loadColumns: false)
        } catch {
            throw ImportProblems(problems: [.init(line: 1, reason: "a quoted field does not end as it should")])
        }
        func lines(_ cells: [String]) -> Int {
            1 + cells.reduce(0) { $0 + $1.count(where: \.isNewline) }
        }
        let header = parsed.header.map(ImportFile.trimmed)
        let known = header.map { heading in names.first { $0.value.contains(heading) }?.key }
        columns = Set(known.compactMap { $0 })
        var rows: [Row] = []
        var line = 1 + lines(parsed.header) - 1
        for cells in parsed.rows {
            let first = line + 1
            line += lines(cells)
            var named: [String: String] = [:]
            for (index, cell) in cells.enumerated() where index < known.count {
                if let name = known[index] { named[name] = ImportFile.trimmed(cell) }
            }
            if named.values.contains(where: { !$0.isEmpty }) { rows.append(Row(line: first, cells: named)) }
        }
        self.rows = rows
    }

    /// Checks that columns are there.
    func require(_ needed: [String], headings: [String: [String]]) throws {
        let missing = needed.filter { !columns.contains($0) }.map { headings[$0]?.first ?? $0 }
        guard missing.isEmpty else {
            throw ImportProblems(
                problems: [.init(line: 1, reason: "columns missing: \(missing.joined(separator: ", "))")])
        }
        guard !rows.isEmpty else { throw ImportProblems(problems: [.init(line: 1, reason: "no rows")]) }
    }

    static func trimmed(_ text: String) -> String {
        var view = text[...]
        while let last = view.last, last.isWhitespace { view.removeLast() }
        while let first = view.first, first.isWhitespace { view.removeFirst() }
        return String(view)
    }
}
