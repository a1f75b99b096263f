internal import Kernel
internal import Synchronization

/// What one address may do only so often.
public enum RateLimit: Hashable, Sendable, CaseIterable {
    /// Looking a matter up by number and code.
    case lookUp
    /// Signing in.
    case signIn
    /// Sending a letter.
    case write
    /// Sending a file.
    case upload
    /// Sending a sealed report, or words to one; apart from letters, so that neither tells of the other.
    case sealed
}

/// Token buckets for each address and kind, in memory only. Addresses are neither logged nor stored, and are
/// forgotten when their bucket is full again.
final class RateLimiter: Sendable {
    private struct Key: Hashable {
        let kind: RateLimit
        let address: String
    }

    private struct Bucket {
        var tokens: Double
        var at: Instant
    }

    private struct Rate {
        let burst: Double
        let perSecond: Double
    }

    private let buckets = Mutex<[Key: Bucket]>([:])
    private let rates: [RateLimit: Rate]
    private let most: Int

    init(_ settings: WebSettings, most: Int = 50_000) {
        var rates: [RateLimit: Rate] = [:]
        if settings.attemptsPerMinute > 0 {
            let rate = Rate(
                burst: Double(settings.attemptsPerMinute), perSecond: Double(settings.attemptsPerMinute) / 60)
            rates[.lookUp] = rate
            rates[.signIn] = rate
        }
        if settings.lettersPerHour > 0 {
            let rate = Rate(
                burst: Double(settings.lettersPerHour), perSecond: Double(settings.lettersPerHour) / 3600)
            rates[.write] = rate
            // A letter has several files at times, and who adds to a matter sends files alone.
            rates[.upload] = Rate(burst: rate.burst * 4, perSecond: rate.perSecond * 4)
            rates[.sealed] = rate
        }
        self.rates = rates
        self.most = most
    }

    /// Takes one; gives the seconds to wait when there is none left, else `nil`.
    func take(_ kind: RateLimit, address: String, at now: Instant) -> Int? {
        guard let rate = rates[kind] else { return nil }
        return buckets.withLock { buckets in
            let key = Key(kind: kind, address: address)
            if buckets.count >= most, buckets[key] == nil { forget(&buckets, now) }
            var bucket = buckets[key] ?? Bucket(tokens: rate.burst, at: now)
            bucket.tokens = filled(bucket, rate, now)
            bucket.at = now
            defer { buckets[key] = bucket }
            guard bucket.tokens >= 1 else { return max(1, Int(((1 - bucket.tokens) / rate.perSecond).rounded(.up))) }
            bucket.tokens -= 1
            return nil
        }
    }

    /// How many addresses are remembered; for tests.
    var count: Int { buckets.withLock { $0.count } }

    private func filled(_ bucket: Bucket, _ rate: Rate, _ now: Instant) -> Double {
        let seconds = Double(max(0, now.milliseconds - bucket.at.milliseconds)) / 1000
        return min(rate.burst, bucket.tokens + seconds * rate.perSecond)
    }

    /// Drops full buckets; when that is not enough (a flood from many addresses), the fuller half.
    private func forget(_ buckets: inout [Key: Bucket], _ now: Instant) {
        buckets = buckets.filter { key, bucket in
            rates[key.kind].map { filled(bucket, $0, now) < $0.burst } ?? false
        }
        guard buckets.count >= most else { return }
        let tokens = buckets.map { key, bucket in rates[key.kind].map { filled(bucket, $0, now) / $0.burst } ?? 1 }
        let middle = tokens.sorted()[tokens.count / 2]
        buckets = buckets.filter { key, bucket in
            (rates[key.kind].map { filled(bucket, $0, now) / $0.burst } ?? 1) < middle
        }
    }
}

/// Slows guessing of one matter's code: after a few misses each attempt waits longer before it is looked at. The
/// right code always opens the matter; nobody can be locked out by somebody else's guesses.
final class SlowDown: Sendable {
    private struct Misses {
        var count: Double
        var at: Instant
    }

    private let misses = Mutex<[String: Misses]>([:])
    private let most: Int

    static let free = 5.0
    static let longestSeconds = 8.0

    init(most: Int = 20_000) { self.most = most }

    /// How long an attempt at a matter has to wait, in seconds.
    func delay(for matter: String, at now: Instant) -> Double {
        let count = misses.withLock { $0[matter].map { faded($0, now) } ?? 0 }
        return count < Self.free ? 0 : min(Self.longestSeconds, 0.5 * (count - Self.free + 1))
    }

    /// Counts a miss.
    func miss(_ matter: String, at now: Instant) {
        misses.withLock { misses in
            if misses.count >= most, misses[matter] == nil {
                misses = misses.filter { faded($0.value, now) >= 1 }
                if misses.count >= most { misses.removeAll() }
            }
            misses[matter] = Misses(count: (misses[matter].map { faded($0, now) } ?? 0) + 1, at: now)
        }
    }

    /// Half of the misses are forgotten every ten minutes.
    private func faded(_ misses: Misses, _ now: Instant) -> Double {
        var count = misses.count
        var minutes = Double(max(0, now.milliseconds - misses.at.milliseconds)) / 60_000
        while minutes >= 10, count >= 0.5 {
            count /= 2
            minutes -= 10
        }
        return count * (1 - minutes / 20)
    }
}
