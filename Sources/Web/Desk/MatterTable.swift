internal import Casework
internal import Kernel
internal import Organisation

/// A list of matters as `parts/desk-table` shows it: grouped by how much time is left.
struct MatterTable {
    let words: MatterWords
    let seesJudgement: Bool
    /// The list that links come back to; `nil` for lists outside the workbench.
    let place: ListPlace?

    /// Whether lines can be ticked.
    var hasTicks = false

    private var queue: WorkQueue? { place?.queue }

    private enum Group: String {
        case over, today, near, plenty, none, all
    }

    /// What is said of a due day. The lines of a page share few of them.
    private struct DueDay {
        let state: ClockState
        /// Shape and words, as for each clock.
        let fields: Fields
        let left: String
        let date: String
    }

    private func day(_ due: LocalDate) -> DueDay {
        let state = ClockState(due: due, today: words.today, calendar: words.book.calendar)
        return DueDay(
            state: state, fields: words.words.clockFields(state), left: words.words.clock(state),
            date: words.words.dateAndWeekday(due))
    }

    /// The groups of a page in the order of its lines.
    func groups(_ page: QueuePage) -> [Fields] {
        var groups: [(group: Group, rows: [Fields])] = []
        var days: [LocalDate: DueDay] = [:]
        let start = place?.start ?? 1
        for (index, row) in page.rows.enumerated() {
            let due = row.dueOn.map { days[$0] ?? day($0) }
            if let date = row.dueOn { days[date] = due }
            // In another order the shapes alone tell the time that is left.
            let group = place.map { $0.sort == .due } ?? true ? group(of: row, due?.state) : .all
            let fields = fields(of: row, due, line: start + index)
            if let last = groups.indices.last, groups[last].group == group {
                groups[last].rows.append(fields)
            } else {
                groups.append((group, [fields]))
            }
        }
        return groups.enumerated().map { index, part in
            // The last group of a page may go on on the next one: then its number would be wrong.
            let isWhole = index < groups.count - 1 || page.next == nil
            return [
                "heading": .text(
                    part.group == .all ? sortHeading : words.text("work.group.\(part.group.rawValue)")),
                "count": .text(isWhole ? words.words.number(part.rows.count) : ""),
                "tone": .text([.none, .all].contains(part.group) ? "plenty" : part.group.rawValue),
                "hint": .text(part.group == .over ? words.text("work.groupHintOver") : ""), "rows": .list(part.rows),
            ]
        }
    }

    private var sortHeading: String { words.text("work.sort.\((place?.sort ?? .due).rawValue)") }

    private func group(of row: QueueRow, _ state: ClockState?) -> Group {
        // Hours run out within their day; the list of what is over time holds nothing else.
        if queue == .overdue, let moment = row.dueAt, moment < words.now { return .over }
        return switch state?.urgency {
        case .overdue: .over
        case .today: .today
        case .near: .near
        case .plenty, .paused: .plenty
        case .done, nil: .none
        }
    }

    private func fields(of row: QueueRow, _ due: DueDay?, line: Int) -> Fields {
        var fields: Fields =
            row.dueAt.map(words.hourFields) ?? due?.fields ?? row.waitsUntil.map(words.waitingFields)
            ?? ["state": "done", "words": .text(words.text("story.noClock"))]
        fields["until"] = .text(row.dueAt.map(moment))
        fields["number"] = .text(row.number)
        fields["url"] = .text(
            place?.opening(row, line: line).matterURL(row.number) ?? "/desk/matter/\(row.number)")
        fields["isHere"] = .flag(place?.at?.id == row.id)
        fields["clockHint"] = .text(clockHint(row, due))
        fields["titleText"] = .text(row.title.isEmpty ? words.text("story.textErased") : row.title)
        fields["place"] = .text(row.place)
        fields["writer"] = .text(writer(row))
        fields["channel"] = .text(words.words.name("channel", row.channel))
        fields["phase"] = .text(phase(row))
        fields["handler"] = .text(row.handler.map(words.staff) ?? words.unit(row.responsible))
        fields["moved"] = .text(moved(row))
        fields["isUnsolved"] = .flag(isUnsolved(row))
        fields["isRestricted"] = .flag(queue == .restricted)
        fields["tick"] = .text(hasTicks ? "\(row.id)" : "")
        fields["tags"] = .list(row.tags.map { ["name": .text(words.tag($0))] })
        return fields
    }

    /// The day, how long, and the rule; the whole reasoning stands on the page of the matter.
    private func clockHint(_ row: QueueRow, _ due: DueDay?) -> String {
        guard let due else { return "" }
        return words.text("work.clockHint", ["date": due.date, "left": due.left, "rule": row.dueRule ?? ""])
    }

    /// "14:30", with the day where it is not today.
    private func moment(_ instant: Instant) -> String {
        let day = words.book.zone.date(of: instant)
        let time = words.words.time(instant)
        guard day != words.today else { return time }
        return words.text("word.dateTime", ["date": words.words.date(day, today: words.today), "time": time])
    }

    private func isUnsolved(_ row: QueueRow) -> Bool { seesJudgement && row.judgement == .notSolved }

    func phase(_ row: QueueRow) -> String {
        isUnsolved(row) ? words.text("work.saysUnsolved") : words.phase(row.phase, seesJudgement: seesJudgement)
    }

    func writer(_ row: QueueRow) -> String {
        if row.reporters > 1 { return words.words.counted("work.writers", row.reporters) }
        return words.text(row.anonymous ? "story.residentAnonymous" : "work.writerNamed")
    }

    /// When something happened last; not told where it could be a judgement that the viewer may not know of.
    func moved(_ row: QueueRow) -> String {
        if !seesJudgement, ["judged", "windowEnded"].contains(row.lastKind) { return "" }
        let when = words.words.relative(row.lastAt, now: words.now)
        return words.text("work.moved", ["when": when, "what": words.text("moved.\(row.lastKind)")])
    }
}
