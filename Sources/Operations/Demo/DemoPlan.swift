internal import Casework
internal import Kernel

/// When each demo matter is written, through which channel, and how far it is meant to go.
struct DemoPlan: Sendable {
    struct Item: Sendable {
        /// Its stream of random numbers.
        let index: Int
        let registeredAt: Instant
        let channel: Channel
        let pattern: Int
        /// Where its story stops even when there is time left; every phase has matters that stop there.
        let halt: CasePhase?
        let isGroup: Bool
    }

    /// In the order in which they were written.
    let items: [Item]

    /// How old a matter is that stops in a phase, in days.
    private static let ages: [CasePhase: (Double, Double)] = [
        .registered: (0.1, 2), .dispatched: (1, 5), .objected: (3, 9), .inHand: (6, 70), .replied: (9, 25),
        .delivered: (14, 38), .judged: (22, 60), .unjudged: (80, 150), .closed: (60, 175), .withdrawn: (5, 100),
        .routed: (3, 12), .reviewing: (60, 95), .reviewed: (75, 110), .concluded: (140, 178),
    ]

    private static let channels: [(Channel, Double)] = [
        (.web, 46), (.call, 24), (.visit, 12), (.letter, 9), (.homeVisit, 6), (.fax, 3),
    ]

    init(count: Int, seed: UInt64, now: Instant, patterns: [DemoData.Pattern], zone: CivilZone) {
        // What is merged is told at the end, when both letters are there.
        let phases = CasePhase.allCases.filter { $0 != .merged }
        // Two of the newest letters say the same, so that there is a pair to merge in every county.
        let pair = [0, phases.count * 2]
        let ordinary = patterns.firstIndex { !$0.isRestricted && !$0.keepsSecret && !$0.isUrgent && !$0.isGroup }
        var items: [Item] = []
        items.reserveCapacity(count)
        for index in 0..<count {
            var random = DemoRandom(seed: seed, stream: UInt64(index) &* 2 &+ 1)
            // The first ones show every phase and every channel, however small the county is; later ones now and then.
            let isShown = index < phases.count * 2 || random.chance(12)
            let isPaired = pair.contains(index)
            let halt: CasePhase? = isPaired ? .registered : isShown ? phases[index % phases.count] : nil
            let range = halt.flatMap { Self.ages[$0] } ?? (0, 182)
            let days = range.0 + (range.1 - range.0) * random.fraction()
            let channel =
                index < Channel.allCases.count * 2
                ? Channel.allCases[index % Channel.allCases.count]
                : random.pick(weighted: Self.channels, or: .web)
            let drawn = random.number(0...patterns.count - 1)
            let pattern = isPaired ? ordinary ?? drawn : drawn
            items.append(
                Item(
                    index: index, registeredAt: Self.moment(days, channel, now, zone, &random), channel: channel,
                    pattern: pattern, halt: halt, isGroup: patterns[pattern].isGroup && random.chance(70)))
        }
        self.items = items.sorted { ($0.registeredAt, $0.index) < ($1.registeredAt, $1.index) }
    }

    /// People write at any hour but sleep at night; counters and telephones are open by day.
    private static func moment(
        _ days: Double, _ channel: Channel, _ now: Instant, _ zone: CivilZone, _ random: inout DemoRandom
    ) -> Instant {
        let raw = now.adding(seconds: -Int64(days * 86_400))
        guard days > 1 else { return raw }
        var date = zone.date(of: raw)
        let isOpenAlways = channel == .web || channel == .call
        if !isOpenAlways, date.weekday > 5 { date = date.adding(days: 5 - date.weekday) }
        let hour =
            isOpenAlways
            ? random.pick([7, 8, 9, 10, 11, 12, 14, 15, 16, 19, 20, 20, 21, 22], or: 9)
            : random.pick([8, 9, 9, 10, 11, 14, 15, 16, 17], or: 9)
        let moment = zone.instant(of: date, hour: hour, minute: random.number(0...59), second: random.number(0...59))
        return min(moment, raw)
    }
}
