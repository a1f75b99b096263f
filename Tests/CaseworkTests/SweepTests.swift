import Kernel
import Organisation
import Storage
import StorageTestKit
import Synchronization
import Testing

@testable import Casework

/// What runs by itself: escalation, recomputation after a calendar change, rewriting of rows. Each can be stopped
/// anywhere and goes on there.
@Suite struct SweepTests {
    /// The county's room with a calendar that knows more.
    private func later(_ county: County, _ lines: String, version: String = "cn-test-2") throws -> Casework {
        let text = try WorkingCalendar.builtInText().split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("version") ? "version\t\(version)" : String($0) }.joined(separator: "\n")
        let calendar = try WorkingCalendar(parsing: text + "\n" + lines)
        return Casework(
            database: county.database, events: county.events, vault: county.casework.vault, keys: county.keys,
            ids: county.casework.ids, clock: county.clock, organisation: county.store,
            deadlines: DeadlineBook(packs: county.casework.deadlines.packs, calendar: calendar, zone: .shanghai),
            numbers: PlainNumbers())
    }

    private static let nextYear = """
        year\t2027\t2027\t国办发明电〔2026〕1号
        off\t2027-01-01\t2027-01-03\t元旦
        """

    @Test func everyStepIsTakenOnceWhateverTheBatch() async throws {
        try await withCounty { county in
            var all: [CaseID] = []
            for _ in 0..<7 { all.append(try await county.register().caseID) }
            let done = try await county.accepted().caseID
            #expect(try await county.casework.escalateOverdue().looked == 0)
            county.clock.advance(days: 16)
            let first = try await county.casework.escalateOverdue(batch: 3)
            #expect(first.looked == 7 && first.escalated == 7 && first.failed == 0)
            #expect(try await county.casework.escalateOverdue().looked == 0, "heard once, not again")
            #expect(try await county.state(all[0]).clocks[0].escalations == 1)
            // After a long stop of the server nobody is called thrice: the highest step is taken at once.
            county.clock.advance(days: 100)
            let second = try await county.casework.escalateOverdue(batch: 2)
            #expect(second.escalated == 8, "the accepted one has run out as well")
            #expect(try await county.state(all[0]).clocks[0].escalations == 3)
            #expect(try await county.state(done).clocks.last?.escalations == 3)
            #expect(try await county.casework.escalateOverdue().looked == 0)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func theSweepStopsAndGoesOn() async throws {
        try await withCounty { county in
            for _ in 0..<6 { _ = try await county.register() }
            county.clock.advance(days: 20)
            let asked = Mutex(0)
            let part = try await county.casework.escalateOverdue(
                batch: 2,
                mayGoOn: {
                    asked.withLock { asked in
                        asked += 1; return asked <= 2
                    }
                })
            #expect(part.escalated == 4)
            #expect(try await county.casework.escalateOverdue(batch: 2).escalated == 2)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func aMatterThatCannotBeReadDoesNotStopTheSweep() async throws {
        try await withCounty { county in
            let broken = try await county.register().caseID
            for _ in 0..<3 { _ = try await county.register() }
            try await county.database.write { tx in
                try tx.execute("UPDATE events SET body = '{}' WHERE stream_id = $1", [broken])
            }
            county.clock.advance(days: 16)
            let sweep = try await county.casework.escalateOverdue(batch: 2)
            #expect(sweep.looked == 4 && sweep.escalated == 3 && sweep.failed == 1)
        }
    }

    @Test func clocksFollowTheCalendarOfAYearThatBecomesKnown() async throws {
        try await withCounty { county in
            // 2026-12-30: five working days lead into a year of which nothing is known.
            county.clock.advance(days: 215)
            var ids: [CaseID] = []
            for _ in 0..<5 { ids.append(try await dispatched(county)) }
            let closed = try await county.register().caseID
            try await county.casework.withdraw(
                closed, reason: nil, by: try await county.state(closed).reporters[0].details.id)
            ids.append(try await dispatched(county))
            let before = try #require(try await county.state(ids[0]).runningClock("XF-OBJECT")).start
            #expect(before.provisional)
            #expect(try await county.casework.needsRecomputation(), "never counted so far")
            let idle = try await county.casework.recomputeClocks(batch: 1)
            #expect(idle.isFinished && idle.changed == 0 && idle.looked == 12)
            #expect(!(try await county.casework.needsRecomputation()))

            let casework = try later(county, Self.nextYear)
            #expect(try await casework.needsRecomputation())
            // Stopped after the second batch, as a server that goes down; what is done stays done.
            let asked = Mutex(0)
            let part = try await casework.recomputeClocks(
                batch: 2,
                mayGoOn: {
                    asked.withLock { asked in
                        asked += 1; return asked <= 2
                    }
                })
            #expect(!part.isFinished && part.changed == 4)
            #expect(try await casework.needsRecomputation())
            let rest = try await casework.recomputeClocks(batch: 2)
            #expect(rest.isFinished && rest.changed == 6, "counted on from where it stopped")
            #expect(rest.looked == 4, "two matters were left, and one whose clocks have ended")
            #expect(!(try await casework.needsRecomputation()))
            for id in ids {
                let clock = try #require(try await county.state(id).runningClock("XF-OBJECT")).start
                #expect(!clock.provisional && clock.due == before.due.adding(days: 1))
                let notify = try #require(try await county.state(id).runningClock("XF-NOTIFY-TRANSFERRED")).start
                #expect(notify.calendar != clock.calendar, "calendar days are not touched")
            }
            #expect(try await casework.recomputeClocks().changed == 0, "a second run finds nothing to do")
            #expect(try await county.findings().isEmpty)
        }
    }

    /// A clock that stood still is counted anew too, and the trial of a calendar tells it beforehand.
    @Test func aClockThatStoodStillFollowsTheCalendarAsWell() async throws {
        try await withCounty { county in
            county.clock.advance(days: 195)
            var registration = Registration(channel: .web, body: "申请公开道路养护合同。")
            registration.kind = .information
            registration.receivedBy = try await county.unit("roads")
            let id = try await county.casework.register(registration, submission: "i", by: .newReporter).caseID
            let roads = try await county.viewer("roads")
            try await county.casework.accept(
                id, deciding: TriageDraft(sort: nil, route: .ordinary, reason: "属政府信息公开申请"), version: 1, by: roads)
            try await county.casework.consult(id, .thirdParty, text: "合同相对方", version: 3, by: roads)
            county.clock.advance(days: 10)
            try await county.casework.answerConsultation(
                id, .thirdParty, answer: .agrees, text: nil, version: try await county.state(id).version, by: roads)
            let before = try #require(try await county.state(id).runningClock("GI-ANSWER")).start
            #expect(before.provisional && before.rested == 10)
            let casework = try later(county, Self.nextYear)
            let told = try await county.casework.effect(of: casework.deadlines.calendar)
            #expect(told.becomesDefinite == 1 && told.moves == 1)
            #expect(try await casework.recomputeClocks().changed == 1)
            let after = try #require(try await county.state(id).runningClock("GI-ANSWER")).start
            #expect(!after.provisional && after.due > before.due && after.rests == before.rests)
            #expect(try await casework.recomputeClocks().changed == 0)
            #expect(try await county.findings().isEmpty)
        }
    }

    private func dispatched(_ county: County) async throws -> CaseID {
        let receipt = try await county.register()
        try await county.casework.dispatch(
            receipt.caseID, to: .unit(try await county.unit("water"), reason: "归水务局管"), version: 1,
            by: try await county.viewer("dispatcher"))
        return receipt.caseID
    }

    @Test func rowsOfAnOlderProgramAreWrittenAnew() async throws {
        try await withCounty { county in
            for _ in 0..<3 { _ = try await county.answered() }
            _ = try await county.accepted()
            // As an older program left them: new tables empty, new columns with their defaults.
            try await county.database.write { tx in
                for table in ["case_moves", "case_answers", "case_notices"] { try tx.execute("DELETE FROM \(table)") }
                try tx.execute("UPDATE cases SET accepted_at = NULL, outcome = NULL, pack = '', kind = 'petition'")
                try tx.execute("UPDATE case_clocks SET duty = NULL, watched = 0, calendar = NULL, escalates_on = NULL")
                try tx.execute("DELETE FROM casework_progress")
            }
            #expect(!(try await county.casework.verifyProjections().isEmpty))
            let seen = Mutex<[Int]>([])
            let done = try await county.casework.rebuildProjections { count in seen.withLock { $0.append(count) } }
            #expect(done == 4 && seen.withLock { $0 } == [4])
            #expect(try await county.findings().isEmpty)
            #expect(try await county.casework.rebuildProjections() == 0, "once is enough")
            #expect(try await county.casework.rebuildProjections(force: true) == 4)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func rewritingGoesOnWhereItStopped() async throws {
        try await withCounty { county in
            var ids: [CaseID] = []
            for _ in 0..<3 { ids.append(try await county.accepted().caseID) }
            let second = ids[1]
            try await county.database.write { tx in
                try tx.execute("DELETE FROM case_moves")
                try tx.execute(
                    """
                    INSERT INTO casework_progress (name, stand, after_id, changed, finished_at)
                    VALUES ('projections', $1, $2, 2, NULL)
                    """, ["\(Casework.projectionVersion)", second])
            }
            #expect(try await county.casework.rebuildProjections() == 1, "only what comes behind the place")
            // A newer program begins from the first matter, whatever an older one had reached.
            try await county.database.write { tx in
                try tx.execute("UPDATE casework_progress SET stand = 'older'")
            }
            #expect(try await county.casework.rebuildProjections() == 3)
            #expect(try await county.findings().isEmpty)
        }
    }
}
