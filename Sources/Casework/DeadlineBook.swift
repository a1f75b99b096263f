public import Kernel
public import Organisation

/// The rules and the calendar that the installation counts with.
public struct DeadlineBook: Sendable {
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

    /// The clocks of a matter under the pack that it began with.
    public func clocks(pack id: String, version: Int) -> PackClocks {
        PackClocks(pack: packs.pack(id: id, version: version), calendar: calendar, zone: zone)
    }
}

/// `CaseClocks` over a rule pack and a calendar.
public struct PackClocks: CaseClocks {
    let pack: RulePack?
    let calendar: WorkingCalendar
    let zone: CivilZone

    /// Clocks of the pack's rules; the start day is not counted.
    public func start(_ rules: [String], at instant: Instant) -> [ClockStart] {
        rules.compactMap { id in
            guard let rule = pack?.rule(id) else { return nil }
            let due = Deadline.compute(rule: rule, startedAt: instant, calendar: calendar, zone: zone)
            return ClockStart(
                rule: id, from: due.start, due: due.due, rolled: due.rolledDue, provisional: due.isProvisional,
                calendar: due.calendarVersion)
        }
    }

    /// The pack's window, counted in calendar days from delivery.
    public func judgeUntil(deliveredAt instant: Instant) -> LocalDate {
        zone.date(of: instant).adding(days: pack?.judgementWindowDays ?? RulePack.defaultJudgementWindowDays)
    }

    /// The local date of a moment.
    public func date(of instant: Instant) -> LocalDate { zone.date(of: instant) }
}
