public import Kernel
public import Ledger
public import Storage

extension Attachments {
    /// For so long a file waits for the rest of its form.
    static let stagedDays = 2
    /// Bytes that no file names are left alone for so long: their file may be recorded in a moment.
    static let orphanSeconds: Int64 = 3_600

    /// Forgets files whose form was never sent.
    ///
    /// - Returns: how many.
    public func forgetStaged() async throws -> Int {
        let old = clock.now().adding(days: -Self.stagedDays)
        return try await database.write { tx in
            let ids = try tx.rows(
                "SELECT id FROM attachments WHERE state = 'staged' AND received_at < $1 ORDER BY received_at, id LIMIT 500",
                [old]
            ).map { try $0.id(0) as AttachmentID }
            for id in ids {
                try tx.execute("DELETE FROM attachment_forms WHERE attachment_id = $1", [id])
                try tx.execute("DELETE FROM attachments WHERE id = $1", [id])
            }
            return ids.count
        }
    }

    /// Removes bytes that no file names: those of erased and forgotten files, and of what was cut off.
    ///
    /// - Parameter seconds: how old they must be.
    /// - Returns: how many.
    public func removeOrphans(olderThan seconds: Int64? = nil) async throws -> Int {
        var removed = try await blobs.sweep()
        var after: BlobHash?
        while !Task.isCancelled {
            let page = try await blobs.names(
                after: after, olderThan: seconds ?? Self.orphanSeconds, limit: 200)
            guard let last = page.last else { break }
            let marks = page.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            let named = try await database.read { tx in
                Set(
                    try tx.rows(
                        "SELECT hash FROM attachment_forms WHERE hash IN (\(marks))", page.map(\.hex)
                    ).map { try $0.text(0) })
            }
            for hash in page where !named.contains(hash.hex) {
                try await blobs.remove(hash)
                removed += 1
            }
            after = last
        }
        return removed
    }

    /// The names of all bytes that files have, once each.
    package func forEachHash(_ body: (BlobHash) async throws -> Void) async throws {
        var after = ""
        while true {
            let start = after
            let page = try await database.read { tx in
                try tx.rows(
                    "SELECT DISTINCT hash FROM attachment_forms WHERE hash > $1 ORDER BY hash LIMIT 200", [start]
                ).map { try $0.text(0) }
            }
            guard let last = page.last else { return }
            for text in page { if let hash = BlobHash(text) { try await body(hash) } }
            after = last
        }
    }

    /// Removes what was begun by a process that ended.
    public func sweep() async throws -> Int { try await blobs.sweep() }

    /// Checks that the bytes of every kept file are there and are those that were stored.
    ///
    /// - Parameter progress: called after each page with the files done and in all.
    /// - Returns: the differences; the first thousand.
    public func verify(
        progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> [LedgerFinding] {
        let total = try await database.read { tx in
            try tx.first("SELECT COUNT(*) FROM attachments WHERE state = 'kept'")?.int(0) ?? 0
        }
        var findings: [LedgerFinding] = []
        var after = AttachmentID(rawValue: 0)
        var done = 0
        while findings.count < 1_000 {
            let start = after
            let page = try await database.read { tx in
                try tx.rows(
                    "SELECT id, stream_id FROM attachments WHERE state = 'kept' AND id > $1 ORDER BY id LIMIT 50",
                    [start]
                ).map { row in
                    let id: AttachmentID = try row.id(0)
                    let forms = try tx.rows(
                        "SELECT form, hash FROM attachment_forms WHERE attachment_id = $1 ORDER BY form", [id])
                    return (id, try row.id(1) as StreamID, try forms.map { (try $0.text(0), try $0.text(1)) })
                }
            }
            guard let last = page.last else { break }
            for (id, stream, forms) in page {
                for (form, text) in forms {
                    guard let hash = BlobHash(text), let isWhole = try await blobs.isWhole(hash) else {
                        findings.append(LedgerFinding(.attachment, stream, "file \(id), \(form): its bytes are gone"))
                        continue
                    }
                    if !isWhole {
                        findings.append(LedgerFinding(.attachment, stream, "file \(id), \(form): its bytes differ"))
                    }
                }
            }
            done += page.count
            progress(done, total)
            after = last.0
        }
        return findings
    }

    /// What the table knows of the files of a stream: by identifier, the hash of the original, the type and the length;
    /// the hash is missing where the file is erased.
    public func recorded(
        of stream: StreamID, in tx: any ReadTransaction
    ) throws -> [AttachmentID: (type: String, size: Int, hash: String?)] {
        var found: [AttachmentID: (type: String, size: Int, hash: String?)] = [:]
        for row in try tx.rows(
            """
            SELECT a.id, a.type, a.size, f.hash FROM attachments a
            LEFT JOIN attachment_forms f ON f.attachment_id = a.id AND f.form = 'original'
            WHERE a.stream_id = $1
            """, [stream])
        {
            found[try row.id(0)] = (try row.text(1), try row.int(2), try row.optionalText(3))
        }
        return found
    }
}
