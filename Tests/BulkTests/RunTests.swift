import Casework
import Kernel
import Ledger
import Organisation
import Sheets
import Storage
import StorageTestKit
import Synchronization
import Testing

@testable import Bulk

final class MovingClock: WallClock {
    private let value = Mutex(Instant(milliseconds: 1_780_000_000_000))
    func now() -> Instant { value.withLock { $0 } }
    func advance(seconds: Int64) { value.withLock { $0 = $0.adding(seconds: seconds) } }
}

actor PlainNumbers: MatterNumbering {
    private var last = 0
    func next(month: Int) -> Int {
        last += 1
        return last
    }
}

/// A file with one row for each request.
struct TestExporter: BulkExporter {
    func workbook(
        of plan: RunPlan, submission: String, for viewer: Viewer,
        progress: @Sendable @escaping (Int) async throws -> Void
    ) async throws -> Workbook {
        let book = try Workbook(plan.format ?? .csv, about: "a", zone: .shanghai)
        try await book.begin(Sheet(name: "b", columns: [SheetColumn("c")]))
        for row in 0..<3_000 { try await book.append([[.text("第 \(row) 行，说的是秘密的事，写得长一些，好让文件不止一块，再长一些，再长一些。")]]) }
        try await progress(3_000)
        try await book.finish(SheetAbout(name: "a", title: "t", facts: [], columnsHeading: "c"))
        return book
    }
}

struct County {
    let database: any Database
    let clock = MovingClock()
    let store: OrganisationStore
    let casework: Casework
    let bulk: Bulk
    let keys: KeyRing

    static let migrations =
        StorageMigrations.all + Ledger.migrations + Organisation.migrations + Casework.migrations + Bulk.migrations
    static let seed = """
        units:
          - { code: county, zh: 青禾县来信办理中心, kind: countyOffice }
          - { code: water, zh: 县水务局, kind: department, parent: county }
          - { code: roads, zh: 县交通局, kind: department, parent: county }
        staff:
          - { signIn: dispatcher, name: 分派甲, unit: county, roles: [dispatcher] }
          - { signIn: signer, name: 审批甲, unit: water, roles: [approver] }
          - { signIn: handler, name: 经办甲, unit: water, roles: [handler] }
          - { signIn: roads, name: 经办丙, unit: roads, roles: [handler] }
          - { signIn: admin, name: 管理甲, unit: county, roles: [administrator] }
        categories: |
          一级,二级
          水电,供水
          道路,路灯
        catalogueFrom: 2024-01-01
        catalogue:
          - { id: "1", category: 水电, unit: water, basis: 甲条例第一条 }
        """

    init(_ database: any Database) async throws {
        self.database = database
        let clock = self.clock
        keys = try await KeyRing.open(database, with: InstallationKey.random())
        let ids = IdentifierGenerator(clock: clock, node: 1)
        let events = EventStore(keys: keys, ids: ids, clock: clock)
        store = OrganisationStore(
            database: database, events: events, ids: ids, clock: clock,
            passwords: PasswordHasher(parameters: ScryptParameters(rounds: 16, blockSize: 8, parallelism: 1)))
        casework = Casework(
            database: database, events: events, vault: PersonVault(keys: keys), keys: keys, ids: ids, clock: clock,
            organisation: store,
            deadlines: DeadlineBook(packs: TestRules.packs, calendar: TestRules.calendar, zone: .shanghai),
            numbers: PlainNumbers())
        bulk = Bulk(
            database: database, keys: keys, ids: ids, clock: clock, casework: casework, organisation: store)
        _ = try await OrganisationSeed(yaml: Self.seed).apply(to: store, password: { _ in "-" }, by: .system("test"))
    }

