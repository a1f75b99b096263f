import Synchronization

/// Makes time-ordered identifiers without asking the store.
///
/// A node number (0…511) keeps processes that share a store apart. Within one millisecond a node makes 8,192
/// identifiers and then borrows from the next, so that a bulk load never waits; a clock that steps back never
/// repeats an identifier.
public final class IdentifierGenerator: Sendable {
    /// 2024-01-01T00:00:00Z in milliseconds since 1970.
    public static let epoch: Int64 = 1_704_067_200_000

    private let clock: any WallClock
    private let node: Int64
    private let last: Mutex<Int64>

    /// - Parameters:
    ///   - clock: tells the time that new identifiers carry.
    ///   - node: this process's number; only its low 9 bits count.
    public init(clock: any WallClock, node: Int) {
        self.clock = clock
        self.node = Int64(node & 0x1FF)
        self.last = Mutex(0)
    }

    /// The next identifier of any kind.
    public func next<Entity>(_ entity: Entity.Type = Entity.self) -> Identifier<Entity> {
        Identifier(rawValue: nextRaw())
    }

    private func nextRaw() -> Int64 {
        let now = max(clock.now().milliseconds - Self.epoch, 1)
        return last.withLock { last in
            // `last` is (milliseconds << 13 | sequence), so plain addition carries into the next millisecond.
            last = max(last + 1, now << 13)
            let milliseconds = last >> 13
            let sequence = last & 0x1FFF
            return milliseconds << 22 | node << 13 | sequence
        }
    }
}

extension Identifier {
    /// The smallest identifier that a generator could make at `instant`; for ranges over time.
    public static func floor(at instant: Instant) -> Self {
        Self(rawValue: max(instant.milliseconds - IdentifierGenerator.epoch, 0) << 22)
    }
}
