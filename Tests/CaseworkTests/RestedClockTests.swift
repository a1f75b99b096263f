import Kernel
import Organisation
import StorageTestKit
import Testing

@testable import Casework

/// Clocks that stood still: what counts is every day on which they ran, and nothing else.
@Suite struct RestedClockTests {
    private func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }

    private func clocks(_ calendar: WorkingCalendar = TestRules.calendar) throws -> PackClocks {
        PackClocks(
            pack: TestRules.packs.pack(for: .information, on: try day("2026-09-14")), calendar: calendar,
            zone: .shanghai)
    }

    private func answer(_ clocks: PackClocks, from text: String) throws -> ClockStart {
        let at = CivilZone.shanghai.instant(of: try day(text), hour: 9)
        return try #require(clocks.start(on: .receipt, at: at, ClockFacts()).first { $0.rule == "GI-ANSWER" })
    }

    @Test func anExtensionAfterARestAddsItsDaysAndNoMore() throws {
        let clocks = try clocks()
        let whole = try answer(clocks, from: "2026-09-14")
        let rested = clocks.resumed(whole, since: try day("2026-09-21"), on: try day("2026-10-12"))
        let longer = try #require(clocks.lengthened(rested, by: 20))
        // Counted by hand on the calendar of 2026: five days before the rest, thirty-five after it.
        #expect(longer.due == (try day("2026-11-27")) && longer.extended == 20 && longer.rested == 21)
        #expect(longer.due == TestRules.calendar.adding(workingDays: 20, to: rested.due).date)
        // The other way round it is the same.
        let first = try #require(clocks.lengthened(whole, by: 20))
        #expect(clocks.resumed(first, since: try day("2026-09-21"), on: try day("2026-10-12")).due == longer.due)
        // Where an older program did not keep when it stood still, it goes on from the last day.
        var old = rested
        old.rests = nil
        #expect(clocks.lengthened(old, by: 20)?.due == longer.due)
        #expect(clocks.lengthened(old, by: 20)?.extended == 20)
    }

    @Test func eachDayOfEachRestIsLeftOut() throws {
        let clocks = try clocks()
        let calendar = TestRules.calendar
        let whole = try answer(clocks, from: "2026-03-02")
        for (from, length, again) in [(1, 3, 2), (4, 15, 6), (10, 1, 1), (2, 30, 20), (0, 0, 0)] {
            let stop = whole.from.adding(days: from)
            let on = stop.adding(days: length)
            var clock = clocks.resumed(whole, since: stop, on: on)
            clock = clocks.resumed(clock, since: on.adding(days: again), on: on.adding(days: again + 9))
            // Day by day, without the formula.
            var left = 20
            var date = whole.from
            while left > 0 {
                date = date.adding(days: 1)
                let rests = clock.rests ?? []
                if rests.contains(where: { $0.since < date && date <= $0.until }) { continue }
                if calendar.isWorkingDay(date) == true { left -= 1 }
            }
            #expect(clock.due == date, "stopped after \(from) days for \(length), then after \(again)")
        }
    }

    @Test func whatHadRunOutStaysRunOut() throws {
        let clocks = try clocks()
        let whole = try answer(clocks, from: "2026-03-02")
        let late = clocks.resumed(whole, since: whole.due.adding(days: 3), on: whole.due.adding(days: 20))
        #expect(late.due == whole.due)
        let last = clocks.resumed(whole, since: whole.due, on: whole.due.adding(days: 20))
        #expect(last.due == whole.due.adding(days: 20), "stopped on the last day: that day is still there")
    }

    @Test func aRestedClockFollowsTheCalendarToo() throws {
        let known = TestRules.calendar
        let text = try WorkingCalendar.builtInText()
        let next = try WorkingCalendar(
            parsing: text.replacing(known.version, with: "next")
                + "\nyear\t2027\t2027\t国办发明电〔2026〕1号\noff\t2027-01-01\t2027-01-03\t元旦")
        let clock = try answer(try clocks(), from: "2026-12-07")
        let rested = try clocks().resumed(clock, since: try day("2026-12-14"), on: try day("2026-12-28"))
        #expect(rested.provisional)
        let moved = try #require(try clocks(next).recomputed(rested))
        #expect(!moved.provisional && moved.rests == rested.rests && moved.rested == 14)
        #expect(moved.due == next.adding(workingDays: 15, to: try day("2026-12-28")).date && moved.due > rested.due)
        #expect(try clocks(next).recomputed(moved) == nil)
    }
}
