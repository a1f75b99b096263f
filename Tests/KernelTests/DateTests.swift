import Foundation
import Kernel
import Testing

@Suite("Dates")
struct DateTests {
    @Test("every day of 400 years follows the one before")
    func calendar() throws {
        var date = try #require(LocalDate(year: 1899, month: 12, day: 31))
        var weekday = date.weekday
        for year in 1900..<2300 {
            for month in 1...12 {
                for day in 1...31 {
                    guard let next = LocalDate(year: year, month: month, day: day) else {
                        #expect(day > 28)
                        continue
                    }
                    #expect(next.days(since: date) == 1 && next > date)
                    #expect(next.parts == (year, month, day))
                    weekday = weekday % 7 + 1
                    #expect(next.weekday == weekday)
                    date = next
                }
            }
        }
    }

    @Test(
        "text and date are one another",
        arguments: ["2026-10-10", "1970-01-01", "2024-02-29", "1969-12-31", "0001-01-01"])
    func text(text: String) { #expect(LocalDate(text)?.description == text) }

    @Test(
        "what is no date is refused",
        arguments: [
            "", "2026-02-29", "2026-13-01", "2026-00-10", "2026-4-1", "20260401", "2026-04-31", "2026-04-01x", "二〇二六",
        ])
    func refused(text: String) { #expect(LocalDate(text) == nil) }

    @Test("the wall clock of Shanghai, before and after 1970")
    func zone() throws {
        let zone = CivilZone.shanghai
        let late = Instant(milliseconds: 1_780_329_599_999)  // 2026-06-01T15:59:59.999Z
        #expect(zone.date(of: late).description == "2026-06-01")
        #expect(zone.timeOfDay(of: late) == (23, 59, 59))
        #expect(zone.date(of: Instant(milliseconds: late.milliseconds + 1)).description == "2026-06-02")
        #expect(zone.date(of: Instant(milliseconds: -1)).description == "1970-01-01")
        #expect(zone.date(of: Instant(milliseconds: -28_800_001)).description == "1969-12-31")
        let date = try #require(LocalDate("2026-06-02"))
        #expect(zone.instant(of: date).milliseconds == late.milliseconds + 1)
        #expect(zone.timeOfDay(of: zone.instant(of: date, hour: 9, minute: 30, second: 5)) == (9, 30, 5))
    }

    @Test("dates travel as text, moments as numbers")
    func coding() throws {
        struct Both: Codable, Equatable {
            var date: LocalDate
            var moment: Instant
            var id: CaseID
        }
        let both = Both(
            date: try #require(LocalDate("2026-05-01")), moment: Instant(milliseconds: 5), id: CaseID(rawValue: 9))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(both)
        #expect(String(decoding: data, as: UTF8.self) == #"{"date":"2026-05-01","id":9,"moment":5}"#)
        #expect(try JSONDecoder().decode(Both.self, from: data) == both)
    }
}
