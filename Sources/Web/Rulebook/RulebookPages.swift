public import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
public import Organisation

/// Administration of the rules: packs, calendar, duty catalogue, categories. Each change is looked at first, tried if
/// wanted, dated and reasoned; it counts on every server within seconds.
public struct RulebookPages: PageRoutes, Sendable {
    let casework: Casework
    let rules: RulePackStore
    let current: CurrentRules
    let drafts: RuleDrafts

    /// - Parameters:
    ///   - casework: tries changes on matters of the past.
    ///   - rules: keeps packs and calendars.
    ///   - current: takes up what was loaded.
    ///   - drafts: keeps texts between looking and deciding.
    public init(casework: Casework, rules: RulePackStore, current: CurrentRules, drafts: RuleDrafts) {
        self.casework = casework
        self.rules = rules
        self.current = current
        self.drafts = drafts
    }

    /// Adds all routes.
    public func add(to router: AppRouter) {
        addRules(to: router)
        addCalendar(to: router)
        addCatalogue(to: router)
        addCategories(to: router)
        addOutlines(to: router)
        let access = Access.staff(.manageOrganisation)
        router.get("/admin/configuration", access: access) { try await configuration($0, errors: []) }
        router.get("/admin/configuration/text", access: access, configurationText)
        // Outlines can make it larger than other texts.
        router.post(
            "/admin/configuration/draft", access: access, readsFiles: true, mostBytes: 8 << 20, draftConfiguration)
        router.get("/admin/configuration/draft/{draft}", access: access) {
            try await configurationDraft($0, errors: [])
        }
        router.post("/admin/configuration/draft/{draft}/load", access: access, loadConfiguration)
        router.get("/admin/trial/{id}", access: .staffAny, trial)
        router.get("/admin/trial/{id}/matters", access: .staff(.seeMatters), triedMatters)
    }

    private func addRules(to router: AppRouter) {
        router.get("/admin/rules", access: .staff(.manageRules), packs)
        router.get("/admin/rules/pack/{id}/{version}", access: .staff(.manageRules), pack)
        router.get("/admin/rules/pack/{id}/{version}/text", access: .staff(.manageRules), packText)
        for act in PackAct.allCases {
            router.post("/admin/rules/pack/{id}/{version}/\(act.rawValue)", access: .staff(.manageRules)) { request in
                try await perform(act, request)
            }
        }
        router.post("/admin/rules/draft", access: .staff(.manageRules), readsFiles: true, draftPack)
        router.get("/admin/rules/draft/{draft}", access: .staff(.manageRules)) { try await packDraft($0, errors: []) }
        router.post("/admin/rules/draft/{draft}/load", access: .staff(.manageRules), loadPack)
        router.post("/admin/rules/draft/{draft}/trial", access: .staff(.manageRules)) { try await ask(.rules, $0) }
    }

    private func addCalendar(to router: AppRouter) {
        router.get("/admin/calendar", access: .staff(.manageRules)) { try await calendar($0, errors: []) }
        router.get("/admin/calendar/text", access: .staff(.manageRules), calendarText)
        router.post("/admin/calendar/draft", access: .staff(.manageRules), readsFiles: true, draftCalendar)
        router.post("/admin/calendar/year", access: .staff(.manageRules), draftYear)
        router.get("/admin/calendar/draft/{draft}", access: .staff(.manageRules)) {
            try await calendarDraft($0, errors: [])
        }
        router.post("/admin/calendar/draft/{draft}/load", access: .staff(.manageRules), loadCalendar)
    }

