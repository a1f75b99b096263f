import Dispatch
import Foundation
import Kernel
import Storage
import StorageSQLite
import StorageTestKit
import Synchronization
import Testing

@Suite("SQLite")
struct SQLiteDriverTests {
    private let table = Migration("numbers", ["CREATE TABLE numbers (id INTEGER PRIMARY KEY, content TEXT)"])

    private func sqlite(_ store: TestStore) throws -> SQLiteDatabase { try #require(store.database as? SQLiteDatabase) }

    @Test("commits are durable: write-ahead log, synchronous FULL, foreign keys, STRICT")
    func settings() async throws {
        try await withStore(.sqlite, migrations: [table]) { store in
            #expect(try await sqlite(store).synchronousMode() == 2)
            let (journal, keys) = try await store.database.write { tx in
                (try tx.first("PRAGMA journal_mode")?.text(0), try tx.first("PRAGMA foreign_keys")?.int(0))
            }
            #expect(journal == "wal" && keys == 1)
            let schema = try await store.database.read { try $0.first("SELECT sql FROM sqlite_schema")?.text(0) }
            #expect(schema?.hasSuffix("STRICT") == true)
        }
    }

    @Test("waiting writes share a commit")
    func groupCommit() async throws {
        try await withStore(.sqlite, migrations: [table]) { store in
            let database = store.database
            let (inside, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let blocker = Task {
                try await database.write { _ in
                    inside.signal()
                    goOn.wait()
                }
            }
            try await database.read { _ in inside.wait() }
            let writes = (1...100).map { id in
                Task { try await database.write { try $0.execute("INSERT INTO numbers (id) VALUES ($1)", [id]) } }
            }
            // Everyone is in line before the writer is free.
            try await Task.sleep(for: .milliseconds(200))
            let before = try frames(store)
            goOn.signal()
            try await blocker.value
            for write in writes { _ = try await write.value }
            let after = try await database.read { try $0.first("SELECT COUNT(*) FROM numbers")?.int(0) }
            #expect(after == 100)
            // One commit per write would leave at least one frame each.
            #expect(try frames(store) - before < 20)
        }
    }

    /// Frames in the write-ahead log, by its size.
    private func frames(_ store: TestStore) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: store.location + "-wal")
        return (attributes[.size] as? Int ?? 0) / 4120
    }

    @Test("a full disk fails the write and keeps the store usable")
    func full() async throws {
        try await withStore(.sqlite, migrations: [table]) { store in
            let database = store.database
            try await database.maintain("PRAGMA max_page_count = 60")
            let text = String(repeating: "字", count: 2000)
            var stored = 0
            var failure: StorageError?
            for id in 1...500 where failure == nil {
                do {
                    try await database.write {
                        try $0.execute("INSERT INTO numbers (id, content) VALUES ($1, $2)", [id, text])
                    }
                    stored += 1
                } catch let error as StorageError {
                    failure = error
                }
            }
            #expect(failure == .full)
            let count = try await database.read { try $0.first("SELECT COUNT(*) FROM numbers")?.int(0) }
            #expect(count == stored)
            try await database.maintain("PRAGMA max_page_count = 100000")
            try await database.write { try $0.execute("INSERT INTO numbers (id, content) VALUES (1000, $1)", [text]) }
        }
    }

