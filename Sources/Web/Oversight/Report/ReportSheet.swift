public import Casework
internal import Kernel
public import Organisation
public import Supervision

/// A report in words: what the page, the file and the command show, made once from the numbers.
public struct ReportSheet: Sendable {
    /// A part of the report, as Art. 41 names them.
    struct Chapter: Sendable {
        let id: String
        let title: String
        let note: String
        let tables: [Table]
    }

    /// A table with a heading for each column and each line.
    struct Table: Sendable {
        let id: String
        let title: String
        var note = ""
        let columns: [Column]
        let rows: [[Cell]]
    }

    /// A column: the first one names the lines.
    struct Column: Sendable {
        let title: String
        var isNumber = true
        /// Where the page of definitions says how it is counted.
        var definition: String?
    }

    /// One cell: as people read it, as a file holds it, and the list behind it.
    struct Cell: Sendable {
        let text: String
        let plain: String
        var url = ""

        init(_ text: String, plain: String? = nil, url: String = "") {
            self.text = text
            self.plain = plain ?? text
            self.url = url
        }
    }

    let title: String
    let asOf: String
    let chapters: [Chapter]

    /// Tables of the whole report, in order.
    var tables: [Table] { chapters.flatMap(\.tables) }

    /// Makes the report.
    ///
    /// - Parameters:
    ///   - report: the numbers of the period.
    ///   - supervision: what supervision did in the period; nothing where that is not known.
    ///   - words: the language.
    ///   - organisation: names of units, areas and categories.
    ///   - book: names of rules.
    public init(
        _ report: LawfulReport, supervision: SupervisionNumbers?, words: Words, organisation: Organisation,
        book: DeadlineBook
    ) {
        let all = MatterWords(
            words: words, organisation: organisation, book: book, now: report.countedAt, countyName: "")
        self.init(report, supervision, all)
    }

    init(
        _ report: LawfulReport, _ supervision: SupervisionNumbers?, _ words: MatterWords,
        hidesVerdicts: @escaping @Sendable (UnitID) -> Bool = { _ in true }
    ) {
        let writer = ReportWriter(
            report: report, supervision: supervision, words: words, hidesVerdicts: hidesVerdicts)
        title = words.text("report.titleOf", ["period": writer.period])
        asOf = words.text(
            "work.asOf",
            [
                "date": words.words.fullDate(words.today), "time": words.words.time(report.countedAt),
            ])
        chapters = writer.chapters
    }
}

// MARK: Files

extension ReportSheet {
    /// The identifiers of the tables, for `csv(table:)`.
    public var tableIDs: [String] { tables.map(\.id) }

    /// One table, or all of them under their titles, as CSV in UTF-8 with a mark so that spreadsheets read it as such.
    public func csv(table id: String? = nil) -> String {
        var lines: [[String]] = []
        for table in tables where id == nil || table.id == id {
            if id == nil {
                if !lines.isEmpty { lines.append([]) }
                lines.append([table.title])
            }
            lines.append(table.columns.map(\.title))
            lines += table.rows.map { $0.map(\.plain) }
        }
        return "\u{FEFF}" + CSVText.lines(lines)
    }

    /// The report as text for a terminal.
    public func text() -> String {
        var out = [title, asOf]
        for chapter in chapters {
            out += ["", "# \(chapter.title)"]
            if !chapter.note.isEmpty { out.append(chapter.note) }
            for table in chapter.tables {
                out +=
                    ["", table.title] + Self.aligned([table.columns.map(\.title)] + table.rows.map { $0.map(\.text) })
                if !table.note.isEmpty { out.append(table.note) }
            }
        }
        return out.joined(separator: "\n")
    }

    private static func aligned(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { width($0[column]) }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, text in
                let pad = String(repeating: " ", count: widths[column] - width(text))
                return column == 0 ? text + pad : pad + text
            }.joined(separator: "  ")
        }
    }

    /// Columns on a terminal: Chinese characters take two.
    private static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + ((0x2E80...0xFFEF).contains($1.value) ? 2 : 1) }
    }
}

/// Fields and lines of a CSV file (RFC 4180).
enum CSVText {
    static func lines(_ lines: [[String]]) -> String {
        lines.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
    }

    /// A spreadsheet must not take a name for a formula.
    static func field(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let isNumber = Double(text) != nil
        let safe = isFormula && !isNumber ? "'" + text : text
        let needsQuotes = safe.contains { ",\"\n\r".contains($0) || $0 == "\r\n" }
        return needsQuotes ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
    }
}
