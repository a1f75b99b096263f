import Kernel
import StorageTestKit
import Testing

@testable import Organisation

@Suite struct TimeTests {
    private let calendar: WorkingCalendar

    init() throws { calendar = TestRules.calendar }

    @Test(arguments: [
        ("2026-02-13", 5, "2026-02-27"), ("2026-09-28", 5, "2026-10-10"), ("2026-05-06", 5, "2026-05-12"),
        ("2026-09-18", 7, "2026-09-29"), ("2026-02-13", 20, "2026-03-19"), ("2026-03-30", 20, "2026-04-28"),
        ("2026-04-28", 20, "2026-05-28"), ("2025-09-26", 5, "2025-10-10"),
    ])
    func workingDays(start: String, count: Int, due: String) throws {
        let (date, isProvisional) = calendar.adding(workingDays: count, to: try day(start))
        #expect(date.description == due)
        #expect(!isProvisional)
        #expect(calendar.workingDays(from: try day(start), to: date).count == count)
        #expect(calendar.workingDays(from: date, to: try day(start)).count == -count)
    }

    @Test(arguments: [
        ("2026-02-13", 15, "2026-02-28", nil), ("2026-02-03", 60, "2026-04-04", "2026-04-07"),
        ("2026-01-16", 30, "2026-02-15", "2026-02-24"), ("2026-03-02", 60, "2026-05-01", "2026-05-06"),
        ("2026-03-02", 90, "2026-05-31", "2026-06-01"), ("2026-09-16", 15, "2026-10-01", "2026-10-08"),
    ])
    func calendarDays(start: String, count: Int, due: String, rolled: String?) throws {
        for roll in RuleRoll.allCases {
            let deadline = Deadline.compute(
                rule: rule(count, .calendarDays, roll), startedOn: try day(start), calendar: calendar)
            #expect(deadline.due.description == due)
            #expect(deadline.rolledDue?.description == rolled)
            #expect(deadline.effectiveDue.description == (roll == .forward ? rolled ?? due : due))
            #expect(deadline.start.description == start)
            #expect(!deadline.isProvisional)
            #expect(deadline.calendarVersion == "cn-2020-2026.1")
        }
    }

    @Test func knownYearsHaveTheWorkingDaysOfTheNotices() throws {
        for year in [2025, 2026] {
            let count = calendar.workingDays(from: try day("\(year - 1)-12-31"), to: try day("\(year)-12-31"))
            #expect(count.count == 248)
            #expect(!count.isProvisional)
        }
        #expect(calendar.years == 2020...2026)
        #expect(calendar.source(year: 2026)?.contains("2026") == true)
    }

    @Test func anUnknownYearIsProvisionalAndNotKnown() throws {
        #expect(calendar.isWorkingDay(try day("2027-01-04")) == nil)
        #expect(calendar.adding(workingDays: 5, to: try day("2026-12-30")).isProvisional)
        #expect(!calendar.adding(workingDays: 1, to: try day("2026-12-30")).isProvisional)
        let authority = Deadline.compute(
            rule: rule(15, .calendarDays, .none), startedOn: try day("2026-12-28"), calendar: calendar)
        #expect(!authority.isProvisional)
        let citizen = Deadline.compute(
            rule: rule(15, .calendarDays, .forward), startedOn: try day("2026-12-28"), calendar: calendar)
        #expect(citizen.isProvisional)
    }

    @Test func daysBeginAtMidnightInShanghaiAndHoursRunOn() throws {
        let late = CivilZone.shanghai.instant(of: try day("2026-03-02"), hour: 23, minute: 59)
        let days = Deadline.compute(rule: rule(5, .workingDays, .none), startedAt: late, calendar: calendar)
        #expect(days.start.description == "2026-03-02")
        #expect(days.due.description == "2026-03-09")
        let hours = Deadline.compute(rule: rule(24, .hours, .none), startedAt: late, calendar: calendar)
        #expect(hours.dueInstant == late.adding(days: 1))
        #expect(hours.due.description == "2026-03-03")
    }

