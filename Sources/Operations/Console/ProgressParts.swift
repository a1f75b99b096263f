internal import Synchronization

/// Progress over several parts, one line after the other.
public final class ProgressParts: Sendable {
    private let current = Mutex<(part: String, line: ProgressLine)?>(nil)

    /// Starts with nothing.
    public init() {}

    /// Shows a state of a part.
    public func show(_ part: String, _ done: Int, _ total: Int) {
        let line = current.withLock { current -> ProgressLine in
            if let known = current, known.part == part { return known.line }
            current?.line.finish()
            let line = ProgressLine(part)
            current = (part, line)
            return line
        }
        line.show(done, of: total)
    }

    /// Ends the last line.
    public func finish() { current.withLock { $0?.line.finish() } }
}
