public import Casework
internal import Foundation
public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// Reading runs. A run is shown to the person whose acts it holds, and to nobody else.
extension Bulk {
    private static let columns = """
        id, staff_id, state, plan, total, made_at, finished_at, problem, has_file, size
        """

    /// A run of the viewer's.
    ///
    /// - Throws: `notFound`, also for a run of somebody else.
    public func run(_ id: RunID, for viewer: Viewer) async throws -> Run {
        let staff = viewer.staff.id
        let found = try await database.read { tx -> Run? in
            guard
                let row = try tx.first(
                    "SELECT \(Self.columns) FROM bulk_runs WHERE id = $1 AND staff_id = $2", [id, staff])
            else { return nil }
            return try self.run(row, try counts(of: id, in: tx))
        }
        guard let found else { throw PlainError(.notFound, "bulk.unknown") }
        return found
    }

    /// The viewer's runs, newest first.
    public func runs(of viewer: Viewer, limit: Int = 30) async throws -> [Run] {
        let staff = viewer.staff.id
        return try await database.read { tx in
            try tx.rows(
                "SELECT \(Self.columns) FROM bulk_runs WHERE staff_id = $1 ORDER BY id DESC LIMIT $2", [staff, limit]
            ).map { row in try self.run(row, try counts(of: try row.id(0), in: tx)) }
        }
    }

    private func run(_ row: Row, _ counts: [ItemState: Int]) throws -> Run {
        let id: RunID = try row.id(0)
        return Run(
            id: id, staff: try row.id(1), state: RunState(rawValue: try row.text(2)) ?? .done,
            plan: try open(try row.blob(3), id), total: try row.int(4), madeAt: try row.instant(5),
            finishedAt: try row.optionalInstant(6), problem: try row.optionalText(7), hasFile: try row.bool(8),
            size: try row.int(9), counts: counts)
    }

    private func counts(of id: RunID, in tx: any ReadTransaction) throws -> [ItemState: Int] {
        var counts: [ItemState: Int] = [:]
        for row in try tx.rows(
            "SELECT state, COUNT(*) FROM bulk_items WHERE run_id = $1 GROUP BY state ORDER BY state", [id])
        {
            if let state = ItemState(rawValue: try row.text(0)) { counts[state] = try row.int(1) }
        }
        return counts
    }

    /// Matters of a run, in its order.
    ///
    /// - Parameter states: only those in one of these; all when empty.
    public func items(
        of id: RunID, in states: [ItemState] = [], after position: Int, limit: Int
    ) async throws -> [RunItem] {
        let names = states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let condition = states.isEmpty ? "" : " AND state IN (\(names))"
        return try await database.read { tx in
            try tx.rows(
                """
                SELECT position, case_id, state, forecast, problem FROM bulk_items
                WHERE run_id = $1 AND position > $2\(condition) ORDER BY position LIMIT $3
                """, [id, position, limit]
            ).map(Self.item)
        }
    }

    static func item(_ row: Row) throws -> RunItem {
        func read<Value: Decodable>(_ text: String?, _ type: Value.Type) throws -> Value? {
            try text.map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
        }
        return RunItem(
            position: try row.int(0), matter: try row.id(1), state: ItemState(rawValue: try row.text(2)) ?? .failed,
            forecast: try read(try row.optionalText(3), BulkForecast.self),
            problem: try read(try row.optionalText(4), BulkProblem.self))
    }

    func matters(of id: RunID) async throws -> [CaseID] {
        try await database.read { tx in
            try tx.rows("SELECT case_id FROM bulk_items WHERE run_id = $1 ORDER BY position", [id])
                .map { try $0.id(0) }
        }
    }

    /// Where the matters of a run would go, with how many each; for the summary above the list.
    public func destinations(of id: RunID) async throws -> [(forecast: BulkForecast, count: Int)] {
        let items = try await items(of: id, after: 0, limit: Self.mostMatters)
        var order: [String] = []
        var groups: [String: (BulkForecast, Int)] = [:]
        for forecast in items.compactMap(\.forecast) {
            let key =
                forecast.problem.map { "problem \($0.code)" }
                ?? "unit \(forecast.unit?.rawValue ?? 0) \(forecast.entry ?? "")"
            if let known = groups[key] {
                groups[key] = (known.0, known.1 + 1)
            } else {
                order.append(key)
                groups[key] = (forecast, 1)
            }
        }
        return order.compactMap { groups[$0] }.map { (forecast: $0.0, count: $0.1) }
            .sorted {
                ($0.forecast.problem == nil ? 0 : 1, -$0.count) < ($1.forecast.problem == nil ? 0 : 1, -$1.count)
            }
    }

    /// The piece of a file; nothing behind its end.
    public func filePiece(_ piece: Int, of id: RunID) async throws -> [UInt8]? {
        let sealed = try await database.read { tx in
            try tx.first("SELECT sealed FROM bulk_files WHERE run_id = $1 AND piece = $2", [id, piece])?.blob(0)
        }
        return try sealed.map { try keys.open(secret: $0, context: "bulkfile:\(id):\(piece)") }
    }
}