    @Test("a full disk fails every member of the batch, and none is half kept")
    func fullBatch() async throws {
        try await withStore(.sqlite, migrations: [table]) { store in
            let database = store.database
            try await database.maintain("PRAGMA max_page_count = 20")
            let (inside, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let blocker = Task {
                try await database.write { _ in
                    inside.signal()
                    goOn.wait()
                }
            }
            try await database.read { _ in inside.wait() }
            let text = String(repeating: "字", count: 5000)
            let writes = (1...30).map { id in
                Task {
                    try await database.write {
                        try $0.execute("INSERT INTO numbers (id, content) VALUES ($1, $2)", [id, text])
                    }
                }
            }
            try await Task.sleep(for: .milliseconds(200))
            goOn.signal()
            try await blocker.value
            var kept = Set<Int>()
            for (id, write) in zip(1..., writes) {
                if case .success = await write.result { kept.insert(id) }
            }
            let found = try await database.read { try $0.rows("SELECT id FROM numbers").map { try $0.int(0) } }
            #expect(Set(found) == kept && kept.count < 30)
        }
    }

    @Test("a lock held by another: busy after the time-out, and nothing is lost")
    func locked() async throws {
        try await withStore(.sqlite, migrations: [table]) { store in
            var settings = SQLiteSettings()
            settings.busySeconds = 0.2
            let other = try SQLiteDatabase(path: store.location, settings: settings)
            let (inside, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let holder = Task {
                try await store.database.write { tx in
                    try tx.execute("INSERT INTO numbers (id) VALUES (1)")
                    inside.signal()
                    goOn.wait()
                }
            }
            try await other.read { _ in inside.wait() }
            await #expect(throws: StorageError.busy) {
                try await other.write { try $0.execute("INSERT INTO numbers (id) VALUES (2)") }
            }
            goOn.signal()
            try await holder.value
            try await other.write { try $0.execute("INSERT INTO numbers (id) VALUES (2)") }
            let count = try await store.database.read { try $0.first("SELECT COUNT(*) FROM numbers")?.int(0) }
            #expect(count == 2)
            await other.close()
        }
    }

    @Test("a store opened for reading cannot be written")
    func readOnly() async throws {
        try await withStore(.sqlite, migrations: [table]) { store in
            try await store.database.write { try $0.execute("INSERT INTO numbers (id) VALUES (1)") }
            var settings = SQLiteSettings()
            settings.isReadOnly = true
            let other = try SQLiteDatabase(path: store.location, settings: settings)
            let count = try await other.read { try $0.first("SELECT COUNT(*) FROM numbers")?.int(0) }
            #expect(count == 1)
            await #expect(throws: StorageError.readOnly) {
                try await other.write { try $0.execute("INSERT INTO numbers (id) VALUES (2)") }
            }
            await other.close()
        }
    }

    @Test("what is no database, or a damaged one, is called corrupt")
    func corrupt() async throws {
        try await withStore(.sqlite, migrations: [table]) { store in
            let other = store.location + ".txt"
            try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: other))
            let error = #expect(throws: StorageError.self) { try SQLiteDatabase(path: other) }
            guard case .corrupt = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            let text = String(repeating: "字", count: 300)
            try await store.database.write { tx in
                for id in 1...200 { try tx.execute("INSERT INTO numbers (id, content) VALUES ($1, $2)", [id, text]) }
            }
            await store.database.close()
            let file = try #require(FileHandle(forUpdatingAtPath: store.location))
            try file.seek(toOffset: 8192)
            try file.write(contentsOf: Data(repeating: 0xFF, count: 60_000))
            try file.close()
            let damaged = try SQLiteDatabase(path: store.location)
            let second = await #expect(throws: StorageError.self) {
                try await damaged.read { try $0.rows("SELECT * FROM numbers") }
            }
            guard case .corrupt = second else {
                Issue.record("\(String(describing: second))")
                return
            }
            await damaged.close()
        }
    }

    @Test("a backup made under load is complete and consistent")
    func backup() async throws {
        try await withStore(.sqlite, migrations: [table]) { store in
            let database = try sqlite(store)
            let text = String(repeating: "字", count: 500)
            for id in 1...20 {
                try await database.write { tx in
                    for part in 0..<100 {
                        try tx.execute("INSERT INTO numbers (id, content) VALUES ($1, $2)", [id * 1000 + part, text])
                    }
                }
            }
            let writing = Task {
                for id in 100...160 {
                    try await database.write { tx in
                        // Two rows at a time: a copy must never hold one alone.
                        try tx.execute("INSERT INTO numbers (id, content) VALUES ($1, 'pair')", [id * 1000])
                        try tx.execute("INSERT INTO numbers (id, content) VALUES ($1, 'pair')", [id * 1000 + 1])
                    }
                }
            }
            let target = store.location + ".backup"
            let told = Mutex(0)
            try await database.backup(to: target) { done, total in told.withLock { $0 = max($0, done * 100 / total) } }
            try await writing.value
            #expect(told.withLock { $0 } == 100)
            #expect(!FileManager.default.fileExists(atPath: target + ".part"))
            let copy = try SQLiteDatabase(path: target)
            let (count, pairs) = try await copy.read { tx in
                (
                    try tx.first("SELECT COUNT(*) FROM numbers WHERE content <> 'pair'")?.int(0),
                    try tx.first("SELECT COUNT(*) FROM numbers WHERE content = 'pair'")?.int(0)
                )
            }
            #expect(count == 2000 && (pairs ?? 1) % 2 == 0)
            await copy.close()
        }
    }
}
