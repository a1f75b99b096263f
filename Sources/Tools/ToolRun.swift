internal import Foundation
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// One run of a program: bytes in, bytes out, within limits. It works on a thread of its own, because nothing that
/// waits may hold the threads that serve pages, and it ends the program when the time is over or the visitor leaves.
package struct ToolRun: Sendable {
    let program: String
    let arguments: [String]
    let seconds: Double
    let mostBytes: Int

    /// - Parameters:
    ///   - program: its path.
    ///   - arguments: what it is told.
    ///   - seconds: how long it may take.
    ///   - mostBytes: how much it may write.
    package init(program: String, arguments: [String], seconds: Double, mostBytes: Int) {
        self.program = program
        self.arguments = arguments
        self.seconds = seconds
        self.mostBytes = mostBytes
    }

    /// The next piece of what the program reads; nothing at the end. It is asked for only when the program has taken
    /// what it got.
    package typealias Source = @Sendable () async throws -> [UInt8]?

    /// What the program wrote and how it ended.
    package struct Outcome: Sendable {
        /// The exit code.
        package let status: Int32
        /// Its standard output.
        package let output: [UInt8]
    }

    private final class Flag: Sendable {
        private let state = Mutex(false)
        var isUp: Bool { state.withLock { $0 } }
        func raise() { state.withLock { $0 = true } }
    }

    /// Runs the program on bytes that are there.
    ///
    /// - Throws: `ToolProblem`.
    package func outcome(of input: [UInt8]) async throws -> Outcome {
        let once = OneTime(input)
        return try await outcome { once.take() }
    }

    /// Runs the program on bytes that come in pieces, so that a large input is never in memory as a whole.
    ///
    /// - Throws: `ToolProblem`, or what `source` throws.
    package func outcome(from source: @escaping Source) async throws -> Outcome {
        let left = Flag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread { continuation.resume(with: Result { try work(source, left) }) }
                thread.name = "tool"
                thread.start()
            }
        } onCancel: {
            left.raise()
        }
    }

    /// Waits, on the tool's own thread, for a piece that is fetched elsewhere.
    private func next(of source: @escaping Source) throws -> [UInt8]? {
        let arrived = DispatchSemaphore(value: 0)
        let piece = Mutex<Result<[UInt8]?, any Error>>(.success(nil))
        Task {
            let result: Result<[UInt8]?, any Error>
            do { result = .success(try await source()) } catch { result = .failure(error) }
            piece.withLock { $0 = result }
            arrived.signal()
        }
        arrived.wait()
        return try piece.withLock { $0 }.get()
    }

    private func work(_ source: @escaping Source, _ left: Flag) throws -> Outcome {
        // A program that ends before it has read everything must not end this one.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)

        var process = try ToolProcess(program: program, arguments: arguments)
        defer { process.end() }
        let deadline = ContinuousClock.now + .seconds(seconds)
        func goOn() throws { if left.isUp || ContinuousClock.now > deadline { throw ToolProblem.stopped } }

        let output = try talk(source, to: process.writer, from: process.reader, goOn)
        while process.isRunning() {
            try goOn()
            usleep(1000)
        }
        guard let status = process.exitCode else { throw ToolProblem.failed }
        return Outcome(status: status, output: output)
    }

    /// Writes and reads by turns, as the program takes and gives, until it has closed its end.
    private func talk(
        _ source: @escaping Source, to writer: FileHandle, from reader: FileHandle, _ goOn: () throws -> Void
    ) throws -> [UInt8] {
        let (toTool, fromTool) = (writer.fileDescriptor, reader.fileDescriptor)
        _ = fcntl(toTool, F_SETFL, O_NONBLOCK)
        var (input, sent, output) = ([UInt8](), 0, [UInt8]())
        var isWriting = true
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            try goOn()
            if isWriting, sent == input.count {
                sent = 0
                if let piece = try next(of: source) {
                    input = piece
                } else {
                    try? writer.close()
                    isWriting = false
                }
            }
            var ends = [
                pollfd(fd: fromTool, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isWriting && !input.isEmpty ? toTool : -1, events: Int16(POLLOUT), revents: 0),
            ]
            guard poll(&ends, 2, 100) > 0 else { continue }
            if ends[1].revents != 0 {
                let count = input[sent...].withUnsafeBytes { write(toTool, $0.baseAddress, min($0.count, 65_536)) }
                if count < 0, errno != EAGAIN, errno != EINTR {
                    // It does not want the rest; its exit code says why.
                    try? writer.close()
                    isWriting = false
                } else {
                    sent += max(0, count)
                }
            }
            if ends[0].revents != 0 {
                let count = read(fromTool, &chunk, chunk.count)
                if count == 0 { return output }
                if count < 0, errno != EINTR { throw ToolProblem.failed }
                output += chunk.prefix(max(0, count))
                if output.count > mostBytes { throw ToolProblem.tooLarge }
            }
        }
    }
}

/// Bytes that are given once.
private final class OneTime: Sendable {
    private let bytes: Mutex<[UInt8]?>

    init(_ bytes: [UInt8]) { self.bytes = Mutex(bytes) }

    func take() -> [UInt8]? {
        bytes.withLock { bytes in
            defer { bytes = nil }
            return bytes
        }
    }
}
