/// Lets a few through at a time; the others wait in the order of their coming, up to a limit.
package actor Turnstile {
    private struct Waiting {
        let number: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private let mostWaiting: Int
    private var free: Int
    private var waiting: [Waiting] = []
    private var lastNumber = 0

    package init(places: Int, mostWaiting: Int) {
        free = places
        self.mostWaiting = mostWaiting
    }

    /// How many wait for their turn now.
    package var queueLength: Int { waiting.count }

    /// Runs one piece of work when its turn comes.
    ///
    /// - Throws: `ToolProblem.busy` when too many wait, `stopped` when the visitor leaves first, or what `work` throws.
    package func pass<Result: Sendable>(_ work: @Sendable () async throws -> Result) async throws -> Result {
        try await enter()
        defer { leave() }
        return try await work()
    }

    private func enter() async throws {
        if free > 0 {
            free -= 1
            return
        }
        guard waiting.count < mostWaiting else { throw ToolProblem.busy }
        lastNumber += 1
        let number = lastNumber
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else {
                    return continuation.resume(throwing: ToolProblem.stopped)
                }
                waiting.append(Waiting(number: number, continuation: continuation))
            }
        } onCancel: {
            Task { await giveUp(number) }
        }
    }

    private func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().continuation.resume() }
    }

    private func giveUp(_ number: Int) {
        guard let index = waiting.firstIndex(where: { $0.number == number }) else { return }
        waiting.remove(at: index).continuation.resume(throwing: ToolProblem.stopped)
    }
}
