internal import Casework
internal import Kernel
internal import Organisation
internal import Supervision

/// Turns the numbers of a period into tables of words. Every table is made in one place, whoever shows it.
struct ReportWriter {
    typealias Table = ReportSheet.Table
    typealias Column = ReportSheet.Column
    typealias Cell = ReportSheet.Cell

    let report: LawfulReport
    let supervision: SupervisionNumbers?
    let words: MatterWords
    /// Of which units it is not told which matters were judged.
    var hidesVerdicts: @Sendable (UnitID) -> Bool = { _ in true }

    /// "2026 年 10 月", "2026".
    var period: String {
        let period = report.period
        guard period.month != nil else { return words.text("report.year", ["year": "\(period.year)"]) }
        return words.text(
            "report.month", ["year": "\(period.year)", "month": words.words.month(period.days.lowerBound)])
    }

    /// The parts in the order in which the law names them.
    var chapters: [ReportSheet.Chapter] {
        [
            chapter("statistics", received + [times, outcomes, adoptions, reviews] + verdicts),
            chapter("fields", [fields]), chapter("units", [units]), chapter("handling", handling),
            chapter("suggestions", suggestions), chapter("promises", [promises]), chapter("information", information),
            chapter("equality", equality),
        ]
    }

    private func chapter(_ id: String, _ tables: [Table]) -> ReportSheet.Chapter {
        ReportSheet.Chapter(
            id: id, title: text("report.chapter.\(id)"),
            note: words.words.catalogue.find("report.note.\(id)", language) ?? "",
            tables: tables)
    }

    private var language: Language { words.words.language }

    // MARK: Parts of tables

    func text(_ key: String, _ values: [String: String] = [:]) -> String { words.text(key, values) }

    /// - Parameter definitions: where it is said how the numbers of a column are counted.
    func table(
        _ id: String, _ columns: [String], _ rows: [[Cell]], note: String = "", definitions: [String: String] = [:]
    ) -> Table {
        Table(
            id: id, title: text("report.table.\(id)"), note: note,
            columns: columns.enumerated().map {
                Column(title: text("report.col.\($1)"), isNumber: $0 > 0, definition: definitions[$1])
            }, rows: rows)
    }

    func name(_ text: String, url: String = "") -> Cell { Cell(text, url: url) }

    func number(_ number: Int, url: String = "") -> Cell {
        Cell(words.words.number(number), plain: "\(number)", url: number == 0 ? "" : url)
    }

    func share(_ part: Int, of whole: Int, url: String = "") -> Cell {
        guard whole > 0 else { return Cell("–", plain: "") }
        let percent = Int((Double(part) / Double(whole) * 100).rounded())
        return Cell("\(percent)%", plain: "\(percent)", url: url)
    }

    /// A share with its margin of error (Wilson, 95 %); too few give none.
    func interval(_ part: Int, of whole: Int) -> Cell {
        guard whole >= OversightModel.fewest else { return Cell("–", plain: "") }
        let (low, high) = OversightModel.wilson(part, of: whole)
        return Cell("\(low)–\(high)%", plain: "\(low)-\(high)")
    }

    func days(_ days: Int?) -> Cell { days.map { Cell("\($0)") } ?? Cell("–", plain: "") }

    /// A number that may be hidden because it is small.
    func shown(_ number: Int?) -> Cell { number.map { self.number($0) } ?? Cell("*", plain: "") }

    /// The list of the matters behind a number.
    func list(_ items: (String, String)...) -> String {
        let query = Form(
            [Form.Item(name: "period", value: "\(report.period)")] + items.map { Form.Item(name: $0.0, value: $0.1) })
        return "/oversight/received?\(query.urlEncoded)"
    }

    /// A line for each code: name, number with its list, share of all.
    func counted<Code: RawRepresentable<String> & Hashable>(
        _ codes: [Code], _ counts: [Code: Int], of total: Int, kind: String, query: String?, keepsEmpty: Bool = true
    ) -> [[Cell]] {
        codes.compactMap { code in
            let count = counts[code] ?? 0
            guard count > 0 || keepsEmpty else { return nil }
            return [
                name(words.words.name(kind, code)),
                number(count, url: query.map { list(($0, code.rawValue)) } ?? ""), share(count, of: total),
            ]
        }
    }

    /// What nobody has decided.
    func undecided(_ counts: [Int], of total: Int) -> [[Cell]] {
        let rest = total - counts.reduce(0, +)
        return rest > 0 ? [[name(text("report.undecided")), number(rest), share(rest, of: total)]] : []
    }
}
