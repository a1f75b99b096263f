import Foundation
import Kernel
import Storage
import StorageTestKit
import Synchronization
import Testing

@Suite("Submissions, numbers, jobs, outbox, blobs, on both engines")
struct ToolsTests {
    private let start = Instant(milliseconds: 1_780_000_000_000)
    private let all = StorageMigrations.all

    @Test("a submission that races itself is done once, and all get the same answer", arguments: eachEngine)
    func submissions(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: all) { database in
            let start = self.start
            let answers = try await withThrowingTaskGroup(of: (String, Bool).self) { group in
                for number in 0..<20 {
                    group.addTask {
                        let (result, isFirst) = try await Submissions().once(database, id: "form-1", at: start) { tx in
                            try tx.execute("INSERT INTO counters (name, value) VALUES ($1, 1)", ["done-\(number)"])
                            return "answer \(number)"
                        }
                        return (result, isFirst)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.0)).count == 1)
            #expect(answers.count { $0.1 } == 1)
            let effects = try await database.read { try $0.first("SELECT COUNT(*) FROM counters")?.int(0) }
            #expect(effects == 1)
            let error = await #expect(throws: StorageError.self) {
                try await database.write { try Submissions().record($0, id: "form-1", result: "other", at: start) }
            }
            guard case .duplicate = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            let forgotten = try await database.write { try Submissions().forget($0, before: start.adding(days: 1)) }
            #expect(forgotten == 1)
        }
    }

    @Test("numbers come from blocks, once each, per month", arguments: eachEngine)
    func numbers(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: all) { database in
            let nodes = [
                NumberBlocks(database, counter: "matter", blockSize: 16),
                NumberBlocks(database, counter: "matter", blockSize: 16),
            ]
            let given = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<200 { group.addTask { try await nodes[number % 2].next(month: 2605) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(given).count == 200)
            #expect(given.min() == 1 && given.allSatisfy { $0 <= 224 })
            #expect(try await nodes[0].next(month: 2606) == 1)
            let counter = QueryCounter()
            try await QueryCounter.$current.withValue(counter) {
                for _ in 0..<15 { _ = try await nodes[0].next(month: 2606) }
            }
            #expect(counter.count == 0)
        }
    }

    @Test("node numbers follow one another and wrap", arguments: eachEngine)
    func nodes(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: all) { database in
            let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await NodeNumber.take(database) } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(numbers == Set(1...20))
            try await database.write { try $0.execute("UPDATE counters SET value = 511 WHERE name = 'boot'") }
            #expect(try await NodeNumber.take(database) == 0)
        }
    }

    @Test("eight takers take each job once", arguments: eachEngine)
    func takers(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: all) { database in
            let start = self.start
            let queue = JobQueue()
            try await database.write { tx in
                for number in 1...200 {
                    try queue.enqueue(tx, id: JobID(rawValue: Int64(number)), kind: "test", payload: "{}", runAt: start)
                }
            }
            let taken = try await withThrowingTaskGroup(of: [Job].self) { group in
                for number in 0..<8 {
                    group.addTask {
                        var mine: [Job] = []
                        while true {
                            let jobs = try await queue.take(database, owner: "taker-\(number)", now: start, limit: 7)
                            if jobs.isEmpty { return mine }
                            try await database.write { tx in
                                for job in jobs { _ = try queue.finish(tx, job, owner: "taker-\(number)") }
                            }
                            mine += jobs
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(taken.count == 200 && Set(taken.map(\.id)).count == 200)
            let left = try await database.read { try queue.counts($0) }
            #expect(left == (0, 0))
        }
    }

    @Test(
        "a lost lease is given to another; a failing job comes later and later, then is parked", arguments: eachEngine)
    func failing(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: all) { database in
            let start = self.start
            var queue = JobQueue()
            queue.mostAttempts = 3
            let jobs = queue
            try await database.write {
                try jobs.enqueue($0, id: JobID(rawValue: 1), kind: "k", payload: "p", runAt: start)
            }
            let early = try await jobs.take(database, owner: "a", now: start.adding(seconds: -1))
            #expect(early.isEmpty)
            let first = try #require(try await jobs.take(database, owner: "a", now: start).first)
            #expect(first.attempt == 1 && first.kind == "k" && first.payload == "p")
            #expect(try await jobs.take(database, owner: "b", now: start.adding(seconds: 59)).isEmpty)
            let second = try #require(try await jobs.take(database, owner: "b", now: start.adding(seconds: 60)).first)
            #expect(second.attempt == 2)
            let isLate = try await database.write { try jobs.finish($0, first, owner: "a") }
            #expect(!isLate)
            let later = start.adding(seconds: 60)
            try await database.write { try jobs.fail($0, second, owner: "b", error: "E", now: later) }
            #expect(try await jobs.take(database, owner: "b", now: later.adding(seconds: 19)).isEmpty)
            let third = try #require(try await jobs.take(database, owner: "b", now: later.adding(seconds: 20)).first)
            try await database.write { try jobs.fail($0, third, owner: "b", error: "E", now: later) }
            #expect(try await jobs.take(database, owner: "b", now: later.adding(days: 9999)).isEmpty)
            #expect(try await database.read { try jobs.counts($0) } == (0, 1))
            #expect(try await database.write { try jobs.revive($0, now: later) } == 1)
            let ran = Mutex(0)
            let done = try await jobs.runDue(
                database, owner: "c", clock: FixedClock(later), handlers: ["k": { _ in ran.withLock { $0 += 1 } }])
            #expect(done == 1 && ran.withLock { $0 } == 1)
            #expect(try await database.read { try jobs.counts($0) } == (0, 0))
        }
    }

    @Test("the outbox tells everything once, in order", arguments: eachEngine)
    func outbox(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: all) { database in
            let start = self.start
            let outbox = Outbox()
            try await database.write { tx in
                for number in 1...30 {
                    try outbox.append(
                        tx, id: .init(rawValue: Int64(number)), topic: "t", payload: "\(number)", at: start)
                }
            }
            struct Later: Error {}
            await #expect(throws: Later.self) {
                try await outbox.drain(database) { tx, entry in
                    try tx.execute("INSERT INTO counters (name, value) VALUES ($1, 1)", [entry.payload])
                    if entry.payload == "7" { throw Later() }
                }
            }
            for expected in [20, 10, 0] {
                let count = try await outbox.drain(database, limit: 20) { tx, entry in
                    try tx.execute("INSERT INTO counters (name, value) VALUES ($1, 1)", [entry.payload])
                }
                #expect(count == expected)
            }
            let told = try await database.read { try $0.first("SELECT COUNT(*) FROM counters")?.int(0) }
            #expect(told == 30)
        }
    }

    @Test("blobs in the store", arguments: eachEngine)
    func blobs(engine: Dialect.Engine) async throws {
        try await withDatabase(engine, migrations: all + [StorageMigrations.pieces]) { database in
            let clock = StoppedClock()
            let store = DatabaseBlobStore(database, clock: clock)
            try await check(store)
            // What was begun and given up without a word is swept after hours, and nothing else is.
            let kept = try await store.put([1, 2, 3])
            let lost = try await store.begin()
            try await lost.append([UInt8](repeating: 7, count: 600_000))
            #expect(try await store.sweep() == 0)
            clock.advance(hours: 7)
            #expect(try await store.sweep() == 1)
            let rows = try await database.read { tx in
                try tx.first("SELECT COUNT(*) FROM blob_pieces")?.int(0)
            }
            #expect(rows == 1)
            #expect(try await store.names(after: nil, olderThan: 3_600, limit: 10) == [kept])
            #expect(try await store.names(after: nil, olderThan: 8 * 3_600, limit: 10).isEmpty)
        }
    }

    @Test("blobs in a directory; damage is noticed, and nothing unfinished stays")
    func files() async throws {
        let directory = NSTemporaryDirectory() + "jiaxin-blobs-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try DirectoryBlobStore(directory: directory)
        try await check(store)
        let hash = try await store.put(Array("whole".utf8))
        let path = "\(directory)/\(hash.hex.prefix(2))/\(hash.hex.dropFirst(2).prefix(2))/\(hash.hex)"
        #expect(try await store.isWhole(hash) == true)
        try Data("broken".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try await store.isWhole(hash) == false)
        // Storing it again repairs it.
        try await store.put(Array("whole".utf8))
        #expect(try await store.isWhole(hash) == true)
        let names = try await store.names(after: nil, olderThan: -10, limit: 10)
        #expect(names == names.sorted() && names.contains(hash))
        #expect(try await store.names(after: nil, olderThan: 60, limit: 10).isEmpty)
        #expect(try await store.names(after: hash, olderThan: -10, limit: 10) == names.filter { $0 > hash })
        // A file that grows is left alone; one whose process ended is not.
        let growing = try await store.begin()
        try await growing.append([1])
        let lost = "\(directory)/parts/lost"
        try Data([1]).write(to: URL(fileURLWithPath: lost))
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: lost)
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(directory)/parts") {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: "\(directory)/parts/\(name)")
        }
        #expect(try await store.sweep() == 1)
        #expect(try await growing.finish().size == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)/parts").isEmpty)
    }

    private func check(_ store: some BlobStore) async throws {
        let bytes = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let hash = try await store.put(bytes)
        #expect(hash == BlobHash(of: bytes))
        let writer = try await store.begin()
        for start in stride(from: 0, to: bytes.count, by: 70_001) {
            try await writer.append(Array(bytes[start..<min(bytes.count, start + 70_001)]))
        }
        #expect(try await writer.finish() == (hash, bytes.count))
        for range in [0..<1, 0..<bytes.count, 262_143..<262_145, 524_000..<800_000, 899_999..<900_000] {
            #expect(try await store.read(hash, from: range.lowerBound, upTo: range.count) == Array(bytes[range]))
        }
        #expect(try await store.read(hash, from: 899_000, upTo: 5_000) == Array(bytes[899_000...]))
        #expect(try await store.read(hash, from: 900_000, upTo: 5) == [])
        #expect(try await store.size(of: hash) == bytes.count)
        #expect(try await store.isWhole(hash) == true)
        #expect(try await store.put([]).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        try await store.remove(hash)
        try await store.remove(hash)
        #expect(try await store.read(hash, from: 0, upTo: 1) == nil)
        #expect(try await store.size(of: hash) == nil)
        #expect(try await store.isWhole(hash) == nil)
        try await store.remove(BlobHash(of: []))
        let given = try await store.begin()
        try await given.append(bytes)
        await given.discard()
        #expect(try await store.size(of: BlobHash(of: bytes)) == nil)
        #expect(BlobHash("../../etc/passwd") == nil)
    }
}

/// A clock that stands until it is moved.
private final class StoppedClock: WallClock {
    private let value = Mutex(Instant(milliseconds: 1_780_000_000_000))

    func now() -> Instant { value.withLock { $0 } }

    func advance(hours: Int64) { value.withLock { $0 = $0.adding(seconds: hours * 3_600) } }
}
