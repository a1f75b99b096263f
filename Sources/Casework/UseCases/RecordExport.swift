internal import Foundation
internal import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// A list that left the house as a file: which, by which conditions, how many rows. Codes and identifiers alone; the words
/// of a search are a text of their own.
public struct ExportRecord: Codable, Hashable, Sendable {
    /// The list, as addresses name it: `queue/unassigned`.
    public var list: String
    /// The conditions, by name.
    public var conditions: [String: String]
    /// `xlsx` or `csv`.
    public var format: String
    /// How many matters.
    public var rows: Int

    /// A record.
    public init(list: String, conditions: [String: String], format: String, rows: Int) {
        self.list = list
        self.conditions = conditions
        self.format = format
        self.rows = rows
    }
}

extension Casework {
    /// Records who took which list out of the house, before any of it leaves; as looking a person up is recorded.
    ///
    /// - Parameters:
    ///   - query: the words of a search.
    ///   - submission: the one-time name of the request; sent again, it is recorded once.
    public func recordExport(
        _ record: ExportRecord, query: String?, submission: String, by viewer: Viewer
    ) async throws {
        guard viewer.may(.seeMatters, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = String(decoding: try encoder.encode(record), as: UTF8.self)
        let words = query.map(newText)
        let stream: StreamID = ids.next()
        let now = clock.now()
        _ = try await submissions.once(database, id: "export:\(submission)", at: now) { tx in
            let (_, statements) = events.statements(
                for: [
                    NewEvent(
                        kind: "listExported", data: data, occurredAt: now,
                        texts: [words?.reference].compactMap { $0 })
                ], by: viewer.actor, toNew: stream, kind: "export")
            try tx.executeAll(statements + [words].compactMap { $0 }.map { texts.insertion($0, of: stream) })
            return "\(stream)"
        }
    }
}