    private func addCatalogue(to router: AppRouter) {
        let access = Access.staff(.manageOrganisation)
        router.get("/admin/catalogue", access: access) { try await catalogue($0, errors: []) }
        router.get("/admin/catalogue/text", access: access, catalogueText)
        router.get("/admin/catalogue/line", access: access) { try await catalogueLine($0, errors: []) }
        router.post("/admin/catalogue/line", access: access, draftLine)
        router.post("/admin/catalogue/decline", access: access, declineProposal)
        router.post("/admin/catalogue/draft", access: access, readsFiles: true, draftCatalogue)
        router.get("/admin/catalogue/draft/{draft}", access: access) { try await catalogueDraft($0, errors: []) }
        router.post("/admin/catalogue/draft/{draft}/load", access: access, loadCatalogue)
        router.post("/admin/catalogue/draft/{draft}/trial", access: access) { try await ask(.catalogue, $0) }
        router.post("/admin/catalogue/withdraw", access: access, withdrawCatalogue)
    }

    private func addCategories(to router: AppRouter) {
        let access = Access.staff(.manageOrganisation)
        router.get("/admin/categories", access: access) { try await categories($0, errors: []) }
        router.get("/admin/categories/text", access: access, categoryText)
        router.get("/admin/categories/line", access: access) { try await categoryEdit($0, errors: []) }
        router.post("/admin/categories/line", access: access, draftEdit)
        router.post("/admin/categories/draft", access: access, readsFiles: true, draftCategories)
        router.get("/admin/categories/draft/{draft}", access: access) { try await categoryDraft($0, errors: []) }
        router.post("/admin/categories/draft/{draft}/load", access: access, loadCategories)
        router.post("/admin/categories/draft/{draft}/trial", access: access) { try await ask(.categories, $0) }
        router.post("/admin/categories/withdraw", access: access, withdrawCategories)
    }

    // MARK: What all pages share

    /// A page of blocks under the tabs of the rule book.
    func page(
        _ request: PageRequest, tab: String, heading: String, hint: String = "",
        back: (url: String, text: String)? = nil, tools: [(text: String, url: String)] = [],
        _ blocks: [RulebookBlock], errors: [PlainError] = []
    ) async throws -> Response {
        let viewer = try request.staff
        let words = request.words
        let tabs = RulebookTab.allCases.filter { viewer.may($0.permission, on: nil) }
        let notice = request.query["done"].flatMap { code in
            code.count < 40 ? request.site.catalogue.find("rulebook.done.\(code)", request.language) : nil
        }
        let fields: Fields = [
            "submission": "", "heading": .text(heading), "hint": .text(hint), "backURL": .text(back?.url),
            "backText": .text(back?.text),
            "tabs": .list(
                tabs.map {
                    [
                        "name": .text(words.text("rulebook.tab.\($0.rawValue)")), "url": .text("/admin/\($0.rawValue)"),
                        "current": .flag($0.rawValue == tab),
                    ]
                }),
            "tools": .list(tools.map { ["text": .text($0.text), "url": .text($0.url)] }),
            "hasTools": .flag(!tools.isEmpty), "blocks": .list(blocks.map { $0.fields(words) }),
        ]
        return try await request.page(
            "admin/rulebook", title: heading, fields, status: errors.isEmpty ? .ok : .unprocessableContent,
            errors: errors.map { Self.anchored($0, blocks) }, notice: notice)
    }

    /// The summary on top leads to the element of the form.
    private static func anchored(_ error: PlainError, _ blocks: [RulebookBlock]) -> PlainError {
        guard let field = error.field else { return error }
        let form = blocks.flatMap(\.forms).first { form in form.inputs.contains { $0.name == field } }
        guard let form else { return PlainError(error.kind, error.code, values: error.values) }
        return PlainError(error.kind, error.code, field: "\(form.id)-\(field)", values: error.values)
    }

    /// Runs what a form asks for; what is wrong is handed to `again` with everything typed.
    func run(
        _ body: () async throws -> Response, again: ([PlainError]) async throws -> Response
    ) async throws -> Response {
        do {
            return try await body()
        } catch let error as PlainErrors {
            return try await again(error.errors)
        } catch let error as PlainError where error.kind == .invalid || error.kind == .conflict {
            return try await again([error])
        } catch let error as RuleStoreError {
            return try await again([error.plain])
        }
    }

