internal import Dispatch
internal import Foundation
public import Kernel

/// A file of sheets on its way to somebody: rows go in as they are read, in constant memory, and the bytes come out
/// piece by piece when it is finished. The file has no name from then on, so that nothing of it can be left behind.
///
/// Writing to disk blocks, so it happens on a thread of its own.
public actor Workbook {
    /// How many bytes are read in one go.
    public static let piece = 256 * 1024

    /// In which form it is written.
    public nonisolated let format: SheetFormat
    private nonisolated let thread = SheetThread()
    private let sink: any SheetSink
    private let path: String
    private var sheets: [Sheet] = []
    private var finished: FileHandle?
    /// How many rows all sheets have so far.
    public private(set) var rows = 0
    /// How many bytes it has; 0 before it is finished.
    public private(set) var size = 0

    /// The thread that its work runs on.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - format: its form.
    ///   - about: the name of the first sheet, which is written last.
    ///   - zone: where days begin, for moments.
    public init(_ format: SheetFormat, about: String, zone: CivilZone) throws {
        self.format = format
        path = try TemporaryPath.make(ending: format.rawValue)
        sink =
            switch format {
            case .csv: try CSVSink(path: path, zone: zone)
            case .xlsx: try XLSXSink(path: path, about: about, zone: zone)
            }
    }

    deinit { if finished == nil { unlink(path) } }

    /// Begins a sheet; rows go into it from now on.
    public func begin(_ sheet: Sheet) throws {
        guard finished == nil else { throw SheetError.order }
        sheets.append(sheet)
        try sink.begin(sheet)
    }

    /// Adds rows to the present sheet.
    public func append(_ rows: [[SheetCell]]) throws {
        guard finished == nil, !sheets.isEmpty else { throw SheetError.order }
        for row in rows { try sink.append(row) }
        self.rows += rows.count
    }

    /// Writes the first sheet and ends the file.
    public func finish(_ about: SheetAbout) throws {
        guard finished == nil else { throw SheetError.order }
        try sink.finish(about, sheets)
        guard let handle = FileHandle(forReadingAtPath: path) else { throw SheetError.file }
        size = Int(try handle.seekToEnd())
        unlink(path)
        finished = handle
    }

    /// At most a piece of a finished file; nothing behind its end.
    public func bytes(from offset: Int) throws -> [UInt8] {
        guard let finished else { throw SheetError.order }
        try finished.seek(toOffset: UInt64(offset))
        return Array(try finished.read(upToCount: Self.piece) ?? Data())
    }
}

/// What takes rows down in one form.
protocol SheetSink: AnyObject {
    func begin(_ sheet: Sheet) throws
    func append(_ row: [SheetCell]) throws
    func finish(_ about: SheetAbout, _ sheets: [Sheet]) throws
}

/// A thread for one workbook.
final class SheetThread: SerialExecutor {
    private let queue = DispatchQueue(label: "jiaxin.sheets")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}

enum TemporaryPath {
    /// A new empty file that nobody else can read.
    static func make(ending: String) throws -> String {
        let path = "\(NSTemporaryDirectory())/jiaxin-\(UUID().uuidString).\(ending)"
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw SheetError.file }
        return path
    }
}
