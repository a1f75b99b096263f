internal import Kernel
internal import Organisation

/// What another pack would have meant for the clocks of matters of the past, rule by rule.
public struct ClockTrial: Sendable, Hashable, Codable {
    /// The clocks of one rule.
    public struct Count: Sendable, Hashable, Codable {
        /// How many there would have been.
        public var all = 0
        /// Ended after the last day, or run on after it.
        public var late = 0
        /// Whose last day rests on a year without a notice.
        public var provisional = 0
    }

    /// By rule, under the pack that holds now.
    public private(set) var before: [String: Count] = [:]
    /// By rule, under the pack that is tried.
    public private(set) var after: [String: Count] = [:]
    /// Matters of the pack's kind.
    public private(set) var looked = 0

    /// Nothing yet.
    public init() {}

    /// The moments that are known of a matter.
    struct Moments {
        let registered: Instant
        let accepted: Instant?
        let replied: Instant?
        let facts: ClockFacts
    }

    mutating func add(_ moments: Moments, before old: PackClocks?, after new: PackClocks, today: LocalDate) {
        looked += 1
        if let old { Self.count(moments, old, today, into: &before) }
        Self.count(moments, new, today, into: &after)
    }

    private static func count(
        _ moments: Moments, _ clocks: PackClocks, _ today: LocalDate, into counts: inout [String: Count]
    ) {
        let starts: [(RuleMoment, Instant?)] = [
            (.receipt, moments.registered), (.transfer, moments.registered), (.triage, moments.accepted),
            (.acceptance, moments.accepted),
        ]
        for (moment, instant) in starts {
            guard let instant else { continue }
            for clock in clocks.start(on: moment, at: instant, moments.facts) where clock.owner == .authority {
                let ends = clock.ends ?? []
                let ended = [
                    ends.contains(.acceptance) || ends.contains(.triage) ? moments.accepted : nil,
                    // The answer ends whatever the authority still had to do.
                    moments.replied,
                ].compactMap { $0 }.min().map(clocks.date(of:))
                var count = counts[clock.rule] ?? Count()
                count.all += 1
                if clock.due < ended ?? today { count.late += 1 }
                if clock.provisional { count.provisional += 1 }
                counts[clock.rule] = count
            }
        }
    }
}
