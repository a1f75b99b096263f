import Kernel
import Organisation
import StorageTestKit
import Testing

@testable import Web

@Suite("Words, codes and pictures")
struct InfrastructureTextTests {
    private func words(_ language: Language) throws -> Words {
        Words(try Catalogue(try TestSite.resources()), language)
    }

    /// 2026-05-21 10:42 in Shanghai, a Thursday.
    private let now = Instant(milliseconds: 1_779_331_320_000)

    @Test("dates and times")
    func dates() throws {
        let (zh, en) = (try words(.chinese), try words(.english))
        let day = try #require(LocalDate("2026-06-03"))
        #expect(zh.date(day) == "6 月 3 日" && en.date(day) == "3 June")
        #expect(zh.dateAndWeekday(day) == "6 月 3 日（周三）" && en.dateAndWeekday(day) == "3 June (Wednesday)")
        #expect(zh.fullDate(day) == "2026 年 6 月 3 日" && en.fullDate(day) == "3 June 2026")
        #expect(zh.dateTime(now) == "5 月 21 日 10:42" && en.dateTime(now) == "21 May 10:42")
        #expect(zh.nowText(now) == "5 月 21 日 周四 10:42")
        #expect(zh.iso(now) == "2026-05-21T10:42+08:00")
        #expect(zh.stampDate(day) == "6.3")
    }

    @Test("today, yesterday, and before")
    func relative() throws {
        let (zh, en) = (try words(.chinese), try words(.english))
        #expect(zh.relative(now.adding(seconds: -60), now: now) == "今天 10:41")
        #expect(en.relative(now.adding(days: -1), now: now) == "yesterday 10:42")
        #expect(zh.relative(now.adding(days: -8), now: now) == "5 月 13 日 10:42")
        #expect(zh.relative(now.adding(days: -200), now: now) == "2025 年 11 月 2 日 10:42")
    }

    @Test("numbers, lists, groups")
    func numbers() throws {
        let (zh, en) = (try words(.chinese), try words(.english))
        #expect(zh.number(1_234_567) == "1,234,567" && zh.number(-999) == "-999" && zh.number(0) == "0")
        #expect(zh.capped(1001, most: 1000) == "1,000 多" && en.capped(12, most: 1000) == "12")
        #expect(en.workingDays(1) == "1 working day" && en.workingDays(9) == "9 working days")
        #expect(zh.list(["甲", "乙", "丙"]) == "甲、乙、丙" && en.list(["A", "B", "C"]) == "A, B and C")
        #expect(en.list([]) == "" && en.list(["A"]) == "A")
        #expect(zh.fingerprint("5d1c08e7a9") == "5d1c 08e7 a9")
        #expect(zh.aloud("2605-0121-6") == "二六零五，零一二一，六" && zh.aloud("K7QM-4TZP") == "K 七 Q M，四 T Z P")
        #expect(en.aloud("2605-6") == "2 6 0 5, 6")
    }

    @Test("clocks in words")
    func clocks() throws {
        let zh = try words(.chinese)
        let calendar = TestRules.calendar
        let today = try #require(LocalDate("2026-05-21"))
        func state(_ due: String, paused: Bool = false, done: Bool = false) throws -> ClockState {
            ClockState(
                due: try #require(LocalDate(due)), today: today, calendar: calendar, isPaused: paused, isDone: done)
        }
        #expect(zh.clock(try state("2026-06-03")) == "还有 9 个工作日")
        #expect(zh.clock(try state("2026-05-21")) == "今天到期")
        #expect(zh.clock(try state("2026-05-20")) == "超 1 个工作日")
        #expect(zh.clock(try state("2026-05-29", paused: true)) == "暂停，剩 6 个工作日")
        #expect(zh.clock(try state("2026-05-20", done: true)) == "已做到")
        let due = try #require(LocalDate("2026-06-03"))
        #expect(
            zh.deadlineSentence(due: due, state: try state("2026-06-03"))
                == "最晚 6 月 3 日（周三）答复您，还有 9 个工作日。")
    }

    @Test("sentences of errors, with words for codes and dates")
    func sentences() throws {
        let catalogue = try Catalogue(try TestSite.resources())
        let notNow = PlainError(.conflict, "case.notNow", values: ["command": "judge", "phase": "inHand"])
        #expect(catalogue.text(notNow, .chinese) == "这件事现在是“在办”，还不能评价。")
        let over = PlainError(.conflict, "case.windowOver", values: ["date": "2026-06-18"])
        #expect(catalogue.text(over, .english).contains("until 18 June"))
        let missing = PlainError(.invalid, "text.missing", field: "body")
        #expect(catalogue.text(missing, .chinese) == "信还是空的，请写几句。")
        #expect(catalogue.text(PlainError(.invalid, "text.missing", field: "odd"), .chinese) == "这里还没写。")
        #expect(catalogue.text(PlainError(.invalid, "never.heard"), .english) == "Something went wrong on our side.")
        #expect(Catalogue.fill("a {x} {y} {", ["x": "{y}"]) == "a {y} {y} {")
    }

    @Test("the language of a browser")
    func languages() {
        #expect(Language(acceptLanguage: "en-GB,en;q=0.9,zh;q=0.1") == .english)
        #expect(Language(acceptLanguage: "fr, en;q=0.3, zh-CN;q=0.8") == .chinese)
        #expect(Language(acceptLanguage: nil) == .chinese)
        #expect(Language(acceptLanguage: "xx;q=;;,,") == .chinese)
        #expect(Language(code: "zh-TW") == .chinese && Language(code: "EN") == .english && Language(code: "de") == nil)
    }

    @Test("a QR code, a seal, a postmark")
    func pictures() {
        let code = QRCode.svg("http://127.0.0.1:8080/follow#2605-0121-6.K7QM4TZP")
        #expect(code.markup.hasPrefix("<svg") && code.markup.contains("h7v1h-7z"))
        #expect(!code.markup.contains("style="))
        #expect(QRCode.svg(String(repeating: "x", count: 5_000)) == .empty)
        #expect(
            Seal.svg("清<河\"城管局").markup.contains("<text x=\"54\" y=\"34\">清</text><text x=\"54\" y=\"64\">河</text>"))
        #expect(!Seal.svg("<script>").markup.contains("<script"))
        #expect(Seal.characters(of: "清河县城市管理局") == "城市")
        let turns = Set((1...500).map { Postmark.turn(of: EventID(rawValue: $0 << 22)) })
        #expect(turns == Set((1...9).map(String.init)))
    }

    @Test("only trusted proxies are believed")
    func proxies() throws {
        let proxies = try TrustedProxies(["127.0.0.1", "10.0.0.0/8", "fd00::/8"])
        #expect(proxies.client(peer: "203.0.113.9", forwardedFor: "198.51.100.1") == "203.0.113.9")
        #expect(proxies.client(peer: "127.0.0.1", forwardedFor: "1.1.1.1, 198.51.100.1, 10.2.3.4") == "198.51.100.1")
        #expect(proxies.client(peer: "127.0.0.1", forwardedFor: "junk, ,") == "127.0.0.1")
        #expect(proxies.client(peer: "fd00::1", forwardedFor: "2001:db8::7") == "2001:db8::7")
        #expect(proxies.client(peer: "127.0.0.1", forwardedFor: nil) == "127.0.0.1")
        #expect(throws: WebSettingError.self) { try TrustedProxies(["proxy.local"]) }
        #expect(throws: WebSettingError.self) { try TrustedProxies(["10.0.0.0/40"]) }
    }
}
