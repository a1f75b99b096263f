import Kernel

/// Hands out running numbers per month from blocks that are reserved in short transactions of their own, so that
/// no long transaction holds the counter's row. Gaps are allowed: a block dies with its process.
public actor NumberBlocks {
    private let database: any Database
    private let counter: String
    private let blockSize: Int
    private var blocks: [Int: Range<Int>] = [:]
    private var reserving: [Int: Task<Range<Int>, any Error>] = [:]

    /// - Parameters:
    ///   - database: the store.
    ///   - counter: what is numbered: `matter`.
    ///   - blockSize: numbers a block.
    public init(_ database: any Database, counter: String, blockSize: Int = 64) {
        self.database = database
        self.counter = counter
        self.blockSize = max(1, blockSize)
    }

    /// The next number of a month (`yyMM`), from 1; never given twice in a store.
    public func next(month: Int) async throws -> Int {
        while true {
            if let block = blocks[month], let number = block.first {
                blocks[month] = block.dropFirst()
                return number
            }
            // All who wait share one reservation; it outlives the task that started it.
            let task = reserving[month] ?? reserve(month)
            do {
                let block = try await task.value
                if reserving[month] == task {
                    reserving[month] = nil
                    blocks[month] = block
                }
            } catch {
                if reserving[month] == task { reserving[month] = nil }
                throw error
            }
        }
    }

    private func reserve(_ month: Int) -> Task<Range<Int>, any Error> {
        let (database, name, size) = (self.database, "\(counter):\(month)", blockSize)
        let task = Task {
            let end: Int
            do {
                end = try await Counter.add(size, to: name, database)
            } catch StorageError.outcomeUnknown {
                // The block may be lost; gaps are allowed.
                end = try await Counter.add(size, to: name, database)
            }
            return end - size + 1..<end + 1
        }
        reserving[month] = task
        return task
    }
}

/// The number of this process among those that share a store, so that their identifiers never meet.
public enum NodeNumber {
    /// How many there are; they are given in turn, so a number comes again after this many starts.
    public static let count = 512

    /// Takes the next number, 0…511. Call once at start.
    public static func take(_ database: any Database) async throws -> Int {
        try await Counter.add(1, to: "boot", database) % count
    }
}

/// Counter rows; the row serialises its writers, so each use is a transaction of its own.
enum Counter {
    static func add(_ step: Int, to name: String, _ database: any Database) async throws -> Int {
        try await database.write { tx in
            let row = try tx.first(
                """
                INSERT INTO counters (name, value) VALUES ($1, $2)
                ON CONFLICT (name) DO UPDATE SET value = counters.value + $2 RETURNING value
                """, [name, step])
            guard let row else { throw StorageError.engine(code: "02000", message: "a counter gave no value") }
            return try row.int(0)
        }
    }
}
