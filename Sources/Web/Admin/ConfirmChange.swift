internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

extension AdminPages {
    /// The way of every change: what was typed is tried, the difference is shown, and only a second step writes it.
    ///
    /// - Parameters:
    ///   - back: where whoever changes their mind goes.
    ///   - done: where it leads once it is done; `back` unless said otherwise.
    ///   - later: where it leads when it waits for its day.
    ///   - preparing: what stands outside the organisation and has to be there first.
    ///   - again: the form with everything typed and what is wrong.
    func settle(
        _ change: PlannedChange, _ request: PageRequest, back: String, done: String? = nil,
        later: String = "/admin/changes?done=scheduled", preparing: OrganisationStore.Preparation? = nil,
        again: ([PlainError]) async throws -> Response
    ) async throws -> Response {
        try await run(
            {
                let viewer = try request.staff
                let today = request.site.today
                let reason = try OrganisationStore.reason(request.form.text("reason"))
                let effective = try request.form.day("effective") ?? today
                guard effective >= today else { throw PlainError(.invalid, "change.past", field: "effective") }
                guard request.form["step"] == "confirm" else {
                    let shown = try await organisation.preview(
                        change, today: effective, by: viewer.actor, preparing: preparing)
                    guard !shown.changes.isEmpty else { throw PlainError(.conflict, "change.nothing") }
                    return try await confirmPage(shown, change, reason, effective, back, request)
                }
                let outcome = try await organisation.commit(
                    ChangeOrder(
                        change, because: reason, on: effective, today: today,
                        submission: try request.requiredSubmission, seen: request.form["seen"]),
                    by: viewer.actor, preparing: preparing)
                switch outcome {
                case .done: return request.redirect(to: done ?? "\(back)?done=changed")
                case .scheduled: return request.redirect(to: later)
                case .waiting: return request.redirect(to: "/admin/changes?done=proposed")
                }
            }, again: again)
    }

    private func confirmPage(
        _ difference: OrganisationDifference, _ change: PlannedChange, _ reason: String, _ effective: LocalDate,
        _ back: String, _ request: PageRequest
    ) async throws -> Response {
        let words = try words(request)
        let today = request.site.today
        let viewer = try request.staff
        var proposes = false
        if case .setGrants = change { proposes = !viewer.may(.grantRoles, on: nil) }
        let outcome: String
        switch (proposes, effective > today) {
        case (true, _): outcome = "admin.confirm.proposes"
        case (false, true): outcome = "admin.confirm.later"
        case (false, false): outcome = "admin.confirm.now"
        }
        let hidden = request.form.items.filter { !["_csrf", "submission", "step", "seen"].contains($0.name) }
        var trials: [RulebookBlock] = []
        if difference.canBeTried, change.unitForm != nil {
            let action = "\(request.path)/trial"
            trials = [
                request.trialBlock(
                    action, try await casework.trials.latest(.units), hidden: hidden.map { ($0.name, $0.value) })
            ]
        }
        return try await page(
            "confirm", title: words.text("admin.confirm.title"),
            [
                "action": .text(request.path), "backURL": .text(back), "about": .text(words.plan(change)),
                "changes": words.fields(difference), "reason": .text(reason),
                "outcome": .text(words.text(outcome, ["date": words.words.fullDate(effective)])),
                "trials": .list(trials.map { $0.fields(request.words) }),
                "button": .text(words.text("\(outcome)Button")), "submission": request.submissionField(),
                "hidden": .list(
                    hidden.map { ["name": .text($0.name), "value": .text($0.value)] } + [
                        ["name": "step", "value": "confirm"],
                        ["name": "seen", "value": .text(difference.fingerprint)],
                    ]),
            ], request)
    }
}
