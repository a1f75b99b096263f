public import Kernel
internal import Ledger
internal import Organisation

/// Why two matters are not merged. Each has a sentence: `error.case.cannotMerge.<bar>`.
public enum MergeBar: String, Hashable, Sendable, CaseIterable {
    /// Both are the same one.
    case same
    /// Only named people may see one of them.
    case restricted
    /// One of them reports misconduct of somebody.
    case accusation
    /// Each application for information has an answer of its own by law.
    case information
    /// A petition and a call follow different laws.
    case kinds
    /// One of them has an answer: its resident's rights hang on it.
    case answered
    /// It is over, sent another way or under review.
    case over
    /// It goes on in another matter already.
    case merged
    /// Others go on in it.
    case carries
    /// It is a part of a whole, or has parts: its residents follow them together.
    case parts
    /// Somebody still owes a part: a helper, a hearing, a promise, more time.
    case openWork
    /// Who is responsible is not decided.
    case objected
    /// A unit has it in hand, and the one to be kept is not that far.
    case behind
}

/// Which matters can be one.
public enum MergeRule {
    /// For how long a merge can be taken back: a week, so that a resident who reads of it can say that it is another
    /// matter, and no answer is late because of it.
    public static let undoDays = 7
    /// How many go into one at a time: as many as a person can look through.
    public static let most = 10

    /// Everything that stands against merging the first into the second.
    public static func bars(_ leaving: CaseState, into kept: CaseState) -> [MergeBar] {
        var bars: [MergeBar] = leaving.id == kept.id ? [.same] : []
        bars += leaving.leavingBars + kept.keepingBars
        if leaving.kind != kept.kind { bars.append(.kinds) }
        // Nobody's work is put back: what a unit has in hand, or a person has sorted already, is the one that is kept.
        if leaving.stage > kept.stage { bars.append(.behind) }
        var seen: Set<MergeBar> = []
        return bars.filter { seen.insert($0).inserted }
    }

    /// Which of some matters is kept unless somebody chooses another: the one that a unit has in hand, else the oldest.
    public static func kept(of states: [CaseState]) -> CaseState? {
        states.min { (-$0.stage, $0.registeredAt, $0.id.rawValue) < (-$1.stage, $1.registeredAt, $1.id.rawValue) }
    }

    /// The duties of a matter that the other takes over: those that run and whose end is still to come there.
    static func duties(of leaving: CaseState, for kept: CaseState) -> [ClockStart] {
        leaving.clocks.filter { clock in
            clock.endedAt == nil && clock.start.isDuty
                && !kept.passedMoments.contains { clock.start.ends(with: $0) }
        }.map(\.start)
    }

    /// How the kept matter would stand, for whoever decides; nothing is changed by it.
    public static func preview(_ leaving: [CaseState], into kept: CaseState, at now: Instant) -> CaseState {
        leaving.reduce(kept) { kept, one in
            let absorbed = absorption(of: one, by: kept, reason: kept.title)
            return kept.evolved(by: .absorbed(absorbed), actor: .newReporter, at: now)
        }
    }

    /// What the kept matter is told.
    static func absorption(of leaving: CaseState, by kept: CaseState, reason: TextReference) -> CaseEvent.Absorbed {
        let notice = leaving.clocks.last { $0.start.duty == .acceptance }?.start.due
        return CaseEvent.Absorbed(
            other: leaving.id, otherNumber: leaving.number, parts: leaving.reporters.map(MovedPart.init),
            clocks: duties(of: leaving, for: kept), noticeBy: notice, reason: reason)
    }
}

extension CaseState {
    /// How far it has come: waiting, sorted by a person, in the hands of a unit.
    fileprivate var stage: Int { phase == .inHand ? 2 : isTriaged ? 1 : 0 }

    private var commonBars: [MergeBar] {
        var bars: [MergeBar] = []
        if restrictedTo != nil { bars.append(.restricted) }
        if triage?.sort == .accusation || !accusedStaff.isEmpty || !accusedUnits.isEmpty { bars.append(.accusation) }
        if kind == .information { bars.append(.information) }
        switch phase {
        case .registered, .dispatched, .objected, .inHand: break
        case .merged: bars.append(.merged)
        case .replied, .delivered, .judged, .unjudged: bars.append(.answered)
        default: bars.append(.over)
        }
        if !reviews.isEmpty { bars.append(.over) }
        if part != nil || !parts.isEmpty { bars.append(.parts) }
        return bars
    }

    /// What stands against its going on in another matter.
    var leavingBars: [MergeBar] {
        var bars = commonBars
        if reply != nil { bars.append(.answered) }
        if phase == .objected { bars.append(.objected) }
        if !absorbed.isEmpty { bars.append(.carries) }
        let waits =
            helpers.contains { $0.answeredAt == nil } || (hearings.last.map { $0.held == nil } ?? false)
            || promises.contains { $0.settled == nil } || extensionWish != nil || clocks.contains { $0.paused != nil }
        if waits { bars.append(.openWork) }
        return bars
    }

    /// What stands against others going on in it.
    var keepingBars: [MergeBar] { commonBars }
}

extension CaseLifecycle {
    /// Commands of merging: each half is decided on its own matter, both are written together.
    static func merge(
        _ state: CaseState, _ command: CaseCommand, at now: Instant, clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        switch command {
        case .mergeInto(let other, let number, let reason):
            guard other != state.id else { throw .cannotMerge(.same, state.number) }
            if let bar = state.leavingBars.first { throw .cannotMerge(bar, state.number) }
            let today = clocks.date(of: now)
            let late = state.clocks.filter { clock in
                clock.endedAt == nil && (clock.start.dueAt.map { $0 < now } ?? (clock.start.due < today))
            }.map(\.start.rule)
            return [.mergedInto(.init(other: other, otherNumber: number, reason: reason, late: late))]
        case .absorb(let absorbed):
            guard absorbed.other != state.id else { throw .cannotMerge(.same, state.number) }
            if let bar = state.keepingBars.first { throw .cannotMerge(bar, state.number) }
            return [.absorbed(absorbed)]
        case .takeBack(let reason, let parts):
            guard let merged = state.merged else { throw .notMerged }
            let last = clocks.date(of: merged.at).adding(days: MergeRule.undoDays)
            guard clocks.date(of: now) <= last else { throw .mergeFixed }
            guard state.restrictedTo == nil, state.accusedStaff.isEmpty, state.accusedUnits.isEmpty else {
                throw .mergeFixed
            }
            let undone = CaseEvent.mergeUndone(
                .init(other: merged.into, otherNumber: merged.number, reason: reason, parts: parts))
            // Its clocks never stopped; only the calendar may have become known in between.
            let changed = merged.clocks.filter { $0.endedAt == nil }.compactMap { clocks.recomputed($0.start) }
            return [undone]
                + (changed.isEmpty ? [] : [.recomputed(.init(calendar: clocks.calendarVersion, clocks: changed))])
        case .release(let released):
            guard let gone = state.absorbed.first(where: { $0.id == released.other }) else { throw .notMerged }
            guard !gone.isFixed else { throw .mergeFixed }
            return [.released(released)]
        case .followGuard(let guarded): return [.guarded(guarded)]
        default: throw .notNow(command.name, state.phase)
        }
    }
}
