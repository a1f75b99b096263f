internal import Attachments
internal import Casework
internal import Kernel
internal import Ledger
public import Logging
public import Organisation
internal import Reception
public import SealedReports
public import ServiceLifecycle
internal import Storage
internal import Synchronization
internal import Workbench

/// What has to happen by itself while the server runs: windows for judging that end, clocks that have run out, dates
/// that follow a new calendar, the sealed count of streams, forgotten sessions, the write-ahead log. Each process may
/// do all of it; doing it twice does no harm.
public struct Housekeeping: Service, CustomStringConvertible {
    /// The library that runs services logs them as text; the parts of this one are nobody's business.
    public var description: String { "Housekeeping" }

    private let installation: Installation
    private let sessions: Sessions
    private let sealed: SealedReports?
    private let logger: Logger
    private let noted = NotedLately()

    /// A piece of work with its pause.
    private struct Chore: Sendable {
        let name: String
        let every: Duration
        let run: @Sendable () async throws -> Int
    }

    /// - Parameters:
    ///   - installation: what is looked after.
    ///   - sessions: sign-ins that end.
    ///   - sealed: the channel of sealed reports, where an organ is connected.
    ///   - logger: hears what was done and what failed.
    public init(
        _ installation: Installation, sessions: Sessions, sealed: SealedReports? = nil, logger: Logger
    ) {
        self.installation = installation
        self.sessions = sessions
        self.sealed = sealed
        self.logger = logger
    }

    /// Works until the server stops.
    public func run() async throws {
        let lines = [watching, trying, quick, long]
        await cancelWhenGracefulShutdown {
            // What can take minutes has a line of its own: nothing else waits for it.
            await withTaskGroup { group in
                for chores in lines { group.addTask { await work(through: chores) } }
            }
        }
        // The last streams are sealed as far as they are old enough.
        if let seal = quick.first(where: { $0.name == "seal" }) { await perform(seal) }
    }

