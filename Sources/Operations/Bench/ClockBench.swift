internal import Casework
internal import Foundation
internal import Kernel
internal import Ledger
internal import Organisation
internal import Storage

/// What `make bench` measures of clocks: a store full of open matters, counting all of them anew after a calendar
/// change, and the sweep over those that have run out. Each part is a process of its own, so that it can be killed.
public struct ClockBench: Sendable {
    /// What a part did.
    public struct Result: Sendable {
        /// Clocks or matters that were looked at.
        public var looked = 0
        /// Matters that were written.
        public var changed = 0
        /// How long it took.
        public var seconds = 0.0
        /// Whether everything is done.
        public var isFinished = true

        /// A line of JSON with the most memory that the process ever held.
        public var line: String {
            String(
                format: "{\"looked\": %d, \"changed\": %d, \"seconds\": %.2f, \"finished\": %@, \"peakMB\": %.0f}",
                looked,
                changed, seconds, isFinished ? "true" : "false", ClockBench.peakMegabytes)
        }
    }

    private let settings: Settings
    /// Matters in one transaction.
    private static let batch = 500

    /// - Parameter settings: which store.
    public init(_ settings: Settings) { self.settings = settings }

    /// The day before the last working day of a year of which the next is unknown: five working days lead into it.
    private static let loadedAt = CivilZone.shanghai.instant(of: LocalDate(daysSinceEpoch: 20_817), hour: 10)
    /// A month later all clocks of these matters have run out.
    private static let sweptAt = loadedAt.adding(days: 33)

    /// Fills the store with matters that were passed on to a department and wait there, two clocks each.
    public func load(matters: Int, progress: @Sendable (_ done: Int, _ of: Int) -> Void) async throws -> Result {
        try await with(Self.loadedAt) { installation in
            let started = ContinuousClock.now
            let office = try await CountyOffice.ensure(in: installation)
            let unit = try await installation.organisation.addUnit(
                NewUnit(
                    code: "bench-\(installation.clock.now().milliseconds)-\(matters)",
                    name: LocalizedName(zh: "县水务局", en: "Water"), kind: .department, parent: office),
                by: .system("bench"))
            let first = try await BlockNumbering(installation.database, blockSize: matters)
                .next(month: MatterNumber.month(of: installation.deadlines.zone.date(of: Self.loadedAt)))
            var done = 0
            var next = Task { try Self.make(first, min(Self.batch, matters), office, unit, installation) }
            while done < matters {
                let statements = try await next.value
                let end = min(done + Self.batch, matters)
                // The next batch is made while this one is written.
                if end < matters {
                    let count = min(Self.batch, matters - end)
                    next = Task { try Self.make(first + end, count, office, unit, installation) }
                }
                try await installation.database.write { tx in
                    for group in statements { try tx.executeAll(group) }
                }
                done = end
                progress(done, matters)
            }
            try await BulkLoad.finish(installation.database)
            return Result(looked: matters, changed: matters, seconds: Self.since(started))
        }
    }

    private static func make(
        _ number: Int, _ count: Int, _ office: UnitID, _ unit: UnitID, _ installation: Installation
    ) throws -> [[(String, [any SQLConvertible])]] {
        let date = installation.deadlines.zone.date(of: loadedAt)
        return try (number..<number + count).map { number in
            let opening = ChronicleOpening(
                number: MatterNumber(date: date, sequence: number).description, channel: .web, title: "停水", body: "停水了",
                receivedBy: office, reporter: ChronicleReporter(anonymous: true, codeName: "bench-\(number)"))
            var chronicle = try CaseChronicle(opening, by: .newReporter, at: loadedAt, in: installation.casework)
            try chronicle.take(
                .dispatch(lead: unit, entry: nil, entryVersion: nil, reason: chronicle.text("归水务局")),
                by: .system("bench"), at: loadedAt)
            return chronicle.statements()
        }
    }

    /// Counts all running clocks anew under a calendar of another version; with the next year known, every matter's
    /// time for objecting changes. Goes on where a killed run stopped.
    public func recompute(
        version: String, progress: @Sendable (_ changed: Int) -> Void
    ) async throws -> Result {
        try await with(Self.loadedAt) { installation in
            let text = try WorkingCalendar.builtInText().split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.hasPrefix("version\t") ? "version\t\(version)" : String($0) }.joined(separator: "\n")
            let next = "\nyear\t2027\t2027\tbench\noff\t2027-01-01\t2027-01-03\t元旦\n"
            _ = try await installation.rules.loadCalendar(
                text + next, following: installation.deadlines.calendar, by: .system("bench"))
        }
        // Opened anew, as a server that starts after the notice was loaded.
        return try await with(Self.loadedAt) { installation in
            let started = ContinuousClock.now
            let end = try await installation.casework.recomputeClocks(batch: Self.batch) { progress($0.changed) }
            return Result(
                looked: end.looked, changed: end.changed, seconds: Self.since(started), isFinished: end.isFinished)
        }
    }

    /// Sweeps clocks that have run out, at most about so many.
    public func sweep(limit: Int, progress: @Sendable (_ looked: Int) -> Void) async throws -> Result {
        try await with(Self.sweptAt) { installation in
            let started = ContinuousClock.now
            let limiter = SweepLimit(limit)
            let sweep = try await installation.casework.escalateOverdue(
                progress: { sweep in
                    limiter.note(sweep.looked)
                    progress(sweep.looked)
                }, mayGoOn: { limiter.mayGoOn })
            return Result(
                looked: sweep.looked, changed: sweep.escalated, seconds: Self.since(started),
                isFinished: limiter.mayGoOn)
        }
    }

    /// How the engine reads what has run out, and milliseconds for a thousand of them, read page by page.
    public func reading(pages: Int) async throws -> (plan: [String], milliseconds: Double) {
        try await with(Self.sweptAt) { installation in
            let plan = try await installation.casework.overduePlan()
            let started = ContinuousClock.now
            let read = try await installation.casework.readOverdue(pages: pages, of: 1_000)
            return (plan, Self.since(started) * 1_000_000 / Double(max(1, read)))
        }
    }

    private func with<T: Sendable>(
        _ moment: Instant, _ body: (Installation) async throws -> T
    ) async throws -> T {
        let installation = try await Installation.open(
            settings, for: .begin, clock: FixedClock(moment), identifierClock: SystemClock())
        do {
            let result = try await body(installation)
            await installation.close()
            return result
        } catch {
            await installation.close()
            throw error
        }
    }

    private static func since(_ start: ContinuousClock.Instant) -> Double {
        let elapsed = start.duration(to: .now).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    }

    /// The most memory that this process held so far; 0 where the system does not tell.
    static var peakMegabytes: Double {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Double($0)
            })
        else { return 0 }
        return kilobytes / 1024
    }
}
