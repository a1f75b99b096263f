public import Kernel
public import Organisation

/// Clocks of a matter.
extension CaseState {
    /// A clock and how it ended.
    public struct Clock: Hashable, Sendable {
        /// As it was started.
        public var start: ClockStart
        /// When it ended; nothing while it runs.
        public var endedAt: Instant?
        /// Why and since when it stands still.
        public var paused: Pause?
        /// How many steps up have been taken because it ran out.
        public var escalations = 0
        /// How often it was extended.
        public var extensions = 0
        /// The last day before it was extended.
        public var extendedFrom: LocalDate?

        /// Whether a later decision about the matter ended it.
        public var isReplaced = false
        /// Whether it had run out by then.
        public var wasMissed = false
        /// As it would be without the matters that go on here; nothing where none of them makes it end earlier.
        public var own: ClockStart?
        /// Whether it came with a matter that goes on here.
        public var isInherited = false

        /// What it asks of the offices, where somebody watches over it. What was replaced in time nobody has kept or
        /// missed.
        public var duty: ClockDuty? { isReplaced && !wasMissed ? nil : start.duty }

        /// Whether it runs and asks something of the offices.
        public var isWatched: Bool { endedAt == nil && paused == nil && duty != nil }

        /// The next day on which somebody further up hears of it; nothing when nobody else does. Of the time of those
        /// who were asked, the day on which their silence is an answer.
        public var escalatesOn: LocalDate? {
            guard endedAt == nil, paused == nil else { return nil }
            if start.holder == .consulted { return start.due.adding(days: 1) }
            guard start.isDuty else { return nil }
            if let hours = start.escalationHours {
                // At the earliest: hours from some moment of the last day.
                return escalations < hours.count ? start.due.adding(days: hours[escalations] / 24) : nil
            }
            guard let steps = start.escalation, escalations < steps.count else { return nil }
            return start.due.adding(days: steps[escalations])
        }

        /// The moment of that day, for clocks in hours.
        public var escalatesAt: Instant? {
            guard escalatesOn != nil, let hours = start.escalationHours else { return nil }
            return start.dueAt?.adding(seconds: Int64(hours[escalations]) * 3_600)
        }
    }

    /// A clock that stands still.
    public struct Pause: Hashable, Sendable {
        /// Why.
        public var cause: PauseCause
        /// Since when.
        public var since: LocalDate

        /// A pause.
        public init(cause: PauseCause, since: LocalDate) {
            self.cause = cause
            self.since = since
        }
    }
}
