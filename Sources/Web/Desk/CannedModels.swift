internal import Kernel
internal import Organisation
internal import Workbench

/// The list of texts that are kept ready.
struct CannedListModel {
    let texts: [CannedText]
    let ending: [CannedText]
    let rights: CannedRights
    let words: MatterWords
    let today: LocalDate
    let showsRetired: Bool

    var fields: Fields {
        // The own unit first, then those above and below, each with its texts.
        let own = rights.viewer.staff.unit
        let units = Dictionary(grouping: texts, by: \.draft.unit)
        let order = units.keys.sorted { ($0 == own ? 0 : 1, $0) < ($1 == own ? 0 : 1, $1) }
        let groups = order.map { unit -> Fields in
            [
                "anchor": .text("unit-\(unit)"), "unit": .text(words.unit(unit)),
                "texts": .list((units[unit] ?? []).map(row)),
            ]
        }
        return [
            "hasEnding": .flag(!ending.isEmpty), "ending": .list(ending.map(row)), "hasTexts": .flag(!texts.isEmpty),
            "groups": .list(groups), "showsRetired": .flag(showsRetired),
            "canAdd": .flag(!rights.keepable.isEmpty),
        ]
    }

    private func row(_ text: CannedText) -> Fields {
        let draft = text.draft
        let over = draft.validUntil < today
        let until = words.text(
            text.isRetired ? "canned.isRetired" : over ? "canned.over" : "canned.until",
            ["date": words.words.fullDate(draft.validUntil)])
        return [
            "id": .text("\(text.id)"), "version": .text("\(text.version)"), "name": .text(draft.name),
            "form": .text(words.text("canned.form.\(draft.form.rawValue)")),
            "category": .text(words.category(draft.category)), "owner": .text(owner(draft.owner)),
            "until": .text(until), "isOver": .flag(over && !text.isRetired),
            "isNear": .flag(!over && !text.isRetired && draft.validUntil.days(since: today) < 14),
            "isPersonal": .flag(draft.isPersonal), "gist": .text(Self.gist(draft.body)),
            "lang": .text(MatterWords.language(of: draft.body)),
            "url": .text(rights.mayRead(text) ? "/desk/texts/\(text.id)" : ""),
            "mayKeep": .flag(rights.mayKeep(draft.unit)),
        ]
    }

    private func owner(_ id: StaffID) -> String {
        id == CannedDraft.nobody ? words.text("canned.nobody") : words.staff(id)
    }

    private static func gist(_ body: String) -> String {
        let line = String(body.map { $0.isNewline ? " " : $0 })
        return line.count <= 90 ? line : "\(line.prefix(89))…"
    }
}

/// The form of one text, with its history.
struct CannedFormModel {
    let text: CannedText?
    let typed: Form?
    let errors: [PlainError]
    /// Newest first.
    let history: [CannedText]
    /// Why versions came, by their number.
    let reasons: [Int: String]
    let rights: CannedRights
    let words: MatterWords
    let today: LocalDate

    private var mayKeep: Bool { text.map { rights.mayKeep($0.draft.unit) } ?? true }

    var title: String { text?.draft.name ?? words.text("canned.newTitle") }

    private func value(_ name: String) -> String {
        if let typed, typed[name] != nil { return typed.text(name) }
        let draft = text?.draft
        switch name {
        case "name": return draft?.name ?? ""
        case "form": return draft?.form.rawValue ?? DraftForm.reply.rawValue
        case "category": return draft?.category ?? ""
        case "unit" where draft?.isPersonal == true: return CannedRights.forMyself
        case "reason": return ""
        case "effective": return "\(today)"
        case "unit": return "\(draft?.unit ?? rights.keepable.first ?? rights.viewer.staff.unit)"
        case "owner":
            // A text of another store has no owner yet: whoever opens it is offered.
            let owner = draft.flatMap { $0.owner == CannedDraft.nobody ? nil : $0.owner }
            return "\(owner ?? rights.viewer.staff.id)"
        case "until": return "\(draft?.validUntil ?? today.adding(days: Workbench.cannedDays))"
        default: return draft?.body ?? ""
        }
    }

    private func error(_ name: String) -> Field {
        .text(errors.first { $0.field == name }.map(words.words.sentence))
    }

