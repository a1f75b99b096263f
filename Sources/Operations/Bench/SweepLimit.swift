internal import Synchronization

/// Ends a sweep after so many clocks.
final class SweepLimit: Sendable {
    private let limit: Int
    private let looked = Mutex(0)

    init(_ limit: Int) { self.limit = limit }

    func note(_ count: Int) { looked.withLock { $0 = count } }

    var mayGoOn: Bool { looked.withLock { $0 } < limit }
}
