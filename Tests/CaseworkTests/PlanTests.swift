import Kernel
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// Lists and counts must follow an index and never sort or scan the whole ledger.
@Suite struct PlanTests {
    static let visibilities: [Visibility] = [
        Visibility(scope: .everything, staff: StaffID(rawValue: 1)),
        Visibility(scope: .units([UnitID(rawValue: 2)]), staff: StaffID(rawValue: 1)),
        Visibility(scope: .units([UnitID(rawValue: 2), UnitID(rawValue: 3)]), staff: StaffID(rawValue: 1)),
    ]

    @Test(arguments: WorkQueue.allCases)
    func listsAndCountsFollowAnIndex(_ queue: WorkQueue) async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            let today = try #require(LocalDate("2026-05-21"))
            for visibility in Self.visibilities {
                var filter = QueueFilter(queue, visibility: visibility, today: today, now: Instant(milliseconds: 5))
                filter.after(QueueCursor(due: today, id: CaseID(rawValue: 9)))
                let (sql, pageValues) = filter.page(limit: 26)
                let page = try await plan(sql, pageValues, database)
                var values: [any SQLConvertible] = []
                let count = QueueFilter(queue, visibility: visibility, today: today, now: Instant(milliseconds: 5))
                    .count(cap: 1000, &values)
                let counting = try await plan("SELECT \(count)", values, database)
                for line in page + counting {
                    // The index of open wishes holds nothing else, so all of it is read.
                    let isWhole = line.hasPrefix("SCAN c USING") && line.contains("cases_by_wish")
                    #expect(isWhole || !line.hasPrefix("SCAN c"), "\(queue) \(visibility.scope): \(line)")
                }
                for line in counting
                where line.hasPrefix("SEARCH c ") && ![.helping, .restricted, .promises].contains(queue) {
                    #expect(line.contains("COVERING INDEX"), "\(queue) \(visibility.scope): \(line)")
                }
            }
        }
    }

    /// What stands on the pages of merging and splitting costs short ranges, however long the ledger is.
    @Test func mergingAndPartsFollowAnIndex() async throws {
        try await withCounty { county in
            guard county.database.dialect.engine == .sqlite else { return }
            let casework = county.casework
            let (lookup, values) = casework.alikeTexts(["路灯", "灯不"], dialect: county.database.dialect)
            let everything = Visibility(scope: .everything, staff: StaffID(rawValue: 1))
            let (lines, lineValues) = Casework.partLines(CaseID(rawValue: 5), everything)
            let asked: [(String, [any SQLConvertible])] = [
                (lookup, values), (Casework.sameKind, ["01", "990101"]), (Casework.openParts, [5]),
                (lines, lineValues),
            ]
            for (sql, values) in asked {
                for line in try await plan(sql, values, county.database) {
                    let isSmall = line.contains("VIRTUAL TABLE") || line.contains("CONSTANT")
                    #expect(!line.hasPrefix("SCAN") || isSmall, "\(line)")
                }
            }
            let kind = try await plan(Casework.sameKind, ["01", "990101"], county.database)
            #expect(kind.contains { $0.contains("cases_alike") })
            let open = try await plan(Casework.openParts, [5], county.database)
            #expect(open.contains { $0.contains("cases_by_parent") })
        }
    }

    /// Narrowed and in any order, the lines of a page are found in an index that holds all that is asked for.
    @Test(arguments: [WorkQueue.unassigned, .incoming, .unit, .all], QueueSort.allCases)
    func narrowedListsFollowAnIndex(_ queue: WorkQueue, _ sort: QueueSort) async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            let today = try #require(LocalDate("2026-05-21"))
            for visibility in Self.visibilities {
                for isBackward in [false, true] {
                    var request = QueueRequest(queue)
                    (request.category, request.channel, request.areas) = ("01", .call, ["990101001"])
                    (request.sort, request.isBackward) = (sort, isBackward)
                    request.due = today...today.adding(days: 3)
                    let key: QueueCursor.Key = sort == .due ? .day(today) : .moment(Instant(milliseconds: 5))
                    request.after = QueueCursor(key: key, id: CaseID(rawValue: 9))
                    var filter = QueueFilter(queue, visibility: visibility, today: today, now: Instant(milliseconds: 5))
                    filter.narrow(request)
                    let (sql, values) = filter.page(limit: 26)
                    let lines = try await plan(sql, values, database).filter { $0.contains(" c ") }
                    #expect(!lines.isEmpty)
                    for line in lines {
                        let isGood = line.hasPrefix("SEARCH c USING COVERING INDEX")
                        #expect(isGood, "\(queue) \(sort) \(visibility.scope): \(line)")
                    }
                }
            }
        }
    }

    /// A list of one tag begins with the matters that have it; nothing is read of the rest of the ledger.
    @Test(arguments: [WorkQueue.unassigned, .unit, .all])
    func listsOfATagFollowAnIndex(_ queue: WorkQueue) async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            let today = try #require(LocalDate("2026-05-21"))
            for visibility in Self.visibilities {
                var request = QueueRequest(queue)
                request.tag = TagID(rawValue: 7)
                var filter = QueueFilter(queue, visibility: visibility, today: today, now: Instant(milliseconds: 5))
                filter.narrow(request)
                let (sql, values) = filter.page(limit: 26)
                let lines = try await plan(sql, values, database)
                #expect(lines.contains { $0.contains("case_tags_by_tag") }, "\(queue) \(lines)")
                #expect(!lines.contains { $0.hasPrefix("SCAN c") || $0.hasPrefix("SCAN g") }, "\(queue) \(lines)")
            }
        }
    }

    @Test(arguments: QueueSort.allCases)
    func everyOrderPagesWithoutGapOrRepeat(_ sort: QueueSort) async throws {
        try await withCounty { county in
            for index in 0..<11 { _ = try await county.register("第 \(index) 封信，说路灯的事。") }
            let watcher = try await county.viewer("watcher")
            var request = QueueRequest(.all)
            (request.limit, request.sort) = (4, sort)
            var seen: [CaseID] = []
            var last: QueueRow?
            repeat {
                let page = try await county.casework.queue(request, for: watcher)
                seen += page.rows.map(\.id)
                last = page.rows.last
                request.after = page.next
            } while request.after != nil
            #expect(seen.count == 11 && Set(seen).count == 11)
            request.after = last?.cursor(in: sort)
            (request.isBackward, request.limit) = (true, 25)
            #expect(try await county.casework.queue(request, for: watcher).rows.map(\.id) == seen.dropLast())
        }
    }

    @Test func aPageOfAListIsOneStatement() async throws {
        try await withCounty { county in
            _ = try await county.accepted()
            let watcher = try await county.viewer("watcher")
            let counter = QueryCounter()
            try await QueryCounter.$current.withValue(counter) {
                _ = try await county.casework.queue(QueueRequest(.all), for: watcher)
            }
            #expect(counter.count == 1)
        }
    }

    @Test func pagesJoinWithoutGapOrRepeat() async throws {
        try await withCounty { county in
            for index in 0..<23 { _ = try await county.register("第 \(index) 封信，说路灯的事。") }
            let watcher = try await county.viewer("watcher")
            var request = QueueRequest(.all)
            request.limit = 5
            var seen: [CaseID] = []
            repeat {
                let page = try await county.casework.queue(request, for: watcher)
                seen += page.rows.map(\.id)
                request.after = page.next
            } while request.after != nil
            #expect(seen.count == 23 && Set(seen).count == 23)
            #expect(try await county.casework.queueCounts([.all, .unassigned], for: watcher)[.all] == 23)
        }
    }

    func plan(
        _ sql: String, _ values: [any SQLConvertible], _ database: any Database
    ) async throws -> [String] {
        try await database.read { tx in
            try tx.rows("EXPLAIN QUERY PLAN \(sql)", values).map { try $0.text(3) }
        }
    }
}
