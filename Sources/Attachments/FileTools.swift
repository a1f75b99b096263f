internal import Foundation
internal import Kernel
internal import Tools

/// What looks into files. It works in a process of its own: decoders have faults, and these bytes come from anybody.
public protocol FileTools: Sendable {
    /// The type of content by its beginning, as libmagic names it.
    func type(of head: [UInt8]) async throws -> String

    /// Decodes a picture and makes the copies that others see.
    ///
    /// - Parameters:
    ///   - type: the code of its type; nothing else is tried.
    ///   - source: gives the original in pieces.
    func pictures(
        _ type: FileType, from source: @escaping @Sendable () async throws -> [UInt8]?
    ) async throws -> PictureCopies
}

/// The copies of a picture, as JPEG.
public struct PictureCopies: Sendable {
    /// At most 2,048 points wide or high.
    public let copy: [UInt8]
    /// For lists.
    public let thumbnail: [UInt8]
}

/// Python with libmagic and Pillow from Debian, one short-lived process a question
/// (`docs/decisions/0009-attachments.md`).
public struct PythonFileTools: FileTools {
    /// A picture has more points than anybody's camera; it is not decoded.
    static let tooManyPoints: Int32 = 5

    private let looking: ToolRun
    private let script: String
    private let python: String
    private let seconds: Double
    private let turnstile = Turnstile(places: 2, mostWaiting: 64)

    /// - Parameters:
    ///   - python: the interpreter for which Pillow is installed.
    ///   - seconds: how long one question may take.
    /// - Throws: where the script is missing.
    public init(python: String = "/usr/bin/python3", seconds: Double = 30) throws {
        let url = Bundle.module.bundleURL.appendingPathComponent("Resources/files.py")
        script = try String(contentsOf: url, encoding: .utf8)
        self.python = python
        self.seconds = seconds
        looking = ToolRun(program: python, arguments: ["-I", "-c", script, "type"], seconds: seconds, mostBytes: 1_024)
    }

    /// The type by libmagic.
    public func type(of head: [UInt8]) async throws -> String {
        let outcome = try await told { try await turnstile.pass { try await looking.outcome(of: head) } }
        guard outcome.status == 0 else { throw PlainError(.unavailable, "file.notLooked", field: "files") }
        return String(decoding: outcome.output, as: UTF8.self)
    }

    /// The copies by Pillow.
    public func pictures(
        _ type: FileType, from source: @escaping @Sendable () async throws -> [UInt8]?
    ) async throws -> PictureCopies {
        let run = ToolRun(
            program: python, arguments: ["-I", "-c", script, "picture", type.code], seconds: seconds,
            mostBytes: 16 * 1024 * 1024)
        let outcome = try await told { try await turnstile.pass { try await run.outcome(from: source) } }
        if outcome.status == Self.tooManyPoints { throw PlainError(.invalid, "file.tooManyPoints", field: "files") }
        // The first line holds the length of the copy; the rest is the thumbnail.
        guard outcome.status == 0, let end = outcome.output.prefix(20).firstIndex(of: 0x0A),
            let length = Int(String(decoding: outcome.output[..<end], as: UTF8.self)), length > 0,
            end + 1 + length < outcome.output.count
        else { throw PlainError(.invalid, "file.damaged", field: "files") }
        return PictureCopies(
            copy: Array(outcome.output[(end + 1)..<(end + 1 + length)]),
            thumbnail: Array(outcome.output[(end + 1 + length)...]))
    }

    private func told(_ body: () async throws -> ToolRun.Outcome) async throws -> ToolRun.Outcome {
        do {
            return try await body()
        } catch let problem as ToolProblem {
            switch problem {
            case .tooLarge, .failed: throw PlainError(.invalid, "file.damaged", field: "files")
            // A slow machine says nothing about the file.
            case .missing, .busy, .stopped: throw PlainError(.unavailable, "file.notLooked", field: "files")
            }
        }
    }
}
