internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

/// The letter on its way through the steps; everything typed travels with every step, so nothing is kept here.
struct LetterForm {
    enum Step: String { case words, contact, review, send }

    var body: String
    var place: String
    var area: String
    var wish: String
    var name: String
    var phone: String
    var address: String
    var anonymous: Bool
    var keepContactSecret: Bool
    var noReplyWanted: Bool
    var publishable: Bool
    var needLargePrint: Bool
    var needReadAloud: Bool

    init(_ form: Form) {
        body = form.text("body")
        place = form.text("place")
        area = form.text("area")
        wish = form.text("wish")
        name = form.text("name")
        phone = form.text("phone")
        address = form.text("address")
        anonymous = form.flag("anonymous")
        keepContactSecret = form.flag("keepContactSecret")
        noReplyWanted = form.flag("noReplyWanted")
        publishable = form.flag("publishable")
        needLargePrint = form.flag("needLargePrint")
        needReadAloud = form.flag("needReadAloud")
    }

    var registration: Registration {
        var registration = Registration(channel: .web, body: body)
        registration.place = place
        registration.wish = wish
        registration.area = area.isEmpty ? nil : area
        registration.contact = Contact(name: name, phone: phone, address: address)
        registration.anonymous = anonymous
        registration.keepSecret = keepContactSecret
        registration.noReply = noReplyWanted
        registration.publishable = publishable
        registration.needs = [needLargePrint ? "largePrint" : nil, needReadAloud ? "readAloud" : nil].compactMap { $0 }
        return registration
    }

    /// Whether a hint at the misconduct page belongs beside the letter.
    var mentionsMisconduct: Bool { MisconductHint.isIn(body) }
}

extension Portal {
    func write(_ request: PageRequest) async throws -> Response {
        try await page(request, LetterForm(Form()), step: .words)
    }

    func sendLetter(_ request: PageRequest) async throws -> Response {
        let letter = LetterForm(request.form)
        let step = request.form.value("step", as: LetterForm.Step.self) ?? .words
        if request.form.isDamaged, step != .words {
            return try await page(
                request, letter, step: .words, errors: [PlainError(.invalid, "text.damaged", field: "body")])
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
                return try await sent(request, receipt, letter)
            } catch let errors as PlainErrors {
                return try await page(request, letter, step: Self.step(errors.errors) ?? .words, errors: errors.errors)
            }
        }
    }

    private static let wordsFields: Set<String> = ["body", "place", "area", "wish", "title"]

    /// The first step that has a field in error.
    private static func step(_ errors: [PlainError]) -> LetterForm.Step? {
        guard !errors.isEmpty else { return nil }
        return errors.contains { wordsFields.contains($0.field ?? "body") } ? .words : .contact
    }

    private func page(
        _ request: PageRequest, _ letter: LetterForm, step: LetterForm.Step, errors: [PlainError] = []
    ) async throws -> Response {
        let organisation = try await request.site.organisation.current()
        let words = request.words
        let today = request.site.today
        let notify = casework.deadlines.packs.pack(on: today)?.rule("XF-TRANSFER")
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
            "name": .text(letter.name), "phone": .text(letter.phone), "address": .text(letter.address),
            "anonymous": .flag(letter.anonymous), "keepContactSecret": .flag(letter.keepContactSecret),
            "noReplyWanted": .flag(letter.noReplyWanted), "publishable": .flag(letter.publishable),
            "needLargePrint": .flag(letter.needLargePrint), "needReadAloud": .flag(letter.needReadAloud),
            "expectedAnswer": .text(expected.map { words.dateAndWeekday($0) }),
        ]
        for field in ["body", "place", "area", "wish", "name", "phone", "address"] {
            fields["\(field)Error"] = .text(request.message(errors, for: field))
        }
        let title: String =
            switch step {
            case .words: words.text("portal.wordsTitle")
            case .contact: words.text("portal.contactTitle")
            case .review, .send: words.text("portal.reviewTitle")
            }
        return try await request.page(
            "portal/write", title: title, fields, status: errors.isEmpty ? .ok : .unprocessableContent, errors: errors)
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

    private func sent(_ request: PageRequest, _ receipt: CaseReceipt, _ letter: LetterForm) async throws -> Response {
        var fields = SlipFields.fields(receipt, request)
        fields["addressee"] = .text(letter.anonymous ? nil : letter.name)
        fields["anonymous"] = .flag(letter.anonymous)
        fields["nearCounter"] = .optional(try await counters(request).first)
        return try await request.page("portal/sent", title: request.words.text("portal.sentTitle"), fields)
    }

    /// Words about matters in the visitor's language.
    func matterWords(_ request: PageRequest) async throws -> MatterWords {
        MatterWords(
            words: request.words, organisation: try await request.site.organisation.current(),
            book: casework.deadlines, now: request.now,
            countyName: request.site.settings.countyName.text(isEnglish: request.language.isEnglish))
    }
}
