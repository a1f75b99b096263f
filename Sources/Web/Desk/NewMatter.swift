internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

/// The desk form as it was typed.
struct DeskLetter {
    let form: Form

    init(_ form: Form) { self.form = form }

    static let needs = [
        "needReadAloud": "readAloud", "needSign": "sign", "needDialect": "dialect", "needLargePrint": "largePrint",
        "needPaper": "paper",
    ]

    /// How it came; `found` is what the page calls a visit to a home.
    var channel: Channel? { form["channel"] == "found" ? .homeVisit : form.value("channel") }
    var urgency: MatterUrgency { form.value("urgency") ?? .normal }
    var body: String { form.text("body") }

    var registration: Registration {
        var registration = Registration(channel: channel ?? .visit, body: body)
        registration.place = form["place"]
        registration.wish = form["wish"]
        registration.category = form["category"].flatMap { $0.isEmpty ? nil : $0 }
        registration.area = form["area"].flatMap { $0.isEmpty ? nil : $0 }
        registration.urgency = urgency
        registration.contact = Contact(name: form["name"], phone: form["phone"], address: form["address"])
        registration.anonymous = form.flag("anonymous")
        registration.keepSecret = form.flag("keepContactSecret")
        registration.noReply = form.flag("noReplyWanted")
        registration.needs = Self.needs.filter { form.flag($0.key) }.values.sorted()
        registration.kind = kind
        registration.form = kind == .information ? form["infoForm"] : nil
        registration.groupSize = groupSize
        registration.others = others
        registration.onBehalf = HelperForm(form).draft
        return registration
    }

    /// What the page asks beyond the ledger: how it came, and that it was read back.
    var problems: [PlainError] {
        var errors: [PlainError] = []
        if channel == nil { errors.append(PlainError(.invalid, "choice.missing", field: "channel")) }
        // On a visit the page that follows asks, and how it was confirmed is recorded.
        if visit == nil, !form.flag("readBack") {
            errors.append(PlainError(.invalid, "readBack.missing", field: "readBack"))
        }
        return errors
    }
}

extension Desk {
    func newMatter(_ request: PageRequest) async throws -> Response {
        try await newPage(request, try await letter(ofVisitIn: request), errors: [])
    }

    /// Takes a visit, call or paper letter down. Everything typed survives every answer.
    func takeDown(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let letter = DeskLetter(request.form)
        if let use = request.form["use"].flatMap({ Int($0) }) { return try await find(request, letter, using: use) }
        if request.form["step"] == "find" { return try await find(request, letter, using: nil) }
        if request.form["step"] == "edit" { return try await newPage(request, letter, errors: []) }
        var errors = letter.problems
        let files = try await FormFiles.of(request)
        guard files.problems.isEmpty, request.form["removeFile"] == nil else {
            return try await newPage(request, letter, errors: errors, files: files)
        }
        var registration = letter.registration
        registration.receivedBy = viewer.staff.unit
        registration.files = files.references
        do {
            // An empty letter is told together with what the page itself misses.
            errors += try await casework.problems(in: registration)
            registration.occurredAt = try receivedOn(request)
            let earlier = try await repeated(letter, request)
            registration.repeatOf = earlier?.file.state.number
            guard errors.isEmpty else { return try await newPage(request, letter, errors: errors, files: files) }
            if letter.visit != nil, letter.confirmation == nil {
                return try await readBackPage(request, letter, files, isMissing: request.form["step"] == "save")
            }
            let submission = try request.requiredSubmission
            if let number = request.form["addTo"], !number.isEmpty {
                let file = try await casework.file(number: number, for: viewer)
                let (number, code) = try await casework.addReporter(
                    file.state.id, registration, submission: submission, by: viewer)
                try await link(letter, number: number, request)
                return try await addedPage(number, code, request)
            }
            let receipt = try await casework.register(registration, submission: submission, by: viewer.actor)
            if earlier != nil { try await casework.linkRepeat(receipt.caseID, by: viewer) }
            counts.forget(viewer)
            try await link(letter, number: receipt.number, request)
            return try await codePage(
                receipt.number, receipt.reporterID, receipt.code, request, members: receipt.members,
                names: letter.others.map(\.contact.name), progress: earlier?.lines ?? [])
        } catch let problem as PlainErrors {
            return try await newPage(request, letter, errors: errors + problem.errors, files: files)
        } catch let problem as PlainError where problem.kind == .invalid || problem.kind == .conflict {
            return try await newPage(request, letter, errors: errors + [problem], files: files)
        }
    }

