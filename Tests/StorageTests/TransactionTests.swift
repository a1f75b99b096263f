import Dispatch
import Kernel
import Storage
import StorageTestKit
import Synchronization
import Testing

@Suite("Transactions, on both engines")
struct TransactionTests {
    private struct Refused: Error, Equatable { let number: Int }

    private let table = Migration(
        "numbers", ["CREATE TABLE numbers (id INTEGER PRIMARY KEY, value INTEGER NOT NULL)"])
    private static let insert = "INSERT INTO numbers (id, value) VALUES ($1, $2)"

    @Test("one of fifty concurrent writes fails alone", arguments: eachEngine)
    func isolation(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            let failures = await withTaskGroup(of: Int?.self) { group in
                for number in 1...50 {
                    group.addTask {
                        do {
                            try await database.write { tx in
                                try tx.execute(Self.insert, [number, 1])
                                if number == 17 { throw Refused(number: number) }
                                // A statement that fails ends its own write only.
                                if number == 23 { try tx.execute(Self.insert, [number, 2]) }
                                if number == 29 { try? { _ = try tx.execute("NOT SQL") }() }
                            }
                            return nil
                        } catch {
                            return number
                        }
                    }
                }
                return await group.reduce(into: Set<Int>()) { if let number = $1 { $0.insert(number) } }
            }
            #expect(failures == [17, 23, 29])
            let kept = try await database.read { tx in try tx.rows("SELECT id FROM numbers").map { try $0.int(0) } }
            #expect(Set(kept) == Set(1...50).subtracting(failures))
        }
    }

    @Test("64 writers increment one row without losing one", arguments: eachEngine)
    func increments(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            try await database.write { try $0.execute(Self.insert, [1, 0]) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        for _ in 0..<10 {
                            try await database.write {
                                try $0.execute("UPDATE numbers SET value = value + 1 WHERE id = 1")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let value = try await database.read { try $0.first("SELECT value FROM numbers")?.int(0) }
            #expect(value == 640)
        }
    }

    @Test("an append race has one winner; the others see a duplicate", arguments: eachEngine)
    func appendRace(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        do {
                            try await database.write { try $0.execute(Self.insert, [1, number]) }
                            return true
                        } catch StorageError.duplicate {
                            return false
                        } catch {
                            Issue.record(error)
                            return false
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 } == 1)
        }
    }

    @Test("a reader sees what is committed, and keeps seeing it", arguments: eachEngine)
    func snapshots(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            let (inside, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let writing = Task {
                try await database.write { tx in
                    try tx.execute(Self.insert, [1, 1])
                    inside.signal()
                    goOn.wait()
                }
            }
            let counts = try await database.read { tx in
                inside.wait()
                let during = try tx.first("SELECT COUNT(*) FROM numbers")?.int(0)
                goOn.signal()
                return during
            }
            #expect(counts == 0)
            try await writing.value
            let after = try await database.read { try $0.first("SELECT COUNT(*) FROM numbers")?.int(0) }
            #expect(after == 1)

            let (begun, changed) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let reading = Task {
                try await database.read { tx in
                    let first = try tx.first("SELECT COUNT(*) FROM numbers")?.int(0)
                    begun.signal()
                    changed.wait()
                    return [first, try tx.first("SELECT COUNT(*) FROM numbers")?.int(0)]
                }
            }
            try await database.write { tx in
                begun.wait()
                try tx.execute(Self.insert, [2, 2])
            }
            changed.signal()
            #expect(try await reading.value == [1, 1])
        }
    }

    @Test("a cancelled task does not break its commit", arguments: eachEngine)
    func cancellation(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            let inside = DispatchSemaphore(value: 0)
            let cancelled = DispatchSemaphore(value: 0)
            let task = Task {
                try await database.write { tx in
                    try tx.execute(Self.insert, [1, 1])
                    inside.signal()
                    cancelled.wait()
                }
            }
            try await database.read { _ in inside.wait() }
            task.cancel()
            cancelled.signal()
            try await task.value
            let count = try await database.read { try $0.first("SELECT COUNT(*) FROM numbers")?.int(0) }
            #expect(count == 1)
        }
    }

    @Test("rows are handed out one at a time, inside one another, and until enough", arguments: eachEngine)
    func walking(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            try await database.write { tx in
                try tx.executeAll((1...2000).map { (Self.insert, [$0, $0 % 10]) })
            }
            let sums = try await database.read { tx in
                var total = 0
                try tx.forEach("SELECT id FROM numbers WHERE value = $1 ORDER BY id", [3]) { row in
                    var inner = 0
                    // The same statement inside itself.
                    try tx.forEach("SELECT id FROM numbers WHERE value = $1 ORDER BY id", [4]) { _ in
                        inner += 1
                        return inner < 5
                    }
                    total += inner
                    return true
                }
                return total
            }
            #expect(sums == 200 * 5)
            let all = try await database.read { tx in
                var ids: [Int] = []
                try tx.forEach("SELECT id FROM numbers ORDER BY id", []) { row in
                    ids.append(try row.int(0))
                    return true
                }
                return ids
            }
            #expect(all == Array(1...2000))
        }
    }

    @Test("statements sent together are one transaction; the failing one is named", arguments: eachEngine)
    func together(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            try await database.write { tx in
                try tx.executeAll((1...12).map { (Self.insert, [$0, $0]) })
            }
            let counter = QueryCounter()
            try await QueryCounter.$current.withValue(counter) {
                let seen = try await database.write { tx in
                    try tx.executeAll([(Self.insert, [13, 13]), ("DELETE FROM numbers WHERE id = $1", [1])])
                    return try tx.first("SELECT COUNT(*) FROM numbers")?.int(0)
                }
                #expect(seen == 12)
            }
            #expect(counter.count == 3)
            let error = await #expect(throws: StorageError.self) {
                try await database.write { tx in
                    try tx.executeAll([(Self.insert, [20, 1]), (Self.insert, [2, 1]), (Self.insert, [21, 1])])
                }
            }
            guard case .duplicate = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            let count = try await database.read { try $0.first("SELECT COUNT(*) FROM numbers")?.int(0) }
            #expect(count == 12)
        }
    }

    @Test("changes are counted", arguments: eachEngine)
    func counts(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            let counts = try await database.write { tx in
                [
                    try tx.execute("INSERT INTO numbers (id, value) VALUES (1, 1), (2, 1), (3, 2)"),
                    try tx.execute("UPDATE numbers SET value = 5 WHERE value = $1", [1]),
                    try tx.execute("DELETE FROM numbers WHERE id = 99"),
                    try tx.execute("CREATE TABLE more (id INTEGER PRIMARY KEY)"),
                    try tx.execute("DELETE FROM numbers"),
                ]
            }
            #expect(counts == [3, 2, 0, 0, 3])
        }
    }

    @Test("reading never writes", arguments: eachEngine)
    func readOnly(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: [table]) { database in
            await #expect(throws: StorageError.readOnly) {
                try await database.read { try $0.rows("INSERT INTO numbers (id, value) VALUES (1, 1) RETURNING id") }
            }
        }
    }

    @Test("a closed store says so, after finishing what waited", arguments: eachEngine)
    func closing(engine: Dialect.Engine) async throws {
        try await withStore(engine, migrations: [table]) { store in
            let database = store.database
            let writes = (1...40).map { number in
                Task { try await database.write { try $0.execute(Self.insert, [number, 1]) } }
            }
            try await database.write { _ in }
            for write in writes { _ = try await write.value }
            await database.close()
            await #expect(throws: StorageError.closed) { try await database.write { _ in } }
            await #expect(throws: StorageError.closed) { try await database.read { _ in } }
        }
    }
}
