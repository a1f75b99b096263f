import Dispatch
import Foundation
import Synchronization

/// A line of jobs for dedicated threads: blocking work stays off the cooperative pool.
package final class WorkLine<Job: Sendable>: Sendable {
    private struct State {
        var jobs: [Job] = []
        var head = 0
        var sleepers = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let threads = DispatchGroup()

    package init() {}

    /// Puts a job at the end; `false` when the line is closed.
    package func add(_ job: Job) -> Bool {
        let (isTaken, wakes) = state.withLock { state -> (Bool, Bool) in
            guard !state.isClosed else { return (false, false) }
            state.jobs.append(job)
            guard state.sleepers > 0 else { return (true, false) }
            state.sleepers -= 1
            return (true, true)
        }
        // Not while holding the lock: whoever wakes takes it first of all.
        if wakes { wake.signal() }
        return isTaken
    }

    /// The first jobs, at most `limit`; waits for one. `nil` when the line is closed and empty.
    package func take(upTo limit: Int) -> [Job]? {
        while true {
            let (jobs, isOver) = state.withLock { state -> ([Job], Bool) in
                let waiting = state.jobs.count - state.head
                guard waiting > 0 else {
                    if state.isClosed { return ([], true) }
                    state.sleepers += 1
                    return ([], false)
                }
                let end = state.head + min(limit, waiting)
                let taken = Array(state.jobs[state.head..<end])
                state.head = end
                // A moving head keeps taking cheap; the front is dropped in large pieces.
                if state.head == state.jobs.count {
                    state.jobs.removeAll(keepingCapacity: state.jobs.capacity <= 1024)
                    state.head = 0
                } else if state.head > 512 {
                    state.jobs.removeFirst(state.head)
                    state.head = 0
                }
                return (taken, false)
            }
            if isOver { return nil }
            if !jobs.isEmpty { return jobs }
            wake.wait()
        }
    }

    /// Whether nobody waits.
    package var isEmpty: Bool { state.withLock { $0.jobs.count == $0.head } }

    /// Starts a thread that works for this line; `body` returns when `take` gives `nil`.
    package func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
        threads.enter()
        let thread = Thread { [threads] in
            body()
            threads.leave()
        }
        thread.name = name
        thread.start()
    }

    /// Takes no more jobs; those that wait are still done.
    package func close() {
        let sleepers = state.withLock { state -> Int in
            state.isClosed = true
            defer { state.sleepers = 0 }
            return state.sleepers
        }
        for _ in 0..<sleepers { wake.signal() }
    }

    /// Waits until the threads have ended.
    package func finished() async {
        await withCheckedContinuation { continuation in
            threads.notify(queue: .global()) { continuation.resume() }
        }
    }
}