    func viewer(_ name: String) async throws -> Viewer {
        let organisation = try await store.current()
        return Viewer(staff: try #require(organisation.staff(signInName: name)), organisation: organisation)
    }

    func unit(_ code: String) async throws -> UnitID { try #require(try await store.current().unit(code: code)).id }

    func letters(_ count: Int, category: String? = "01.01") async throws -> [CaseReceipt] {
        var out: [CaseReceipt] = []
        for index in 0..<count {
            var registration = Registration(channel: .web, body: "第 \(index) 封信，说水管的事，请看一看。")
            registration.category = category
            out.append(
                try await casework.register(
                    registration, submission: "s-\(UInt64.random(in: 0 ... .max))", by: .newReporter))
        }
        return out
    }

    func worker(_ owner: String = "one") -> BulkWorker { BulkWorker(bulk, exporter: TestExporter(), owner: owner) }

    func dispatchedEvents() async throws -> [Int64: Int] {
        try await database.read { tx in
            var out: [Int64: Int] = [:]
            for row in try tx.rows("SELECT stream_id FROM events WHERE body LIKE '%\"dispatched\"%'") {
                out[try row.int64(0), default: 0] += 1
            }
            return out
        }
    }
}

func withCounty(_ body: (County) async throws -> Void) async throws {
    try await withEachEngine(migrations: County.migrations) { try await body(try await County($0)) }
}

@Suite struct RunTests {
    private func planned(
        _ county: County, _ receipts: [CaseReceipt],
        _ plan: RunPlan = RunPlan(kind: .dispatch, act: .dispatchByCatalogue, list: "unassigned")
    ) async throws -> RunID {
        try await county.bulk.plan(
            plan, on: receipts.map(\.caseID), submission: "p-\(UInt64.random(in: 0 ... .max))",
            by: try await county.viewer("dispatcher"))
    }

    @Test func aRunForeseesDoesAndReports() async throws {
        try await withCounty { county in
            let dispatcher = try await county.viewer("dispatcher")
            let good = try await county.letters(30)
            let bad = try await county.letters(2, category: nil) + county.letters(1, category: "02.01")
            let run = try await planned(county, good + bad)
            let groups = try await county.bulk.destinations(of: run)
            #expect(groups.map(\.count) == [30, 2, 1])
            #expect(groups[0].forecast.unit == (try await county.unit("water")) && groups[0].forecast.entry == "1")
            #expect(groups.dropFirst().map(\.forecast.problem?.code) == ["bulk.noCategory", "bulk.noEntry"])
            #expect(try await county.dispatchedEvents().isEmpty, "looking changes nothing")

            try await county.bulk.begin(run, by: dispatcher)
            try await county.bulk.begin(run, by: dispatcher)
            // Somebody is faster with one of them.
            try await county.casework.dispatch(
                good[7].caseID, to: .entry(id: "1", version: 1), version: 1, by: dispatcher)
            while try await county.worker().workOnce() {}
            let after = try await county.bulk.run(run, for: dispatcher)
            #expect(after.state == .done && after.counts == [.done: 29, .failed: 1, .skipped: 3])
            let failed = try await county.bulk.items(of: run, in: [.failed, .skipped], after: 0, limit: 10)
            #expect(
                failed.map(\.problem?.code) == [
                    "bulk.changedMeanwhile", "bulk.noCategory", "bulk.noCategory", "bulk.noEntry",
                ])
            #expect(try await county.dispatchedEvents().values.allSatisfy { $0 == 1 })
            // Nobody else reads it.
            await #expect(throws: PlainError.self) {
                _ = try await county.bulk.run(run, for: try await county.viewer("handler"))
            }
        }
    }

