import Kernel
import Ledger
import Storage
import StorageTestKit
import Synchronization
import Testing

@testable import Workbench

/// A clock that tests move.
final class TestClock: WallClock {
    private let time = Mutex(Instant(milliseconds: 1_779_331_320_000))
    func now() -> Instant { time.withLock { $0 } }
    func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

@Suite struct WorkbenchTests {
    static let matter = CaseID(rawValue: 7)
    static let ann = StaffID(rawValue: 11)
    static let ben = StaffID(rawValue: 12)
    static let office = UnitID(rawValue: 21)
    static let other = UnitID(rawValue: 22)

    private func withWorkbench(_ body: (Workbench, TestClock, any Database) async throws -> Void) async throws {
        try await withEachEngine(
            migrations: StorageMigrations.all + Ledger.migrations + Workbench.migrations
        ) { database in
            let clock = TestClock()
            let keys = try await KeyRing.open(database, with: InstallationKey.random())
            let workbench = Workbench(
                database: database, keys: keys, ids: IdentifierGenerator(clock: clock, node: 1), clock: clock)
            try await body(workbench, clock, database)
        }
    }

    // MARK: Filters

    @Test func ownAndSharedFiltersAreTold() async throws {
        try await withWorkbench { workbench, _, _ in
            try await workbench.save(name: "供水", address: "unit?category=01", by: Self.ann, sharedWith: nil)
            try await workbench.save(name: "老旧小区", address: "all?area=9", by: Self.ann, sharedWith: Self.office)
            let own = try await workbench.filters(of: Self.ann, in: Self.office)
            #expect(own.map(\.name) == ["供水", "老旧小区"] && own.map(\.unit) == [nil, Self.office])
            #expect(try await workbench.filters(of: Self.ben, in: Self.office).map(\.name) == ["老旧小区"])
            #expect(try await workbench.filters(of: Self.ben, in: Self.other).isEmpty)
        }
    }

    @Test func theSameNameTakesThePlace() async throws {
        try await withWorkbench { workbench, _, _ in
            try await workbench.save(name: "供水", address: "unit", by: Self.ann, sharedWith: nil)
            try await workbench.save(name: "供水", address: "all", by: Self.ann, sharedWith: nil)
            #expect(try await workbench.filters(of: Self.ann, in: Self.office).map(\.address) == ["all"])
        }
    }

    @Test func onlyOwnFiltersOrThoseOfTheUnitAreTakenAway() async throws {
        try await withWorkbench { workbench, _, _ in
            try await workbench.save(name: "甲", address: "all", by: Self.ann, sharedWith: nil)
            try await workbench.save(name: "乙", address: "all", by: Self.ann, sharedWith: Self.office)
            for filter in try await workbench.filters(of: Self.ann, in: Self.office) {
                try await workbench.removeFilter(filter.id, by: Self.ben, in: Self.other)
            }
            #expect(try await workbench.filters(of: Self.ann, in: Self.office).count == 2)
            for filter in try await workbench.filters(of: Self.ann, in: Self.office) {
                try await workbench.removeFilter(filter.id, by: Self.ben, in: Self.office)
            }
            #expect(try await workbench.filters(of: Self.ann, in: Self.office).map(\.name) == ["甲"])
        }
    }

    @Test func thereIsAnEndToFilters() async throws {
        try await withWorkbench { workbench, _, _ in
            for index in 0..<Workbench.mostFilters {
                try await workbench.save(name: "\(index)", address: "all", by: Self.ann, sharedWith: nil)
            }
            await #expect(throws: PlainError.self) {
                try await workbench.save(name: "more", address: "all", by: Self.ann, sharedWith: nil)
            }
            try await workbench.save(name: "3", address: "unit", by: Self.ann, sharedWith: nil)
            #expect(try await workbench.filters(of: Self.ann, in: Self.office).count == Workbench.mostFilters)
        }
    }

    // MARK: Drafts

