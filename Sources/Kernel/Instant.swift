#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// A moment, as whole milliseconds UTC since 1970.
public struct Instant: Hashable, Sendable, Comparable, Codable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// Wraps milliseconds since 1970.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Decodes from a JSON number.
    public init(from decoder: any Decoder) throws {
        self.init(milliseconds: try decoder.singleValueContainer().decode(Int64.self))
    }

    /// Encodes as a JSON number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    /// Earlier comes first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.milliseconds < rhs.milliseconds }

    /// This moment moved by seconds (negative: earlier).
    public func adding(seconds: Int64) -> Instant { Instant(milliseconds: milliseconds + seconds * 1000) }

    /// This moment moved by whole days of 24 hours.
    public func adding(days: Int) -> Instant { adding(seconds: Int64(days) * 86_400) }
}

/// Tells the time. Use cases receive one; nothing asks the system clock by itself.
public protocol WallClock: Sendable {
    /// The present moment.
    func now() -> Instant
}

/// The machine's clock.
public struct SystemClock: WallClock {
    /// Creates the clock.
    public init() {}

    /// The present moment.
    public func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// A clock that stands still; for tests, previews and reproducible demo data.
public struct FixedClock: WallClock {
    private let instant: Instant

    /// A clock that always tells `instant`.
    public init(_ instant: Instant) { self.instant = instant }

    /// The fixed moment.
    public func now() -> Instant { instant }
}
