internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

/// An application for government information on its way through the steps (《政府信息公开条例》 Art. 29): who asks, what
/// is wanted, in which form.
struct InformationForm {
    enum Step: String { case fill, review, send }

    var name: String
    var phone: String
    var address: String
    var description: String
    var form: String
    var needLargePrint: Bool
    var needReadAloud: Bool

    init(_ sent: Form) {
        name = sent.text("name")
        phone = sent.text("phone")
        address = sent.text("address")
        description = sent.text("description")
        form = sent.text("form")
        needLargePrint = sent.flag("needLargePrint")
        needReadAloud = sent.flag("needReadAloud")
    }

    var registration: Registration {
        var registration = Registration(channel: .web, body: description)
        registration.kind = .information
        registration.form = form
        registration.contact = Contact(name: name, phone: phone, address: address)
        registration.needs = [needLargePrint ? "largePrint" : nil, needReadAloud ? "readAloud" : nil].compactMap { $0 }
        return registration
    }

    /// What the article asks for and is not there yet. It is taken all the same; somebody will ask for it.
    var lacks: Bool {
        PlainText.cleaned(name).isEmpty || (PlainText.cleaned(phone).isEmpty && PlainText.cleaned(address).isEmpty)
    }
}

extension Portal {
    func information(_ request: PageRequest) async throws -> Response {
        try await page(request, InformationForm(Form()), step: .fill)
    }

    func sendInformation(_ request: PageRequest) async throws -> Response {
        let form = InformationForm(request.form)
        switch request.form.value("step", as: InformationForm.Step.self) ?? .fill {
        case .fill: return try await page(request, form, step: .fill)
        case .review:
            let errors = try await casework.problems(in: form.registration).map(Self.named)
            return try await page(request, form, step: errors.isEmpty ? .review : .fill, errors: errors)
        case .send:
            try request.spend(.write)
            do {
                let receipt = try await casework.register(
                    form.registration, submission: try request.requiredSubmission, by: .newReporter)
                return try await sent(
                    request, receipt, SentLetter(kind: .information, addressee: form.name, anonymous: false))
            } catch let errors as PlainErrors {
                return try await page(request, form, step: .fill, errors: errors.errors.map(Self.named))
            }
        }
    }

    /// The words of an application are called otherwise here than in the ledger.
    private static func named(_ error: PlainError) -> PlainError {
        guard error.field == "body" else { return error }
        return PlainError(error.kind, error.code, field: "description", values: error.values)
    }

    private func page(
        _ request: PageRequest, _ form: InformationForm, step: InformationForm.Step, errors: [PlainError] = []
    ) async throws -> Response {
        let words = request.words
        let today = request.site.today
        let rule = casework.deadlines.packs.pack(for: .information, on: today)?.rule("GI-ANSWER")
        let due = rule.map { Deadline.compute(rule: $0, startedOn: today, calendar: casework.deadlines.calendar).due }
        var fields: Fields = [
            "submission": request.submissionField(), "isFill": .flag(step == .fill),
            "isReview": .flag(step == .review),
            "name": .text(form.name), "phone": .text(form.phone), "address": .text(form.address),
            "description": .text(form.description), "form": .text(form.form),
            "needLargePrint": .flag(form.needLargePrint), "needReadAloud": .flag(form.needReadAloud),
            "paragraphs": .paragraphs(PlainText.cleaned(form.description)), "lacks": .flag(form.lacks),
            "bodyMaximum": .number(PlainText.longestBody), "limit": .text(rule.map { limit($0, words) }),
            "expectedAnswer": .text(due.map { words.dateAndWeekday($0) }),
            "counters": .list(try await counters(request)),
        ]
        for field in ["name", "phone", "address", "description", "form"] {
            fields["\(field)Error"] = .text(request.message(errors, for: field))
        }
        let title = words.text(step == .fill ? "remedies.infoTitle" : "remedies.infoReviewTitle")
        return try await request.page(
            "portal/information", title: title, fields, status: errors.isEmpty ? .ok : .unprocessableContent,
            errors: errors)
    }
}
