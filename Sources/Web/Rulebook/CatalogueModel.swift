internal import Kernel
internal import Organisation

/// The duty catalogue as blocks of a page.
struct CatalogueModel {
    let words: Words
    let organisation: Organisation

    private var isEnglish: Bool { words.language.isEnglish }
    private static let most = 200

    private func category(_ code: String) -> String { organisation.pathName(ofCategory: code, isEnglish: isEnglish) }
    private func unit(_ id: UnitID) -> String {
        organisation.unit(id)?.name.text(isEnglish: isEnglish) ?? words.text("story.unitUnknown")
    }
    private func area(_ code: String?) -> String {
        code.map { organisation.area($0)?.name.text(isEnglish: isEnglish) ?? $0 } ?? words.text("rulebook.everywhere")
    }

    /// Entries that hold on a day and fit what is looked for.
    func entries(on day: LocalDate, query: String, today: LocalDate) -> RulebookBlock {
        let all = organisation.catalogueEntries(on: day)
        let wanted = query.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
        let found = all.filter { entry in
            let text = [
                entry.id, category(entry.category), unit(entry.unit), area(entry.area), entry.basis,
                organisation.unit(entry.unit)?.code ?? "",
            ].joined(separator: " ").lowercased()
            return wanted.allSatisfy { text.contains($0) }
        }
        var block = RulebookBlock(
            id: "entries", heading: words.text("rulebook.entries"),
            sentences: [
                words.text(
                    "rulebook.entriesSum",
                    ["n": words.number(found.count), "all": words.number(all.count), "date": words.fullDate(day)])
            ],
            columns: [
                "rulebook.entry", "rulebook.category", "rulebook.area", "rulebook.unit", "rulebook.basis",
                "rulebook.holds",
            ]
            .map { (words.text($0), false) })
        block.forms = [
            RulebookForm(
                id: "find", action: "/admin/catalogue", button: words.text("rulebook.find"), method: "get",
                inputs: [
                    .init(
                        name: "q", label: words.text("rulebook.findLabel"), kind: .line(most: 100), value: query,
                        isRequired: false),
                    .init(
                        name: "on", label: words.text("rulebook.on"), kind: .date, value: "\(day)", isRequired: false),
                ])
        ]
        block.rows = found.prefix(Self.most).map { entry in
            var items = Form([.init(name: "id", value: entry.id)]).urlEncoded
            if day != today { items = "" }
            return [
                .init(text: entry.id, url: items.isEmpty ? "" : "/admin/catalogue/line?\(items)"),
                .init(text: category(entry.category)), .init(text: area(entry.area)),
                .init(text: unit(entry.unit), small: helpers(entry)), .init(text: entry.basis),
                .init(text: span(entry)),
            ]
        }
        if found.count > Self.most {
            block.sentences.append(words.text("rulebook.entriesMore", ["n": words.number(Self.most)]))
        }
        return block
    }

    private func helpers(_ entry: CatalogueEntry) -> String {
        entry.helpers.isEmpty
            ? "" : words.text("rulebook.helpedBy", ["units": words.list(entry.helpers.map(unit))])
    }

    private func span(_ entry: CatalogueEntry) -> String {
        let from = words.fullDate(entry.effectiveFrom)
        guard let last = entry.effectiveTo else { return words.text("rulebook.since", ["from": from]) }
        return words.text("rulebook.span", ["from": from, "to": words.fullDate(last)])
    }

    /// What comes, what says something else, what ends.
    func difference(_ difference: CatalogueDifference) -> RulebookBlock {
        var block = RulebookBlock(
            id: "difference", heading: words.text("rulebook.difference"),
            sentences: [
                words.text(
                    "rulebook.differenceSum",
                    [
                        "added": words.number(difference.added.count),
                        "changed": words.number(difference.changed.count),
                        "ended": words.number(difference.ended.count), "same": words.number(difference.unchanged),
                    ])
            ])
        func title(_ entry: CatalogueEntry) -> String { "\(entry.id) · \(category(entry.category))" }
        block.changes += difference.changed.map {
            .init(kind: .changed, what: title($0.after), before: said($0.before), after: said($0.after))
        }
        block.changes += difference.added.map { .init(kind: .added, what: title($0), after: said($0)) }
        block.changes += difference.ended.map { .init(kind: .ended, what: title($0), before: said($0)) }
        if block.changes.count > 500 {
            block.changes.removeLast(block.changes.count - 500)
            block.sentences.append(words.text("rulebook.changesMore"))
        }
        return block
    }

    private func said(_ entry: CatalogueEntry) -> String {
        [category(entry.category), area(entry.area), unit(entry.unit), helpers(entry), entry.basis]
            .filter { !$0.isEmpty }.joined(separator: words.text("story.semicolon"))
    }

    /// 国办函〔2025〕66号 (五): said before anybody decides.
    func townships(_ difference: CatalogueDifference) -> RulebookBlock {
        RulebookBlock(
            id: "townships", heading: words.text("rulebook.townships"), tone: "wait",
            sentences: [
                words.text("rulebook.townshipsText", ["entries": words.list(difference.toTownships.sorted())])
            ])
    }

    // MARK: Choices of the form

    /// The next free number.
    func nextNumber(_ day: LocalDate) -> String {
        let taken = Set(organisation.catalogueEntries(on: day).map(\.id))
        return (1...).lazy.map(String.init).first { !taken.contains($0) } ?? ""
    }

    var categoryOptions: [RulebookForm.Option] {
        organisation.categories.filter { !$0.isRetired }.map {
            .init(value: $0.code, label: "\($0.code) \(category($0.code))")
        }
    }

    var areaOptions: [RulebookForm.Option] {
        organisation.areas.filter { !$0.isRetired }.map {
            .init(value: $0.code, label: organisation.pathName(ofArea: $0.code, isEnglish: isEnglish))
        }
    }

    var unitOptions: [RulebookForm.Option] {
        organisation.units.filter { unit in
            unit.successor == nil && unit.kind.takesMatters && ![.village, .community].contains(unit.kind)
        }.map { .init(value: $0.code, label: "\($0.name.text(isEnglish: isEnglish))（\($0.code)）") }
    }
}
