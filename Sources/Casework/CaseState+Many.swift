public import Kernel
internal import Organisation

/// Tags, and the last step as long as it can be taken back.
extension CaseState {
    /// The last step, with all that it changed.
    public struct Undo: Hashable, Sendable {
        /// A clock that it ended.
        public struct Ended: Hashable, Sendable {
            /// Its place among the clocks.
            public var index: Int
            /// Why it had stood still, where it had.
            public var paused: Pause?
        }

        /// What was done.
        public var kind: RecallKind
        /// By whom.
        public var by: StaffID
        /// When.
        public var at: Instant
        var phase: CasePhase
        var lead: UnitID?
        var responsible: UnitID
        var handler: StaffID?
        var acceptedAt: Instant?
        /// The dispute that stood open, and the account that was asked for.
        var objection: Objection?
        var feedback: LocalDate?
        /// How many moves and open steps there were.
        var moves: Int
        var openSteps: Int
        /// Clocks that it ended, and those that it started.
        var ended: [Ended] = []
        var started: Range<Int> = 0..<0
    }

    /// A unit from which the matter was taken back before it did anything with it.
    public struct Recall: Hashable, Sendable {
        /// The unit.
        public var unit: UnitID
        /// When.
        public var at: Instant
    }

    /// Until when somebody may take back what they just did; nothing when they may not.
    public func recallable(by staff: StaffID, at now: Instant) -> Instant? {
        guard let undo, undo.by == staff, [.dispatched, .inHand].contains(phase) else { return nil }
        let until = undo.at.adding(seconds: CaseLifecycle.recallSeconds)
        return now <= until ? until : nil
    }

    mutating func applyMany(_ event: CaseEvent, at instant: Instant) {
        switch event {
        case .tagged(let p): tags.append(p.tag)
        case .untagged(let p): tags.removeAll { $0 == p.tag }
        case .unlinked(let p): links.removeAll { $0.other == p.other }
        case .recalled(let p): takeBack(p, at: instant)
        default: break
        }
    }

    private mutating func takeBack(_ recalled: CaseEvent.Recalled, at instant: Instant) {
        guard let undo else { return }
        phase = undo.phase
        lead = undo.lead
        responsible = undo.responsible
        handler = undo.handler
        acceptedAt = undo.acceptedAt
        objection = undo.objection
        feedback = undo.feedback
        for index in undo.started where clocks.indices.contains(index) {
            clocks[index].endedAt = clocks[index].endedAt ?? instant
            clocks[index].paused = nil
            // Nobody has kept or missed what was never theirs to keep.
            clocks[index].isReplaced = true
            clocks[index].wasMissed = false
        }
        for (ended, start) in zip(undo.ended, recalled.clocks) where clocks.indices.contains(ended.index) {
            clocks[ended.index].start = start
            clocks[ended.index].endedAt = nil
            clocks[ended.index].paused = ended.paused
        }
        // It burdened nobody: reports and the public course go on without it. The events keep both.
        moves.removeLast(max(0, moves.count - undo.moves))
        openSteps.removeLast(max(0, openSteps.count - undo.openSteps))
        recalls.append(Recall(unit: recalled.unit, at: instant))
    }

    /// What an event leaves to be taken back, compared with the state before it.
    func undo(after event: CaseEvent, actor: Actor, before old: CaseState, at instant: Instant) -> Undo? {
        let kind: RecallKind
        switch event {
        case .dispatched: kind = .dispatch
        // Who takes a matter up themselves has begun with it.
        case .accepted(let p) where p.handler != actor.staffID: kind = .assignment
        case .tagged, .untagged, .noted, .linked, .unlinked:
            // Words of who sent it change nothing; those of others show that they are at work on it.
            return old.undo?.by == actor.staffID ? old.undo : nil
        case .recomputed, .escalated, .paused, .resumed: return old.undo
        default: return nil
        }
        guard let staff = actor.staffID else { return nil }
        var undo = Undo(
            kind: kind, by: staff, at: instant, phase: old.phase, lead: old.lead, responsible: old.responsible,
            handler: old.handler, acceptedAt: old.acceptedAt, objection: old.objection, feedback: old.feedback,
            moves: old.moves.count, openSteps: old.openSteps.count)
        undo.ended = old.clocks.indices.filter { old.clocks[$0].endedAt == nil && clocks[$0].endedAt != nil }
            .map { Undo.Ended(index: $0, paused: old.clocks[$0].paused) }
        undo.started = old.clocks.count..<clocks.count
        return undo
    }
}
