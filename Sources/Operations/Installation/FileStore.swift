internal import Attachments
internal import Kernel
internal import Ledger
internal import Storage

/// Where the files of matters are, as a setting names it.
public enum FileStoreTarget: Hashable, Sendable {
    /// A folder of this machine, or one that all machines share.
    case folder(String)
    /// Rows of the store itself.
    case database

    /// Reads `folder:PATH` or `database`; `nil` for anything else.
    public init?(_ text: String) {
        if text == "database" {
            self = .database
        } else if text.hasPrefix("folder:"), text.count > "folder:".count, !text.utf8.contains(0) {
            self = .folder(String(text.dropFirst("folder:".count)))
        } else {
            return nil
        }
    }

    /// As it is written.
    public var shown: String {
        switch self {
        case .folder(let path): "folder:\(path)"
        case .database: "database"
        }
    }
}

extension Installation {
    /// The room of files over the store that the settings name.
    static func attachments(
        _ settings: Settings, _ database: any Database, _ keys: KeyRing, _ ids: IdentifierGenerator,
        _ clock: any WallClock, for purpose: Purpose
    ) throws -> Attachments {
        let blobs: any BlobStore =
            switch settings.attachmentStore {
            case .folder(let path): try DirectoryBlobStore(directory: path, isReadOnly: purpose == .inspect)
            case .database: DatabaseBlobStore(database, clock: clock)
            }
        var limits = FileLimits()
        limits.mostBytes = settings.attachmentMegabytes * 1_048_576
        limits.mostPictureBytes = min(limits.mostPictureBytes, limits.mostBytes)
        return Attachments(
            database: database, blobs: blobs, keys: keys, ids: ids, clock: clock, tools: try PythonFileTools(),
            limits: limits)
    }
}
