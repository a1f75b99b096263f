public import Kernel
public import Organisation
public import Storage

/// One report as the receiving organ's list shows it: nothing of its content is known here.
public struct SealedLine: Hashable, Sendable {
    /// The report.
    public let id: EnvelopeID
    /// The key that opens it.
    public let organ: OrganKey
    /// When it came.
    public let receivedOn: LocalDate
    /// How far it got.
    public let state: SealedState
    /// When the organ took it over.
    public let fetchedOn: LocalDate?
    /// Whether an exception waits for a second person.
    public let waits: Bool
}

/// Where the next page of the list begins: after this report.
public struct SealedListKey: Hashable, Sendable, CustomStringConvertible {
    let day: LocalDate
    let id: String

    /// Reads `2026-05-21.0123…`; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let day = LocalDate(parts[0]), let id = EnvelopeID(parts[1]) else { return nil }
        self.day = day
        self.id = id.description
    }

    init(_ line: SealedLine) {
        day = line.receivedOn
        id = line.id.description
    }

    /// As an address carries it.
    public var description: String { "\(day).\(id)" }
}

/// One report with everything that its organ may see here.
public struct SealedFile: Hashable, Sendable {
    /// As in the list.
    public let line: SealedLine
    /// The sealed pieces.
    public let parts: [SealedPart]
    /// An exception that waits for a second person.
    public let request: SealedRequest?

    /// All pieces one after the other, as they are downloaded.
    public var bytes: [UInt8] { parts.flatMap(\.envelope.bytes) }
}

extension SealedReports {
    /// The reports of the viewer's organs, newest day first; within a day in no order.
    public func list(
        for viewer: Viewer, after key: SealedListKey? = nil, limit: Int = 50
    ) async throws -> KeysetPage<SealedLine, SealedListKey> {
        let keys = try permitted(viewer)
        let organs = self.organs
        let rows = try await database.read { tx -> [SealedLine] in
            let marks = keys.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            var values: [any SQLConvertible] = keys
            var after = ""
            if let key {
                let (day, id) = ("$\(keys.count + 1)", "$\(keys.count + 2)")
                after = " AND (received_on < \(day) OR (received_on = \(day) AND id > \(id)))"
                values += [key.day, key.id]
            }
            return try tx.rows(
                """
                SELECT \(Self.lineColumns) FROM sealed_envelopes
                WHERE organ IN (\(marks)) AND state <> 'removed'\(after)
                ORDER BY received_on DESC, id LIMIT \(limit + 1)
                """, values
            ).compactMap { try Self.line($0, organs) }
        }
        return KeysetPage(fetched: rows, limit: limit, key: SealedListKey.init)
    }

    /// One report.
    ///
    /// - Throws: `route.missing` when it is none of the viewer's organs, as for any page that is not there.
    public func file(_ id: EnvelopeID, for viewer: Viewer) async throws -> SealedFile {
        let keys = try permitted(viewer)
        let organs = self.organs
        let file = try await database.read { tx -> SealedFile? in
            guard let line = try Self.find(id, organs, tx), keys.contains(line.organ.id), line.state != .removed
            else { return nil }
            return SealedFile(
                line: line, parts: try PartTable.all(of: id, tx), request: try RequestTable.find(id, tx))
        }
        guard let file else { throw Self.missing }
        return file
    }

    /// Notes that the organ has taken a report over, with the words that were added so far.
    public func markFetched(_ id: EnvelopeID, by viewer: Viewer) async throws {
        try await change(id, viewer) { line, day, log, tx in
            guard line.state == .received || line.state == .added else { return }
            let hasAnswer = try PartTable.all(of: id, tx).contains { $0.envelope.kind == .answer }
            let next: SealedState = hasAnswer ? .answered : .fetched
            try tx.execute(
                "UPDATE sealed_envelopes SET state = $1, fetched_on = COALESCE(fetched_on, $2) WHERE id = $3",
                [next.rawValue, day, id.description])
            try log.note(
                SealedLogEntry(.fetched, id, organ: line.organ.id, by: [viewer.staff.id]), on: day, in: tx)
        }
    }

