public import Kernel
public import Ledger
internal import Organisation

/// Parts of a matter's state that the lawful process adds.
extension CaseState {
    /// A unit's word that it is not responsible.
    public struct Objection: Hashable, Sendable {
        /// The unit.
        public var unit: UnitID
        /// When.
        public var at: Instant
        /// Whether the time for it was over.
        public var late: Bool
        /// How far up the question has gone.
        public var step: DisputeStep
        /// The common superior that decides; only at its step.
        public var superior: UnitID?
        /// Who brought it to this step; somebody else decides there.
        public var raisedBy: Actor?
    }

    /// A hearing.
    public struct Hearing: Hashable, Sendable {
        /// How it was called.
        public var called: CaseEvent.HearingCalled
        /// How it went; nothing while it is to come.
        public var held: CaseEvent.HearingHeld?
    }

    /// A promise and how it ended.
    public struct Promise: Hashable, Sendable {
        /// As it was made.
        public var made: CaseEvent.Promised
        /// When it was made.
        public var at: Instant
        /// How it ended.
        public var settled: CaseEvent.PromiseSettled?

        /// How it stands on a day.
        public func standing(on today: LocalDate) -> PromiseStanding {
            switch settled?.end {
            case .withdrawn: .withdrawn
            case .kept: settled.map { $0.on > made.due ? .late : .kept } ?? .kept
            case nil: today > made.due ? .broken : .open
            }
        }
    }

    /// A review or second review.
    public struct Review: Hashable, Sendable {
        /// As it was asked for.
        public var asked: CaseEvent.ReviewAsked
        /// When.
        public var at: Instant
        /// The decision.
        public var decided: CaseEvent.ReviewDecided?
        /// When it was signed.
        public var decidedAt: Instant?
        /// When the resident had it.
        public var deliveredAt: Instant?

        /// 1 for 复查, 2 for 复核.
        public var stage: Int { asked.stage }
        /// The body that decides.
        public var body: UnitID { asked.body }
    }

    /// The request to complete an application.
    public struct Correction: Hashable, Sendable {
        /// What is asked for.
        public var asked: TextReference?
        /// When.
        public var at: Instant
        /// What came.
        public var corrected: CaseEvent.Corrected?
    }

    /// Somebody who was asked.
    public struct Consultation: Hashable, Sendable {
        /// Whom and what.
        public var asked: CaseEvent.Consulted
        /// What came of it.
        public var answered: CaseEvent.ConsultationAnswered?
    }

    /// The last day of whoever was asked and has not answered yet.
    var consultedUntil: LocalDate? { consultations.filter { $0.answered == nil }.compactMap(until).max() }

    /// The last day of one of them; nothing where no clock of theirs runs.
    public func until(_ consultation: Consultation) -> LocalDate? {
        consultedClock(consultation).map { clocks[$0].start.due }
    }

    /// The clock that began when somebody was asked.
    func consultedClock(_ consultation: Consultation) -> Int? {
        guard let from = consultation.asked.clocks.first?.from else { return nil }
        return clocks.firstIndex { $0.endedAt == nil && $0.start.holder == .consulted && $0.start.from == from }
    }

    /// While nothing of the offices runs: until when the matter waits for whoever was asked.
    public var waitsUntil: LocalDate? { nextClock == nil ? consultedUntil : nil }

    /// The facts that conditions of rules look at.
    public var clockFacts: ClockFacts {
        ClockFacts(
            receiver: receiver, tier: triage?.tier, route: route?.route ?? triage?.route, sort: triage?.sort)
    }

    /// Whether a person has decided that the matter is handled here.
    public var isTriaged: Bool { triage != nil }

    /// The reviews since the last order to decide anew: the chain of remedies against the present reply.
    public var remedies: [Review] {
        guard let last = reviews.lastIndex(where: { $0.decided?.outcome == .redo }) else { return reviews }
        return Array(reviews[(last + 1)...])
    }

    /// The review that waits for a decision.
    public var openReview: Review? { reviews.last.flatMap { $0.decided == nil ? $0 : nil } }

    /// Promises of execution without proof: the matter does not close over them (Art. 32).
    public var openExecutions: [Promise] {
        promises.filter { $0.made.kind == .execution && $0.settled == nil }
    }

    /// The clock of a rule that runs or stands still.
    public func runningClock(_ rule: String) -> Clock? {
        clocks.last { $0.start.rule == rule && $0.endedAt == nil }
    }

    /// Whether somebody must be kept out because the matter complains of them or of a unit above them.
    public func complains(ofStaff staff: StaffID) -> Bool { accusedStaff.contains(staff) }

    /// Whether it complains of the unit in which somebody works.
    func complains(ofUnitOf viewer: Viewer) -> Bool {
        accusedUnits.contains { viewer.organisation.isInside(viewer.staff.unit, $0) }
    }

    /// How many speak for a group.
    public var representatives: Int { reporters.filter { $0.details.group == .representative && !$0.withdrawn }.count }
}