    /// The day on which a paper letter came, where that was not today.
    private func receivedOn(_ request: PageRequest) throws -> Instant? {
        guard let text = request.form["receivedOn"], !text.isEmpty else { return nil }
        let zone = casework.deadlines.zone
        guard let date = LocalDate(text), date <= casework.today else {
            throw PlainError(.invalid, "date.invalid", field: "receivedOn")
        }
        return date == casework.today ? nil : zone.instant(of: date, hour: 12)
    }

    /// Looks for the person and for matters at the same place. The look-up is recorded as such.
    private func find(_ request: PageRequest, _ letter: DeskLetter, using index: Int?) async throws -> Response {
        let viewer = try request.staff
        var found = NewMatterModel.Found()
        let phone = letter.form.text("phone")
        if !phone.isEmpty, viewer.may(.lookUpPerson, on: nil) {
            found.people = try await casework.lookUp(
                phone: phone, identityNumber: nil, reason: request.words.text("work.lookUpForDesk"), by: viewer)
            found.searched = true
        }
        let place = letter.form.text("place")
        if !place.isEmpty, viewer.may(.search, on: nil) {
            found.alike = try await casework.search(place, limit: 5, for: viewer).hits
        }
        do {
            found.earlier = try await repeated(letter, request)
        } catch let error as PlainError where error.kind == .invalid {
            return try await newPage(request, letter, errors: [error], found: found)
        }
        var letter = letter
        if let index, found.people.indices.contains(index) {
            letter = letter.filled(from: found.people[index].contact)
        }
        return try await newPage(request, letter, errors: [], found: found)
    }

    /// The matter that a contact repeats, where one is named.
    ///
    /// - Throws: `case.numberUnknown` beside the field, also for one that is not this person's to see.
    private func repeated(_ letter: DeskLetter, _ request: PageRequest) async throws -> RepeatedMatter? {
        guard let number = letter.repeatOf else { return nil }
        let viewer = try request.staff
        do {
            let file = try await casework.file(number: number, for: viewer)
            return RepeatedMatter(
                file: file, words: matterWords(request, viewer),
                seesJudgement: MatterPage.seesJudgement(viewer, of: file.state))
        } catch let error as PlainError where error.kind == .notFound {
            throw PlainError(.invalid, "case.numberUnknown", field: "repeatOf")
        }
    }

    func newPage(
        _ request: PageRequest, _ letter: DeskLetter, errors: [PlainError], found: NewMatterModel.Found = .init(),
        files: FormFiles? = nil
    ) async throws -> Response {
        let viewer = try request.staff
        // The room calls the wanted form `form`; the page names its field otherwise.
        let errors = errors.map { error in
            error.field == "form"
                ? PlainError(error.kind, error.code, field: "infoForm", values: error.values) : error
        }
        let model = NewMatterModel(
            letter: letter, errors: errors, found: found, viewer: viewer,
            words: request.matterWords(viewer.organisation, casework.deadlines))
        var fields = model.fields
        fields["submission"] = request.submissionField()
        fields.merge(try await visitFields(letter, request))
        let carried: FormFiles = if let files { files } else { try await FormFiles.of(request) }
        fields.merge(carried.fields(request, errors: errors))
        let all = errors + carried.problems.filter { !errors.contains($0) }
        let response = try await request.page(
            "desk/new", title: request.words.text("desk.newTitle"), fields,
            status: all.isEmpty ? .ok : .unprocessableContent, errors: all)
        return request.allowingMicrophone(response)
    }
}

extension DeskLetter {
    /// With the name and address of somebody who was found, where none was typed.
    func filled(from contact: Contact) -> DeskLetter {
        let known = ["name": contact.name, "address": contact.address]
        var items = form.items.filter { known[$0.name] == nil || !$0.value.isEmpty }
        for (name, value) in known where !items.contains(where: { $0.name == name }) {
            if let value { items.append(Form.Item(name: name, value: value)) }
        }
        return DeskLetter(Form(items))
    }
}
