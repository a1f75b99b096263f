internal import Casework
internal import Kernel

/// What was typed into a form that failed.
extension MatterForms {
    private var failed: (act: MatterAct, form: Form, errors: [PlainError])? { page.failed }

    /// What somebody typed and could not send, or what was kept as a draft.
    private func form(_ act: MatterAct) -> Form? { failed?.act == act ? failed?.form : page.draftForm(act) }

    /// The sentence for a form as a whole.
    private func error(_ act: MatterAct) -> Field {
        guard failed?.act == act, let first = failed?.errors.first else { return "" }
        return .text(page.words.words.sentence(of: first))
    }

    private func error(_ act: MatterAct, _ field: String) -> Field {
        guard failed?.act == act, let first = failed?.errors.first(where: { $0.field == field }) else { return "" }
        return .text(page.words.words.sentence(of: first))
    }

    private func text(_ act: MatterAct, _ name: String) -> Field { .text(form(act)?.text(name)) }

    /// A department's work is about to go to the grassroots: the exception is offered with the refusal, never before.
    private func asksGrassroots(_ act: MatterAct) -> Bool {
        failed?.act == act
            && (failed?.errors.contains { $0.code == "dispatch.grassroots" } == true
                || form(act)?.flag("grassroots") == true)
    }

    /// Whether an entry of the duty catalogue was pressed: what was typed stands in its form, not in that by hand.
    private var isByEntry: Bool { form(.dispatch)?["entry"]?.isEmpty == false }

    /// Where the form holds the decision too, its own fields say what is wrong.
    private func acceptError() -> Field { needsDecision ? "" : error(.accept) }

    func typed() -> Fields {
        var fields: Fields = [
            "ruleError": error(.ruleObjection), "ruleReason": text(.ruleObjection, "reason"),
            "rulingIsUphold": .flag(form(.ruleObjection)?["ruling"] == "uphold"),
            "rulingIsReject": .flag(form(.ruleObjection)?["ruling"] == "reject"),
            "dispatchByHand": .flag(form(.dispatch)?["reason"] != nil),
            "today": .text(todayText), "feedbackID": isByEntry ? "dispatch-feedback-hand" : "dispatch-feedback",
            "feedback": isByEntry ? "" : text(.dispatch, "feedback"),
            "feedbackError": isByEntry ? "" : error(.dispatch, "feedback"),
            "linkNumber": text(.link, "number"), "linkError": error(.link), "deliverError": error(.deliver),
            "addReporterError": error(.addReporter), "addName": text(.addReporter, "name"),
            "addPhone": text(.addReporter, "phone"), "addBody": text(.addReporter, "body"),
            "contactError": error(.firstContact), "contactResult": text(.firstContact, "result"),
            "helperError": error(.helper), "helperAsk": text(.helper, "ask"), "helperDue": text(.helper, "due"),
            "objectEvidence": text(.object, "evidence"), "acceptError": acceptError(),
            "asksGrassroots": .flag(asksGrassroots(.dispatch)),
            "grassroots": .flag(form(.dispatch)?.flag("grassroots") ?? false),
            "ruleAsksGrassroots": .flag(asksGrassroots(.ruleObjection)),
            "ruleGrassroots": .flag(form(.ruleObjection)?.flag("grassroots") ?? false),
            "helpAnswerError": error(.helpAnswer), "helpAnswer": text(.helpAnswer, "text"),
            "takenWordsError": error(.words), "takenWords": text(.words, "words"),
            "judgeError": error(.judgeOnBehalf), "judgeWords": text(.judgeOnBehalf, "words"),
            "messageError": error(.message), "messageBody": text(.message, "body"), "noteError": error(.note),
            "noteBody": text(.note, "body"),
        ]
        for act in [
            MatterAct.object, .dispatch, .close, .reopen, .category, .restrict, .unrestrict, .withdraw, .recuse,
            .give,
        ] {
            fields["\(act.prefix)Error"] = error(act)
            fields["\(act.prefix)Reason"] = text(act, "reason")
        }
        return fields
    }
}

/// Times of day as `datetime-local` fields write them.
enum LocalTime {
    /// `2026-05-21T10:42`.
    static func text(_ instant: Instant, _ zone: CivilZone) -> String {
        let (hour, minute, _) = zone.timeOfDay(of: instant)
        return "\(zone.date(of: instant))T\(Words.two(hour)):\(Words.two(minute))"
    }

    /// Reads `2026-05-21T10:42`, also with a blank and with seconds; empty text is no moment.
    ///
    /// - Throws: `date.invalid`; `date.future` for what has not happened yet.
    static func instant(_ text: String, _ zone: CivilZone, now: Instant, field: String) throws(PlainError) -> Instant? {
        guard !text.isEmpty else { return nil }
        let parts = text.split { $0 == "T" || $0 == " " }
        let wrong = PlainError(.invalid, "date.invalid", field: field)
        guard let date = parts.first.flatMap({ LocalDate($0) }) else { throw wrong }
        var (hour, minute) = (0, 0)
        if parts.count > 1 {
            let time = parts[1].split(separator: ":").map { Int($0) ?? -1 }
            guard time.count >= 2, (0...23).contains(time[0]), (0...59).contains(time[1]) else { throw wrong }
            (hour, minute) = (time[0], time[1])
        }
        let instant = zone.instant(of: date, hour: hour, minute: minute)
        // A minute is what the field holds, so the present one is not the future.
        guard instant <= now.adding(seconds: 60) else { throw PlainError(.invalid, "date.future", field: field) }
        return min(instant, now)
    }
}
