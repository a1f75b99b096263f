internal import Storage

/// What a store needs after many rows came at once.
enum BulkLoad {
    /// PostgreSQL plans by statistics, which its own maintenance would only renew later.
    static func finish(_ database: any Database) async throws {
        if database.dialect.engine == .postgres { try await database.maintain("ANALYZE") }
    }
}
