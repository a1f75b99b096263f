internal import Hummingbird
internal import Kernel
internal import Organisation
internal import SealedReports

extension SealedPages {
    /// What the channel is, who can read what goes in, and who cannot.
    func start(_ request: PageRequest) async throws -> Response {
        guard let sealed else { return request.redirect(to: "/misconduct") }
        return try await request.page(
            "sealed/start", title: request.words.text("sealed.startTitle"),
            [
                "organName": .text(name(of: sealed.receiver, request)),
                "acknowledge": .text(request.words.workingDays(Self.acknowledgeDays)),
            ])
    }

    /// Where reports about the receiving organ itself go. Nothing is taken in here.
    func upward(_ request: PageRequest) async throws -> Response {
        guard let sealed else { return request.redirect(to: "/misconduct") }
        let organisation = try await request.site.organisation.current()
        let organs = DisciplineOrgans.fields(organisation, request) { $0.hasPrefix("discipline-up") }
        return try await request.page(
            "sealed/upward", title: request.words.text("sealed.upwardTitle"),
            [
                "organName": .text(name(of: sealed.receiver, request)), "organs": .list(organs),
                "hasOrgans": .flag(!organs.isEmpty),
                "upwardDays": .text(request.words.workingDays(Self.upwardDays)),
            ])
    }

    func write(_ request: PageRequest) async throws -> Response {
        guard sealed != nil else { return request.redirect(to: "/misconduct") }
        return try await form(request, ReportDraft())
    }

    /// Takes a report: sealed by the browser, or in words that are sealed at once.
    func send(_ request: PageRequest) async throws -> Response {
        let sealed = try channel()
        let submission = try request.formName
        if let envelope = request.form["envelope"] {
            guard let bytes = base64Bytes(envelope), let handle = SealedHandle(request.form.text("handle")) else {
                throw PlainError(.invalid, "sealed.notAnEnvelope", field: "envelope")
            }
            try request.spend(.sealed)
            return try await sent(
                request, try await sealed.submit(sealed: bytes, handle: handle, submission: submission))
        }
        let draft = ReportDraft(request.form)
        guard draft.problems.isEmpty else { return try await form(request, draft, errors: draft.problems) }
        try request.spend(.sealed)
        do {
            return try await sent(request, try await sealed.submit(draft, submission: submission))
        } catch let error as PlainError where error.code == "sealed.sentAlready" {
            return try await form(request, draft, errors: [error], isNewForm: true)
        }
    }

    private func form(
        _ request: PageRequest, _ draft: ReportDraft, errors: [PlainError] = [], isNewForm: Bool = false
    ) async throws -> Response {
        let sealed = try channel()
        var fields: Fields = [
            "submission": isNewForm ? request.newSubmission() : request.submissionField(),
            "organName": .text(name(of: sealed.receiver, request)),
            "organKey": .text(base64URL(sealed.receiver.point)), "accused": .text(draft.accused),
            "words": .text(draft.words), "isNamed": .flag(draft.isNamed == true),
            "isAnonymous": .flag(draft.isNamed == false), "name": .text(draft.name),
            "contact": .text(draft.contact), "safety": .text(draft.safety),
            "wordsMaximum": .number(ReportDraft.longestWords),
            "wordsLimit": .text(request.words.number(ReportDraft.longestWords)),
            "accusedMaximum": .number(ReportDraft.longestAccused),
            "contactMaximum": .number(ReportDraft.longestContact),
            "nameMaximum": .number(ReportDraft.longestName),
        ]
        for field in ["accused", "words", "named", "name", "contact", "safety"] {
            fields["\(field)Error"] = .text(request.message(errors, for: field))
        }
        let status: HTTPResponse.Status = isNewForm ? .conflict : errors.isEmpty ? .ok : .unprocessableContent
        return try await request.page(
            "sealed/write", title: request.words.text("sealed.writeTitle"), fields, status: status, errors: errors)
    }

    /// The page with the code, once. The browser also gets another name for its next forms: nothing afterwards can be
    /// tied to this one.
    private func sent(_ request: PageRequest, _ receipt: SealedReceipt) async throws -> Response {
        let sealed = try channel()
        let settings = request.site.settings
        var response = try await request.page(
            "sealed/sent", title: request.words.text("sealed.sentTitle"),
            [
                "hasCode": .flag(receipt.code != nil), "codeGroups": .texts(receipt.code?.groups ?? []),
                "organName": .text(name(of: sealed.receiver, request)),
                "receivedDate": .text(request.words.fullDate(receipt.receivedOn)),
                "acknowledge": .text(request.words.workingDays(Self.acknowledgeDays)),
                "askURL": .text("\(settings.siteAddress)/sealed/answer"),
            ])
        request.set(.removal(of: "visitor"), on: &response)
        return response
    }
}

extension ReportDraft {
    /// What a form holds.
    init(_ form: Form) {
        self.init()
        accused = form.text("accused")
        words = form.text("words")
        isNamed = form["named"].flatMap { ["yes": true, "no": false][$0] }
        name = form.text("name")
        contact = form.text("contact")
        safety = form.text("safety")
    }
}

/// The organs that reports against officials can be taken to: units whose code begins with `discipline`; those of the
/// next higher level begin with `discipline-up`.
enum DisciplineOrgans {
    static func fields(
        _ organisation: Organisation, _ request: PageRequest, where isMeant: (String) -> Bool
    ) -> [Fields] {
        organisation.units.filter { isMeant($0.code) && $0.isValid(on: request.site.today) }.map { unit in
            [
                "name": .text(unit.name.text(isEnglish: request.language.isEnglish)), "phone": .text(unit.phone),
                "phoneLink": .text(unit.phone.map { $0.filter { $0.isNumber || $0 == "-" } }),
                "address": .text(unit.address), "hours": .text(unit.hours),
            ]
        }
    }
}
