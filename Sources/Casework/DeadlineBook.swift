public import Kernel
public import Organisation

/// Hands out the rules as they count now; what it hands out does not change.
public protocol DeadlineSource: Sendable {
    /// Rules and calendar of this moment.
    var book: DeadlineBook { get }
}

/// The rules of a store, also what other processes load into it.
public struct CurrentDeadlines: DeadlineSource {
    private let rules: CurrentRules
    private let zone: CivilZone

    /// - Parameters:
    ///   - rules: packs and calendar as they count now.
    ///   - zone: where "today" is.
    public init(rules: CurrentRules, zone: CivilZone) {
        self.rules = rules
        self.zone = zone
    }

    /// Rules and calendar of this moment.
    public var book: DeadlineBook {
        let snapshot = rules.snapshot
        return DeadlineBook(packs: snapshot.packs, calendar: snapshot.calendar, zone: zone)
    }
}

/// The rules and the calendar that are counted with, at one moment.
public struct DeadlineBook: Sendable, DeadlineSource {
    /// All loaded rule packs.
    public let packs: RulePacks
    /// Days off and make-up working days.
    public let calendar: WorkingCalendar
    /// Where "today" is.
    public let zone: CivilZone

    /// Wires packs, calendar and zone.
    public init(packs: RulePacks, calendar: WorkingCalendar, zone: CivilZone) {
        self.packs = packs
        self.calendar = calendar
        self.zone = zone
    }

    /// Itself: a book that nothing changes.
    public var book: DeadlineBook { self }

    /// The clocks of a matter under the pack that it began with.
    public func clocks(pack id: String, version: Int) -> PackClocks {
        PackClocks(pack: packs.pack(id: id, version: version), calendar: calendar, zone: zone)
    }

    /// The clocks of a kind of matter that arrives at a moment.
    public func clocks(for kind: MatterKind, at instant: Instant) -> PackClocks {
        PackClocks(pack: packs.pack(for: kind, on: zone.date(of: instant)), calendar: calendar, zone: zone)
    }
}

/// `CaseClocks` over a rule pack and a calendar.
public struct PackClocks: CaseClocks {
    let pack: RulePack?
    let calendar: WorkingCalendar
    let zone: CivilZone

    /// Packs with routes ask for a decision.
    public var asksTriage: Bool { pack.map { !$0.routes.isEmpty } ?? false }

    /// Packs in which a category decides about the routes ask for it.
    public var asksSort: Bool { pack?.routes.contains { !$0.sorts.isEmpty } ?? false }

    /// The version of the calendar.
    public var calendarVersion: String { calendar.version }

    /// Whether the pack knows the route for the category; without routes only the ordinary one.
    public func allows(_ route: LawfulRoute, for sort: MatterSort?) -> Bool {
        guard let pack, !pack.routes.isEmpty else { return route == .ordinary }
        return pack.routes.contains { $0.id == route && $0.takes(sort) }
    }

    /// Whether the pack knows the tier.
    public func allows(tier: String?) -> Bool {
        guard let tiers = pack?.tiers, !tiers.isEmpty else { return tier == nil }
        return tiers.contains { $0.id == tier }
    }

    /// Clocks of the pack's rules; the start day is not counted.
    public func start(on moment: RuleMoment, at instant: Instant, _ facts: ClockFacts) -> [ClockStart] {
        (pack?.rules(startedBy: moment) ?? []).filter { facts.meet($0.when) }.map { rule in
            start(rule, Deadline.compute(rule: rule, startedAt: instant, calendar: calendar, zone: zone))
        }
    }

    /// Rights of residents are never taken away.
    public func refitted(
        _ running: [ClockStart], from old: ClockFacts, to new: ClockFacts
    ) -> RefittedClocks {
        var change = RefittedClocks()
        for clock in running where !clock.isRight {
            guard let rule = pack?.rule(clock.rule), !new.meet(rule.when) else { continue }
            change.ended.append(clock)
            guard rule.starts != .triage else { continue }
            let known = Set((running + change.started).map(\.rule))
            change.started += (pack?.rules(startedBy: rule.starts) ?? []).filter {
                new.meet($0.when) && !old.meet($0.when) && !known.contains($0.id)
            }.map { start($0, Deadline.compute(rule: $0, startedOn: clock.from, calendar: calendar)) }
        }
        return change
    }

    private func start(_ rule: Rule, _ due: ComputedDeadline, extended: Int? = nil) -> ClockStart {
        let steps = rule.owner == .authority ? pack?.escalation : nil
        // A pack without steps in hours tells of all clocks by days.
        let isHourly = due.dueInstant != nil && steps?.contains { $0.days == nil } ?? false
        return ClockStart(
            rule: rule.id, from: due.start, due: due.due, rolled: due.rolledDue, provisional: due.isProvisional,
            calendar: due.calendarVersion, ends: rule.ends, suspends: rule.suspends.isEmpty ? nil : rule.suspends,
            owner: rule.owner, dueAt: due.dueInstant, extended: extended,
            escalation: isHourly ? nil : steps?.compactMap(\.days),
            escalationHours: isHourly ? steps?.map(\.hours) : nil)
    }

