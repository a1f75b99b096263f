public import Kernel
public import Organisation

extension Urgency {
    /// The name of its shape and colour in templates and styles: `clock-over`, `#s-over`.
    public var shape: String {
        switch self {
        case .plenty: "plenty"
        case .near: "near"
        case .today: "today"
        case .overdue: "over"
        case .paused: "pause"
        case .done: "done"
        }
    }
}

extension Words {
    /// "还有 9 个工作日", "今天到期", "超 1 个工作日", "暂停，剩 6 个工作日", "已做到".
    public func clock(_ state: ClockState) -> String {
        let count = abs(state.remainingWorkingDays)
        switch state.urgency {
        case .plenty, .near:
            // The last day can be a day off: then no working day is left, and yet it is not today.
            return count == 0 ? text("clock.noneLeft") : text("clock.left", ["days": workingDays(count)])
        case .today: return text("clock.today")
        case .overdue:
            return count == 0 ? text("clock.justOver") : text("clock.over", ["days": workingDays(count)])
        case .paused: return text("clock.paused", ["days": workingDays(count)])
        case .done: return text("clock.done")
        }
    }

    /// What the partial `parts/clock` needs: `state` and `words`.
    public func clockFields(_ state: ClockState) -> Fields {
        ["state": .text(state.urgency.shape), "words": .text(clock(state))]
    }

    /// "最晚 6 月 3 日（周三）答复您，还有 9 个工作日。"; what was missed is said as plainly.
    public func deadlineSentence(due: LocalDate, state: ClockState) -> String {
        let values = [
            "date": dateAndWeekday(due), "days": workingDays(abs(state.remainingWorkingDays)), "clock": clock(state),
        ]
        let sentence =
            switch state.urgency {
            case .plenty, .near: text("deadline.left", values)
            case .today: text("deadline.today", values)
            case .overdue: text("deadline.over", values)
            case .paused: text("deadline.paused", values)
            case .done: text("deadline.done", values)
            }
        return state.isProvisional ? sentence + text("deadline.provisional") : sentence
    }
}
