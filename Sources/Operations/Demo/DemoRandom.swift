/// A small generator with a seed, so that the same seed makes the same county (SplitMix64).
struct DemoRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A generator of its own for one thing among many, independent of the order in which they are made.
    init(seed: UInt64, stream: UInt64) {
        var mixer = DemoRandom(seed: seed ^ (stream &* 0xD1B5_4A32_D192_ED03))
        state = mixer.next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A whole number in a range. Own arithmetic: the standard library may change how it draws.
    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() >> 11) % (range.upperBound - range.lowerBound + 1)
    }

    /// True so many times of a hundred.
    mutating func chance(_ percent: Double) -> Bool { fraction() * 100 < percent }

    /// At least 0 and less than 1.
    mutating func fraction() -> Double { Double(next() >> 11) / Double(1 << 53) }

    /// One of the elements; `nil` when there are none.
    mutating func pick<T>(_ all: [T]) -> T? { all.isEmpty ? nil : all[number(0...all.count - 1)] }

    /// One of the elements, or `fallback`.
    mutating func pick<T>(_ all: [T], or fallback: T) -> T { pick(all) ?? fallback }

    /// One key by weight.
    mutating func pick<T>(weighted all: [(T, Double)], or fallback: T) -> T {
        var rest = fraction() * all.reduce(0) { $0 + $1.1 }
        for (value, weight) in all {
            rest -= weight
            if rest < 0 { return value }
        }
        return all.last?.0 ?? fallback
    }
}
