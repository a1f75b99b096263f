public import Kernel
internal import Organisation

/// Matters that are one: where a matter goes on, what it carries, and whose earlier days hold.
extension CaseState {
    /// Where a matter goes on, with what comes back when the merge is taken back.
    public struct Merged: Hashable, Sendable {
        /// The matter that is kept.
        public var into: CaseID
        /// Its number.
        public var number: String
        /// When.
        public var at: Instant
        /// Who decided.
        public var by: StaffID?
        /// Where it stood.
        public var phase: CasePhase
        /// Its clocks as they ran.
        public var clocks: [Clock]
        /// What everybody read of it.
        public var publication: Publication?
    }

    /// A matter that goes on here.
    public struct Absorption: Hashable, Sendable {
        /// That matter.
        public var id: CaseID
        /// Its number.
        public var number: String
        /// Its residents.
        public var reporters: [ReporterID]
        /// Its days, which hold until the reply.
        public var limits: [ClockStart]
        /// When.
        public var at: Instant
        /// Whether something has left the house since, so that it cannot be taken back any more.
        public var isFixed = false
    }

    /// The matter with which a resident came.
    public struct Origin: Hashable, Sendable {
        /// That matter.
        public var id: CaseID
        /// Its number: the resident's own.
        public var number: String
        /// Until when they had to be told that it was taken up.
        public var noticeBy: LocalDate?
    }

    /// The whole of which a matter is a part.
    public struct Part: Hashable, Sendable {
        /// The whole.
        public var whole: CaseID
        /// Its number: under it the residents follow the part too.
        public var number: String
        /// Its residents here and there.
        public var reporters: [PartReporter]
        /// The days of the whole, which hold until the reply.
        public var limits: [ClockStart]
        /// Whether the letter of the whole came along, with its files.
        public var carriesLetter: Bool
    }

    /// The whole of which it is a part, by division or by a link: that one closes after it.
    public var parent: CaseID? { part?.whole ?? links.first { $0.kind == .parent }?.other }

    /// The number under which a resident follows the matter.
    public func number(of reporter: ReporterID) -> String {
        if let part { return part.number }
        return reporters.first { $0.details.id == reporter }?.origin?.number ?? number
    }

    /// Days of other matters that hold here too: nobody gets more time by merging.
    var limits: [ClockStart] { absorbed.flatMap(\.limits) + (part?.limits ?? []) }

    mutating func applyMerge(_ event: CaseEvent, actor: Actor, at instant: Instant) {
        switch event {
        case .mergedInto(let p): leave(p, by: actor, at: instant)
        case .absorbed(let p): take(p, at: instant)
        case .mergeUndone(let p): comeBack(p, at: instant)
        case .released(let p): release(p, at: instant)
        case .guarded(let p):
            restrictedTo = p.staff
            accusedStaff = Set(p.accusedStaff)
            accusedUnits = Set(p.accusedUnits)
        case .split(let p): parts += p.parts
        case .partOf(let p):
            part = Part(
                whole: p.other, number: p.otherNumber, reporters: p.reporters, limits: p.clocks,
                carriesLetter: p.carriesLetter ?? false)
        default: fix(event)
        }
    }

    private mutating func leave(_ p: CaseEvent.MergedInto, by actor: Actor, at instant: Instant) {
        merged = Merged(
            into: p.other, number: p.otherNumber, at: instant, by: actor.staffID, phase: phase, clocks: clocks,
            publication: publication)
        phase = .merged
        // What was replaced in time nobody has kept or missed; what had run out stays missed.
        for index in clocks.indices where clocks[index].endedAt == nil {
            clocks[index].endedAt = instant
            clocks[index].paused = nil
            clocks[index].isReplaced = true
            clocks[index].wasMissed = p.late.contains(clocks[index].start.rule)
        }
    }

