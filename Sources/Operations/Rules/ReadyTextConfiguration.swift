internal import Casework
internal import Kernel
internal import Organisation
internal import Storage
internal import Workbench

/// Texts that are kept ready in the text of the configuration. Who answers for them is a person of one store: a text that
/// comes from another store waits for somebody who does.
struct ReadyTextConfiguration: ConfigurationPart {
    private let workbench: Workbench

    private static let file = "ready-texts.tsv"
    private static let columns = ["unit", "name", "form", "category", "until", "retired", "body"]

    init(_ workbench: Workbench) { self.workbench = workbench }

    var kind: ConfigurationPartKind { .readyTexts }

    func files(code: (UnitID) -> String?, in tx: any ReadTransaction) throws -> [String: String] {
        let rows = try sorted(in: tx, code).map { _, text -> [String?] in
            let draft = text.draft
            return [
                code(draft.unit), draft.name, draft.form.rawValue, draft.category, "\(draft.validUntil)",
                text.isRetired ? "yes" : nil, draft.body,
            ]
        }
        return [Self.file: ConfigurationTable.text(Self.columns, rows)]
    }

    /// Texts that only the store has stay.
    func step(_ reader: inout ConfigurationReader, in tx: any ReadTransaction) throws -> ConfigurationPartStep {
        let codes = Dictionary(reader.unitIDs.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
        let present = Dictionary(
            try sorted(in: tx) { codes[$0] }, uniquingKeysWith: { first, _ in first })
        var names = Names()
        var wanted: [(String, Line)] = []
        for (line, cells) in reader.rows(Self.file, Self.columns) {
            guard let draft = draft(cells, line, &reader) else { continue }
            let key = names.key(cells["unit"] ?? "", draft)
            var own = draft
            own.owner = present[key]?.draft.owner ?? CannedDraft.nobody
            wanted.append((key, Line(draft: own, isRetired: cells["retired"] == "yes")))
        }
        let known = present.mapValues { Line(draft: $0.draft, isRetired: $0.isRetired) }
        let next = Dictionary(wanted, uniquingKeysWith: { first, _ in first })
        for (unit, texts) in Dictionary(
            grouping: known.merging(next) { _, new in new }.values.filter { !$0.isRetired }, by: \.draft.unit
        ) where texts.count > Workbench.mostCanned {
            reader.refuse(Self.file, 1, "\(codes[unit] ?? "") has more than \(Workbench.mostCanned) ready texts")
        }
        let changed = wanted.filter { known[$0.0] != $0.1 }.map {
            (known: present[$0.0], draft: $0.1.draft, isRetired: $0.1.isRetired)
        }
        let workbench = self.workbench
        return ConfigurationPartStep(
            changes: ConfigurationChange.compare(Self.file, wanted, known), count: changed.count
        ) { tx, actor in try workbench.bringIn(changed, by: actor.staffID, in: tx) }
    }

    private struct Line: Equatable {
        let draft: CannedDraft
        let isRetired: Bool
    }

    private func draft(
        _ cells: [String: String], _ line: Int, _ reader: inout ConfigurationReader
    ) -> CannedDraft? {
        let unit = reader.unit(cells["unit"], Self.file, line)
        if (cells["unit"] ?? "").isEmpty { reader.refuse(Self.file, line, "the unit is missing") }
        let form = DraftForm(rawValue: cells["form"] ?? "")
        if form == nil { reader.refuse(Self.file, line, "\(cells["form"] ?? "") is no form of a text") }
        let until = reader.date(cells["until"], Self.file, line)
        if (cells["until"] ?? "").isEmpty { reader.refuse(Self.file, line, "the last day is missing") }
        let category = cells["category"].flatMap { $0.isEmpty ? nil : $0 }
        if let category, !reader.categories.contains(category) {
            reader.refuse(Self.file, line, "the category \(category) is unknown")
        }
        guard let unit, let form, let until else { return nil }
        if until > reader.today.adding(days: Workbench.longestCannedDays) {
            reader.refuse(Self.file, line, "the last day is more than \(Workbench.longestCannedDays) days away")
        }
        let draft = CannedDraft(
            name: PlainText.cleaned(cells["name"] ?? ""), form: form, category: category, unit: unit,
            owner: CannedDraft.nobody, validUntil: until, body: PlainText.cleaned(cells["body"] ?? ""))
        for fault in Workbench.faults(in: draft) { reader.refuse(Self.file, line, Self.reason(fault)) }
        return draft
    }

    private static func reason(_ fault: PlainError) -> String {
        switch (fault.code, fault.field) {
        case ("canned.nameMissing", _): "the name is empty"
        case ("canned.bodyMissing", _): "the words are empty"
        case ("text.tooLong", "name"): "a name is longer than \(Workbench.longestCannedName) characters"
        case ("text.tooLong", _): "the words are longer than \(Workbench.longestCanned) characters"
        case ("canned.personal", _): "a text for everybody holds no telephone or identity number"
        default: "a field or gap is unknown or not closed (\(fault.code))"
        }
    }

    /// By unit, form and name; a second of the same name is told apart by its place in the order.
    private func sorted(
        in tx: any ReadTransaction, _ code: (UnitID) -> String?
    ) throws -> [(String, CannedText)] {
        var names = Names()
        return try workbench.allCanned(in: tx).map { (unit: code($0.draft.unit) ?? "", text: $0) }.sorted {
            ($0.unit, $0.text.draft.form.rawValue, $0.text.draft.name, $0.text.id)
                < ($1.unit, $1.text.draft.form.rawValue, $1.text.draft.name, $1.text.id)
        }.map { (names.key($0.unit, $0.text.draft), $0.text) }
    }

    private struct Names {
        private var seen: [String: Int] = [:]

        mutating func key(_ unit: String, _ draft: CannedDraft) -> String {
            let name = "\(unit)/\(draft.form.rawValue)/\(draft.name)"
            seen[name, default: 0] += 1
            return seen[name] == 1 ? name : "\(name)#\(seen[name] ?? 0)"
        }
    }
}
