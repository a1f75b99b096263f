internal import Casework
internal import Kernel
internal import Organisation

/// A clock as a resident reads it: what it promises, until when, how it stands, and why it is that day.
struct ResidentClock {
    /// What a resident gets when a clock is kept.
    enum Aim {
        case answer, review, contact, notice, completeness, right
        /// A step between offices; it stands in the list and never in the headline.
        case inside
    }

    let clock: CaseState.Clock
    let matter: MatterWords
    let file: CaseFile

    private var state: CaseState { file.state }
    private var words: Words { matter.words }
    private var start: ClockStart { clock.start }

    /// The clocks that run or stand still, first the one that a resident waits for.
    static func all(_ file: CaseFile, _ matter: MatterWords) -> [ResidentClock] {
        let open = file.state.clocks.filter { $0.endedAt == nil }
            .map { ResidentClock(clock: $0, matter: matter, file: file) }
        return open.sorted { ($0.rank, $0.start.due, $0.start.rule) < ($1.rank, $1.start.due, $1.start.rule) }
    }

    /// The clock of the headline: an answer before everything else, then the next word that is due.
    static func headline(_ file: CaseFile, _ matter: MatterWords) -> ResidentClock? {
        all(file, matter).first { $0.aim != .inside && $0.aim != .right }
    }

    var aim: Aim {
        if matter.isRight(start, of: state) { return .right }
        let rule = matter.rule(start, of: state)
        let ends = start.ends ?? rule?.ends ?? []
        if !start.isDuty { return .inside }
        if ends.contains(.reviewReply) || ends.contains(.rereviewReply) { return .review }
        if ends.contains(.correctionRequest), ends.contains(.acceptance) { return .completeness }
        if ends.contains(.contact) { return .contact }
        if ends.contains(.acceptance) || ends.contains(.triage) || ends.contains(.transfer) { return .notice }
        if ends.contains(.reply) { return .answer }
        return .inside
    }

    private var rank: Int {
        switch aim {
        case .answer, .review: 0
        case .contact: 1
        case .notice: 2
        case .completeness: 3
        case .inside: 4
        case .right: 5
        }
    }

    var due: LocalDate { matter.due(start, of: state) }

    /// `state` and `words`: shape and how much is left, to the hour where the rule counts hours.
    var shown: Fields { matter.clockWords(clock, of: state) }

    private var isHours: Bool { start.dueAt != nil }

    /// Whether it has run out and somebody owes an answer for that.
    var isLate: Bool {
        guard start.isDuty, clock.paused == nil else { return false }
        if let moment = start.dueAt { return moment < matter.now }
        return due < matter.today
    }

    /// "最晚 6 月 3 日（周三）答复您，还有 9 个工作日。"
    var sentence: String {
        if clock.paused != nil { return pausedSentence }
        let dayState = matter.clockState(clock, of: state)
        if aim == .answer, !isHours { return words.deadlineSentence(due: due, state: dayState) }
        let name =
            switch aim {
            case .answer: "answer"
            case .review: "review"
            case .contact: "contact"
            case .completeness: "complete"
            case .notice, .inside, .right: "notice"
            }
        let values = ["date": moment, "clock": text(of: "words")]
        let sentence = words.text("remedies.by.\(name).\(isLate ? "late" : "open")", values)
        return start.provisional ? sentence + words.text("deadline.provisional") : sentence
    }

    /// The last day, with the time of day where the rule counts hours.
    var moment: String {
        guard let dueAt = start.dueAt else { return words.dateAndWeekday(due) }
        return words.text("word.dateTime", ["date": words.dateAndWeekday(due), "time": words.time(dueAt)])
    }

    private var pausedSentence: String {
        guard let pause = clock.paused else { return "" }
        let values = [
            "since": words.date(pause.since, today: matter.today), "cause": words.name("pauseCause", pause.cause),
            "rule": matter.clockName(start, of: state), "date": words.dateAndWeekday(due),
        ]
        return words.text("remedies.pausedSentence", values)
    }

    private func text(of name: String) -> String {
        guard case .text(let text)? = shown[name] else { return "" }
        return text
    }

    /// One clock in the list "why this date".
    var fields: Fields {
        var fields = shown
        fields["name"] = .text(matter.clockName(start, of: state))
        fields["dateText"] = .text(dateText)
        fields.merge(matter.why(start, of: state))
        return fields
    }

    /// Both days where the last one is a day off: a duty of the offices does not wait, a right of the resident does.
    private var dateText: String {
        var text = words.text("remedies.lastDay", ["date": moment])
        if let rolled = start.rolled {
            let values = ["date": words.date(start.due, today: matter.today), "rolled": words.dateAndWeekday(rolled)]
            text += words.text(due == rolled ? "remedies.rolls" : "remedies.rollsNot", values)
        }
        return start.provisional ? text + words.text("remedies.provisional") : text
    }

    /// Who has heard that it ran out, "签发人、督办员"; empty while nobody has.
    var toldUpwards: String {
        let roles = file.entries.compactMap { entry -> String? in
            guard case .escalated(let p) = entry.event, p.rule == start.rule, p.due == start.due else { return nil }
            return words.name("role", p.to)
        }
        var seen: Set<String> = []
        return words.list(roles.filter { seen.insert($0).inserted })
    }
}
