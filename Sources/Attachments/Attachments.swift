public import Kernel
public import Ledger
public import Storage
internal import Crypto

/// Files that belong to a matter: taken in piece by piece, checked by content, encrypted under a key of their own, kept in
/// the blob store. This room knows nothing of matters but their stream.
public struct Attachments: Sendable {
    /// Tables of this room.
    public static let migrations: [Migration] = [AttachmentTables.migration]

    let database: any Database
    /// Where the bytes are, encrypted.
    package let blobs: any BlobStore
    let keys: KeyRing
    let ids: IdentifierGenerator
    let clock: any WallClock
    let tools: any FileTools
    /// What can be sent.
    public let limits: FileLimits

    /// Wires the room.
    ///
    /// - Parameters:
    ///   - database: where the tables are.
    ///   - blobs: where the bytes are.
    ///   - keys: wrap the keys of files.
    ///   - ids: makes identifiers.
    ///   - clock: tells the time.
    ///   - tools: look into files, apart from this process.
    ///   - limits: what can be sent.
    public init(
        database: any Database, blobs: any BlobStore, keys: KeyRing, ids: IdentifierGenerator, clock: any WallClock,
        tools: any FileTools, limits: FileLimits = FileLimits()
    ) {
        self.database = database
        self.blobs = blobs
        self.keys = keys
        self.ids = ids
        self.clock = clock
        self.tools = tools
        self.limits = limits
    }

    var wrapping: SymmetricKey { keys.derived(for: "attachments") }
}

/// How much can be sent.
public struct FileLimits: Sendable, Hashable {
    /// The largest file, in bytes.
    public var mostBytes = 100 * 1024 * 1024
    /// The largest picture, in bytes: it is decoded, which nothing else is.
    public var mostPictureBytes = 40 * 1024 * 1024
    /// Files in one form.
    public var mostFiles = 10
    /// Files of one matter.
    public var mostOfMatter = 200

    /// The limits of an installation.
    public init() {}
}

/// The forms in which a file is kept.
public enum FileForm: String, Sendable, Hashable, CaseIterable {
    /// As it was sent.
    case original
    /// A picture without anything hidden in it, for everybody but those who handle the matter.
    case copy
    /// A small picture for lists.
    case thumbnail
}

/// A file as an event names it: no name, no words.
public struct FileReference: Codable, Hashable, Sendable {
    /// The file.
    public let id: AttachmentID
    /// The code of its type.
    public let type: String
    /// Its length as it was sent.
    public let size: Int
    /// SHA-256 of the encrypted original, hexadecimal.
    public let hash: String

    /// Names a file.
    public init(id: AttachmentID, type: String, size: Int, hash: String) {
        self.id = id
        self.type = type
        self.size = size
        self.hash = hash
    }
}

/// A file that was sent and belongs to no matter yet; it is forgotten after two days.
public struct StagedFile: Hashable, Sendable {
    /// What an event will say.
    public let reference: FileReference
    /// Its cleaned name.
    public let name: String
    /// What a form carries from step to step; nobody else can make one.
    public let token: String

    /// Its type.
    public var type: FileType? { FileType(code: reference.type) }
}
