internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation
internal import Supervision

/// Reads the form of an act and runs its use case. Permissions, versions and rules are the use cases' own.
struct MatterRun {
    let casework: Casework
    let file: CaseFile
    let form: Form
    let submission: String?
    let now: Instant
    let viewer: Viewer
    let words: MatterWords
    /// What the joint conference decided on the matter; only where the act may rest on it.
    var decisions: [ConferenceDecision] = []
    /// Texts kept ready that the letter uses.
    var canned: [CannedUse] = []

    var id: CaseID { file.state.id }

    /// The same with another form.
    func replacing(_ form: Form) -> MatterRun {
        MatterRun(
            casework: casework, file: file, form: form, submission: submission, now: now, viewer: viewer, words: words,
            decisions: decisions, canned: canned)
    }

    var zone: CivilZone { casework.deadlines.zone }

    func run(_ act: MatterAct) async throws {
        switch act {
        case .dispatch, .give, .ruleObjection, .accept, .object, .helper, .helpAnswer, .category, .recuse:
            try await assign(act)
        case .note, .firstContact, .message, .words: try await talk(act)
        case .reply, .deliver, .judgeOnBehalf, .callBack, .close, .reopen, .withdraw: try await answer(act)
        case .link, .restrict, .unrestrict, .shelve: try await tend(act)
        case .recall, .tag, .untag, .unlink: try await takeBack(act)
        case .triage, .accused, .notice, .raiseDispute, .rateHelper, .settle, .assist, .reportUp:
            try await settleCourse(act)
        case .askExtension, .decideExtension, .callHearing, .holdHearing, .promise, .settlePromise:
            try await takeTime(act)
        case .takeReview, .decideReview, .deliverReview: try await review(act)
        case .askCorrection, .correct, .consult, .consultationAnswer: try await inform(act)
        // These answer with a page of their own.
        case .reveal, .reissue, .addReporter: throw PlainError(.invalid, "form.malformed")
        }
    }

    /// The meeting that a ruling rests on; a ruling cannot say otherwise than the meeting did.
    private func conference(isUpheld: Bool) throws(PlainError) -> ConferenceID? {
        let chosen = form.text("conference")
        guard !chosen.isEmpty else { return nil }
        // At the last step the meeting must have said who is responsible.
        let isLast = file.state.objection?.step == .conference
        guard
            let decision = decisions.first(where: { $0.id.description == chosen && (!isLast || $0.responsible != nil) })
        else {
            throw PlainError(.invalid, "conference.notFound", field: "conference")
        }
        let unit: UnitID? = isUpheld ? form.id("unit") : file.state.lead
        if let responsible = decision.responsible, unit != responsible {
            throw PlainError(
                .invalid, "conference.otherUnit", field: "conference", values: ["unit": words.unit(responsible)])
        }
        return decision.id.conference
    }

    private func assign(_ act: MatterAct) async throws {
        switch act {
        case .dispatch:
            try await casework.dispatch(
                id, to: try target(), feedback: try date("feedback"), version: try version(), by: viewer)
        case .give:
            try await casework.give(
                id, to: try staff(), reason: form.text("reason"), submission: submission, by: viewer)
        case .ruleObjection:
            guard ["uphold", "reject"].contains(form.text("ruling")) else {
                throw PlainError(.invalid, "choice.missing", field: "reason")
            }
            let isUpheld = form["ruling"] == "uphold"
            try await casework.ruleOnObjection(
                id, upheld: isUpheld, newUnit: isUpheld ? form.id("unit") : nil, reason: form.text("reason"),
                isException: form.flag("grassroots"), conference: try conference(isUpheld: isUpheld),
                version: try version(), by: viewer)
        case .accept:
            try await casework.accept(id, deciding: try decision(optional: true), version: try version(), by: viewer)
        case .object:
            try await casework.object(
                id, reason: form.text("reason"), evidence: form["evidence"], version: try version(), by: viewer)
        case .helper:
            try await casework.askHelper(
                id, unit: try unit(), ask: form.text("ask"), due: try date("due"), by: viewer)
        case .helpAnswer: try await casework.answerHelp(id, text: form.text("text"), by: viewer)
        case .category: try await categorise()
        default:
            try await casework.recuse(id, staff: try staff(), reason: form.text("reason"), by: viewer)
        }
    }

    private func staff() throws(PlainError) -> StaffID {
        guard let staff = form.id("staff", of: Named.Staff.self) else {
            throw PlainError(.invalid, "staff.unknown", field: "staff")
        }
        return staff
    }

    /// By an entry of the catalogue, `41/3`, or by hand to a unit.
    private func target() throws -> DispatchTarget {
        if let entry = form["entry"], !entry.isEmpty {
            let parts = entry.split(separator: "/")
            guard parts.count == 2, let version = Int(parts[1]) else {
                throw PlainError(.invalid, "catalogue.unknown", field: "entry")
            }
            return .entry(id: String(parts[0]), version: version)
        }
        let (unit, reason) = (try unit(), form.text("reason"))
        return form.flag("grassroots") ? .grassroots(unit, reason: reason) : .unit(unit, reason: reason)
    }