    func draftID(_ request: PageRequest) throws -> RuleDraftID {
        guard let id = RuleDraftID(request.parameter("draft")) else { throw PlainError(.notFound, "rulebook.noDraft") }
        return id
    }

    /// What was pasted, or the file that was chosen; without the mark that some editors put before a text.
    func sentText(_ request: PageRequest) throws(PlainError) -> String {
        let file = request.form.text("file")
        let text = file.isEmpty ? request.form.text("text") : file
        let plain = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        guard !plain.allSatisfy(\.isWhitespace) else { throw PlainError(.invalid, "rulebook.empty", field: "text") }
        guard !plain.unicodeScalars.contains("\0") else { throw PlainError(.invalid, "rulebook.binary", field: "text") }
        return plain.replacing("\r\n", with: "\n")
    }

    /// The reason and, where a change can wait, its day.
    func reasonInputs(_ words: Words, day: LocalDate? = nil) -> [RulebookForm.Input] {
        var inputs: [RulebookForm.Input] = []
        if let day {
            inputs.append(
                .init(
                    name: "from", label: words.text("rulebook.from"), kind: .date,
                    hint: words.text("rulebook.fromHint"), value: "\(day)"))
        }
        inputs.append(
            .init(
                name: "reason", label: words.text("rulebook.reason"), kind: .area(rows: 3),
                hint: words.text("rulebook.reasonHint")))
        return inputs
    }

    /// A form to paste a text or choose a file.
    func uploadForm(
        _ request: PageRequest, _ part: String, text: String = "", isPrimary: Bool = false
    ) -> RulebookForm {
        let words = request.words
        return RulebookForm(
            id: "upload", action: "/admin/\(part)/draft", button: words.text("rulebook.look"),
            inputs: [
                .init(
                    name: "file", label: words.text("rulebook.file.\(part)"), kind: .file,
                    hint: words.text("rulebook.fileHint.\(part)"), isRequired: false),
                .init(
                    name: "text", label: words.text("rulebook.paste"), kind: .code(rows: text.isEmpty ? 6 : 20),
                    value: text, isRequired: false),
            ], isPrimary: isPrimary, submission: request.submissionField())
    }

    /// A file for the reader's own machine.
    func file(_ text: String, named name: String) -> Response {
        var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
        headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

/// The parts of the rule book; the raw value is the end of the address.
enum RulebookTab: String, CaseIterable, Sendable {
    case rules, calendar, catalogue, categories, configuration

    var permission: Permission {
        switch self {
        case .rules, .calendar: .manageRules
        case .catalogue, .categories, .configuration: .manageOrganisation
        }
    }
}

extension RuleStoreError {
    /// The same as a sentence of a page.
    var plain: PlainError {
        switch self {
        case .changed(let what): PlainError(.unavailable, "rulebook.tampered", values: ["what": what])
        case .unreadable(let what, _): PlainError(.unavailable, "rulebook.tampered", values: ["what": what])
        case .taken(let what): PlainError(.invalid, "rulebook.taken", values: ["what": what])
        case .otherKind(let id, _): PlainError(.invalid, "rulebook.otherKind", values: ["what": id])
        case .notNewer(let what, let newer):
            PlainError(.invalid, "rulebook.notNewer", values: ["what": what, "n": "\(newer)"])
        case .inThePast(_, let earliest):
            PlainError(.invalid, "rulebook.past", field: "from", values: ["date": "\(earliest)"])
        case .unknown(let what): PlainError(.notFound, "rulebook.noPack", values: ["what": what])
        case .builtIn(let what): PlainError(.conflict, "rulebook.builtIn", values: ["what": what])
        case .beforeItsStart(_, let first):
            PlainError(.invalid, "rulebook.beforeStart", field: "last", values: ["date": "\(first)"])
        case .endedAlready(let what): PlainError(.conflict, "rulebook.endedAlready", values: ["what": what])
        case .yearsLost(let years):
            PlainError(
                .invalid, "rulebook.yearsLost", values: ["years": years.map(String.init).joined(separator: ", ")])
        }
    }
}
