internal import Casework
internal import Kernel
internal import Organisation

/// The page on which a matter is divided.
struct SplitModel {
    /// One line of the table.
    struct Row {
        var title: String
        var place = ""
        var category = ""
        var unit = ""
        var entry = ""
        /// Whether somebody has looked at it: then a unit that was taken away stays away.
        var isTouched = false
    }

    let file: CaseFile
    let words: MatterWords
    /// The table; nothing while the list is still to be pasted.
    let rows: [Row]?
    let form: Form
    let errors: [PlainError]

    /// The lines of a pasted list: `title` or `title @ place`. Leading numbers and dashes of a list go.
    static func lines(_ text: String) -> [Row] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let parts = line.split(maxSplits: 1) { "@＠\t".contains($0) }.map { String($0).trimmingBlanks }
            let title = (parts.first ?? "").withoutBullet
            guard !title.isEmpty else { return nil }
            return Row(title: String(title.prefix(120)), place: parts.count > 1 ? parts[1] : "")
        }
    }

    /// The table as it comes back; a line whose title was emptied is left out.
    static func rows(_ form: Form) -> [Row] {
        (1...SplitRule.most).compactMap { n in
            guard let title = form["title\(n)"], !title.trimmingBlanks.isEmpty else { return nil }
            return Row(
                title: title, place: form.text("place\(n)"), category: form.text("category\(n)"),
                unit: form.text("unit\(n)"), entry: form.text("entry\(n)"), isTouched: true)
        }
    }

    private var state: CaseState { file.state }
    private var bars: [SplitBar] { SplitRule.bars(state) }

    var fields: Fields {
        let isOpen = bars.isEmpty && CaseCommand.Name.split.phases.contains(state.phase)
        let table = rows ?? []
        var told = bars.map { words.text("error.case.cannotSplit.\($0.rawValue)") }
        if told.isEmpty, !isOpen { told = [words.text("split.notNow")] }
        var fields: Fields = [
            "number": .text(state.number), "matterURL": .text("/desk/matter/\(state.number)"),
            "matterTitle": .text(file.text(state.title) ?? words.text("story.textErased")),
            "version": .text(version),
            "isOpen": .flag(isOpen), "isBarred": .flag(!isOpen), "bars": .texts(told),
            "isList": .flag(isOpen && rows == nil), "isTable": .flag(isOpen && rows != nil),
            "lines": .text(form.text("lines")), "rows": .list(table.enumerated().map { row($1, $0 + 1) }),
            "reason": .text(form.text("reason")), "most": .number(SplitRule.most),
            "carriesLetter": .flag(["split", "again"].contains(form["step"]) ? form.flag("letter") : true),
            "linesError": .text(message("lines")), "reasonError": .text(message("reason")),
            "dayLine": .text(dayLine),
        ]
        let letter = words.passage(state.body, in: file)
        fields["letterLang"] = letter["lang"]
        fields["letterParagraphs"] = letter["paragraphs"]
        return fields
    }

    /// The version that was looked at; after somebody else's change the new one, which now stands here.
    private var version: String {
        let isChanged = errors.contains { $0.kind == .conflict }
        return isChanged ? "\(state.version)" : form["version"] ?? "\(state.version)"
    }

    private func message(_ field: String) -> String {
        errors.first { $0.field == field }.map(words.words.sentence) ?? ""
    }

    private var dayLine: String {
        let received = words.words.fullDateTime(state.registeredAt)
        guard let clock = state.nextClock else { return words.text("split.dayPlain", ["received": received]) }
        let values = [
            "received": received, "rule": words.clockName(clock.start, of: state),
            "date": words.words.dateAndWeekday(words.due(clock.start, of: state)),
        ]
        return words.text("split.day", values)
    }

    private func row(_ row: Row, _ n: Int) -> Fields {
        let category = row.category.isEmpty ? state.category ?? "" : row.category
        let match = words.organisation.catalogue(category: category, area: state.area, on: words.today)
            .first { !state.accusedUnits.contains($0.unit) }
        let entry = match.map { "\($0.entry.id)/\($0.entry.version)" } ?? ""
        let unit = row.isTouched ? row.unit : match.map { "\($0.unit)" } ?? ""
        return [
            "n": .number(n), "title": .text(row.title), "place": .text(row.place),
            "titleError": .text(message("title\(n)")), "unitError": .text(message("unit\(n)")),
            "categories": .list(categories(category)), "units": .list(units(unit)),
            "entry": .text(unit == match.map { "\($0.unit)" } ? entry : ""), "why": .text(match.map(why)),
        ]
    }

    /// Why the catalogue proposes a unit.
    private func why(_ match: CatalogueMatch) -> String {
        words.text(
            "split.why",
            [
                "unit": words.unit(match.unit), "category": words.category(match.entry.category),
                "area": match.entry.area.map(words.area) ?? words.text("work.wholeCounty"),
                "basis": match.entry.basis,
            ])
    }

    private func categories(_ chosen: String) -> [Fields] {
        let organisation = words.organisation
        return organisation.categories.filter { !$0.isRetired }.map { category in
            let label = organisation.pathName(ofCategory: category.code, isEnglish: words.isEnglish)
            return QueueFilters.option(category.code, label, isSelected: category.code == chosen)
        }
    }

    private func units(_ chosen: String) -> [Fields] {
        words.organisation.units.filter { unit in
            unit.isValid(on: words.today) && unit.kind.takesMatters
                && ![.village, .community].contains(unit.kind) && !state.accusedUnits.contains(unit.id)
        }.map { QueueFilters.option("\($0.id)", words.unit($0.id), isSelected: "\($0.id)" == chosen) }
    }
}

extension String {
    /// Without the number or dash of a list: `1. `, `（二）`, `- `.
    var withoutBullet: String {
        let marks = Set("-–—*•·、.．)）(（ \t")
        var rest = self[...]
        while let first = rest.first, marks.contains(first) { rest.removeFirst() }
        let digits = rest.prefix { $0.isNumber }
        let after = rest.dropFirst(digits.count)
        if !digits.isEmpty, digits.count <= 2, let mark = after.first, "、.．)）".contains(mark) {
            rest = after
            while let first = rest.first, marks.contains(first) { rest.removeFirst() }
        }
        return String(rest).trimmingBlanks
    }
}
