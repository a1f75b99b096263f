public import Kernel
public import Storage

/// Something that is not as it was recorded.
public struct LedgerFinding: Hashable, Sendable, CustomStringConvertible {
    /// What kind of difference it is.
    public enum Kind: String, Sendable, CaseIterable {
        /// An event's place in its stream is missing or double.
        case gap
        /// An event's stored text does not give its hash.
        case changedEvent
        /// A column does not say what the stored text says.
        case changedColumn
        /// The head does not fit the last event or is not authentic.
        case changedHead
        /// Events without a head, or a head without events.
        case brokenStream
        /// A text does not give the hash that its event holds.
        case changedText
        /// A text is gone and no event records its erasure.
        case missingText
        /// A text that no event mentions.
        case strayText
        /// The number of streams is not what was sealed.
        case tally
        /// A projection does not say what the events add up to.
        case projection
        /// A row cannot be read at all.
        case unreadable
        /// The bytes of a file are gone, or are not those that were stored.
        case attachment
    }

    /// The kind.
    public let kind: Kind
    /// The stream, or the sealed end for a tally.
    public let stream: StreamID
    /// More, without personal text.
    public let detail: String

    /// A finding.
    public init(_ kind: Kind, _ stream: StreamID, _ detail: String) {
        self.kind = kind
        self.stream = stream
        self.detail = detail
    }

    /// For the command line.
    public var description: String { "\(kind.rawValue): stream \(stream): \(detail)" }
}

/// Replays every chain and compares it with what is stored. Reads in pages, in constant memory.
public struct LedgerVerifier: Sendable {
    private let keys: KeyRing
    private static let page = 500

    /// - Parameter keys: the store's keys.
    public init(keys: KeyRing) { self.keys = keys }

    /// What a run looked at.
    public struct Report: Sendable {
        /// Streams checked.
        public var streams = 0
        /// Events checked.
        public var events = 0
        /// Texts checked.
        public var texts = 0
        /// Differences found; the first thousand.
        public var findings: [LedgerFinding] = []
    }