    /// Keeps an answer that the organ sealed to the report's reply key.
    ///
    /// - Throws: `sealed.notAnEnvelope`, `sealed.otherReport` when the answer belongs to another report.
    public func answer(
        _ id: EnvelopeID, with bytes: [UInt8], submission: String, by viewer: Viewer
    ) async throws {
        let envelope = try SealedEnvelope(bytes: bytes)
        guard envelope.kind == .answer else { throw PlainError(.invalid, "sealed.notAnEnvelope", field: "answer") }
        guard envelope.id == id else { throw PlainError(.invalid, "sealed.otherReport", field: "answer") }
        try await change(id, viewer, submission: submission, effect: bytes) { line, day, log, tx in
            try PartTable.add(envelope, to: id, on: day, in: tx)
            // Words that came meanwhile stay marked as new.
            let next: SealedState = line.state == .added ? .added : .answered
            try tx.execute(
                "UPDATE sealed_envelopes SET state = $1, fetched_on = COALESCE(fetched_on, $2) WHERE id = $3",
                [next.rawValue, day, id.description])
            try log.note(
                SealedLogEntry(.answered, id, organ: line.organ.id, by: [viewer.staff.id]), on: day, in: tx)
        }
    }

    /// The sealed store's own log of the viewer's organs, newest first, and whether everything is still there.
    public func log(for viewer: Viewer, limit: Int = 200) async throws -> (lines: [SealedLogEntry], check: SealedCheck)
    {
        let keys = try permitted(viewer)
        let log = SealedLog(keys: self.keys)
        return try await database.read { tx in
            var lines: [SealedLogEntry] = []
            try tx.forEach("SELECT noted_on, entry FROM sealed_log ORDER BY number DESC", []) { row in
                var entry = try SealedLetters.read(Array(try row.text(1).utf8), as: SealedLogEntry.self)
                entry.day = try row.date(0)
                if keys.contains(entry.organ) { lines.append(entry) }
                return lines.count < limit
            }
            return (lines, try log.check(tx))
        }
    }

    static let missing = PlainError(.notFound, "route.missing")

    /// The keys of the viewer's organs; without any there is nothing here for them, not even that there is something.
    func permitted(_ viewer: Viewer) throws(PlainError) -> [String] {
        let keys = keys(of: viewer)
        guard !keys.isEmpty else { throw Self.missing }
        return keys
    }

    private static let lineColumns = """
        id, organ, received_on, state, fetched_on,
        (SELECT COUNT(*) FROM sealed_requests WHERE envelope = sealed_envelopes.id)
        """

    static func line(_ row: Row, _ organs: [String: OrganKey]) throws -> SealedLine? {
        guard let id = EnvelopeID(try row.text(0)), let organ = organs[try row.text(1)],
            let state = SealedState(rawValue: try row.text(3))
        else { return nil }
        return SealedLine(
            id: id, organ: organ, receivedOn: try row.date(2), state: state, fetchedOn: try row.optionalDate(4),
            waits: try row.bool(5))
    }

    static func find(
        _ id: EnvelopeID, _ organs: [String: OrganKey], _ tx: any ReadTransaction, lock: String = ""
    ) throws -> SealedLine? {
        try tx.first(
            "SELECT \(lineColumns) FROM sealed_envelopes WHERE id = $1\(lock)",
            [id.description]
        ).flatMap { try line($0, organs) }
    }

    /// What every change of the organ shares: the right, the row's lock, the day.
    func change(
        _ id: EnvelopeID, _ viewer: Viewer, submission: String? = nil, effect: [UInt8] = [],
        _ body: @escaping @Sendable (SealedLine, LocalDate, SealedLog, any Transaction) throws -> Void
    ) async throws {
        let keys = try permitted(viewer)
        let (organs, day, log) = (self.organs, today, SealedLog(keys: self.keys))
        let work: @Sendable (any Transaction) throws -> Void = { tx in
            guard let line = try Self.find(id, organs, tx, lock: tx.dialect.forUpdate),
                keys.contains(line.organ.id), line.state != .removed
            else { throw Self.missing }
            try body(line, day, log, tx)
        }
        guard let submission else { return try await database.write(work) }
        try await once(submission, effect: hash("change", id.bytes + effect), work)
    }
}