    @Test func aDraftComesBackOnAnyBrowser() async throws {
        try await withWorkbench { workbench, _, database in
            let outcome = try await workbench.saveDraft(
                "body=水箱洗好了", in: .reply, on: Self.matter, by: Self.ann, base: 0)
            guard case .saved(let revision, _) = outcome else { return #expect(Bool(false)) }
            let state = try await workbench.state(of: Self.matter, for: Self.ann, predecessors: [])
            #expect(state.own.map(\.fields) == ["body=水箱洗好了"] && state.own.first?.revision == revision)
            #expect(try await workbench.state(of: Self.matter, for: Self.ben, predecessors: []) == DeskState())
            let stored = try await database.read { try $0.first("SELECT sealed FROM desk_drafts")?.blob(0) ?? [] }
            #expect(!String(decoding: stored, as: UTF8.self).contains("水箱"))
        }
    }

    @Test func aStaleDraftNeverTakesThePlaceOfANewerOne() async throws {
        try await withWorkbench { workbench, clock, _ in
            func save(_ text: String, _ base: Int64) async throws -> DraftOutcome {
                try await workbench.saveDraft(text, in: .note, on: Self.matter, by: Self.ann, base: base)
            }
            guard case .saved(let first, _) = try await save("一", 0) else { return #expect(Bool(false)) }
            clock.advance(seconds: 5)
            guard case .saved(let second, let at) = try await save("二", first) else { return #expect(Bool(false)) }
            #expect(second > first)
            #expect(try await save("旧", first) == .newer(revision: second, at: at))
            #expect(try await save("空", 0) == .newer(revision: second, at: at))
            try await workbench.discardDraft(.note, on: Self.matter, by: Self.ann)
            #expect(try await save("死灰", second) == .gone)
            #expect(try await workbench.state(of: Self.matter, for: Self.ann, predecessors: []).own.isEmpty)
        }
    }

    @Test func aPageWhoseAnswerWasLostFollowsItself() async throws {
        try await withWorkbench { workbench, clock, _ in
            func save(_ text: String, _ base: Int64, _ page: String) async throws -> DraftOutcome {
                clock.advance(seconds: 3)
                return try await workbench.saveDraft(
                    text, in: .note, on: Self.matter, by: Self.ann, base: base, from: page)
            }
            guard case .saved(let lost, _) = try await save("body=一", 0, "p1") else { return #expect(Bool(false)) }
            // The same base once more, from the same page: nobody else was there, whatever it holds by now.
            guard case .saved(let second, let at) = try await save("body=一二", 0, "p1") else {
                return #expect(Bool(false))
            }
            #expect(second > lost)
            let own = try await workbench.state(of: Self.matter, for: Self.ann, predecessors: []).own
            #expect(own.map(\.fields) == ["body=一二"])
            #expect(try await save("body=别处", 0, "p2") == .newer(revision: second, at: at))
            #expect(try await save("body=无名", 0, "") == .newer(revision: second, at: at))
            guard case .saved(let third, let later) = try await save("body=三", second, "p1") else {
                return #expect(Bool(false))
            }
            // A copy of an earlier request that arrives late changes nothing.
            #expect(try await save("body=一", 0, "p1") == .newer(revision: third, at: later))
        }
    }

    @Test func aSuccessorTakesADraftOver() async throws {
        try await withWorkbench { workbench, _, _ in
            _ = try await workbench.saveDraft("body=甲", in: .reply, on: Self.matter, by: Self.ann, base: 0)
            let offered = try await workbench.state(of: Self.matter, for: Self.ben, predecessors: [Self.ann])
            #expect(offered.others.map(\.author) == [Self.ann] && offered.own.isEmpty)
            try await workbench.takeOver(.reply, of: Self.ann, on: Self.matter, by: Self.ben)
            let taken = try await workbench.state(of: Self.matter, for: Self.ben, predecessors: [Self.ann])
            #expect(taken.own.map(\.fields) == ["body=甲"] && taken.others.isEmpty)
            await #expect(throws: PlainError.self) {
                try await workbench.takeOver(.reply, of: Self.ann, on: Self.matter, by: Self.ben)
            }
        }
    }

    @Test func draftsEnd() async throws {
        try await withWorkbench { workbench, clock, _ in
            _ = try await workbench.saveDraft("body=甲", in: .reply, on: Self.matter, by: Self.ann, base: 0)
            clock.advance(seconds: 13 * 86_400)
            #expect(try await workbench.keepHouse() == 0)
            clock.advance(seconds: 2 * 86_400)
            #expect(try await workbench.keepHouse() == 1)
        }
    }

    // MARK: Who is here

    @Test func whoIsHereIsKnownOnlyWhileItIsTrue() async throws {
        try await withWorkbench { workbench, clock, database in
            #expect(try await workbench.beHere(on: Self.matter, as: Self.ann, isWriting: false).isEmpty)
            let seen = try await workbench.beHere(on: Self.matter, as: Self.ben, isWriting: true)
            #expect(seen == [Colleague(staff: Self.ann, isWriting: false)])
            let state = try await workbench.state(of: Self.matter, for: Self.ann, predecessors: [])
            #expect(state.colleagues == [Colleague(staff: Self.ben, isWriting: true)])
            try await workbench.leave(Self.matter, as: Self.ben)
            #expect(try await workbench.beHere(on: Self.matter, as: Self.ann, isWriting: false).isEmpty)
            clock.advance(seconds: Workbench.presenceSeconds + 1)
            try await workbench.keepHouse()
            let rows = try await database.read { try $0.first("SELECT COUNT(*) FROM desk_presence")?.int(0) }
            #expect(rows == 0)
        }
    }

    @Test func aPageNeedsOneStatement() async throws {
        try await withWorkbench { workbench, _, _ in
            let counter = QueryCounter()
            try await QueryCounter.$current.withValue(counter) {
                _ = try await workbench.state(of: Self.matter, for: Self.ann, predecessors: [Self.ben])
            }
            #expect(counter.count == 1)
        }
    }

    /// All statements follow an index.
    @Test func plans() async throws {
        try await withDatabase(
            .sqlite, migrations: StorageMigrations.all + Ledger.migrations + Workbench.migrations
        ) { database in
            let statements = [
                "SELECT id, name FROM desk_filters WHERE owner_id = 1 AND unit_id IS NULL ORDER BY id LIMIT 12",
                "SELECT id, name FROM desk_filters WHERE unit_id = 1 ORDER BY id LIMIT 12",
                "SELECT sealed FROM desk_drafts WHERE case_id = 1 AND staff_id IN (1, 2)",
                "SELECT staff_id FROM desk_presence WHERE case_id = 1 AND until > 5",
                "SELECT 1 FROM desk_drafts WHERE saved_at < 5", "SELECT 1 FROM desk_presence WHERE until <= 5",
            ]
            for statement in statements {
                let plan = try await database.read { tx in
                    try tx.rows("EXPLAIN QUERY PLAN \(statement)").map { try $0.text(3) }
                }
                #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(statement): \(plan)")
            }
        }
    }
}
