internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Workbench

/// Texts that are kept ready, put into the forms of a matter.
extension Desk {
    /// What this person may put into the forms of the page; those of their unit and of units above.
    func offering(_ page: MatterPage) -> CannedWish {
        CannedWish(
            of: Self.lendingUnits(of: page.viewer), in: DraftForm.allCases.filter { page.can($0.act.command) },
            on: page.words.today)
    }

    /// The units whose texts are offered to somebody.
    static func lendingUnits(of viewer: Viewer) -> [UnitID] { viewer.organisation.above(viewer.staff.unit).sorted() }

    /// A text with this matter's fields, for the script: what to remember with it, then the words.
    func cannedInto(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let file = try await casework.file(number: request.parameter("number"), for: viewer)
        guard let form = DraftForm(rawValue: request.query.text("form")),
            let text = try await offered(request.query, form, viewer, request)
        else { throw PlainError(.notFound, "canned.missing") }
        return Self.plain("\(text.id).\(text.version)\n\(try filled(text, file, viewer, request))")
    }

    /// The form again, with the chosen text behind what was typed.
    func insertCanned(_ form: DraftForm, _ run: MatterRun, _ request: PageRequest) async throws -> Response {
        guard let text = try await offered(run.form, form, run.viewer, request) else {
            return try await again(
                form.act, run, [PlainError(.invalid, "canned.choose", field: "canned-\(form.rawValue)")], request)
        }
        let typed = PlainText.cleaned(run.form.text("body"))
        let body = [typed, try filled(text, run.file, run.viewer, request)].filter { !$0.isEmpty }
            .joined(separator: "\n\n")
        var items = run.form.items.filter { !["body", "canned"].contains($0.name) }
        items.append(Form.Item(name: "body", value: body))
        items.append(Form.Item(name: "template", value: "\(text.id).\(text.version)"))
        return try await again(form.act, run.replacing(Form(items)), [], request)
    }

    private func offered(
        _ form: Form, _ wanted: DraftForm, _ viewer: Viewer, _ request: PageRequest
    ) async throws -> CannedText? {
        guard let id = form.id("canned", of: Named.CannedText.self), let text = try await workbench.cannedText(id),
            text.draft.form == wanted, text.isOffered(on: request.site.today),
            Self.lendingUnits(of: viewer).contains(text.draft.unit),
            CannedRights(viewer: viewer).mayRead(text) || !text.draft.isPersonal
        else { return nil }
        return text
    }

    private func filled(
        _ text: CannedText, _ file: CaseFile, _ viewer: Viewer, _ request: PageRequest
    ) throws -> String {
        // A letter is in its own language, whatever its writer reads pages in.
        let own = text.draft.body.replacing(/\{\{[^}]*\}\}/, with: "")
        // Fields say nothing of it; a text of fields alone is Chinese, as letters are here.
        let isWritten = own.contains { $0.isLetter }
        let language = isWritten ? Language(rawValue: MatterWords.language(of: own)) ?? .chinese : .chinese
        let words = MatterWords(
            words: request.site.words(language), organisation: viewer.organisation, book: casework.deadlines,
            now: request.now, countyName: request.site.settings.countyName.text(isEnglish: language.isEnglish))
        let names = CannedField.allCases.map { ($0, words.text("canned.field.\($0.rawValue)")) }
        return try CannedMarks(text.draft.body).filled(
            words.cannedValues(file, hotline: request.site.settings.hotline),
            names: Dictionary(uniqueKeysWithValues: names))
    }

    /// The versions that a form says it used.
    func cannedVersions(in form: Form) async throws -> [CannedText] {
        var named: [(id: CannedTextID, version: Int)] = []
        for item in form.values("template").prefix(8) {
            let parts = item.split(separator: ".")
            guard parts.count == 2, let id = CannedTextID(parts[0]), let version = Int(parts[1]) else { continue }
            if !named.contains(where: { $0.id == id }) { named.append((id, version)) }
        }
        return try await workbench.cannedVersions(named)
    }

    /// The same as codes, for the event.
    func cannedUses(in form: Form) async throws -> [CannedUse] {
        CannedUses(try await cannedVersions(in: form), in: form.text("body")).codes
    }
}