    /// Checks chains, heads, texts and tallies.
    ///
    /// - Parameter progress: called after each page with the streams done and in all.
    public func verify(
        _ database: any Database, progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> Report {
        var report = Report()
        let total = try await database.read { try $0.first("SELECT COUNT(*) FROM streams")?.int(0) ?? 0 }
        var after: Int64 = 0
        while true {
            let start = after
            let (part, last, full) = try await database.read { tx in try checkPage(after: start, in: tx) }
            report.add(part)
            progress(report.streams, total)
            guard full, let last else { break }
            after = last
        }
        report.add(try await database.read { tx in try checkStrays(in: tx) })
        report.add(try await database.read { tx in try checkTallies(in: tx) })
        return report
    }

    private func checkPage(
        after: Int64, in tx: any ReadTransaction
    ) throws -> (report: Report, last: Int64?, isFull: Bool) {
        var report = Report()
        let heads = try tx.rows(
            "SELECT id, kind, version, head_hash, head_mac FROM streams WHERE id > $1 ORDER BY id LIMIT \(Self.page)",
            [after])
        for row in heads {
            let head = StreamHead(
                stream: try row.id(0), kind: try row.text(1), version: try row.int(2), hash: try row.blob(3))
            try checkStream(head, mac: try row.blob(4), in: tx, &report)
        }
        return (report, try heads.last?.int64(0), heads.count == Self.page)
    }

    private func checkStream(
        _ head: StreamHead, mac: [UInt8], in tx: any ReadTransaction, _ report: inout Report
    ) throws {
        report.streams += 1
        var hash: [UInt8] = []
        var expected = 1
        var texts: [TextReference] = []
        var erased: Set<TextID> = []
        for row in try tx.rows(
            "SELECT version, id, kind, body, hash FROM events WHERE stream_id = $1 ORDER BY version", [head.stream])
        {
            report.events += 1
            let version = try row.int(0)
            if version != expected { report.found(.gap, head.stream, "event \(expected) is missing before \(version)") }
            expected = version + 1
            let text = try row.text(3)
            hash = EventStore.link(hash, text)
            if hash != (try row.blob(4)) {
                report.found(.changedEvent, head.stream, "event \(version)")
                hash = try row.blob(4)
            }
            guard let body = try? EventBody(json: text) else {
                report.found(.unreadable, head.stream, "event \(version)")
                continue
            }
            let (kind, id) = (try row.text(2), try row.id(1, Named.Event.self))
            let isSame = body.stream == head.stream && body.version == version && body.kind == kind && body.id == id
            if !isSame { report.found(.changedColumn, head.stream, "event \(version)") }
            texts += body.texts
            erased.formUnion(body.erased)
        }
        if expected == 1 { report.found(.brokenStream, head.stream, "a head without events") }
        if head.version != expected - 1 || head.hash != hash {
            report.found(.changedHead, head.stream, "head \(head.version), events \(expected - 1)")
        }
        if !constantTimeEqual(mac, EventStore.mac(of: head, keys: keys)) {
            report.found(.changedHead, head.stream, "the head is not authentic")
        }
        try checkTexts(texts, erased: erased, of: head.stream, in: tx, &report)
    }

    private func checkTexts(
        _ references: [TextReference], erased: Set<TextID>, of stream: StreamID, in tx: any ReadTransaction,
        _ report: inout Report
    ) throws {
        var wanted = Dictionary(references.map { ($0.id, $0.hash) }, uniquingKeysWith: { first, _ in first })
        for row in try tx.rows("SELECT id, salt, body FROM texts WHERE stream_id = $1", [stream]) {
            let id: TextID = try row.id(0)
            report.texts += 1
            guard let hash = wanted.removeValue(forKey: id) else {
                report.found(.strayText, stream, "text \(id)")
                continue
            }
            if let salt = try row.optionalBlob(1), let body = try row.optionalText(2) {
                if TextStore.hash(body, salt: salt) != hash { report.found(.changedText, stream, "text \(id)") }
                if erased.contains(id) { report.found(.changedText, stream, "text \(id) came back after its erasure") }
            } else if !erased.contains(id) {
                report.found(.missingText, stream, "text \(id)")
            }
        }
        for id in wanted.keys.sorted() { report.found(.missingText, stream, "text \(id) has no row") }
    }

    /// Rows that belong to no stream.
    private func checkStrays(in tx: any ReadTransaction) throws -> Report {
        var report = Report()
        for row in try tx.rows(
            """
            SELECT DISTINCT e.stream_id FROM events e LEFT JOIN streams s ON s.id = e.stream_id
            WHERE s.id IS NULL ORDER BY e.stream_id LIMIT 1000
            """)
        {
            report.found(.brokenStream, try row.id(0), "events without a head")
        }
        for row in try tx.rows(
            """
            SELECT t.id, t.stream_id FROM texts t LEFT JOIN streams s ON s.id = t.stream_id
            WHERE s.id IS NULL ORDER BY t.id LIMIT 1000
            """)
        {
            report.found(.strayText, try row.id(1), "text \(try row.int64(0)) belongs to no stream")
        }
        return report
    }

    private func checkTallies(in tx: any ReadTransaction) throws -> Report {
        var report = Report()
        let tally = StreamTally(keys: keys)
        var previous: StreamTally.Entry?
        for entry in try tally.entries(in: tx) {
            let end = StreamID(rawValue: entry.through)
            let mac = tally.mac(
                through: entry.through, count: entry.count, digest: entry.digest, previous: previous?.mac ?? [])
            if !constantTimeEqual(mac, entry.mac) {
                report.found(.tally, end, "the sealed count is not authentic, or one before it is gone")
            }
            let (count, digest) = try tally.digest(after: previous?.through ?? 0, through: entry.through, in: tx)
            let isWhole = count == entry.count && digest == entry.digest
            if !isWhole, try !(previous == nil && tally.isWholeButForLater(entry, in: tx)) {
                report.found(.tally, end, "sealed \(entry.count) streams, found \(count)")
            }
            previous = entry
        }
        return report
    }
}

extension LedgerVerifier.Report {
    mutating func found(_ kind: LedgerFinding.Kind, _ stream: StreamID, _ detail: String) {
        if findings.count < 1_000 { findings.append(LedgerFinding(kind, stream, detail)) }
    }

    mutating func add(_ other: LedgerVerifier.Report) {
        streams += other.streams
        events += other.events
        texts += other.texts
        findings += other.findings.prefix(1_000 - findings.count)
    }
}