    var fields: Fields {
        var fields: Fields = [
            "heading": .text(title), "isNew": .flag(text == nil), "isPersonal": .flag(text?.draft.isPersonal ?? false),
            "action": .text("/desk/texts/\(id)"),
            "version": .text(text.map { "\($0.version)" }), "isRetired": .flag(text?.isRetired ?? false),
            "mayKeep": .flag(mayKeep), "isReadOnly": .flag(!mayKeep), "longest": .text("\(Workbench.longestCanned)"),
            "unitName": .text(text.map { words.unit($0.draft.unit) }),
            "untilText": .text(text.map { words.words.fullDate($0.draft.validUntil) }),
            "bodyLang": .text(MatterWords.language(of: value("body"))), "paragraphs": .paragraphs(value("body")),
            "forms": options("form", DraftForm.allCases.map { ($0.rawValue, "canned.form.\($0.rawValue)") }),
            "categories": .list(categories), "units": .list(units), "owners": .list(owners),
            "marks": .list(CannedField.allCases.map(mark)), "history": .list(versions),
            "hasHistory": .flag(!history.isEmpty),
        ]
        for name in ["name", "until", "body", "reason", "effective"] { fields[name] = .text(value(name)) }
        for name in ["name", "form", "category", "unit", "owner", "until", "body", "reason", "effective"] {
            fields["\(name)Error"] = error(name)
        }
        return fields
    }

    private var id: String { text.map { "\($0.id)" } ?? "new" }

    private func options(_ name: String, _ values: [(String, String)]) -> Field {
        .list(values.map { QueueFilters.option($0.0, words.text($0.1), isSelected: $0.0 == value(name)) })
    }

    private func mark(_ field: CannedField) -> Fields {
        ["mark": .text("{{\(field.rawValue)}}"), "meaning": .text(words.text("canned.field.\(field.rawValue)"))]
    }

    private var categories: [Fields] {
        words.organisation.categories.filter { !$0.isRetired }.map { category in
            let label = words.organisation.pathName(ofCategory: category.code, isEnglish: words.isEnglish)
            return QueueFilters.option(category.code, label, isSelected: category.code == value("category"))
        }
    }

    private var units: [Fields] {
        let own = QueueFilters.option(
            CannedRights.forMyself, words.text("canned.forMyself"), isSelected: value("unit") == CannedRights.forMyself)
        let shared = rights.keepable.map {
            QueueFilters.option("\($0)", words.unit($0), isSelected: "\($0)" == value("unit"))
        }
        // What others rely on stays theirs.
        return text.map { $0.draft.isPersonal } ?? true ? [own] + shared : shared
    }

    private var owners: [Fields] {
        var people = rights.owners
        // Whoever answers for it now stays to be chosen, also from another unit.
        if let owner = text.flatMap({ words.organisation.staff($0.draft.owner) }),
            !people.contains(where: { $0.id == owner.id })
        {
            people.append(owner)
        }
        return people.map { member in
            QueueFilters.option(
                "\(member.id)", "\(member.displayName) · \(words.unit(member.unit))",
                isSelected: "\(member.id)" == value("owner"))
        }
    }

    /// What each version changed, the newest first.
    private var versions: [Fields] {
        history.enumerated().map { index, version in
            let before = index + 1 < history.count ? history[index + 1] : nil
            let values = [
                "n": "\(version.version)",
                "who": version.changedBy == CannedDraft.nobody
                    ? words.text("canned.elsewhere") : words.staff(version.changedBy),
                "when": words.words.fullDateTime(version.changedAt),
            ]
            let changes = before.map { changed(from: $0, to: version) } ?? []
            let isSame = before?.draft.body == version.draft.body
            let pieces = before.map { isSame ? [] : TextDifference.pieces($0.draft.body, version.draft.body) } ?? []
            return [
                "heading": .text(words.text(before == nil ? "canned.versionFirst" : "canned.versionLine", values)),
                "reason": .text(reasons[version.version]), "changes": .texts(changes),
                "hasText": .flag(!pieces.isEmpty),
                "lang": .text(MatterWords.language(of: version.draft.body)),
                "pieces": .list(
                    pieces.map {
                        [
                            "isAdded": .flag($0.kind == .added), "isRemoved": .flag($0.kind == .removed),
                            "text": .text($0.text),
                        ]
                    }),
            ]
        }
    }

    private func changed(from old: CannedText, to new: CannedText) -> [String] {
        func name(_ form: DraftForm) -> String { words.text("canned.form.\(form.rawValue)") }
        func category(_ code: String?) -> String { code.map { words.category($0) } ?? words.text("canned.anyCategory") }
        let (a, b) = (old.draft, new.draft)
        let rows: [(key: String, old: String, new: String)] = [
            ("name", a.name, b.name), ("form", name(a.form), name(b.form)),
            ("category", category(a.category), category(b.category)), ("unit", words.unit(a.unit), words.unit(b.unit)),
            ("owner", words.staff(a.owner), words.staff(b.owner)),
            ("until", words.words.fullDate(a.validUntil), words.words.fullDate(b.validUntil)),
        ]
        var lines = rows.filter { $0.old != $0.new }.map {
            words.text("canned.change.\($0.key)", ["old": $0.old, "new": $0.new])
        }
        if old.isRetired != new.isRetired {
            lines.append(words.text(new.isRetired ? "canned.change.retired" : "canned.change.restored"))
        }
        return lines
    }
}
