internal import Casework
internal import Kernel
internal import Organisation

/// The call to ask how it went, and what a resident is asked of the office that took the matter in.
extension MatterForms {
    func callForms() -> Fields {
        let state = page.state
        let isJudged = [state.handler, state.reply?.signer].contains(page.viewer.staff.id)
        let due = page.can(.callBack) && !isJudged ? state.reporters.filter { $0.callsOn != nil } : []
        return [
            "callBacks": .list(due.map(call)), "hasCallBacks": .flag(!due.isEmpty),
            "judgeIntake": .optional(page.words.asksOfIntake(state, page.viewer) ? intake() : nil),
        ]
    }

    private func call(_ reporter: CaseState.Reporter) -> Fields {
        let words = page.words
        let typed = state(.callBack, "reporter", "\(reporter.details.id)")
        let day = reporter.callsOn.map { words.words.date($0, today: words.today) } ?? ""
        let number = words.words.counted("calls.made", reporter.calls)
        return typed.fields(["again", "words"]).merging([
            "reporter": .text("\(reporter.details.id)"),
            "reporterName": .text(words.reporter(reporter.details.id, in: page.file)),
            "since": .text(words.text("calls.since", ["date": day])),
            "made": .text(reporter.calls == 0 ? "" : number),
            "again": .text(typed.form?.text("again") ?? "\(words.today.adding(days: 1))"),
            "most": .text(reporter.judgeUntil.map { "\($0)" }),
            "resultError": typed.error("result"),
            "results": typed.options("result", CallBackResult.allCases, family: "callBackResult"),
        ])
    }

    private func intake() -> Fields {
        let words = page.words
        return [
            "legend": .text(words.text("calls.intake", ["unit": words.unit(page.state.receivedBy)])),
            "choices": state(.judgeOnBehalf).options("intake", Attitude.allCases, family: "attitude"),
        ]
    }
}

extension MatterWords {
    /// Whether a member of staff may hear how the office served that took the matter in: nobody who works in it.
    func asksOfIntake(_ state: CaseState, _ viewer: Viewer) -> Bool {
        state.asksOfIntake && viewer.staff.unit != state.receivedBy
    }
}
