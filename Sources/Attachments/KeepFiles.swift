internal import Crypto
public import Kernel
internal import Ledger
public import Storage

extension Attachments {
    /// Begins to take a file in.
    public func begin(name: String) -> Intake { Intake(self, name: name) }

    /// Records a file that is on disk and belongs to nothing yet.
    func stage(
        _ reference: FileReference, name: String, key: SymmetricKey, forms: [(FileForm, BlobHash, Int)]
    ) async throws -> StagedFile {
        let wrapped = try wrap(key, with: wrapping, context: "attachment-staged:\(reference.id)")
        let sealed = try Sealed.seal(Array(name.utf8), with: key, context: "attachment-name:\(reference.id)")
        let now = clock.now()
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO attachments (id, stream_id, state, type, size, wrapped_key, sealed_name, received_at)
                VALUES ($1, NULL, $2, $3, $4, $5, $6, $7)
                """, [reference.id, AttachmentTables.staged, reference.type, reference.size, wrapped, sealed, now])
            for (form, hash, size) in forms {
                try tx.execute(
                    "INSERT INTO attachment_forms (attachment_id, form, hash, size) VALUES ($1, $2, $3, $4)",
                    [reference.id, form.rawValue, hash.hex, size])
            }
        }
        return StagedFile(reference: reference, name: name, token: token(reference.id))
    }

    /// The files behind the tokens of a form, in their order; those that are no longer there are left out.
    public func staged(_ tokens: [String]) async throws -> [StagedFile] {
        let ids = tokens.prefix(limits.mostFiles * 2).compactMap(id(of:))
        guard !ids.isEmpty else { return [] }
        return try await database.read { tx in
            var found: [StagedFile] = []
            for id in ids where !found.contains(where: { $0.reference.id == id }) {
                guard let (reference, key, sealed) = try staged(id, in: tx) else { continue }
                let name = try Sealed.open(sealed, with: key, context: "attachment-name:\(id)")
                found.append(
                    StagedFile(
                        reference: reference, name: String(decoding: name, as: UTF8.self), token: token(id)))
            }
            return found
        }
    }

    /// Makes staged files part of a matter, in the transaction that records the event.
    ///
    /// - Throws: `file.gone` when one was forgotten meanwhile or belongs to something else.
    public func keep(_ files: [FileReference], of stream: StreamID, in tx: any Transaction) throws {
        guard !files.isEmpty else { return }
        let matter = try matterKey(of: stream, in: tx)
        let count = try tx.first("SELECT COUNT(*) FROM attachments WHERE stream_id = $1", [stream])?.int(0) ?? 0
        guard count + files.count <= limits.mostOfMatter else {
            throw PlainError(
                .invalid, "file.tooManyOfMatter", field: "files", values: ["most": "\(limits.mostOfMatter)"])
        }
        for file in files {
            guard let (_, key, _) = try staged(file.id, in: tx) else {
                throw PlainError(.invalid, "file.gone", field: "files")
            }
            let moved = try tx.execute(
                """
                UPDATE attachments SET stream_id = $1, state = $2, wrapped_key = $3 WHERE id = $4 AND state = $5
                """,
                [
                    stream, AttachmentTables.kept, try wrap(key, with: matter, context: Self.context(file.id, stream)),
                    file.id, AttachmentTables.staged,
                ])
            guard moved == 1 else { throw PlainError(.invalid, "file.gone", field: "files") }
        }
    }

    /// A file of a matter; `nil` when it is erased or there is none. Who may see it is the caller's question.
    public func file(_ id: AttachmentID, of stream: StreamID) async throws -> KeptFile? {
        try await files([id], of: stream).first
    }

    /// Files of a matter, with their names.
    public func files(_ ids: [AttachmentID], of stream: StreamID) async throws -> [KeptFile] {
        guard !ids.isEmpty else { return [] }
        return try await database.read { tx in
            guard let row = try tx.first("SELECT wrapped FROM attachment_keys WHERE stream_id = $1", [stream]) else {
                return []
            }
            let matter = try unwrap(try row.blob(0), with: wrapping, context: "attachment-matter:\(stream)")
            return try ids.compactMap { try kept($0, of: stream, matter, in: tx) }
        }
    }

    /// Destroys the keys of files: nothing of them can be read from then on, wherever copies of the bytes are.
    public func erase(_ ids: [AttachmentID], in tx: any Transaction) throws {
        for id in ids {
            try tx.execute(
                "UPDATE attachments SET state = $1, wrapped_key = NULL, sealed_name = NULL WHERE id = $2",
                [AttachmentTables.erased, id])
            // What is left is without a name; the next round of housekeeping removes it.
            try tx.execute("DELETE FROM attachment_forms WHERE attachment_id = $1", [id])
        }
    }

    private func kept(
        _ id: AttachmentID, of stream: StreamID, _ matter: SymmetricKey, in tx: any ReadTransaction
    ) throws -> KeptFile? {
        guard
            let row = try tx.first(
                "SELECT type, size, wrapped_key, sealed_name FROM attachments WHERE id = $1 AND stream_id = $2",
                [id, stream]),
            let wrapped = try row.optionalBlob(2), let type = FileType(code: try row.text(0))
        else { return nil }
        let key = try unwrap(wrapped, with: matter, context: Self.context(id, stream))
        let name = try Sealed.open(try row.blob(3), with: key, context: "attachment-name:\(id)")
        var forms: [FileForm: FileReader] = [:]
        for row in try tx.rows("SELECT form, hash, size FROM attachment_forms WHERE attachment_id = $1", [id]) {
            guard let form = FileForm(rawValue: try row.text(0)), let hash = BlobHash(try row.text(1)) else { continue }
            forms[form] = FileReader(
                blobs: blobs, hash: hash, cipher: ChunkCipher(key, file: id, form: form), size: try row.int(2))
        }
        return KeptFile(
            id: id, type: type, name: String(decoding: name, as: UTF8.self), size: try row.int(1), forms: forms)
    }

    private func staged(
        _ id: AttachmentID, in tx: any ReadTransaction
    ) throws -> (FileReference, SymmetricKey, [UInt8])? {
        guard
            let row = try tx.first(
                """
                SELECT a.type, a.size, a.wrapped_key, a.sealed_name, f.hash FROM attachments a
                JOIN attachment_forms f ON f.attachment_id = a.id AND f.form = 'original'
                WHERE a.id = $1 AND a.state = $2
                """, [id, AttachmentTables.staged])
        else { return nil }
        let key = try unwrap(try row.blob(2), with: wrapping, context: "attachment-staged:\(id)")
        return (
            FileReference(id: id, type: try row.text(0), size: try row.int(1), hash: try row.text(4)), key,
            try row.blob(3)
        )
    }

    /// The key under which the files of a matter are wrapped; made with its first file.
    private func matterKey(of stream: StreamID, in tx: any Transaction) throws -> SymmetricKey {
        let context = "attachment-matter:\(stream)"
        if let row = try tx.first("SELECT wrapped FROM attachment_keys WHERE stream_id = $1", [stream]) {
            return try unwrap(try row.blob(0), with: wrapping, context: context)
        }
        let key = SymmetricKey(size: .bits256)
        try tx.execute(
            "INSERT INTO attachment_keys (stream_id, wrapped) VALUES ($1, $2)",
            [stream, try wrap(key, with: wrapping, context: context)])
        return key
    }

    private static func context(_ id: AttachmentID, _ stream: StreamID) -> String { "attachment:\(stream):\(id)" }

    private func wrap(_ key: SymmetricKey, with outer: SymmetricKey, context: String) throws -> [UInt8] {
        try Sealed.seal(key.withUnsafeBytes { Array($0) }, with: outer, context: context)
    }

    private func unwrap(_ wrapped: [UInt8], with outer: SymmetricKey, context: String) throws -> SymmetricKey {
        SymmetricKey(data: try Sealed.open(wrapped, with: outer, context: context))
    }

    private func token(_ id: AttachmentID) -> String { "\(id)-\(hexadecimal(mac(id)))" }

    private func mac(_ id: AttachmentID) -> [UInt8] {
        Array(keys.codeHash("\(id)", context: "attachment-token").prefix(16))
    }

    private func id(of token: String) -> AttachmentID? {
        let parts = token.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let id = AttachmentID(parts[0]), let sent = bytes(hexadecimal: parts[1]),
            constantTimeEqual(sent, mac(id))
        else { return nil }
        return id
    }
}

extension Attachments {
    /// Forgets staged files at once: their form was cut off, or somebody took them out of it.
    public func drop(_ files: [StagedFile]) async throws {
        guard !files.isEmpty else { return }
        let hashes = try await database.write { tx in
            var hashes: [BlobHash] = []
            for file in files {
                let id = file.reference.id
                guard try tx.first("SELECT 1 FROM attachments WHERE id = $1 AND state = 'staged'", [id]) != nil else {
                    continue
                }
                hashes += try tx.rows("SELECT hash FROM attachment_forms WHERE attachment_id = $1", [id])
                    .compactMap { BlobHash(try $0.text(0)) }
                try tx.execute("DELETE FROM attachment_forms WHERE attachment_id = $1", [id])
                try tx.execute("DELETE FROM attachments WHERE id = $1", [id])
            }
            return hashes
        }
        for hash in hashes { try await blobs.remove(hash) }
    }
}
