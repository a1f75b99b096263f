internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The acts of the lawful process, from their forms to their use cases.
extension MatterRun {
    func settleCourse(_ act: MatterAct) async throws {
        switch act {
        case .triage:
            guard let decision = try decision(optional: false) else { throw CaseError.triageMissing.plain }
            try await casework.triage(id, decision, version: try version(), by: viewer)
        case .accused:
            let staff = form.values("staff").compactMap { StaffID($0) }
            let units = form.values("unit").compactMap { UnitID($0) }
            guard !staff.isEmpty || !units.isEmpty else {
                throw PlainError(.invalid, "accused.missing", field: "unit")
            }
            try await casework.nameAccused(id, staff: staff, units: units, reason: form.text("reason"), by: viewer)
        case .notice:
            let (kind, reporter) = try notice()
            try await casework.deliverNotice(
                id, kind, to: reporter, method: try method(), at: try moment("when"), by: viewer)
        case .raiseDispute:
            try await casework.raiseDispute(id, reason: form.text("reason"), version: try version(), by: viewer)
        case .rateHelper:
            try await casework.rateHelper(
                id, unit: try unit(), rating: try choice("rating"), text: form["text"], by: viewer)
        case .settle: try await writeSettlement()
        case .reportUp:
            let text = form.text("text")
            try await casework.reportUp(
                id, to: form.values("to").compactMap(ReportAddressee.init), text: text, submission: submission,
                by: viewer)
        default:
            let text = form.text("text")
            try await casework.assist(id, text: text, submission: submission, by: viewer)
        }
    }

    func takeTime(_ act: MatterAct) async throws {
        switch act {
        case .askExtension:
            try await casework.askExtension(
                id, rule: form.text("rule"), length: try length(), reason: form.text("reason"),
                version: try version(), by: viewer)
        case .decideExtension: try await decideExtension()
        case .callHearing:
            try await casework.callHearing(
                id, on: try day("on"), notice: form.text("notice"), papers: form["papers"], version: try version(),
                by: viewer)
        case .holdHearing:
            try await casework.holdHearing(
                id, list: form.text("list"), minutes: form.text("minutes"), result: form["result"],
                version: try version(), by: viewer)
        case .promise:
            let text = form.text("promise")
            let draft = PromiseDraft(kind: .other, text: text, due: try day("due"))
            try await casework.promise(id, draft, submission: submission, by: viewer)
        default:
            guard let promise = form.id("promise", of: Named.Promise.self) else {
                throw CaseError.promiseUnknown.plain
            }
            try await casework.settlePromise(
                id, promise: promise, end: try choice("end"), text: form.text("proof"), by: viewer)
        }
    }

    func review(_ act: MatterAct) async throws {
        switch act {
        case .takeReview:
            let reason = form.text("reason")
            try await casework.takeReviewRequest(
                id, of: try reporter(), reason: reason, at: try noon("posted"), submission: submission,
                by: viewer)
        case .decideReview:
            var draft = ReviewDraft(
                outcome: try choice("outcome"), facts: form.text("facts"), body: form.text("body"),
                basis: form["basis"], law: try Citations(words.law).entries(form.values("law")))
            draft.execution = form.value("execution")
            draft.executionDue = try date("executionDue")
            let standard = words.words.catalogue.text("proc.reviewPromise", .chinese)
            draft.executionText =
                draft.execution == .promised && isEmpty("executionText") ? standard : form["executionText"]
            try await casework.decideReview(id, draft, version: try version(), by: viewer)
        default:
            try await casework.deliverReview(
                id, to: try reporter(), method: try method(), at: try moment("when"), by: viewer)
        }
    }

    func inform(_ act: MatterAct) async throws {
        let text = form.text("text")
        switch act {
        case .askCorrection: try await casework.askCorrection(id, text: text, version: try version(), by: viewer)
        case .correct:
            try await casework.takeCorrection(
                id, of: try reporter(), text: text, at: try noon("received"), submission: submission,
                by: viewer)
        case .consult:
            try await casework.consult(id, try choice("kind"), text: text, version: try version(), by: viewer)
        default:
            try await casework.answerConsultation(
                id, try choice("kind"), answer: try choice("answer"), text: text, position: Int(form.text("position")),
                version: try version(), by: viewer)
        }
    }

