internal import Foundation
internal import Synchronization

/// Tells on standard error how far a long command is: one line that changes on a terminal, else a line every five
/// seconds.
public final class ProgressLine: Sendable {
    private struct State {
        var printedAt: ContinuousClock.Instant?
        var isOpen = false
    }

    private let label: String
    private let started = ContinuousClock.now
    private let isTerminal = isatty(2) == 1
    private let state = Mutex(State())

    /// - Parameter label: what is done: `importing`.
    public init(_ label: String) { self.label = label }

    /// Shows a state, unless the last one is too young.
    public func show(_ done: Int, of total: Int) {
        let now = ContinuousClock.now
        let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(5)
        state.withLock { state in
            let isDue = state.printedAt.map { now - $0 >= pause } ?? isTerminal
            if state.printedAt == nil, !isTerminal { state.printedAt = now }
            guard isDue || (isTerminal && done == total) else { return }
            state.printedAt = now
            state.isOpen = isTerminal
            let line = Self.line(label, done, total, now - started)
            write(isTerminal ? "\r\u{1B}[K\(line)" : line + "\n")
        }
    }

    /// Ends the line.
    public func finish() {
        state.withLock { state in
            if state.isOpen { write("\r\u{1B}[K") }
            state.isOpen = false
        }
    }

    /// `importing: 1200 of 2000, 850/s, 1 s left`
    static func line(_ label: String, _ done: Int, _ total: Int, _ elapsed: Duration) -> String {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        guard seconds > 0, done > 0 else { return "\(label): \(done) of \(total)" }
        let rate = Double(done) / seconds
        let left = Int((Double(max(0, total - done)) / rate).rounded(.up))
        return "\(label): \(done) of \(total), \(Int(rate.rounded()))/s, \(left) s left"
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
