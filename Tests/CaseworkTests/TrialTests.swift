import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Synchronization
import Testing

@testable import Casework

@Suite struct TrialTests {
    private func withTried(_ body: (County, RuleDrafts) async throws -> Void) async throws {
        try await withEachEngine(migrations: County.migrations) { database in
            let county = try await County(database)
            let ids = IdentifierGenerator(clock: county.clock, node: 2)
            try await body(county, RuleDrafts(database: database, ids: ids, clock: county.clock))
        }
    }

    private func draft(
        _ county: County, _ drafts: RuleDrafts, _ part: RulebookPart, _ body: String
    ) async throws -> RuleDraft {
        let staff = try await county.viewer("dispatcher").staff.id
        let id = try await drafts.keep(body, for: part, submission: "d-\(body.count)", by: staff)
        return try await drafts.draft(id, part: part, for: staff)
    }

    /// Each old matter is proposed by the present and by the changed catalogue; numbers by unit and category remain.
    @Test func whatWouldHaveGoneElsewhere() async throws {
        try await withTried { county, drafts in
            let organisation = try await county.store.current()
            let today = county.casework.today
            let present = try #require(organisation.catalogueEntries(on: today).first { $0.area == nil })
            let other = try #require(
                organisation.units.first { $0.kind == .department && $0.id != present.unit && $0.successor == nil })
            let dispatcher = try await county.viewer("dispatcher")
            var numbers: [CaseID] = []
            for index in 0..<5 {
                let receipt = try await county.register("第 \(index) 封：路灯不亮。")
                if index > 0 {
                    try await county.casework.categorise(
                        receipt.caseID, category: present.category, area: nil, by: dispatcher)
                    numbers.append(receipt.caseID)
                }
            }
            let change = CatalogueDraft.line(
                CatalogueLine(id: present.id, category: present.category, unit: other.code, basis: "新三定规定"))
            let kept = try await draft(county, drafts, .catalogue, try DraftText.text(change))
            let trials = county.casework.trials
            let id = try await trials.ask(
                kept, since: Instant(milliseconds: 0), submission: "t", by: dispatcher.staff.id)
            #expect(
                try await trials.ask(kept, since: Instant(milliseconds: 0), submission: "t", by: dispatcher.staff.id)
                    == id)
            // Stopped after one step, another server goes on there when the lease has run out.
            let once = Turn()
            #expect(try await county.casework.runTrial(batch: 2) { once.first() } == 2)
            #expect(try await county.casework.runTrial() == 0, "somebody works on it")
            county.clock.advance(seconds: 60)
            #expect(try await county.casework.runTrial(batch: 2) == 5)
            let trial = try await trials.trial(id)
            #expect(trial.finishedAt != nil && trial.looked == 5)
            let result: DispatchTrial = try DraftText.draft(trial.result)
            #expect(result.looked == 4 && result.uncategorised == 1 && result.moved == 4)
            let move = DispatchTrial.Move(from: present.unit, to: other.id, category: present.category)
            #expect(result.moves == [move: DispatchTrial.Count(all: 4, wentBefore: 0, wentAfter: 0)])
            // The list is for those who may see matters; others have the numbers alone.
            let line = TrialLine(.proposal, category: move.category, from: move.from, to: move.to)
            let list = try await county.casework.triedMatters(id, line: line, after: nil, for: dispatcher)
            #expect(list.matters.map(\.id) == numbers && list.next == nil)
            await #expect(throws: PlainError.self) {
                _ = try await county.casework.triedMatters(
                    id, line: line, after: nil, for: try await county.viewer("admin"))
            }
            #expect(try await county.store.current().catalogueVersion == organisation.catalogueVersion)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func anotherPackIsTriedOnOldMatters() async throws {
        try await withTried { county, drafts in
            let receipt = try await county.accepted()
            _ = try await county.register("刚来的一封。")
            let text = try #require(try RulePacks.builtInTexts().first { $0.contains("version: 2\nkind: petition") })
            let strict = text.replacing("version: 2", with: "version: 3")
                .replacing("length: 60", with: "length: 5")
            let kept = try await draft(county, drafts, .rules, strict)
            county.clock.advance(days: 30)
            let staff = try await county.viewer("dispatcher").staff.id
            let id = try await county.casework.trials.ask(
                kept, since: Instant(milliseconds: 0), submission: "t", by: staff)
            #expect(try await county.casework.runTrial() == 2)
            let result: ClockTrial = try DraftText.draft(try await county.casework.trials.trial(id).result)
            #expect(result.looked == 2)
            #expect(result.before["XF-HANDLE"]?.all == 1 && result.before["XF-HANDLE"]?.late == 0)
            #expect(result.after["XF-HANDLE"]?.late == 1, "thirty days are more than five")
            #expect(try await county.state(receipt.caseID).packVersion == 2)
        }
    }

    @Test func aCalendarTellsWhatItMoves() async throws {
        try await withTried { county, _ in
            _ = try await county.accepted()
            // Whoever has just got one may object for some working days.
            let sent = try await county.register("刚来的一封。")
            try await county.casework.dispatch(
                sent.caseID, to: .unit(try await county.unit("water"), reason: "归水务局管"), version: 1,
                by: try await county.viewer("dispatcher"))
            let same = try await county.casework.effect(of: TestRules.calendar)
            #expect(same.looked > 0 && same.moves == 0)
            // Every day of the coming month is off: clocks in working days move, the others stay.
            let text = try TestRules.calendar.text(
                adding: 2026, source: "试", days: "休 2026-05-25 2026-07-10 长假", today: county.casework.today)
            let effect = try await county.casework.effect(of: try WorkingCalendar(parsing: text))
            #expect(effect.moves > 0 && effect.moves <= effect.looked && !effect.isCapped)
            #expect(try await county.casework.effect(of: TestRules.calendar, most: 1).isCapped)
        }
    }

    /// Read in the order of the identifier, page by page, and taken by the index of what is open.
    @Test func trialsFollowAnIndex() async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            let statements: [(String, [any SQLConvertible])] = [
                (Casework.triedStatement, [0, 1_000]),
                ("SELECT id FROM rule_trials WHERE finished_at IS NULL AND leased_until < $1 ORDER BY id LIMIT 1", [5]),
                ("SELECT id FROM rule_trials WHERE part = $1 ORDER BY id DESC LIMIT 5", ["rules"]),
                ("DELETE FROM rule_drafts WHERE made_at < $1", [5]),
                ("SELECT version FROM events WHERE stream_id = $1 ORDER BY version DESC LIMIT $2", [3, 30]),
            ]
            for (sql, values) in statements {
                let lines = try await PlanTests().plan(sql, values, database)
                #expect(lines.contains { $0.hasPrefix("SEARCH") || $0.contains("rule_trials_open") }, "\(lines)")
                #expect(!lines.contains { $0.contains("TEMP B-TREE") }, "\(lines)")
            }
        }
    }
}

/// Says yes once.
final class Turn: Sendable {
    private let isFirst = Mutex(true)

    func first() -> Bool {
        isFirst.withLock { isFirst in
            defer { isFirst = false }
            return isFirst
        }
    }
}
