import CPostgres
import Storage

/// One statement on its way to the server.
struct PostgresCommand {
    let sql: String
    let parameters: PostgresParameters

    init(_ sql: String, _ values: [any SQLConvertible] = []) throws(StorageError) {
        self.sql = sql
        self.parameters = try PostgresParameters(values)
    }
}

/// What a statement answered.
struct PostgresAnswer {
    let rows: [Row]
    /// Rows changed; for SELECT the rows returned.
    let count: Int
    /// `INSERT 0 1`, `COMMIT`, `ROLLBACK`.
    let tag: String
}

/// Names of the statements that a connection has prepared; the longest unused goes first.
struct PreparedNames {
    struct Key: Hashable {
        let sql: String
        let types: [Oid]
    }

    private var names: [Key: (name: String, used: Int)] = [:]
    private var clock = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// The name of a statement, and whether it must be prepared first.
    mutating func name(_ key: Key) -> (name: String, isNew: Bool) {
        clock += 1
        if let known = names[key] {
            names[key] = (known.name, clock)
            return (known.name, false)
        }
        let name = "s\(clock)"
        names[key] = (name, clock)
        return (name, true)
    }

    /// Forgets a statement that could not be prepared.
    mutating func forget(_ key: Key) { names[key] = nil }

    /// Names to give back to the server before more are prepared.
    mutating func surplus() -> [String] {
        guard names.count > limit else { return [] }
        let oldest = names.sorted { $0.value.used < $1.value.used }.prefix(names.count - limit * 3 / 4)
        for (key, _) in oldest { names[key] = nil }
        return oldest.map(\.value.name)
    }
}
