internal import Crypto
internal import Foundation
internal import Kernel
internal import Ledger
internal import Storage

/// One file on its way in. It is encrypted as it arrives; no more than a few pieces are ever in memory.
public actor Intake {
    private let room: Attachments
    private let id: AttachmentID
    private let key = SymmetricKey(size: .bits256)
    private let cipher: ChunkCipher
    private let name: FileName
    private var writer: (any BlobWriter)?
    private var type: FileType?
    private var head: [UInt8] = []
    private var pending: [UInt8] = []
    private var pieces = 0
    private var size = 0
    private var made: [BlobHash] = []

    /// So much of the beginning is shown to libmagic.
    private static let headSize = 256 * 1024

    init(_ room: Attachments, name: String) {
        self.room = room
        self.name = FileName(name)
        id = room.ids.next()
        cipher = ChunkCipher(key, file: id, form: .original)
    }

    /// Takes the next bytes.
    ///
    /// - Throws: `PlainError` when the file is too large or nothing that can be sent; then it is over.
    public func append(_ bytes: [UInt8]) async throws {
        size += bytes.count
        guard size <= room.limits.mostBytes else { throw tooLarge(room.limits.mostBytes) }
        if type == nil {
            head += bytes
            if head.count >= Self.headSize { try await look() }
        } else {
            try checkPicture()
            try await seal(bytes)
        }
    }

    /// Ends the file; everything is on disk when this returns.
    ///
    /// - Throws: `PlainError` for a file that cannot be taken, `StorageError`.
    public func finish() async throws -> StagedFile {
        guard size > 0 else { throw PlainError(.invalid, "file.empty", field: "files") }
        if type == nil { try await look() }
        guard let type, let writer else { throw PlainError(.unavailable, "unavailable") }
        try await writer.append(try cipher.seal(pending, number: pieces, isLast: true))
        let original = try await writer.finish()
        self.writer = nil
        made.append(original.hash)
        var forms: [(FileForm, BlobHash, Int)] = [(.original, original.hash, size)]
        if type.family == .picture {
            let copies = try await copies(type, of: original.hash)
            forms.append((.copy, try await store(copies.copy, as: .copy), copies.copy.count))
            forms.append((.thumbnail, try await store(copies.thumbnail, as: .thumbnail), copies.thumbnail.count))
        }
        return try await room.stage(
            FileReference(id: id, type: type.code, size: size, hash: original.hash.hex), name: name.fitting(type),
            key: key, forms: forms)
    }

    /// Leaves nothing of it.
    public func discard() async {
        await writer?.discard()
        writer = nil
        for hash in made { try? await room.blobs.remove(hash) }
        made = []
    }

    /// Decides what it is, and begins to store it.
    private func look() async throws {
        let content = try await room.tools.type(of: Array(head.prefix(Self.headSize)))
        if FileType.isUndecoded(content: content) { throw PlainError(.invalid, "file.heic", field: "files") }
        guard let found = FileType.agreed(content: content, ending: name.ending) else {
            let isKnown = FileType.all.contains { $0.endings.contains(name.ending ?? "") }
            throw PlainError(.invalid, isKnown ? "file.disagrees" : "file.kind", field: "files")
        }
        type = found
        try checkPicture()
        writer = try await room.blobs.begin()
        let first = head
        head = []
        try await seal(first)
    }

    private func checkPicture() throws {
        guard type?.family == .picture, size > room.limits.mostPictureBytes else { return }
        throw tooLarge(room.limits.mostPictureBytes)
    }

    /// Encrypts whole pieces; the last one is known at the end only.
    private func seal(_ bytes: [UInt8]) async throws {
        pending += bytes
        var out: [UInt8] = []
        var start = 0
        while pending.count - start > ChunkCipher.chunk {
            out += try cipher.seal(pending[start..<(start + ChunkCipher.chunk)], number: pieces, isLast: false)
            start += ChunkCipher.chunk
            pieces += 1
        }
        guard start > 0 else { return }
        pending.removeFirst(start)
        try await writer?.append(out)
    }

    private func copies(_ type: FileType, of hash: BlobHash) async throws -> PictureCopies {
        let reader = FileReader(blobs: room.blobs, hash: hash, cipher: cipher, size: size)
        let place = Place(size)
        return try await room.tools.pictures(type) {
            guard let range = await place.next() else { return nil }
            return try await reader.bytes(range)
        }
    }

    private func store(_ bytes: [UInt8], as form: FileForm) async throws -> BlobHash {
        let cipher = ChunkCipher(key, file: id, form: form)
        var sealed: [UInt8] = []
        let count = ChunkCipher.chunks(of: bytes.count)
        for number in 0..<count {
            let piece = bytes[(number * ChunkCipher.chunk)..<min(bytes.count, (number + 1) * ChunkCipher.chunk)]
            sealed += try cipher.seal(piece, number: number, isLast: number == count - 1)
        }
        let hash = try await room.blobs.put(sealed)
        made.append(hash)
        return hash
    }

    private func tooLarge(_ most: Int) -> PlainError {
        PlainError(.invalid, "file.tooLarge", field: "files", values: ["most": "\(most / 1_048_576)"])
    }
}

/// How far a file has been read.
private actor Place {
    private let size: Int
    private var at = 0

    init(_ size: Int) { self.size = size }

    func next() -> Range<Int>? {
        guard at < size else { return nil }
        let start = at
        at = min(size, at + 4 * ChunkCipher.chunk)
        return start..<at
    }
}