    private func decideExtension() async throws {
        switch form.text("decision") {
        case "extend":
            try await casework.extend(
                id, rule: form.text("rule"), length: try length(), reason: form.text("reason"),
                version: try version(), by: viewer)
        case "refuse":
            try await casework.refuseExtension(id, reason: form.text("reason"), version: try version(), by: viewer)
        default: throw PlainError(.invalid, "choice.missing", field: "decision")
        }
    }

    private func writeSettlement() async throws {
        let draft = SettlementDraft(
            kind: try choice("kind"), terms: form.text("terms"), residentOn: try date("residentOn"),
            unitOn: try date("unitOn"))
        try await casework.settle(id, draft, of: try reporter(), version: try version(), by: viewer)
    }

    // MARK: Reading

    /// `route.123`: which notice reached whom.
    private func notice() throws -> (NoticeKind, ReporterID) {
        let parts = form.text("notice").split(separator: ".")
        guard parts.count == 2, let kind = NoticeKind(rawValue: String(parts[0])),
            let reporter = ReporterID(String(parts[1]))
        else { throw PlainError(.invalid, "choice.missing", field: "notice") }
        return (kind, reporter)
    }

    private func choice<Value: RawRepresentable<String>>(_ name: String) throws -> Value {
        guard let value: Value = form.value(name) else { throw PlainError(.invalid, "choice.missing", field: name) }
        return value
    }

    private func length() throws -> Int {
        guard let length = Int(form.text("length")) else {
            throw PlainError(.invalid, "number.invalid", field: "length")
        }
        return length
    }

    private func day(_ name: String) throws -> LocalDate {
        guard let day = try date(name) else { throw PlainError(.invalid, "date.missing", field: name) }
        return day
    }

    /// A day that a postmark or stamp shows; noon stands for it.
    private func noon(_ name: String) throws -> Instant? {
        guard let day = try date(name) else { return nil }
        guard day <= words.today else { throw PlainError(.invalid, "date.future", field: name) }
        return day == words.today ? nil : zone.instant(of: day, hour: 12)
    }

    /// The decision about category and route; all that is wrong with it at once.
    ///
    /// - Parameter optional: a form without the fields of a decision gives none.
    func decision(optional: Bool) throws -> TriageDraft? {
        guard form["reason"] != nil || !optional else { return nil }
        var errors: [PlainError] = []
        let rules = words.book.clocks(pack: file.state.pack, version: file.state.packVersion)
        let sort: MatterSort? = form.value("sort")
        if rules.asksSort, sort == nil { errors.append(CaseError.sortMissing.plain) }
        let route: LawfulRoute? = form.value("route")
        if let route {
            if !rules.allows(route, for: sort), !rules.asksSort || sort != nil {
                errors.append(CaseError.routeUnknown.plain)
            }
            errors += missing(for: route)
        } else {
            errors.append(CaseError.triageMissing.plain)
        }
        let tier = form["tier"].flatMap { $0.isEmpty ? nil : $0 }
        if (route ?? .ordinary) == .ordinary || tier != nil, !rules.allows(tier: tier) {
            errors.append(CaseError.tierUnknown.plain)
        }
        if isEmpty("reason") { errors.append(PlainError(.invalid, "text.missing", field: "reason")) }
        var procedure: (LawfulProcedure, LocalDate?)?
        do {
            procedure = try route.flatMap { try self.procedure(for: $0) }
        } catch let error as PlainError {
            errors.append(error)
        }
        guard errors.isEmpty, let route else { throw PlainErrors(errors) }
        let isOrdinary = route == .ordinary
        return TriageDraft(
            sort: sort, route: route, tier: tier, reason: form.text("reason"), organ: isOrdinary ? nil : form["organ"],
            words: isOrdinary ? nil : form["words"], number: form["number"], procedure: procedure?.0,
            procedureFrom: procedure?.1)
    }

    /// Nobody is sent another way without being told where to.
    private func missing(for route: LawfulRoute) -> [PlainError] {
        switch route {
        case .ordinary: []
        case .inHand: isEmpty("number") ? [PlainError(.invalid, "text.missing", field: "number")] : []
        case .explain: isEmpty("words") ? [CaseError.blockMissing("words").plain] : []
        default: isEmpty("organ") ? [CaseError.organMissing.plain] : []
        }
    }

    func isEmpty(_ name: String) -> Bool { form.text(name).allSatisfy(\.isWhitespace) }
}