/// Which texts a letter uses, and whether it says anything besides.
struct CannedUses {
    /// Those of which words are left in it.
    let used: [CannedText]
    /// Whether nobody changed a word.
    let isUnedited: Bool
    /// Whether somebody at least filled gaps.
    let hasGaps: Bool

    init(_ texts: [CannedText], in body: String) {
        let letters = body.filter { !$0.isWhitespace }
        let found = texts.compactMap { text -> (CannedText, CannedMarks)? in
            guard let marks = try? CannedMarks(text.draft.body) else { return nil }
            let isThere = marks.pieces.contains { piece in
                guard case .words(let words) = piece else { return false }
                let wanted = words.filter { !$0.isWhitespace }
                return wanted.count >= 4 && letters.contains(wanted)
            }
            return isThere ? (text, marks) : nil
        }
        used = found.map(\.0)
        isUnedited = CannedMarks.isUnedited(body, found.map(\.1))
        hasGaps = found.contains { $0.1.pieces.contains { if case .gap = $0 { true } else { false } } }
    }

    var codes: [CannedUse] { used.map { CannedUse(id: $0.id, version: $0.version, edited: !isUnedited) } }
}

extension MatterWords {
    /// What a matter gives to texts that are kept ready.
    func cannedValues(_ file: CaseFile, hotline: String) -> [CannedField: String] {
        let state = file.state
        let answer = state.clocks.first { clock in
            clock.endedAt == nil && clock.start.isDuty
                && (clock.start.ends?.contains(.reply) ?? clock.start.rule.hasPrefix("XF-HANDLE"))
        }
        var values: [CannedField: String] = [
            .number: state.number, .received: words.fullDate(book.zone.date(of: state.registeredAt)),
            .unit: unit(state.responsible), .hotline: hotline,
        ]
        values[.due] = answer.map { words.fullDate(due($0.start, of: state)) }
        values[.place] = file.text(state.place) ?? state.area.map(area)
        values[.handler] = state.handler.map(staff)
        values[.title] = file.text(state.title)
        return values
    }

    /// How a letter stands to the texts that it uses, for staff; empty where it uses none.
    func cannedWords(_ uses: [CannedUse]?) -> String {
        guard let uses, let first = uses.first else { return "" }
        let versions = words.list(uses.map { text("canned.version", ["n": "\($0.version)"]) })
        return text(first.edited ? "canned.usedEdited" : "canned.usedUnedited", ["versions": versions])
    }
}

extension MatterForms {
    /// The texts that can be put into a form: those that fit the category first.
    func canned(_ form: DraftForm) -> Fields? {
        let offers = page.desk.offers.filter { $0.form == form }
        let typed = state(form.act)
        let used = typed.form?.values("template") ?? []
        let mayKeep = page.viewer.may(.keepTexts, on: nil)
        guard !offers.isEmpty || !used.isEmpty || mayKeep else { return nil }
        func fits(_ offer: CannedOffer) -> Bool {
            guard let wanted = offer.category, let own = page.state.category else { return false }
            return own == wanted || own.hasPrefix("\(wanted).")
        }
        func options(_ offers: [CannedOffer]) -> Field {
            .list(offers.map { QueueFilters.option("\($0.id)", $0.name, isSelected: false) })
        }
        let fitting = offers.filter(fits)
        // A text for another category may still be right; it stands last and says what it is for.
        let others = offers.filter { !fits($0) }
        let field = "canned-\(form.rawValue)"
        return [
            "form": .text(form.rawValue), "act": .text(form.act.rawValue), "hasOffers": .flag(!offers.isEmpty),
            "hasFitting": .flag(!fitting.isEmpty), "fitting": options(fitting), "hasOthers": .flag(!others.isEmpty),
            "others": options(others), "used": .texts(used), "error": typed.error(field), "mayKeep": .flag(mayKeep),
        ]
    }

    /// For each form of the composer.
    func cannedFields() -> Fields {
        var fields: Fields = [:]
        for form in DraftForm.allCases {
            let isThere = page.can(form.act.command)
            fields["\(form.rawValue)Canned"] = .optional(isThere ? canned(form) : nil)
        }
        return fields
    }
}
