internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// Clocks of a matter as fields: the state in words, the date, and why it is that date.
extension MatterWords {
    /// The rule behind a clock, in the pack that the matter began with.
    func rule(_ start: ClockStart, of state: CaseState) -> Rule? { pack(of: state)?.rule(start.rule) }

    /// The last day that counts: the rolled one where the rule rolls.
    func due(_ start: ClockStart, of state: CaseState) -> LocalDate {
        guard let rule = rule(start, of: state) else { return start.lastDay }
        return rule.roll == .forward ? start.rolled ?? start.due : start.due
    }

    /// How a clock stands today.
    func clockState(_ clock: CaseState.Clock, of state: CaseState) -> ClockState {
        ClockState(
            due: due(clock.start, of: state), today: today, calendar: book.calendar, isPaused: clock.paused != nil,
            isDone: clock.endedAt != nil)
    }

    /// The rule pack that a matter began with.
    func packName(of state: CaseState) -> String {
        guard let pack = pack(of: state) else { return "" }
        return text("work.rulePack", ["name": pack.title.text(isEnglish: isEnglish), "version": "\(pack.version)"])
    }

    /// Whether it is a right of the resident: nobody is late with it, and it can only run out.
    func isRight(_ start: ClockStart, of state: CaseState) -> Bool {
        rule(start, of: state).map { $0.owner == .citizen } ?? start.isRight
    }

    /// `state` and `words` of a clock. Time that was somebody else's and ran out is no failure of anybody; hours are counted to the minute.
    func clockWords(_ clock: CaseState.Clock, of state: CaseState) -> Fields {
        let now = clockState(clock, of: state)
        if !clock.start.isDuty, now.urgency == .overdue {
            let key =
                switch clock.start.holder {
                case .receiver: "clock.objectionOver"
                case .consulted: "clock.consultationOver"
                case .citizen, .authority: "clock.rightOver"
                }
            return ["state": "pause", "words": .text(text(key))]
        }
        guard let moment = clock.start.dueAt, clock.endedAt == nil, clock.paused == nil else {
            return words.clockFields(now)
        }
        return hourFields(until: moment)
    }

    /// "还有 3 小时", "还有 40 分钟", "超 2 小时".
    func hourFields(until moment: Instant) -> Fields {
        let minutes = Int((moment.milliseconds - now.milliseconds) / 60_000)
        let isOver = moment < self.now
        let (hours, rest) = (abs(minutes) / 60, abs(minutes))
        let length = hours > 0 ? words.counted("ruleUnit.hours", hours) : words.counted("clock.minutes", rest)
        let shape: Urgency = isOver ? .overdue : minutes < 120 ? .today : minutes < 24 * 60 ? .near : .plenty
        return [
            "state": .text(shape.shape),
            "words": .text(text(isOver ? "clock.overHours" : "clock.leftHours", ["length": length])),
        ]
    }

    /// `state` and `words` of a due day, for lists; a matter without one has nothing to wait for.
    func clockFields(due: LocalDate?) -> Fields {
        guard let due else { return ["state": "done", "words": .text(text("story.noClock"))] }
        return words.clockFields(ClockState(due: due, today: today, calendar: book.calendar))
    }

    /// While others were asked and the offices' own time stands still.
    func waitingFields(until day: LocalDate) -> Fields {
        ["state": "pause", "words": .text(text("clock.waitsForOthers", ["date": words.date(day, today: today)]))]
    }

    /// The name of a clock's rule.
    func clockName(_ start: ClockStart, of state: CaseState) -> String { ruleName(start.rule, of: state) }

    /// One clock for the panel of staff: name, state, date and reasons; with a small calendar where asked.
    ///
    /// - Parameter file: says who extended it and why; without it the fact alone is told.
    func clock(
        _ clock: CaseState.Clock, of state: CaseState, withMonth: Bool, in file: CaseFile? = nil
    ) -> Fields {
        let due = due(clock.start, of: state)
        var fields = clockWords(clock, of: state)
        fields["name"] = .text(clockName(clock.start, of: state))
        fields["dateText"] = .text(dateText(clock, due))
        let weeks = withMonth ? self.weeks(from: clock.start.from, to: due) : []
        fields["whyOpen"] = false
        fields["why"] = .list(ClockReasons(words: self, state: state, file: file).rows(clock))
        fields["hasMonth"] = .flag(!weeks.isEmpty)
        fields["weeks"] = .list(weeks)
        return fields
    }

    private func dateText(_ clock: CaseState.Clock, _ due: LocalDate) -> String {
        let dueWords = words.dateAndWeekday(due)
        if let ended = clock.endedAt {
            return text(
                "clock.endedDate", ["ended": words.date(book.zone.date(of: ended), today: today), "date": dueWords])
        }
        if let pause = clock.paused {
            let values = [
                "since": words.date(pause.since, today: today), "cause": words.name("pauseCause", pause.cause),
                "date": dueWords,
            ]
            return text("clock.pausedSince", values)
        }
        if let moment = clock.start.dueAt {
            return text("clock.dateExact", ["date": dueWords, "time": words.time(moment)])
        }
        return text(clock.start.provisional ? "clock.dateProvisional" : "clock.date", ["date": dueWords])
    }

    /// "Why this date" for residents: `start`, `rule`, `source`, `sourceURL`, `calendar`, `pauses`, `extension`.
    func why(_ start: ClockStart, of state: CaseState) -> Fields {
        let reasons = ClockReasons(words: self, state: state, file: nil)
        let rule = rule(start, of: state)
        let paused = state.clocks.last { $0.start == start }?.paused
        let calendar = [reasons.calendar(start), reasons.roll(start)].compactMap { $0 }
        return [
            "start": .text(reasons.start(start, rule)), "rule": .text(ruleWords(rule, start)),
            "source": .text(sourceWords(rule)), "sourceURL": "/how#deadlines",
            "calendar": .text(calendar.joined(separator: text("story.semicolon"))),
            "pauses": .text(reasons.pauses(start, paused)), "extension": .text(reasons.extended(start, rule)),
        ]
    }

    /// "办结答复，60 天".
    func ruleWords(_ rule: Rule?, _ start: ClockStart) -> String { ruleWords(start.rule, rule) }

    /// The same for a rule of the matter's pack.
    func ruleWords(_ id: String, of state: CaseState) -> String { ruleWords(id, pack(of: state)?.rule(id)) }

    private func ruleWords(_ id: String, _ rule: Rule?) -> String {
        guard let rule else { return id }
        let name = rule.name.text(isEnglish: isEnglish)
        return text("why.ruleWords", ["name": name, "length": length(rule.length, of: rule)])
    }

    /// "《信访工作条例》第 34 条".
    func sourceWords(_ rule: Rule?) -> String {
        rule.map { cited($0.source, $0.article) } ?? ""
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
