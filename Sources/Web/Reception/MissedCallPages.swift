internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Reception

/// What can be done with a call that nobody took; the raw value is the end of the address.
enum MissedCallAct: String, CaseIterable, Sendable {
    /// Nobody answered.
    case again = "try"
    /// What they asked was answered.
    case answered
    /// Nobody calls any more.
    case giveUp = "give-up"
}

extension ReceptionPages {
    /// Calls that nobody took, in the order in which they are to be called.
    func missedCalls(_ request: PageRequest) async throws -> Response { try await missedCalls(request, errors: []) }

    /// Writes one down.
    func addMissedCall(_ request: PageRequest) async throws -> Response {
        try await run {
            let form = request.form
            let at = try LocalTime.instant(
                form.text("when"), reception.zone, now: request.now, field: "when")
            try await reception.addMissedCall(
                at: at,
                AppointmentDetails(
                    about: form.text("about"), name: form.text("name"), phone: form.text("phone"),
                    needs: form.values("needs").compactMap { VisitNeed(rawValue: $0) }),
                submission: try request.requiredSubmission, by: try request.staff)
            return request.redirect(to: "/desk/reception/calls?done=called")
        } again: { errors in
            try await missedCalls(request, errors: errors)
        }
    }

    func perform(_ act: MissedCallAct, _ request: PageRequest) async throws -> Response {
        let id: MissedCallID = try id(request, otherwise: "reception.callOver")
        let (viewer, submission) = (try request.staff, try request.requiredSubmission)
        return try await run {
            switch act {
            case .again:
                try await reception.noteTry(
                    id, again: LocalDate(request.form.text("again")), submission: submission, by: viewer)
            case .answered: try await reception.endMissedCall(id, .answered, submission: submission, by: viewer)
            case .giveUp: try await reception.endMissedCall(id, .givenUp, submission: submission, by: viewer)
            }
            return request.redirect(to: "/desk/reception/calls?done=call-\(act.rawValue)")
        } again: { errors in
            try await missedCalls(request, errors: errors, of: id)
        }
    }

    private func missedCalls(
        _ request: PageRequest, errors: [PlainError], of id: MissedCallID? = nil
    ) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let found = try await reception.missedCalls(for: viewer)
        let hasHall = try await reception.places().contains { $0.isShown(to: viewer) }
        let form = id == nil && !errors.isEmpty ? request.form : Form()
        let state = FormState(words: words.words, form: form, errors: id == nil ? errors : [])
        var fields = state.fields(
            ["phone", "name", "about", "when"], prefilled: [:])
        if form.text("when").isEmpty { fields["when"] = .text(LocalTime.text(request.now, reception.zone)) }
        fields["whenMost"] = .text(LocalTime.text(request.now, reception.zone))
        fields["needs"] = state.options("needs", VisitNeed.allCases, family: "visitNeed")
        fields["tabs"] = words.tabs("calls", viewer, hasHall: hasHall)
        fields["submission"] = request.submissionField()
        fields["hasCalls"] = .flag(!found.calls.isEmpty)
        fields["countText"] = .text(countText(found, words))
        let failed = id.map { ($0, request.form, errors) }
        fields["calls"] = .list(
            found.calls.map { call in
                let mine = failed.flatMap { $0.0 == call.id ? $0 : nil }
                return self.call(call, request, words, form: mine?.1, errors: mine?.2 ?? [])
            })
        return try await request.page(
            "reception/calls", title: words.text("reception.tab.calls"), fields,
            status: errors.isEmpty ? .ok : .unprocessableContent, errors: errors, notice: notice(request))
    }

    private func countText(_ found: MissedCalls, _ words: ReceptionWords) -> String {
        guard found.count > found.calls.count else { return words.words.counted("reception.callsWait", found.count) }
        return words.text(
            "reception.callsShown",
            ["shown": words.words.number(found.calls.count), "n": words.words.number(found.count)])
    }

    private func call(
        _ call: MissedCall, _ request: PageRequest, _ words: ReceptionWords, form: Form?, errors: [PlainError]
    ) -> Fields {
        let today = reception.today
        let typed = FormState(words: words.words, form: form, errors: errors)
        return typed.fields(["again"], prefilled: ["again": "\(today.adding(days: 1))"]).merging([
            "id": .text("\(call.id)"), "phone": .text(call.details.phone), "name": .text(call.details.name),
            "about": .text(call.details.about), "needs": .text(words.needs(call.details.needs)),
            "when": .text(words.words.relative(call.calledAt, now: request.now)),
            "calls": .text(call.calls > 1 ? words.words.counted("reception.calledTimes", call.calls) : ""),
            "tries": .text(call.tries > 0 ? words.words.counted("reception.triedTimes", call.tries) : ""),
            "later": .text(
                call.again > today
                    ? words.text("reception.callFrom", ["date": words.words.date(call.again, today: today)]) : ""),
            "today": .text("\(today)"), "most": .text("\(today.adding(days: Reception.daysToTry))"),
            "registerURL": .text("/desk/new?call=\(call.id)"), "url": .text("/desk/reception/calls/\(call.id)"),
            "submission": request.newSubmission(),
        ])
    }
}