    private func work(through chores: [Chore]) async {
        var due = chores.map { _ in ContinuousClock.now.advanced(by: .seconds(2)) }
        while !Task.isCancelled {
            for (index, chore) in chores.enumerated() where ContinuousClock.now >= due[index] && !Task.isCancelled {
                await perform(chore)
                due[index] = ContinuousClock.now.advanced(by: chore.every)
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func perform(_ task: Chore) async {
        let (database, clock) = (installation.database, installation.clock)
        do {
            let count = try await task.run()
            if noted.isTime(task.name) {
                try await database.write { tx in try ChoreLog().note(task.name, at: clock.now(), in: tx) }
            }
            if count > 0 { logger.info("housekeeping", metadata: ["task": "\(task.name)", "count": "\(count)"]) }
        } catch {
            logger.error("housekeeping", metadata: ["task": "\(task.name)", "code": "\(type(of: error))"])
            noted.forget(task.name)
            let code = "\(type(of: error))"
            try? await database.write { tx in
                try ChoreLog().note(task.name, failure: code, at: clock.now(), in: tx)
            }
        }
    }

    /// Packs and calendars that another process loaded count here within seconds.
    private var watching: [Chore] {
        let (rules, logger, told) = (installation.currentRules, self.logger, ToldLately())
        return [
            Chore(name: "rules", every: .seconds(1)) {
                do {
                    return try await rules.refresh() ? 1 : 0
                } catch {
                    // What counts goes on counting; the log need not hear of it every second.
                    if told.isTime() { throw error }
                    logger.debug("housekeeping", metadata: ["task": "rules"])
                    return 0
                }
            }
        ]
    }

    /// Changes of rules that somebody tries on matters of the past; whoever asked looks at the page meanwhile.
    private var trying: [Chore] {
        let casework = installation.casework
        return [Chore(name: "trials", every: .seconds(2)) { try await casework.runTrial() }]
    }

    /// Chores over very many matters; they stop between two batches, and go on there.
    private var long: [Chore] {
        let (installation, casework, logger) = (installation, installation.casework, self.logger)
        let (organisation, hour) = (installation.organisation, installation.settings.reportHour)
        let rules = installation.currentRules
        return [
            Chore(name: "escalate", every: .seconds(300)) {
                let sweep = try await casework.escalateOverdue()
                if sweep.failed > 0 {
                    logger.error("housekeeping", metadata: ["task": "escalate", "failed": "\(sweep.failed)"])
                }
                return sweep.escalated
            },
            Chore(name: "handOvers", every: .seconds(5)) {
                let workbench = installation.workbench
                return try await casework.carryOnHandOvers { try await workbench.takeAlong($0, from: $1, to: $2) }
            },
            Chore(name: "reports", every: .seconds(60)) {
                try await casework.makeDueReports(fromHour: hour, try await organisation.current())
            },
            Chore(name: "files", every: .seconds(6 * 3600)) {
                try await casework.attachments?.removeOrphans() ?? 0
            },
            Chore(name: "recompute", every: .seconds(5)) {
                // With an older calendar than the store's, days would be counted back.
                try await rules.refresh()
                guard try await casework.needsRecomputation() else { return 0 }
                let told = ToldLately()
                let end = try await casework.recomputeClocks(progress: { stand in
                    guard told.isTime() else { return }
                    logger.info(
                        "recomputing clocks",
                        metadata: [
                            "calendar": "\(stand.calendar)", "looked": "\(stand.looked)", "changed": "\(stand.changed)",
                        ])
                })
                return end.changed
            },
        ]
    }

    private var quick: [Chore] {
        let (installation, sessions) = (self.installation, self.sessions)
        let database = installation.database
        var tasks = [
            Chore(name: "seal", every: .seconds(60)) {
                try await StreamTally(keys: installation.keys).seal(database, now: installation.clock.now())
            },
            Chore(name: "counts", every: .seconds(5)) {
                // Not logged: it happens after every act.
                while try await installation.casework.foldCounts() == 500, !Task.isCancelled {}
                return 0
            },
            Chore(name: "windows", every: .seconds(300)) {
                var ended = 0
                while true {
                    let count = try await installation.casework.endWindows(limit: 200)
                    ended += count
                    if count < 200 || Task.isCancelled { return ended }
                }
            },
            Chore(name: "uploads", every: .seconds(600)) {
                guard let attachments = installation.casework.attachments else { return 0 }
                return try await attachments.sweep() + attachments.forgetStaged()
            },
            Chore(name: "sessions", every: .seconds(900)) {
                try await sessions.purge()
                return 0
            },
            Chore(name: "desks", every: .seconds(60)) { try await installation.workbench.keepHouse() },
            Chore(name: "submissions", every: .seconds(3600)) {
                let old = installation.clock.now().adding(days: -Self.submissionDays)
                return try await database.write { tx in try Submissions().forget(tx, before: old) }
            },
            Chore(name: "plans", every: .seconds(60)) {
                let today = installation.deadlines.zone.date(of: installation.clock.now())
                return try await installation.organisation.carryOutPlans(today: today)
            },
            Chore(name: "signIns", every: .seconds(6 * 3600)) {
                try await installation.organisation.forgetOldSignIns()
            },
            Chore(name: "reception", every: .seconds(3600)) { try await installation.reception.keepHouse() },
            Chore(name: "rulePlans", every: .seconds(30)) {
                let today = installation.casework.today
                return try await installation.organisation.beginPlans(today: today) ? 1 : 0
            },
            Chore(name: "ruleDrafts", every: .seconds(3600)) {
                try await installation.ruleDrafts.keepHouse() + installation.casework.trials.keepHouse()
            },
            Chore(name: "follows", every: .seconds(3600)) { try await installation.casework.forgetOldFollows() },
        ]
        if let sealed {
            tasks.append(
                Chore(name: "sealed", every: .seconds(300)) {
                    try await sealed.keepHouse()
                    // What there was to do is nobody's business.
                    return 0
                })
        }
        if database.dialect.engine == .sqlite {
            tasks.append(
                Chore(name: "log", every: .seconds(120)) {
                    // Copies the log into the file while nobody waits; readers may hold it back, which is fine.
                    do { try await database.maintain("PRAGMA wal_checkpoint(PASSIVE)") } catch StorageError.busy {}
                    return 0
                })
        }
        return tasks
    }

    /// For so long a form that is sent again gets the same answer.
    static let submissionDays = 30
}

/// Lets the end of each piece of work be written down every ten minutes at most: most of it runs every minute.
private final class NotedLately: Sendable {
    private let last = Mutex<[String: ContinuousClock.Instant]>([:])

    func isTime(_ name: String) -> Bool {
        let now = ContinuousClock.now
        return last.withLock { last in
            if let then = last[name], now - then < .seconds(600) { return false }
            last[name] = now
            return true
        }
    }

    func forget(_ name: String) { last.withLock { $0[name] = nil } }
}

/// Lets something be told every ten seconds at most.
private final class ToldLately: Sendable {
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    func isTime() -> Bool {
        let now = ContinuousClock.now
        return last.withLock { last in
            if let last, now - last < .seconds(10) { return false }
            last = now
            return true
        }
    }
}
