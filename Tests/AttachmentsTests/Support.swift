import Foundation
import Kernel
import Ledger
import Storage
import StorageTestKit
import Synchronization
import Testing

@testable import Attachments

/// A clock that tests move.
final class MovingClock: WallClock {
    private let value = Mutex(Instant(milliseconds: 1_780_000_000_000))

    func now() -> Instant { value.withLock { $0 } }

    func advance(days: Int = 0, seconds: Int64 = 0) {
        value.withLock { $0 = $0.adding(days: days).adding(seconds: seconds) }
    }
}

/// The room over one store, with blobs in the store or in a folder.
struct Room {
    static let migrations =
        StorageMigrations.all + Ledger.migrations + [StorageMigrations.pieces]
        + Attachments.migrations

    let database: any Database
    let blobs: any BlobStore
    let keys: KeyRing
    let clock = MovingClock()
    let attachments: Attachments
    let stream = StreamID(rawValue: 77)

    init(_ database: any Database, folder: String? = nil, limits: FileLimits = FileLimits()) async throws {
        self.database = database
        keys = try await KeyRing.open(database, with: InstallationKey.random())
        blobs = try folder.map { try DirectoryBlobStore(directory: $0) } ?? DatabaseBlobStore(database, clock: clock)
        attachments = Attachments(
            database: database, blobs: blobs, keys: keys, ids: IdentifierGenerator(clock: clock, node: 1),
            clock: clock, tools: try PythonFileTools(seconds: 180), limits: limits)
    }

    /// Sends a file in pieces of an odd size, as a browser does.
    func send(_ bytes: [UInt8], as name: String) async throws -> StagedFile {
        let intake = attachments.begin(name: name)
        do {
            for start in stride(from: 0, to: bytes.count, by: 30_011) {
                try await intake.append(Array(bytes[start..<min(bytes.count, start + 30_011)]))
            }
            return try await intake.finish()
        } catch {
            await intake.discard()
            throw error
        }
    }

    /// Sends a file and makes it part of the matter.
    func keep(_ bytes: [UInt8], as name: String) async throws -> StagedFile {
        let file = try await send(bytes, as: name)
        let (attachments, stream) = (self.attachments, self.stream)
        try await database.write { tx in try attachments.keep([file.reference], of: stream, in: tx) }
        return file
    }

    func names() async throws -> [BlobHash] { try await blobs.names(after: nil, olderThan: -100, limit: 1_000) }
}

/// Runs a test with blobs in rows of each engine and in a folder.
func withEachStore(limits: FileLimits = FileLimits(), _ body: (Room) async throws -> Void) async throws {
    try await withEachEngine(migrations: Room.migrations) { try await body(try await Room($0, limits: limits)) }
    let folder = NSTemporaryDirectory() + "jiaxin-files-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await withDatabase(.sqlite, migrations: Room.migrations) {
        try await body(try await Room($0, folder: folder, limits: limits))
    }
}

/// The code of a plain error that a body must throw.
func plainCode(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch let error as PlainError {
        return error.code
    } catch {
        return "\(error)"
    }
}

/// Small files of every kind.
enum Sample {
    /// Python's Pillow makes a picture with a place hidden in it.
    static func picture(_ format: String, width: Int = 640, height: Int = 480) throws -> [UInt8] {
        try python(
            """
            import sys, io
            from PIL import Image
            picture = Image.effect_noise((\(width), \(height)), 40).convert("RGB")
            exif = picture.getexif()
            exif[0x010E] = "PLACE-30.2741N-120.1551E"
            extra = {"exif": exif} if "\(format)" in ("JPEG", "PNG", "WEBP") else {}
            out = io.BytesIO()
            picture.save(out, "\(format)", **extra)
            sys.stdout.buffer.write(out.getvalue())
            """)
    }

    /// One point of colour, 900 million times.
    static func bomb() throws -> [UInt8] {
        try python(
            """
            import sys, io
            from PIL import Image
            out = io.BytesIO()
            Image.new("1", (30000, 30000)).save(out, "PNG")
            sys.stdout.buffer.write(out.getvalue())
            """)
    }

    static func python(_ script: String) throws -> [UInt8] {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", script]
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(data)
    }

    static let pdf = Array("%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n".utf8)

    static func wav(_ count: Int) -> [UInt8] {
        func little(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        let head = Array("RIFF".utf8) + little(count + 36) + Array("WAVEfmt ".utf8) + little(16) + [1, 0, 1, 0]
        let rate = little(8_000) + little(8_000) + [1, 0, 8, 0]
        return head + rate + Array("data".utf8) + little(count)
            + (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    }
}
