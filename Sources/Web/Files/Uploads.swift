public import Attachments
internal import Hummingbird
public import Kernel
internal import NIOCore

/// What came with a form besides its fields.
public struct Uploads: Sendable {
    /// Files that were taken.
    public var files: [StagedFile] = []
    /// What is wrong with the others; each names the place of its file in the form.
    public var problems: [PlainError] = []

    /// Nothing.
    public init() {}
}

/// Reads a form with files. Texts are collected, files go piece by piece to where they are kept.
struct UploadReader {
    let room: Attachments
    let mostFormBytes: Int
    /// Whether files are taken at all, once the fields before the first of them are known. Throws what is wrong.
    let admits: (Form) async throws -> Void

    private static let tooLarge = PlainError(.invalid, "form.tooLarge")

    /// The form and its files.
    ///
    /// - Throws: `PlainError` for a form that cannot be read as a whole; then nothing of its files is left.
    func read(_ body: RequestBody, boundary: String, announced: Int?) async throws -> (Form, Uploads) {
        let most = room.limits.mostFiles * room.limits.mostBytes + mostFormBytes
        if let announced, announced > most { throw Self.tooLarge }
        var form = FormParts(room: room, mostFormBytes: mostFormBytes)
        do {
            var parser = try MultipartParser(boundary: boundary)
            var count = 0
            for try await buffer in body {
                count += buffer.readableBytes
                guard count <= most else { throw Self.tooLarge }
                parser.feed(buffer.readableBytesView)
                while let piece = try parser.next() { try await form.take(piece, admits) }
            }
            guard parser.isFinished else { throw PlainError(.invalid, "form.malformed") }
            return (form.form, form.uploads)
        } catch {
            await form.giveUp()
            // A visitor who left is no fault of this program.
            throw error is PlainError ? error : PlainError(.invalid, "form.malformed")
        }
    }
}

/// The parts of one form as they come.
private struct FormParts {
    let room: Attachments
    let mostFormBytes: Int
    var form = Form()
    var uploads = Uploads()
    private var name = ""
    private var text: [UInt8]? = []
    private var textBytes = 0
    private var intake: Intake?
    private var files = 0
    private var isRefused = false

    init(room: Attachments, mostFormBytes: Int) {
        self.room = room
        self.mostFormBytes = mostFormBytes
    }

    mutating func take(_ piece: MultipartParser.Piece, _ admits: (Form) async throws -> Void) async throws {
        switch piece {
        case .begin(let name, let file):
            self.name = name
            text = file == nil ? [] : nil
            // A file field in which nothing was chosen sends an empty name.
            if let file, !file.isEmpty { try await begin(file, admits) }
        case .data(let bytes):
            if text != nil {
                textBytes += bytes.count
                guard textBytes <= mostFormBytes else { throw PlainError(.invalid, "form.tooLarge") }
                text?.append(contentsOf: bytes)
            } else if let intake {
                await attempt { try await intake.append(bytes) }
            }
        case .end:
            if let text {
                try form.append(name: Array(name.utf8), value: text)
            } else if let intake {
                var staged: StagedFile?
                await attempt { staged = try await intake.finish() }
                if let staged { uploads.files.append(staged) }
                self.intake = nil
            }
        }
    }

    /// Leaves nothing of what came with this form.
    func giveUp() async {
        await intake?.discard()
        try? await room.drop(uploads.files)
    }

    private mutating func begin(_ file: String, _ admits: (Form) async throws -> Void) async throws {
        guard !isRefused else { return }
        files += 1
        guard files <= room.limits.mostFiles else {
            if files == room.limits.mostFiles + 1 {
                uploads.problems.append(
                    PlainError(
                        .invalid, "file.tooMany", field: "files", values: ["most": "\(room.limits.mostFiles)"]))
            }
            return
        }
        do {
            try await admits(form)
            intake = room.begin(name: file)
        } catch let error as PlainError {
            // The rest of the form is still read, so that nothing typed is lost.
            isRefused = true
            uploads.problems.append(error)
        }
    }

    /// What is wrong with one file stands beside the field; the rest of the form goes on.
    private mutating func attempt(_ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            await intake?.discard()
            intake = nil
            let plain = error as? PlainError ?? PlainError(.unavailable, "file.notKept", field: "files")
            uploads.problems.append(
                PlainError(
                    .invalid, plain.code, field: "files",
                    values: plain.values.merging(["place": "\(files)"]) { first, _ in first }))
        }
    }
}