    /// The worker dies at any moment; another goes on, and each matter is sent once.
    @Test func whoDiesIsFollowedAndNothingHappensTwice() async throws {
        try await withCounty { county in
            let dispatcher = try await county.viewer("dispatcher")
            let receipts = try await county.letters(60)
            let run = try await planned(county, receipts)
            try await county.bulk.begin(run, by: dispatcher)
            // One that died after some acts and before it wrote down what it did.
            let job = try #require(
                try await county.bulk.jobs.take(county.database, owner: "dead", now: county.clock.now(), limit: 1).first
            )
            let items = try await county.bulk.items(of: run, after: 0, limit: 10)
            for item in items.prefix(4) {
                let forecast = try #require(item.forecast)
                try await county.casework.perform(
                    .dispatchByCatalogue, on: item.matter, forecast, submission: "run:\(run):\(item.position)",
                    by: dispatcher)
            }
            while try await county.worker("two").workOnce() {}
            #expect(try await county.bulk.run(run, for: dispatcher).state == .running)
            county.clock.advance(seconds: 20)
            while try await county.worker("two").workOnce() {}
            let after = try await county.bulk.run(run, for: dispatcher)
            #expect(after.state == .done && after.counts == [.done: 60], "\(job.id)")
            let events = try await county.dispatchedEvents()
            #expect(events.count == 60 && events.values.allSatisfy { $0 == 1 })
        }
    }

    @Test func twoWorkersShareOneRun() async throws {
        try await withDatabase(.postgres, migrations: County.migrations) { database in
            let county = try await County(database)
            let dispatcher = try await county.viewer("dispatcher")
            let run = try await planned(county, try await county.letters(100))
            try await county.bulk.begin(run, by: dispatcher)
            let pieces = try await withThrowingTaskGroup(of: Int.self) { group in
                for name in ["one", "two"] {
                    group.addTask {
                        var count = 0
                        while try await county.worker(name).workOnce() { count += 1 }
                        return count
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(pieces.reduce(0, +) == 4)
            #expect(try await county.bulk.run(run, for: dispatcher).counts == [.done: 100])
            #expect(try await county.dispatchedEvents().values.allSatisfy { $0 == 1 })
        }
    }

    @Test func whoMayNoLongerDoesNothing() async throws {
        try await withCounty { county in
            let dispatcher = try await county.viewer("dispatcher")
            let run = try await planned(county, try await county.letters(3))
            try await county.bulk.begin(run, by: dispatcher)
            try await county.store.setGrants([], for: dispatcher.staff.id, by: .system("test"))
            while try await county.worker().workOnce() {}
            #expect(try await county.bulk.run(run, for: dispatcher).counts == [.failed: 3])
            #expect(try await county.dispatchedEvents().isEmpty)
        }
    }

    @Test func handingOverToOneHandlerAndBack() async throws {
        try await withCounty { county in
            let (dispatcher, signer) = (try await county.viewer("dispatcher"), try await county.viewer("signer"))
            let receipts = try await county.letters(3)
            for receipt in receipts {
                try await county.casework.dispatch(
                    receipt.caseID, to: .entry(id: "1", version: 1), version: 1, by: dispatcher)
            }
            let handler = try await county.viewer("handler").staff.id
            let stranger = try await county.viewer("roads").staff.id
            let run = try await county.bulk.plan(
                RunPlan(kind: .assign, list: "incoming"), on: receipts.map(\.caseID), submission: "a", by: signer)
            await #expect(throws: PlainError.self) { try await county.bulk.begin(run, by: signer) }
            try await county.bulk.choose(.assign(handler: stranger, decision: nil), of: run, by: signer)
            #expect(
                try await county.bulk.destinations(of: run).map(\.forecast.problem?.code) == ["assign.cannotHandle"])
            try await county.bulk.choose(.assign(handler: handler, decision: nil), of: run, by: signer)
            #expect(try await county.bulk.destinations(of: run).map(\.forecast.problem?.code) == ["case.triageMissing"])
            let decision = BulkDecision(sort: .claim, tier: nil, reason: "都是供水的事")
            try await county.bulk.choose(.assign(handler: handler, decision: decision), of: run, by: signer)
            try await county.bulk.begin(run, by: signer)
            while try await county.worker().workOnce() {}
            #expect(try await county.bulk.run(run, for: signer).counts == [.done: 3])
            let back = try await county.bulk.plan(
                RunPlan(kind: .recall, act: .recall, list: "incoming"), on: receipts.map(\.caseID), submission: "b",
                by: signer)
            try await county.bulk.begin(back, by: signer)
            while try await county.worker().workOnce() {}
            #expect(try await county.bulk.run(back, for: signer).counts == [.done: 3])
            #expect(try await county.casework.queueCounts([.incoming], for: signer)[.incoming] == 3)
        }
    }

    @Test func filesComeInPiecesSealedAndEnd() async throws {
        try await withCounty { county in
            let dispatcher = try await county.viewer("dispatcher")
            let plan = RunPlan(kind: .export, list: "queue/all", format: .csv, language: "zh-Hans")
            let run = try await county.bulk.plan(plan, on: [], submission: "x", by: dispatcher)
            #expect(try await county.bulk.plan(plan, on: [], submission: "x", by: dispatcher) == run, "sent twice")
            try await county.bulk.begin(run, by: dispatcher)
            while try await county.worker().workOnce() {}
            let done = try await county.bulk.run(run, for: dispatcher)
            #expect(done.hasFile && done.total == 3_000 && done.size > Workbook.piece)
            var bytes: [UInt8] = []
            var piece = 0
            while let next = try await county.bulk.filePiece(piece, of: run) {
                bytes += next
                piece += 1
            }
            #expect(bytes.count == done.size && String(decoding: bytes, as: UTF8.self).contains("第 2999 行"))
            let stored = try await county.database.read { tx in
                try tx.rows("SELECT sealed FROM bulk_files").map { String(decoding: try $0.blob(0), as: UTF8.self) }
            }
            #expect(stored.allSatisfy { !$0.contains("秘密") })
            county.clock.advance(seconds: 25 * 3600)
            try await county.bulk.keepHouse()
            #expect(!(try await county.bulk.run(run, for: dispatcher).hasFile))
            county.clock.advance(seconds: 31 * 24 * 3600)
            #expect(try await county.bulk.keepHouse() == 1)
        }
    }
}
