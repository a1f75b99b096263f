internal import Casework
internal import Kernel
internal import Organisation

/// Clocks of a matter as fields: the state in words, the date, and why it is that date.
extension MatterWords {
    /// The rule behind a clock, in the pack that the matter began with.
    func rule(_ start: ClockStart, of state: CaseState) -> Rule? {
        book.packs.pack(id: state.pack, version: state.packVersion)?.rule(start.rule)
    }

    /// The last day that counts: the rolled one where the rule rolls.
    func due(_ start: ClockStart, of state: CaseState) -> LocalDate {
        rule(start, of: state)?.roll == .forward ? start.rolled ?? start.due : start.due
    }

    /// How a clock stands today.
    func clockState(_ clock: CaseState.Clock, of state: CaseState) -> ClockState {
        ClockState(
            due: due(clock.start, of: state), today: today, calendar: book.calendar, isDone: clock.endedAt != nil)
    }

    /// The rule pack that a matter began with.
    func packName(of state: CaseState) -> String {
        guard let pack = book.packs.pack(id: state.pack, version: state.packVersion) else { return "" }
        return text("work.rulePack", ["name": pack.title.text(isEnglish: isEnglish), "version": "\(pack.version)"])
    }

    /// Whether it is a right of the resident: nobody is late with it, and it can only run out.
    func isRight(_ start: ClockStart, of state: CaseState) -> Bool { rule(start, of: state)?.owner == .citizen }

    /// The state of a clock for people; a right that ran out is no failure of anybody.
    private func clockWords(_ clock: CaseState.Clock, of state: CaseState) -> Fields {
        let now = clockState(clock, of: state)
        guard isRight(clock.start, of: state), now.urgency == .overdue else { return words.clockFields(now) }
        return ["state": "pause", "words": .text(text("clock.rightOver"))]
    }

    /// `state` and `words` of a due day, for lists; a matter without one has nothing to wait for.
    func clockFields(due: LocalDate?) -> Fields {
        guard let due else { return ["state": "done", "words": .text(text("story.noClock"))] }
        return words.clockFields(ClockState(due: due, today: today, calendar: book.calendar))
    }

    /// The name of a clock's rule.
    func clockName(_ start: ClockStart, of state: CaseState) -> String {
        rule(start, of: state)?.name.text(isEnglish: isEnglish) ?? start.rule
    }

    /// One clock for the panel of staff: name, state, date and reasons; with a small calendar where asked.
    func clock(_ clock: CaseState.Clock, of state: CaseState, withMonth: Bool) -> Fields {
        let due = due(clock.start, of: state)
        let dueWords = words.dateAndWeekday(due)
        var fields = clockWords(clock, of: state)
        fields["name"] = .text(clockName(clock.start, of: state))
        if let ended = clock.endedAt {
            let values = ["ended": words.date(book.zone.date(of: ended), today: today), "date": dueWords]
            fields["dateText"] = .text(text("clock.endedDate", values))
        } else {
            let key = clock.start.provisional ? "clock.dateProvisional" : "clock.date"
            fields["dateText"] = .text(text(key, ["date": dueWords]))
        }
        let weeks = withMonth ? self.weeks(from: clock.start.from, to: due) : []
        fields["whyOpen"] = false
        fields["why"] = .list(whyRows(clock.start, of: state))
        fields["hasMonth"] = .flag(!weeks.isEmpty)
        fields["weeks"] = .list(weeks)
        return fields
    }

    /// "Why this date" for residents: `start`, `rule`, `source`, `sourceURL`, `calendar`, `pauses`, `extension`.
    func why(_ start: ClockStart, of state: CaseState) -> Fields {
        let rule = rule(start, of: state)
        return [
            "start": .text(startWords(start, rule)), "rule": .text(ruleWords(rule, start)),
            "source": .text(sourceWords(rule)), "sourceURL": "/how#deadlines", "calendar": .text(calendarWords(start)),
            "pauses": .text(text("why.none")), "extension": .text(extensionWords(rule)),
        ]
    }

    private func whyRows(_ start: ClockStart, of state: CaseState) -> [Fields] {
        let rule = rule(start, of: state)
        let law = [ruleWords(rule, start), sourceWords(rule)].filter { !$0.isEmpty }
        return [
            row("why.start", startWords(start, rule)),
            row("why.rule", law.joined(separator: text("story.comma"))),
            row("why.calendar", calendarWords(start)), row("why.pauses", text("why.none")),
            row("why.extension", extensionWords(rule)),
        ]
    }

    private func row(_ key: String, _ words: String) -> Fields {
        ["term": .text(text(key)), "text": .text(words), "url": ""]
    }

    private func startWords(_ start: ClockStart, _ rule: Rule?) -> String {
        let event = rule.map { words.name("ruleStart", $0.starts) } ?? text("ruleStart.receipt")
        return text("why.startWords", ["date": words.date(start.from, today: today), "event": event])
    }

    /// "办结答复，60 天".
    func ruleWords(_ rule: Rule?, _ start: ClockStart) -> String {
        guard let rule else { return start.rule }
        let length = words.counted("ruleUnit.\(rule.unit.rawValue)", rule.length)
        return text("why.ruleWords", ["name": rule.name.text(isEnglish: isEnglish), "length": length])
    }

    /// "《信访工作条例》第 34 条".
    func sourceWords(_ rule: Rule?) -> String {
        guard let rule else { return "" }
        guard let article = rule.article else { return text("why.source", ["source": rule.source]) }
        return text("why.sourceArticle", ["source": rule.source, "article": article])
    }

    private func calendarWords(_ start: ClockStart) -> String {
        let key = start.provisional ? "why.calendarProvisional" : "why.calendarWords"
        var out = text(key, ["version": start.calendar])
        if let rolled = start.rolled {
            out += text(
                "why.rolled", ["date": words.date(start.due, today: today), "rolled": words.date(rolled, today: today)])
        }
        return out
    }

    private func extensionWords(_ rule: Rule?) -> String {
        guard let more = rule?.extension else { return text("why.noExtension") }
        return text(
            "why.extensionWords", ["days": words.days(more.max), "approver": words.name("role", more.approver)])
    }

    /// The days of a clock by weeks, Monday first. Longer than ten weeks it would be a wall, so there is none.
    private func weeks(from start: LocalDate, to due: LocalDate) -> [Fields] {
        let first = start.adding(days: 1 - start.weekday)
        let count = due.adding(days: 7 - due.weekday).days(since: first) + 1
        guard start <= due, count <= 70 else { return [] }
        return stride(from: 0, to: count, by: 7).map { week in
            ["days": .list((week..<week + 7).map { day(first.adding(days: $0), start, due) })]
        }
    }

    private func day(_ date: LocalDate, _ start: LocalDate, _ due: LocalDate) -> Fields {
        guard date <= due else { return ["label": "", "kind": "none"] }
        let (_, month, day) = date.parts
        let kind =
            if date < start {
                "out"
            } else if date == start {
                "start"
            } else if date == due {
                "due"
            } else if date == today {
                "today"
            } else if book.calendar.isWorkingDay(date) == false {
                "off"
            } else if date < today {
                "past"
            } else {
                "work"
            }
        return ["label": .text(day == 1 ? "\(month)/1" : "\(day)"), "kind": .text(kind)]
    }
}
