import Crypto
import Foundation
import Kernel
import Ledger
import Storage
import StorageTestKit
import Testing

@testable import Attachments

@Suite("Kept files")
struct KeepingTests {
    @Test("any part can be read; a piece that was changed, moved or cut off does not open")
    func reading() async throws {
        let bytes = Sample.wav(400_000)
        try await withEachStore { room in
            let file = try await room.keep(bytes, as: "a.wav")
            let kept = try #require(try await room.attachments.file(file.reference.id, of: room.stream))
            let reader = try #require(kept.forms[.original])
            #expect(reader.size == bytes.count)
            for range in [0..<1, 65_535..<65_537, 131_072..<400_044, 400_043..<400_044, 100..<300_000] {
                #expect(try await reader.bytes(range) == Array(bytes[range]))
            }
            #expect(try await reader.bytes(500_000..<500_010) == [])
            let sealed = try #require(try await room.blobs.read(reader.hash, from: 0, upTo: 1_000_000))
            let piece = ChunkCipher.sealedChunk
            var swapped = Array(sealed[piece..<(2 * piece)]) + Array(sealed[..<piece]) + Array(sealed[(2 * piece)...])
            var changed = sealed
            changed[70_000] ^= 1
            swapped[0] ^= 0
            for (bad, size) in [
                (changed, bytes.count), (swapped, bytes.count), (Array(sealed.dropLast(piece)), bytes.count),
                // Cut off at the end of a piece, with a length that fits: the last piece does not say that it is the last.
                (Array(sealed[..<(2 * piece)]), 2 * ChunkCipher.chunk),
            ] {
                let hash = try await room.blobs.put(bad)
                let broken = FileReader(blobs: room.blobs, hash: hash, cipher: reader.cipher, size: size)
                await #expect(throws: (any Error).self) {
                    for start in stride(from: 0, to: size, by: FileReader.piece) {
                        _ = try await broken.bytes(start..<min(size, start + FileReader.piece))
                    }
                }
            }
            // The key of another file, or of another form, opens nothing.
            let other = FileReader(
                blobs: room.blobs, hash: reader.hash,
                cipher: ChunkCipher(.init(size: .bits256), file: file.reference.id, form: .original), size: reader.size)
            await #expect(throws: KeyError.damaged) { try await other.bytes(0..<10) }
        }
    }

    @Test("a file belongs to one matter, once; a token that nobody gave opens nothing")
    func belonging() async throws {
        try await withEachStore { room in
            let file = try await room.send(Sample.pdf, as: "a.pdf")
            let (attachments, stream) = (room.attachments, room.stream)
            #expect(try await attachments.staged([file.token, file.token]) == [file])
            let forged = "\(file.reference.id)-\(String(repeating: "0", count: 32))"
            #expect(try await attachments.staged([forged, "x", "", "1-"]) == [])
            try await room.database.write { tx in try attachments.keep([file.reference], of: stream, in: tx) }
            #expect(try await attachments.staged([file.token]).isEmpty)
            let again = await plainCode {
                try await room.database.write { tx in
                    try attachments.keep([file.reference], of: StreamID(rawValue: 78), in: tx)
                }
            }
            #expect(again == "file.gone")
            #expect(try await attachments.file(file.reference.id, of: StreamID(rawValue: 78)) == nil)
            #expect(try await attachments.file(file.reference.id, of: stream)?.name == "a.pdf")
        }
    }

    @Test("erasing makes a file unreadable at once, and its bytes go with the next round")
    func erasing() async throws {
        try await withEachStore { room in
            let file = try await room.keep(try Sample.picture("PNG"), as: "a.png")
            let other = try await room.keep(Sample.pdf, as: "b.pdf")
            let kept = try #require(try await room.attachments.file(file.reference.id, of: room.stream))
            let attachments = room.attachments
            try await room.database.write { tx in try attachments.erase([file.reference.id], in: tx) }
            #expect(try await attachments.file(file.reference.id, of: room.stream) == nil)
            #expect(try await room.names().count == 4)
            #expect(try await attachments.removeOrphans(olderThan: -100) == 3)
            #expect(try await room.names() == [try #require(BlobHash(other.reference.hash))])
            await #expect(throws: (any Error).self) { try await kept.forms[.original]?.bytes(0..<10) }
            let left = try await room.database.read { tx in
                try tx.first("SELECT COUNT(*) FROM attachments WHERE wrapped_key IS NOT NULL")?.int(0)
            }
            #expect(left == 1)
        }
    }

    @Test("what was sent with a form that never came is forgotten after two days; fresh bytes are left alone")
    func forgetting() async throws {
        try await withEachStore { room in
            let staged = try await room.send(Sample.pdf, as: "a.pdf")
            _ = try await room.keep(Sample.wav(100), as: "b.wav")
            #expect(try await room.attachments.forgetStaged() == 0)
            #expect(try await room.attachments.removeOrphans() == 0)
            room.clock.advance(days: 3)
            #expect(try await room.attachments.forgetStaged() == 1)
            #expect(try await room.attachments.staged([staged.token]).isEmpty)
            #expect(try await room.attachments.removeOrphans(olderThan: -100) == 1)
            #expect(try await room.names().count == 1)
        }
    }

    @Test("verify finds bytes that are gone and bytes that differ")
    func verifying() async throws {
        try await withEachStore { room in
            let gone = try await room.keep(Sample.pdf, as: "a.pdf")
            _ = try await room.keep(Sample.wav(100), as: "b.wav")
            #expect(try await room.attachments.verify().isEmpty)
            try await room.blobs.remove(try #require(BlobHash(gone.reference.hash)))
            let findings = try await room.attachments.verify()
            #expect(findings.count == 1 && findings.first?.kind == .attachment)
        }
    }
}
