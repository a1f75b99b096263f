internal import Foundation
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// One run of a program: bytes in, bytes out, within limits. It works on a thread of its own, because nothing that
/// waits may hold the threads that serve pages, and it ends the program when the time is over or the visitor leaves.
struct ToolRun: Sendable {
    let program: String
    let arguments: [String]
    let seconds: Double
    let mostBytes: Int

    /// What the program wrote and how it ended.
    struct Outcome: Sendable {
        let status: Int32
        let output: [UInt8]
    }

    private final class Flag: Sendable {
        private let state = Mutex(false)
        var isUp: Bool { state.withLock { $0 } }
        func raise() { state.withLock { $0 = true } }
    }

    /// Runs the program.
    ///
    /// - Throws: `PDFProblem`.
    func outcome(of input: [UInt8]) async throws -> Outcome {
        let left = Flag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread { continuation.resume(with: Result { try work(input, left) }) }
                thread.name = "tool"
                thread.start()
            }
        } onCancel: {
            left.raise()
        }
    }

    private func work(_ input: [UInt8], _ left: Flag) throws -> Outcome {
        // A program that ends before it has read everything must not end this one.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)

        let process = Process()
        let (toTool, fromTool) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ["PATH": "/nonexistent", "HOME": "/nonexistent", "LANG": "C.UTF-8"]
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardInput = toTool
        process.standardOutput = fromTool
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw PDFProblem.missing
        }
        // Foundation leaves these open long after the process has ended.
        defer {
            try? toTool.fileHandleForWriting.close()
            try? fromTool.fileHandleForReading.close()
        }
        let deadline = ContinuousClock.now + .seconds(seconds)
        var isDone = false
        defer { if !isDone { kill(process.processIdentifier, SIGKILL) } }
        func goOn() throws { if left.isUp || ContinuousClock.now > deadline { throw PDFProblem.stopped } }

        let output = try talk(input, to: toTool.fileHandleForWriting, from: fromTool.fileHandleForReading, goOn)
        while process.isRunning {
            try goOn()
            usleep(1000)
        }
        isDone = true
        guard process.terminationReason == .exit else { throw PDFProblem.failed }
        return Outcome(status: process.terminationStatus, output: output)
    }

    /// Writes and reads by turns, as the program takes and gives, until it has closed its end.
    private func talk(
        _ input: [UInt8], to writer: FileHandle, from reader: FileHandle, _ goOn: () throws -> Void
    ) throws -> [UInt8] {
        let (toTool, fromTool) = (writer.fileDescriptor, reader.fileDescriptor)
        _ = fcntl(toTool, F_SETFL, O_NONBLOCK)
        var (sent, output) = (0, [UInt8]())
        var isWriting = true
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            try goOn()
            if isWriting, sent == input.count {
                try? writer.close()
                isWriting = false
            }
            var ends = [
                pollfd(fd: fromTool, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isWriting ? toTool : -1, events: Int16(POLLOUT), revents: 0),
            ]
            guard poll(&ends, 2, 100) > 0 else { continue }
            if ends[1].revents != 0 {
                let count = input[sent...].withUnsafeBytes { write(toTool, $0.baseAddress, min($0.count, 65_536)) }
                // It does not want the rest; its exit code says why.
                if count < 0, errno != EAGAIN, errno != EINTR { sent = input.count } else { sent += max(0, count) }
            }
            if ends[0].revents != 0 {
                let count = read(fromTool, &chunk, chunk.count)
                if count == 0 { return output }
                if count < 0, errno != EINTR { throw PDFProblem.failed }
                output += chunk.prefix(max(0, count))
                if output.count > mostBytes { throw PDFProblem.tooLarge }
            }
        }
    }
}