    private mutating func take(_ p: CaseEvent.Absorbed, at instant: Instant) {
        absorbed.append(
            Absorption(
                id: p.other, number: p.otherNumber, reporters: p.parts.map(\.details.id), limits: p.clocks,
                at: instant))
        for part in p.parts {
            var reporter = Reporter(part.details)
            reporter.take(part)
            reporter.origin = Origin(id: p.other, number: p.otherNumber, noticeBy: p.noticeBy)
            reporters.append(reporter)
        }
        for limit in p.clocks {
            if let index = clocks.lastIndex(where: { $0.start.rule == limit.rule && $0.endedAt == nil }) {
                tighten(index, by: limit)
            } else {
                clocks.append(Clock(start: limit, endedAt: nil, isInherited: true))
            }
        }
    }

    private mutating func tighten(_ index: Int, by limit: ClockStart) {
        guard limit.endsBefore(clocks[index].start) else { return }
        if !clocks[index].isInherited { clocks[index].own = clocks[index].own ?? clocks[index].start }
        clocks[index].start = limit
        // An earlier last day: whoever was to hear of the old one hears of this one.
        clocks[index].escalations = 0
    }

    private mutating func comeBack(_ p: CaseEvent.MergeUndone, at instant: Instant) {
        guard let before = merged else { return }
        merged = nil
        phase = before.phase
        clocks = before.clocks
        publication = before.publication
        for part in p.parts { change(part.details.id) { $0.take(part) } }
        if reporters.allSatisfy(\.withdrawn) {
            phase = .withdrawn
            endAll(at: instant)
        }
    }

    private mutating func release(_ p: CaseEvent.Released, at instant: Instant) {
        guard let gone = absorbed.first(where: { $0.id == p.other }) else { return }
        absorbed.removeAll { $0.id == p.other }
        reporters.removeAll { gone.reporters.contains($0.details.id) }
        let limits = self.limits
        for index in clocks.indices {
            let rule = clocks[index].start.rule
            let limit = limits.filter { $0.rule == rule }.min { $0.endsBefore($1) }
            if let own = clocks[index].own {
                let isTight = limit?.endsBefore(own) ?? false
                clocks[index].start = isTight ? limit ?? own : own
                if !isTight { clocks[index].own = nil }
                if clocks[index].endedAt == nil { clocks[index].escalations = 0 }
            } else if clocks[index].isInherited {
                if let limit {
                    clocks[index].start = limit
                } else {
                    clocks[index].endedAt = clocks[index].endedAt ?? instant
                    clocks[index].paused = nil
                    clocks[index].isReplaced = true
                }
            }
        }
    }

    /// What leaves the house fixes the merge, and an answer ends the days that came with it.
    private mutating func fix(_ event: CaseEvent) {
        guard !absorbed.isEmpty || part != nil else { return }
        switch event {
        case .replied, .routed, .reopened, .reviewDecided:
            part?.limits = []
            for index in absorbed.indices {
                absorbed[index].isFixed = true
                absorbed[index].limits = []
            }
        case .extended, .hearingCalled, .settled, .promised, .closed, .withdrawn:
            guard isFixing(event) else { return }
            for index in absorbed.indices { absorbed[index].isFixed = true }
        case .attached(let p):
            guard let reporter = p.reporter else { return }
            for index in absorbed.indices where absorbed[index].reporters.contains(reporter) {
                absorbed[index].isFixed = true
            }
        default: break
        }
    }

    /// One resident's withdrawal does not hinder anybody; that of all ends the matter.
    private func isFixing(_ event: CaseEvent) -> Bool {
        if case .withdrawn = event { return phase == .withdrawn }
        return true
    }

    /// A clock that starts, no later than the days that hold here.
    func limited(_ start: ClockStart) -> Clock {
        guard let limit = limits.filter({ $0.rule == start.rule }).min(by: { $0.endsBefore($1) }),
            limit.endsBefore(start)
        else { return Clock(start: start, endedAt: nil) }
        return Clock(start: limit, endedAt: nil, own: start)
    }
}

extension CaseState.Reporter {
    fileprivate mutating func take(_ part: MovedPart) {
        codeHash = part.codeHash
        withdrawn = part.withdrawn
        erased = part.erased
        notices = Set(part.notices)
    }
}

extension ClockStart {
    /// Whether it ends before another one of the same rule.
    func endsBefore(_ other: ClockStart) -> Bool {
        guard due == other.due else { return due < other.due }
        return (dueAt?.milliseconds ?? .max) < (other.dueAt?.milliseconds ?? .max)
    }
}
