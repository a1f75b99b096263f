internal import Casework
public import Kernel
internal import Organisation
internal import Storage
internal import Synchronization

/// Fills an empty store with a county that looks alive.
public struct Demo: Sendable {
    /// How many matters.
    public var matters: Int
    /// Chooses everything that looks like chance.
    public var seed: UInt64
    /// The county's present day.
    public var now: Instant

    /// Matters in one transaction.
    private static let batch = 200

    /// A county of a size.
    public init(matters: Int, seed: UInt64, now: Instant) {
        self.matters = matters
        self.seed = seed
        self.now = now
    }

    /// Loads the county.
    ///
    /// - Parameters:
    ///   - settings: names the store, which must be empty.
    ///   - progress: told the matters written and in all.
    /// - Returns: one-time sign-ins by role.
    public func load(
        _ settings: Settings, progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> [DemoLogin] {
        // Identifiers carry the time of what they name, as they would have if the county had used the program then.
        let past = MovingClock(now.adding(days: -400))
        // One-time passwords of 80 random bits need no slow hash, and demo data should not wait for one.
        let hasher = PasswordHasher(parameters: ScryptParameters(rounds: 1 << 10, blockSize: 8, parallelism: 1))
        let installation = try await Installation.open(
            settings, for: .begin, identifierClock: past, passwords: hasher)
        do {
            guard installation.isNew else {
                throw Trouble(.store, "the store is not empty; a demo county needs an empty one")
            }
            let logins = try await fill(installation, past, progress)
            await installation.close()
            return logins
        } catch {
            await installation.close()
            throw error
        }
    }

    private func fill(
        _ installation: Installation, _ past: MovingClock, _ progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> [DemoLogin] {
        let data = try DemoData()
        let zone = installation.deadlines.zone
        let start = zone.date(of: now).adding(days: -400)
        let logins = try await DemoCounty(data: data, store: installation.organisation).make(effectiveFrom: start)
        let world = DemoWorld(
            data: data, organisation: try await installation.organisation.current(), casework: installation.casework,
            zone: zone, now: now, seed: seed)
        let plan = DemoPlan(count: matters, seed: seed, now: now, patterns: data.patterns, zone: zone)
        let numbers = try await numbers(for: plan, zone, installation.database)
        var done = 0
        var next = Task { try make(0, plan, numbers, world, past) }
        while done < matters {
            let statements = try await next.value
            let end = min(done + Self.batch, matters)
            // The next batch is made while this one is written.
            if end < matters { next = Task { try make(end, plan, numbers, world, past) } }
            try await installation.database.write { tx in
                for group in statements { try tx.executeAll(group) }
            }
            done = end
            progress(done, matters)
        }
        past.move(to: now)
        try await DemoSupervision(installation, now: now).load()
        try await DemoTexts(installation, now: now).load()
        try await DemoReception(installation, now: now).load()
        _ = try await BoundaryImport(installation).run(
            text: try DemoData.boundaries(), by: .system("demo"))
        try await installation.casework.foldAllCounts()
        try await BulkLoad.finish(installation.database)
        return logins
    }

    private func make(
        _ start: Int, _ plan: DemoPlan, _ numbers: [Int], _ world: DemoWorld, _ past: MovingClock
    ) throws -> [[(String, [any SQLConvertible])]] {
        var stories: [CaseChronicle] = []
        for index in start..<min(start + Self.batch, plan.items.count) {
            let item = plan.items[index]
            past.move(to: item.registeredAt)
            let number = MatterNumber(date: world.zone.date(of: item.registeredAt), sequence: numbers[index])
            stories.append(try DemoStory.tell(item, number: number.description, in: world))
        }
        try link(&stories, plan.items[start...], world)
        try merge(&stories, plan.items[start...], world)
        return stories.map { $0.statements() }
    }

    /// Ties together what has to do with each other: letters of the same kind about the same place.
    private func link(
        _ stories: inout [CaseChronicle], _ items: ArraySlice<DemoPlan.Item>, _ world: DemoWorld
    ) throws {
        var random = DemoRandom(seed: seed, stream: UInt64(items.startIndex) &* 2 &+ 1_000_003)
        var last: [String: Int] = [:]
        for (index, item) in items.prefix(stories.count).enumerated() {
            let key = "\(item.pattern) \(stories[index].state.area ?? "")"
            defer { last[key] = index }
            guard let other = last[key], random.chance(40) else { continue }
            let (mine, theirs) = (stories[index].state, stories[other].state)
            let at = max(mine.lastAt, theirs.lastAt).adding(seconds: Int64(random.number(600...90_000)))
            guard at <= now, mine.restrictedTo == nil, theirs.restrictedTo == nil else { continue }
            let actor = try world.actor([.dispatcher], of: mine.receivedBy, &random)
            let kind: LinkKind = random.chance(30) ? .sameMatter : .related
            try stories[index].link(to: theirs.id, number: theirs.number, kind: kind, by: actor, at: at)
            try stories[other].link(to: mine.id, number: mine.number, kind: kind, by: actor, at: at)
        }
    }

    /// Now and then two letters of the same kind are one matter: they are merged as a dispatcher would.
    private func merge(
        _ stories: inout [CaseChronicle], _ items: ArraySlice<DemoPlan.Item>, _ world: DemoWorld
    ) throws {
        var random = DemoRandom(seed: seed, stream: UInt64(items.startIndex) &* 2 &+ 2_000_003)
        var first: [Int: Int] = [:]
        var merged = 0
        for (index, item) in items.prefix(stories.count).enumerated() where merged < max(1, stories.count / 60) {
            guard [.registered, .dispatched, .inHand].contains(stories[index].state.phase) else { continue }
            guard let other = first[item.pattern] else {
                first[item.pattern] = index
                continue
            }
            let pair = [stories[other].state, stories[index].state]
            guard let kept = MergeRule.kept(of: pair), let leaving = pair.first(where: { $0.id != kept.id }),
                MergeRule.bars(leaving, into: kept).isEmpty,
                let from = stories.firstIndex(where: { $0.state.id == leaving.id }),
                let into = stories.firstIndex(where: { $0.state.id == kept.id })
            else {
                // The next one may go together with this one.
                first[item.pattern] = index
                continue
            }
            let at = max(leaving.lastAt, kept.lastAt).adding(seconds: Int64(random.number(600...7_200)))
            guard at <= now else { continue }
            let actor = try world.actor([.dispatcher], of: kept.receivedBy, &random)
            var carrier = stories[into]
            try stories[from].merge(with: &carrier, reason: "同一处、同一问题，已电话核对。", by: actor, at: at)
            stories[into] = carrier
            first[item.pattern] = nil
            merged += 1
        }
    }

    /// Running numbers in the order of the letters; each month's block is reserved as a whole, so that real letters go
    /// on after it.
    private func numbers(for plan: DemoPlan, _ zone: CivilZone, _ database: any Database) async throws -> [Int] {
        let months = plan.items.map { MatterNumber.month(of: zone.date(of: $0.registeredAt)) }
        var next: [Int: Int] = [:]
        for (month, count) in months.reduce(into: [Int: Int](), { $0[$1, default: 0] += 1 }).sorted(by: {
            $0.key < $1.key
        }) {
            next[month] = try await BlockNumbering(database, blockSize: count).next(month: month)
        }
        return months.map { month in
            defer { next[month, default: 1] += 1 }
            return next[month, default: 1]
        }
    }
}

/// A clock that is set by hand.
final class MovingClock: WallClock, Sendable {
    private let instant: Mutex<Instant>

    init(_ instant: Instant) { self.instant = Mutex(instant) }

    func now() -> Instant { instant.withLock { $0 } }

    func move(to next: Instant) { instant.withLock { $0 = next } }
}
