import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// A matter in parts: own owners, the day of the whole, one number and code for the resident.
@Suite struct SplitTests {
    private static func parts(_ water: UnitID) -> SplitDraft {
        SplitDraft(
            parts: [
                PartDraft(title: "停水", place: "槐荫巷 12 号", unit: water),
                PartDraft(title: "路灯不亮", place: "槐荫巷口"),
            ], reason: "两件事，归两家管", carriesLetter: true)
    }

    private func divided(_ county: County) async throws -> (whole: CaseReceipt, parts: [String]) {
        let whole = try await county.register("停水三天了，路灯也不亮。")
        county.clock.advance(days: 4)
        let numbers = try await county.casework.split(
            whole.caseID, Self.parts(try await county.unit("water")), version: 1, submission: "s-split",
            by: try await county.viewer("dispatcher"))
        return (whole, numbers)
    }

    private func state(_ number: String, _ county: County) async throws -> CaseState {
        let casework = county.casework
        let id = try await county.database.read { tx in try casework.caseID(number: number, in: tx) }
        return try await county.state(try #require(id))
    }

    @Test func eachPartHasAnOwnerAndTheDayOfTheWhole() async throws {
        try await withCounty { county in
            let (whole, numbers) = try await divided(county)
            let again = try await county.casework.split(
                whole.caseID, Self.parts(try await county.unit("water")), version: 1, submission: "s-split",
                by: try await county.viewer("dispatcher"))
            #expect(again == numbers && numbers.count == 2, "sent twice is done once")
            let (water, lamps) = (try await state(numbers[0], county), try await state(numbers[1], county))
            let state = try await county.state(whole.caseID)
            #expect(state.parts.map(\.number) == numbers)
            let bureau = try await county.unit("water")
            #expect(water.phase == .dispatched && water.lead == bureau)
            #expect(lamps.phase == .registered)
            for part in [water, lamps] {
                #expect(part.registeredAt == state.registeredAt, "received with the whole")
                #expect(part.part?.number == whole.number && part.parent == whole.caseID)
            }
            #expect(lamps.nextClock?.start.due == state.nextClock?.start.due, "nobody wins time")
            #expect(try await county.findings().isEmpty)
        }
    }

    /// What is started later in a part does not end after the duty of the whole.
    @Test func acceptingAPartGivesNoMoreTime() async throws {
        try await withCounty { county in
            let (dispatcher, handler) = (try await county.viewer("dispatcher"), try await county.viewer("handler"))
            let whole = try await county.accepted()
            county.clock.advance(days: 20)
            let state = try await county.state(whole.caseID)
            let numbers = try await county.casework.split(
                whole.caseID, Self.parts(try await county.unit("water")), version: state.version, submission: "s2",
                by: dispatcher)
            let part = try await self.state(numbers[0], county)
            try await county.casework.accept(
                part.id, deciding: County.ordinary, version: part.version, by: handler)
            let clock = try #require(try await self.state(numbers[0], county).runningClock("XF-HANDLE"))
            #expect(clock.start.due == state.runningClock("XF-HANDLE")?.start.due)
            let own = try #require(clock.own)
            #expect(own.due > clock.start.due)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func theResidentReadsAllPartsUnderOneNumber() async throws {
        try await withCounty { county in
            let casework = county.casework
            let (whole, numbers) = try await divided(county)
            let handler = try await county.viewer("handler")
            let part = try await state(numbers[0], county)
            try await casework.accept(part.id, deciding: County.ordinary, version: part.version, by: handler)
            try await casework.reply(
                part.id, County.opinion(.solved, "水管已修好。"), version: try await state(numbers[0], county).version,
                by: handler)
            let parts = try await casework.parts(
                of: try await county.state(whole.caseID), for: whole.reporterID)
            #expect(parts.map(\.file.state.number) == numbers)
            #expect(parts[0].file.text(parts[0].file.state.reply?.body) == "水管已修好。")
            #expect(try await casework.findReporter(number: numbers[0], code: whole.code.description) == nil)
            try await casework.noteRead(part.id, by: parts[0].reporter)
            try await casework.judge(part.id, JudgementDraft(outcome: .solved), by: parts[0].reporter)
            #expect(try await state(numbers[0], county).phase == .judged)
            await #expect(throws: PlainError.self) {
                _ = try await casework.reissueCode(
                    part.id, reporter: parts[0].reporter, reason: "换", submission: "c",
                    by: try await county.viewer("clerk"))
            }
            // Who is erased from the whole is erased from the parts.
            _ = try await casework.erase(whole.caseID, reporter: whole.reporterID, by: .system("test"))
            let left = try await county.database.read { tx in
                try tx.rows("SELECT body FROM texts WHERE body IS NOT NULL").map { try $0.text(0) }
            }
            #expect(!left.contains { $0.contains("停水三天") || $0.contains("槐荫巷 12") })
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func theWholeClosesAfterItsParts() async throws {
        try await withCounty { county in
            let (casework, watcher) = (county.casework, try await county.viewer("watcher"))
            let whole = try await county.answered()
            try await casework.judge(whole.caseID, JudgementDraft(outcome: .solved), by: whole.reporterID)
            let part = try await county.register("其中一处。")
            try await casework.link(
                whole.caseID, to: part.number, kind: .child, by: try await county.viewer("dispatcher"))
            #expect(try await county.state(part.caseID).parent == whole.caseID)
            let version = try await county.state(whole.caseID).version
            let code = await plainCode {
                try await casework.close(whole.caseID, reason: nil, version: version, by: watcher)
            }
            #expect(code == "case.partOpen")
            try await casework.withdraw(part.caseID, reason: nil, by: part.reporterID)
            try await casework.close(whole.caseID, reason: nil, version: version, by: watcher)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func whatWouldHarmIsRefused() throws {
        func bar(_ life: Life) -> SplitBar? {
            var life = life
            do {
                try life.run(Life.command(.split))
                return nil
            } catch CaseError.cannotSplit(let bar) {
                return bar
            } catch {
                return nil
            }
        }
        #expect(try bar(Life.at(.registered, then: .restrict)) == .guarded)
        #expect(try bar(Life.at(.registered, then: .nameAccused)) == .guarded)
        #expect(try bar(Life.at(.registered, then: .becomePart)) == .part)
        #expect(try bar(Life(.information)) == .information)
        var reopened = try Life.at(.closed)
        try reopened.run(Life.command(.reopen))
        #expect(bar(reopened) == .answered)
        #expect(try bar(Life.at(.inHand)) == nil)
    }
}