    /// The reason is kept as a note: whoever disagrees later finds it.
    private func categorise() async throws {
        guard try version() == file.state.version else {
            throw VersionConflict(caseID: id, expected: try version(), current: file.state.version)
        }
        let reason = try PlainText.required(form.text("reason"), field: "reason", most: 1_000)
        guard let category = form["category"], !category.isEmpty else {
            throw PlainError(.invalid, "category.unknown", field: "category")
        }
        let area = form["area"].map { $0.isEmpty ? nil : $0 } ?? file.state.area
        try await casework.categorise(id, category: category, area: area, by: viewer)
        if viewer.may(.addNote, on: file.state.responsible) {
            try await casework.note(id, text: reason, submission: submission, by: viewer)
        }
    }

    private func talk(_ act: MatterAct) async throws {
        switch act {
        case .note:
            let text = form.text("body")
            try await casework.note(id, text: text, submission: submission, by: viewer)
        case .firstContact:
            try await casework.recordContact(
                id, method: try method(), result: form.text("result"), at: try moment("when"), by: viewer)
        case .message:
            let text = form.text("body")
            try await casework.sendMessage(
                id, text: text, canned: canned, submission: submission, by: viewer)
        default:
            let text = form.text("words")
            try await casework.takeDownWords(
                id, reporter: try reporter(), text: text, submission: submission, by: viewer)
        }
    }

    private func answer(_ act: MatterAct) async throws {
        switch act {
        case .reply:
            var draft = try ReplyForm(form: form, state: file.state, words: words).draft()
            draft.canned = canned
            try await casework.reply(id, draft, version: try version(), by: viewer)
        case .deliver:
            try await casework.deliver(
                id, to: try reporter(), method: try method(), at: try moment("when"), by: viewer)
        case .judgeOnBehalf:
            guard let draft = Portal.judgement(in: form) else {
                throw PlainError(.invalid, "judgement.missing", field: "outcome")
            }
            try await casework.recordJudgement(id, draft, of: try reporter(), by: viewer)
        case .callBack:
            guard let result: CallBackResult = form.value("result") else {
                throw PlainError(.invalid, "choice.missing", field: "result")
            }
            try await casework.recordCallBack(
                id, of: try reporter(), result, again: result == .declined ? nil : try date("again"),
                words: form["words"], submission: submission, by: viewer)
        case .close: try await casework.close(id, reason: form.text("reason"), version: try version(), by: viewer)
        case .reopen: try await casework.reopen(id, reason: form.text("reason"), version: try version(), by: viewer)
        default:
            try await casework.recordWithdrawal(id, of: try reporter(), reason: form.text("reason"), by: viewer)
        }
    }

    private func tend(_ act: MatterAct) async throws {
        switch act {
        case .link:
            let kinds: [String: LinkKind] = [
                "same-matter": .sameMatter, "related": .related, "parent": .parent, "child": .child,
            ]
            guard let kind = kinds[form.text("kind")] else {
                throw PlainError(.invalid, "choice.missing", field: "number")
            }
            try await casework.link(id, to: form.text("number"), kind: kind, by: viewer)
        case .restrict:
            let staff = form.values("staff").compactMap { StaffID($0) }
            try await casework.restrict(id, to: staff, reason: form.text("reason"), by: viewer)
        case .shelve:
            let mark = form.text("mark")
            try await casework.shelve(id, mark: mark, submission: submission, by: viewer)
        default: try await casework.unrestrict(id, reason: form.text("reason"), by: viewer)
        }
    }

    // MARK: Reading the form

    func version() throws -> Int {
        guard let version = Int(form.text("version")) else { throw PlainError(.invalid, "form.malformed") }
        return version
    }

    func unit() throws -> UnitID {
        guard let unit = form.id("unit", of: Named.Unit.self) else {
            throw PlainError(.invalid, "unit.unknown", field: "unit")
        }
        return unit
    }

    /// The resident that a form is about; the only one where it does not say.
    func reporter() throws -> ReporterID {
        if let reporter = form.id("reporter", of: Named.Reporter.self) { return reporter }
        guard let only = file.state.reporters.first, file.state.reporters.count == 1 else {
            throw PlainError(.notFound, "case.unknownReporter")
        }
        return only.details.id
    }

    func method() throws -> DeliveryMethod {
        let methods: [String: DeliveryMethod] = [
            "handed": .inPerson, "counter": .inPerson, "phone": .phone, "post": .post, "message": .portal,
            "home": .homeVisit, "visit": .homeVisit,
        ]
        guard let method = methods[form.text("how")] else { throw PlainError(.invalid, "choice.missing", field: "how") }
        return method
    }

    func moment(_ name: String) throws -> Instant? {
        try LocalTime.instant(form.text(name), zone, now: now, field: name)
    }

    func date(_ name: String) throws -> LocalDate? {
        guard let text = form[name], !text.isEmpty else { return nil }
        guard let date = LocalDate(text) else { throw PlainError(.invalid, "date.invalid", field: name) }
        return date
    }
}
