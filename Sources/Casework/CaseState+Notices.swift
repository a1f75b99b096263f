internal import Kernel
internal import Organisation

extension CaseState {
    /// A notice that a resident should have had and has not.
    struct OwedNotice: Hashable {
        let notice: NoticeKind
        /// The day by which it was due.
        let due: LocalDate
        /// The rule that says so.
        let rule: String
    }

    /// Notices that the law wants on paper or on the portal and that somebody who can be reached does not have
    /// (Art. 23, 34). An acceptance that was overtaken by the answer is no longer missed.
    var owedNotices: [OwedNotice] {
        guard kind == .petition else { return [] }
        let reachable = reporters.filter {
            !$0.withdrawn && !$0.erased && !$0.details.anonymous && !$0.details.noReply
        }
        func isMissing(_ notice: NoticeKind) -> Bool { reachable.contains { !$0.notices.contains(notice) } }
        var owed: [OwedNotice] = []
        if phase == .inHand, redoOf == nil, isMissing(.acceptance), let clock = acceptanceClock {
            // Who came with another matter is told within the time of that one.
            let waiting = reachable.filter { !$0.notices.contains(.acceptance) }
            let due = waiting.map { $0.origin?.noticeBy ?? clock.due }.min() ?? clock.due
            owed.append(OwedNotice(notice: .acceptance, due: due, rule: clock.rule))
        }
        if phase == .routed, isMissing(.route), let clock = acceptanceClock {
            owed.append(OwedNotice(notice: .route, due: clock.due, rule: clock.rule))
        }
        // Told before the first last day is over: afterwards it is late without a word.
        if let clock = clocks.last(where: { $0.endedAt == nil && $0.extendedFrom != nil }),
            let due = clock.extendedFrom,
            isMissing(.extension)
        {
            owed.append(OwedNotice(notice: .extension, due: due, rule: clock.start.rule))
        }
        return owed
    }

    /// The clock within which the resident had to be told how it goes on.
    private var acceptanceClock: ClockStart? { clocks.last { $0.start.duty == .acceptance }?.start }
}