    /// What the pack says.
    public func `extension`(of rule: String) -> Rule.Extension? { pack?.rule(rule)?.extension }

    /// Counted anew from the day on which the clock began; where it is not known when it stood still, on from its
    /// last day.
    public func lengthened(_ start: ClockStart, by length: Int) -> ClockStart? {
        let extended = (start.extended ?? 0) + length
        guard start.rested != nil, start.rests == nil else { return computed(start, extended: extended) }
        guard let rule = pack?.rule(start.rule), rule.unit != .hours else { return nil }
        let due = Deadline.compute(rule: rule, startedOn: start.due, extended: length - rule.length, calendar: calendar)
        var next = moved(start, to: due.due, provisional: start.provisional || due.isProvisional)
        next.extended = extended
        return next
    }

    /// Days that the clock stood still are not counted: calendar days move the last day, of working days the rest
    /// runs on. Time that had run out before stays run out.
    public func resumed(_ start: ClockStart, since: LocalDate, on today: LocalDate) -> ClockStart {
        let rest = ClockRest(since: since, until: max(since, today))
        let due = later(start.due, after: rest, pack?.rule(start.rule)?.unit)
        var next = moved(start, to: due.date, provisional: start.provisional || due.isProvisional)
        next.rested = (start.rested ?? 0) + rest.until.days(since: rest.since)
        if start.rested == nil || start.rests != nil { next.rests = (start.rests ?? []) + [rest] }
        return next
    }

    /// Nothing for clocks that the calendar has no part in, nor where it is not known when a clock stood still.
    public func recomputed(_ start: ClockStart) -> ClockStart? {
        guard start.calendar != calendar.version, start.rested == nil || start.rests != nil,
            let next = computed(start, extended: start.extended ?? 0),
            (next.due, next.rolled, next.provisional) != (start.due, start.rolled, start.provisional)
        else { return nil }
        return next
    }

    private func computed(_ old: ClockStart, extended: Int) -> ClockStart? {
        guard let rule = pack?.rule(old.rule), rule.unit != .hours else { return nil }
        let whole = Deadline.compute(rule: rule, startedOn: old.from, extended: extended, calendar: calendar)
        var next = start(rule, whole, extended: extended == 0 ? nil : extended)
        for rest in old.rests ?? [] {
            let due = later(next.due, after: rest, rule.unit)
            next = moved(next, to: due.date, provisional: next.provisional || due.isProvisional)
        }
        next.rested = old.rested
        next.rests = old.rests
        return next
    }

    /// The last day after a clock stood still.
    private func later(
        _ due: LocalDate, after rest: ClockRest, _ unit: RuleUnit?
    ) -> (date: LocalDate, isProvisional: Bool) {
        guard rest.since <= due else { return (due, false) }
        guard unit == .workingDays else { return (due.adding(days: rest.until.days(since: rest.since)), false) }
        return calendar.adding(
            workingDays: calendar.workingDays(from: rest.since, to: due).count, to: rest.until)
    }

    private func moved(_ start: ClockStart, to due: LocalDate, provisional: Bool) -> ClockStart {
        let rolled = calendar.rollingForward(due)
        return ClockStart(
            rule: start.rule, from: start.from, due: due, rolled: rolled.date == due ? nil : rolled.date,
            provisional: provisional, calendar: calendar.version, ends: start.ends, suspends: start.suspends,
            owner: start.owner, dueAt: start.dueAt, extended: start.extended, rested: start.rested,
            rests: start.rests, escalation: start.escalation, escalationHours: start.escalationHours)
    }

    /// The role that the pack names.
    public func escalation(step: Int, isHourly: Bool) -> Role? {
        guard let steps = pack?.escalation(isHourly: isHourly), steps.indices.contains(step - 1) else { return nil }
        return steps[step - 1].to
    }

    /// The pack's window, counted in calendar days from delivery.
    public func judgeUntil(deliveredAt instant: Instant) -> LocalDate {
        zone.date(of: instant).adding(days: pack?.judgementWindowDays ?? RulePack.defaultJudgementWindowDays)
    }

    /// So many calendar days after delivery as the pack says.
    public func callBack(deliveredAt instant: Instant) -> LocalDate? {
        pack?.callBack.map { zone.date(of: instant).adding(days: $0.afterDays) }
    }

    /// The local date of a moment.
    public func date(of instant: Instant) -> LocalDate { zone.date(of: instant) }
}

extension ClockFacts {
    /// Whether a rule applies.
    func meet(_ condition: Rule.Condition) -> Bool {
        (condition.receiver == nil || receiver == nil || condition.receiver == receiver)
            && (condition.tier == nil || condition.tier == tier) && (condition.route == nil || condition.route == route)
            && (condition.sort == nil || sort == nil || condition.sort == sort)
    }
}
