import Kernel
import Organisation
import StorageTestKit
import Testing

@testable import Casework
@testable import Operations

/// Answered letters, looked at as if the national pack had been in force.
@Suite struct ReplayTests {
    private static let head = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间"

    private func pack() throws -> RulePack {
        let day = try #require(LocalDate("2026-01-05"))
        return try #require(TestRules.packs.pack(for: .petition, on: day))
    }

    private func replayed(_ spans: [(written: String, replied: String)]) throws -> (Replay, ReplayResult) {
        let rows = spans.enumerated().map { index, span in
            "\(index + 1),A1,主题,\(span.written) 9:00:00,第 \(index + 1) 封：路灯不亮,已修好,\(span.replied) 17:00:00"
        }
        let text = ([Self.head] + rows + ["9,A1,主题,不是日子,路灯不亮,已修好,2025/3/5 9:00:00"]).joined(separator: "\n")
        let replay = Replay(pack: try pack(), calendar: TestRules.calendar)
        return (replay, try replay.run(bytes: Array(text.utf8), now: Instant(milliseconds: 1_780_000_000_000)))
    }

    @Test func whatWouldHaveBeenLateIsCountedByClockAndYear() throws {
        let (replay, result) = try replayed([
            ("2025/3/3", "2025/3/10"),  // In time.
            ("2025/3/3", "2025/3/20"),  // After the fifteen days of the notice.
            ("2025/3/3", "2025/5/2"),  // On the sixtieth day: not late.
            ("2025/3/3", "2025/5/3"),  // A day after it; an extension would have covered it.
            ("2018/1/2", "2018/4/15"),  // After more than the longest extension, in a year of which nothing is known.
        ])
        #expect(result.rejected == 1 && result.years.keys.sorted() == [2018, 2025])
        let (known, unknown) = (try #require(result.years[2025]), try #require(result.years[2018]))
        #expect(known.letters == 4 && known.medianDays == 60 && unknown.letters == 1)
        let handle = try #require(result.all.clocks["XF-HANDLE"])
        #expect(handle.all == 5 && handle.late == 2 && handle.lateExtended == 1)
        #expect(known.clocks["XF-HANDLE"]?.late == 1 && known.clocks["XF-HANDLE"]?.lateExtended == 0)
        #expect(known.clocks["XF-NOTIFY-DIRECT"]?.late == 3 && unknown.clocks["XF-NOTIFY-DIRECT"]?.late == 1)
        #expect(known.clocks.values.allSatisfy { $0.provisional == 0 })
        #expect(unknown.clocks["XF-OBJECT"]?.provisional == 1, "five working days of 2018")
        #expect(unknown.clocks["XF-HANDLE"]?.provisional == 0, "sixty calendar days rest on no calendar")
        // What the letters do not tell is never counted as late.
        #expect(known.clocks["XF-OBJECT"]?.isDecided == false && known.clocks["XF-OBJECT"]?.late == 0)
        let text = result.text(replay)
        #expect(text.contains("1 rows are no letters") && text.contains("knows 2020–2026"))
        #expect(result.csv().split(whereSeparator: \.isNewline).count == 4, "a head, two years, all")
    }

    @Test func aFileWithoutLettersIsTold() throws {
        let replay = Replay(pack: try pack(), calendar: TestRules.calendar)
        #expect(throws: Trouble.self) { try replay.run(file: "/no/such/file.csv") }
        #expect(throws: Trouble.self) { try replay.run(bytes: Array("\u{0}\u{1}".utf8), now: Instant(milliseconds: 0)) }
    }
}
