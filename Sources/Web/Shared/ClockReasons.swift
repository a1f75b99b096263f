internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// Why a clock ends on its day: start, rule, calendar, days off, pauses, extension, and who heard of it when it ran out.
struct ClockReasons {
    let words: MatterWords
    let state: CaseState
    /// Says who decided and why; residents' pages do without.
    let file: CaseFile?

    /// All reasons with their headings.
    func rows(_ clock: CaseState.Clock) -> [Fields] {
        let start = clock.start
        let rule = words.rule(start, of: state)
        let law = [words.ruleWords(rule, start), words.sourceWords(rule)].filter { !$0.isEmpty }
        var rows = [
            ("why.start", self.start(start, rule)), ("why.rule", law.joined(separator: words.text("story.comma"))),
            ("why.calendar", calendar(start)),
        ]
        if let roll = roll(start) { rows.append(("why.roll", roll)) }
        rows += [("why.pauses", pauses(start, clock.paused)), ("why.extension", extended(start, rule))]
        if clock.escalations > 0 { rows.append(("why.escalated", escalated(clock))) }
        return rows.map { ["term": .text(words.text($0.0)), "text": .text($0.1), "url": ""] }
    }

    /// "5 月 13 日收到，当天不算"; hours run from the moment.
    func start(_ start: ClockStart, _ rule: Rule?) -> String {
        let event = rule.map { words.words.name("ruleStart", $0.starts) } ?? words.text("ruleStart.receipt")
        let values = ["date": date(start.from), "event": event]
        return words.text(start.dueAt == nil ? "why.startWords" : "why.startHours", values)
    }

    /// The calendar that was counted with, and whether it knows the year.
    func calendar(_ start: ClockStart) -> String {
        words.text(
            start.provisional ? "why.calendarProvisional" : "why.calendarWords", ["version": start.calendar])
    }

    /// Both dates where the last day is a day off: a duty of the offices does not roll, a right of the resident does.
    func roll(_ start: ClockStart) -> String? {
        guard let rolled = start.rolled else { return nil }
        let values = ["date": date(start.due), "rolled": date(rolled)]
        let rolls = words.due(start, of: state) == rolled
        return words.text(rolls ? "why.rolls" : "why.rollsNot", values)
    }

    /// Since when and why it stands still, and how long it did before.
    func pauses(_ start: ClockStart, _ paused: CaseState.Pause?) -> String {
        var parts: [String] = []
        if let pause = paused {
            let cause = words.words.name("pauseCause", pause.cause)
            parts.append(words.text("why.pausedNow", ["date": date(pause.since), "cause": cause]))
        }
        if let rested = start.rested, rested > 0 {
            parts.append(words.text("why.rested", ["days": words.words.days(rested)]))
        }
        return parts.isEmpty ? words.text("why.none") : parts.joined(separator: words.text("story.semicolon"))
    }

    /// What was extended, by whom and why; else what the rule allows.
    func extended(_ start: ClockStart, _ rule: Rule?) -> String {
        guard let length = start.extended, length > 0 else {
            guard let more = rule?.extension else { return words.text("why.noExtension") }
            return words.text(
                "why.extensionWords",
                ["days": words.length(more.max, of: rule), "approver": words.words.name("role", more.approver)])
        }
        let plain = words.text("why.extended", ["length": words.length(length, of: rule)])
        guard let file else { return plain }
        for entry in file.entries.reversed() {
            guard case .extended(let p) = entry.event, p.clock.rule == start.rule else { continue }
            let values = [
                "who": words.actor(entry.stored.actor, in: file), "reason": words.quoted(p.reason, in: file),
            ]
            return plain + words.text("why.extendedBy", values)
        }
        return plain
    }

    /// Who heard that it has run out.
    private func escalated(_ clock: CaseState.Clock) -> String {
        let steps =
            words.pack(of: state)?.escalation(isHourly: clock.start.escalationHours != nil).prefix(clock.escalations)
            .map(\.to) ?? []
        return words.text("why.escalatedTo", ["roles": words.words.list(steps.map { words.words.name("role", $0) })])
    }

    private func date(_ date: LocalDate) -> String { words.words.date(date, today: words.today) }
}
