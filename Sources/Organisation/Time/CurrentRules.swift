internal import Synchronization

/// Tells which days are working days as it is known now.
public protocol CalendarSource: Sendable {
    /// The calendar that counts at this moment.
    var workingCalendar: WorkingCalendar { get }
}

extension WorkingCalendar: CalendarSource {
    /// A calendar that nothing changes.
    public var workingCalendar: WorkingCalendar { self }
}

/// The rule packs and the calendar that count now. What another process loads is noticed by the organisation's version
/// and taken up here; whoever asks gets values that no longer change, so one answer is made of one state of the rules.
public final class CurrentRules: CalendarSource {
    /// Packs and calendar of one moment.
    public struct Snapshot: Sendable {
        /// All packs that can govern matters.
        public let packs: RulePacks
        /// The calendar that counts.
        public let calendar: WorkingCalendar
    }

    /// What the events say about the stored texts: enough to see that something else counts.
    private struct Facts: Equatable {
        var packs: [String: StoredPackFacts] = [:]
        var calendars: [Int: StoredCalendarFacts] = [:]
    }

    private struct State {
        var snapshot: Snapshot
        var facts: Facts?
    }

    private let rules: RulePackStore
    private let organisation: OrganisationStore
    private let state: Mutex<State>

    /// - Parameters:
    ///   - stored: what was read at start.
    ///   - rules: reads the texts again when they changed.
    ///   - organisation: notices that something changed.
    public init(_ stored: StoredRules, rules: RulePackStore, organisation: OrganisationStore) throws {
        self.rules = rules
        self.organisation = organisation
        state = Mutex(State(snapshot: try Self.snapshot(stored), facts: nil))
    }

    /// What counts now.
    public var snapshot: Snapshot { state.withLock { $0.snapshot } }

    /// The calendar that counts now.
    public var workingCalendar: WorkingCalendar { snapshot.calendar }

    /// Takes up what was loaded or ended since, by whichever process. When a text is not what was loaded, everything
    /// goes on as before and the fault is thrown.
    ///
    /// - Returns: whether something else counts now.
    @discardableResult
    public func refresh() async throws -> Bool {
        let records = try await organisation.current().records
        let facts = Facts(packs: records.rulePacks, calendars: records.calendars)
        guard !isKnown(facts) else { return false }
        return try takeUp(try await rules.rules(), facts)
    }

    private func isKnown(_ facts: Facts) -> Bool { state.withLock { $0.facts == facts } }

    // Apart from `refresh`, and not inlined there: Swift 6.3.1 crashes when it optimises the two in one coroutine.
    @inline(never)
    private func takeUp(_ stored: StoredRules, _ facts: Facts) throws -> Bool {
        let next = try Self.snapshot(stored)
        return state.withLock { state in
            let isFirst = state.facts == nil
            state.facts = facts
            let isOther = !isFirst || !Self.same(state.snapshot, next)
            state.snapshot = next
            return isOther
        }
    }

    private static func snapshot(_ stored: StoredRules) throws -> Snapshot {
        Snapshot(packs: try stored.allPacks(), calendar: try stored.currentCalendar())
    }

    private static func same(_ one: Snapshot, _ other: Snapshot) -> Bool {
        one.packs.packs == other.packs.packs && one.calendar.version == other.calendar.version
    }
}