    @Test(
        arguments: [
            ("2026-01-31", 1, "2026-02-28", nil), ("2024-01-31", 1, "2024-02-29", "2024-02-29"),
            ("2026-03-31", 6, "2026-09-30", "2026-09-30"), ("2026-04-03", 6, "2026-10-03", "2026-10-08"),
            ("2025-08-31", 6, "2026-02-28", "2026-02-28"), ("2026-11-15", 2, "2027-01-15", "2027-01-15"),
            ("2025-12-31", 12, "2026-12-31", "2026-12-31"), ("2024-02-29", 12, "2025-02-28", "2025-02-28"),
        ] as [(String, Int, String, String?)])
    func monthsEndOnTheSameDayElseOnTheMonthsLast(start: String, count: Int, due: String, held: String?) throws {
        let deadline = Deadline.compute(
            rule: rule(count, .months, .forward), startedOn: try day(start), calendar: calendar)
        #expect(deadline.due.description == due)
        #expect(deadline.effectiveDue.description == held ?? due)
        let duty = Deadline.compute(rule: rule(count, .months, .none), startedOn: try day(start), calendar: calendar)
        #expect(duty.effectiveDue.description == due)
        // Months from a moment count from its date on the wall.
        let late = CivilZone.shanghai.instant(of: try day(start), hour: 23, minute: 30)
        #expect(
            Deadline.compute(rule: rule(count, .months, .none), startedAt: late, calendar: calendar).due == deadline.due
        )
    }

    @Test func anExtensionIsToldApart() throws {
        let pack = try #require(TestRules.packs.pack(reference: "national-petition/1"))
        let handle = try #require(pack.rule("XF-HANDLE"))
        let deadline = Deadline.compute(
            rule: handle, startedOn: try day("2026-03-02"), extended: 30, calendar: calendar)
        #expect(deadline.due.description == "2026-05-31")
        #expect(deadline.explanation.length == 90)
        #expect(deadline.explanation.extended == 30)
        #expect(deadline.explanation.article == "34")
        #expect(handle.extension == Rule.Extension(max: 30, approver: .approver))
    }

    @Test func aHolidayIsNamed() throws {
        let deadline = Deadline.compute(
            rule: rule(60, .calendarDays, .none), startedOn: try day("2026-03-02"), calendar: calendar)
        #expect(deadline.explanation.holiday == "劳动节")
    }

    @Test(arguments: [
        ("2026-05-12", Urgency.plenty, 5), ("2026-05-11", .plenty, 4), ("2026-05-09", .near, 3),
        ("2026-05-08", .near, 2), ("2026-05-07", .near, 1), ("2026-05-06", .today, 0), ("2026-04-30", .overdue, -1),
    ])
    func urgency(due: String, urgency: Urgency, left: Int) throws {
        // Seen on 6 May 2026; the days before are off, Saturday 9 May is a working day.
        let state = ClockState(due: try day(due), today: try day("2026-05-06"), calendar: calendar)
        #expect(state.urgency == urgency)
        #expect(state.remainingWorkingDays == left)
        #expect(!state.isProvisional)
    }

    @Test func doneAndPausedWinOverDates() throws {
        let today = try day("2026-05-06")
        let due = try day("2026-05-01")
        #expect(ClockState(due: due, today: today, calendar: calendar, isDone: true).urgency == .done)
        #expect(ClockState(due: due, today: today, calendar: calendar, isPaused: true).urgency == .paused)
    }

    @Test(arguments: [
        ("off\t2026-01-01\t2026-01-01\tx", 1, "version"), ("version\tv\nholiday\t1", 2, "begins with"),
        ("version\tv\n\noff\t2026-01-02\t2026-01-01\tx", 3, "first day"), ("version\tv\nyear\tMMXX\t1\t2", 2, "year"),
        ("version\ta b", 1, "one word"), ("version\tv\nversion\tw", 2, "second version"),
        ("version\tv\nyear\t2026\t2026\tx\nyear\t2026\t2026\tx", 3, "second line for the year"),
        ("version\tv\nyear\t2026\t2026\tx\noff\t2027-01-01\t2027-01-03\tx", 3, "has no year line"),
        ("version\tv\nyear\t2026\t2026\tx\nwork\t2026-03-02\t2026-03-02\tx", 3, "needs no line"),
        (
            "version\tv\nyear\t2026\t2026\tx\noff\t2026-03-01\t2026-03-02\tx\nwork\t2026-03-01\t2026-03-01\tx", 4,
            "stands in line 3"
        ), ("version\tv\nyear\t2026\t2026\tx\noff\t2026-01-01\t2026-12-31\tx", 3, "first day"),
        ("version\tv\n\u{0}", 2, "two columns"),
    ])
    func aBrokenCalendarNamesItsLine(text: String, line: Int, reason: String) {
        do {
            _ = try WorkingCalendar(parsing: text)
            Issue.record("read")
        } catch {
            #expect(error.line == line)
            #expect(error.reason.contains(reason))
        }
    }

    @Test func announcedDaysAreListed() throws {
        let days = calendar.announcedDays(from: try day("2026-09-20"), to: try day("2026-10-01"))
        #expect(days.map(\.date.description) == ["2026-09-20", "2026-09-25", "2026-09-26", "2026-09-27", "2026-10-01"])
        #expect(days.map(\.isOff) == [false, true, true, true, true])
        #expect(calendar.knownYears == Array(2020...2026))
    }

    private func rule(_ length: Int, _ unit: RuleUnit, _ roll: RuleRoll) -> Rule {
        Rule(
            id: "X", name: LocalizedName(zh: "甲"), starts: .receipt, length: length, unit: unit, roll: roll,
            owner: .authority, source: "甲", evidence: .text)
    }
}
