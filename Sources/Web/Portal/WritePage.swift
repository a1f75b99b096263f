internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

extension Portal {
    /// An address can name the earlier letter (`/write?about=2605-0121-6`): new facts after the end of all remedies,
    /// or the same once more. It becomes a matter of its own in any case.
    func write(_ request: PageRequest) async throws -> Response {
        var letter = LetterForm(Form())
        letter.repeatOf = MatterNumber(request.query.text("about"))?.description ?? ""
        return try await page(request, letter, step: .words)
    }

    func sendLetter(_ request: PageRequest) async throws -> Response {
        var letter = LetterForm(request.form)
        letter.files = try await FormFiles.of(request)
        if let pressed = LetterForm.Alike(request.form.text("step")) {
            return try await answer(pressed, letter, request)
        }
        let step = request.form.value("step", as: LetterForm.Step.self) ?? .words
        if request.form.isDamaged, step != .words {
            return try await page(
                request, letter, step: .words, errors: [PlainError(.invalid, "text.damaged", field: "body")])
        }
        // A file that cannot be taken is told where it was chosen; everything else is kept.
        if !letter.files.problems.isEmpty, step != .words {
            return try await page(request, letter, step: .words, errors: letter.files.problems)
        }
        switch step {
        case .words: return try await page(request, letter, step: .words)
        case .contact, .review:
            let errors = try await casework.problems(in: letter.registration).filter {
                step == .review || Self.wordsFields.contains($0.field ?? "")
            }
            return try await page(request, letter, step: Self.step(errors) ?? step, errors: errors)
        case .send:
            try request.spend(.write)
            do {
                let receipt = try await casework.register(
                    letter.registration, submission: try request.requiredSubmission, by: .newReporter)
                return try await sent(
                    request, receipt,
                    SentLetter(
                        addressee: letter.name, anonymous: letter.anonymous,
                        others: letter.group.others.map(\.contact.name)))
            } catch let errors as PlainErrors {
                return try await page(request, letter, step: Self.step(errors.errors) ?? .words, errors: errors.errors)
            }
        }
    }

    private static let wordsFields: Set<String> = ["body", "place", "area", "wish", "title", "repeatOf", "files"]

    /// The first step that has a field in error.
    private static func step(_ errors: [PlainError]) -> LetterForm.Step? {
        guard !errors.isEmpty else { return nil }
        return errors.contains { wordsFields.contains($0.field ?? "body") } ? .words : .contact
    }

    func page(
        _ request: PageRequest, _ letter: LetterForm, step: LetterForm.Step, errors: [PlainError] = [],
        followed: FollowCode? = nil
    ) async throws -> Response {
        let organisation = try await request.site.organisation.current()
        let words = request.words
        let today = request.site.today
        let notify = casework.deadlines.packs.pack(for: .petition, on: today)?.rule("XF-TRANSFER")
        let expected = notify.map {
            Deadline.compute(rule: $0, startedOn: today, calendar: casework.deadlines.calendar).due
        }
        var fields: Fields = [
            "submission": request.submissionField(), "isWords": .flag(step == .words),
            "isContact": .flag(step == .contact), "isReview": .flag(step == .review),
            "mentionsMisconduct": .flag(letter.mentionsMisconduct), "body": .text(letter.body),
            "paragraphs": .paragraphs(PlainText.cleaned(letter.body)), "bodyMaximum": .number(PlainText.longestBody),
            "bodyLimit": .text(words.number(PlainText.longestBody)), "place": .text(letter.place),
            "area": .text(letter.area),
            "areaName": .text(organisation.area(letter.area)?.name.text(isEnglish: request.language.isEnglish)),
            "areas": .list(areaChoices(organisation, letter.area, request)), "wish": .text(letter.wish),
            "repeatOf": .text(letter.repeatOf), "name": .text(letter.name), "phone": .text(letter.phone),
            "address": .text(letter.address),
            "anonymous": .flag(letter.anonymous), "keepContactSecret": .flag(letter.keepContactSecret),
            "noReplyWanted": .flag(letter.noReplyWanted), "publishable": .flag(letter.publishable),
            "needLargePrint": .flag(letter.needLargePrint), "needReadAloud": .flag(letter.needReadAloud),
            "expectedAnswer": .text(expected.map { words.dateAndWeekday($0) }),
        ]
        fields.merge(letter.group.fields(errors, request))
        fields.merge(letter.helper.fields(errors, request))
        fields.merge(try await alike(letter, isShown: step == .contact, followed: followed, request))
        fields.merge(letter.files.fields(request, errors: errors))
        fields.merge(try await repeated(letter.repeatOf, request))
        for field in ["body", "place", "area", "wish", "repeatOf", "name", "phone", "address"] {
            fields["\(field)Error"] = .text(request.message(errors, for: field))
        }
        let title: String =
            switch step {
            case .words: words.text("portal.wordsTitle")
            case .contact: words.text("portal.contactTitle")
            case .review, .send: words.text("portal.reviewTitle")
            }
        let response = try await request.page(
            "portal/write", title: title, fields, status: errors.isEmpty ? .ok : .unprocessableContent, errors: errors)
        return step == .words ? request.allowingMicrophone(response) : response
    }

    /// How an earlier letter stands, for somebody who has opened it with its code in this browser, and for nobody else.
    private func repeated(_ number: String, _ request: PageRequest) async throws -> Fields {
        var fields: Fields = ["repeatOpen": .flag(!number.isEmpty), "repeatStands": ""]
        guard let wanted = MatterNumber(number)?.description, let open = try await openMatter(of: request),
            open.file.state.number == wanted
        else { return fields }
        let matter = try await matterWords(request)
        let stands = ResidentClock.headline(open.file, matter)?.sentence ?? ""
        let phase = request.words.name("residentPhase", open.file.state.phase)
        fields["repeatStands"] = .text(
            request.words.text("remedies.repeatStands", ["phase": phase, "sentence": stands]))
        return fields
    }

    /// The matter that is open in this browser.
    func openMatter(of request: PageRequest) async throws -> (file: CaseFile, session: ReporterSession)? {
        guard let token = request.cookie(Self.reporterCookie),
            let session = try await request.site.sessions.reporterSession(token: token)
        else { return nil }
        return (try await casework.file(session.caseID, for: session.reporter), session)
    }

    /// Townships and streets: the areas below the county, in the order of their codes.
    private func areaChoices(_ organisation: Organisation, _ selected: String, _ request: PageRequest) -> [Fields] {
        let top = organisation.areas(in: nil)
        let areas = top.flatMap { organisation.areas(in: $0.code) }
        return (areas.isEmpty ? top : areas).map { area in
            [
                "code": .text(area.code), "name": .text(area.name.text(isEnglish: request.language.isEnglish)),
                "selected": .flag(area.code == selected),
            ]
        }
    }

    /// Words about matters in the visitor's language.
    func matterWords(_ request: PageRequest) async throws -> MatterWords {
        MatterWords(
            words: request.words, organisation: try await request.site.organisation.current(),
            book: casework.deadlines, now: request.now,
            countyName: request.site.settings.countyName.text(isEnglish: request.language.isEnglish), law: law)
    }
}
