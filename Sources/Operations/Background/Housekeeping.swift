internal import Casework
internal import Kernel
internal import Ledger
public import Logging
public import Organisation
public import ServiceLifecycle
internal import Storage

/// What has to happen by itself while the server runs: windows for judging that end, the sealed count of streams,
/// forgotten sessions, the write-ahead log. Each process may do all of it; doing it twice does no harm.
public struct Housekeeping: Service {
    private let installation: Installation
    private let sessions: Sessions
    private let logger: Logger

    /// A piece of work with its pause.
    private struct Chore: Sendable {
        let name: String
        let every: Duration
        let run: @Sendable () async throws -> Int
    }

    /// - Parameters:
    ///   - installation: what is looked after.
    ///   - sessions: sign-ins that end.
    ///   - logger: hears what was done and what failed.
    public init(_ installation: Installation, sessions: Sessions, logger: Logger) {
        self.installation = installation
        self.sessions = sessions
        self.logger = logger
    }

    /// Works until the server stops.
    public func run() async throws {
        let tasks = self.tasks
        await cancelWhenGracefulShutdown {
            var due = tasks.map { _ in ContinuousClock.now.advanced(by: .seconds(2)) }
            while !Task.isCancelled {
                for (index, task) in tasks.enumerated() where ContinuousClock.now >= due[index] {
                    await perform(task)
                    due[index] = ContinuousClock.now.advanced(by: task.every)
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
        // The last streams are sealed as far as they are old enough.
        if let seal = tasks.first(where: { $0.name == "seal" }) { await perform(seal) }
    }

    private func perform(_ task: Chore) async {
        do {
            let count = try await task.run()
            if count > 0 { logger.info("housekeeping", metadata: ["task": "\(task.name)", "count": "\(count)"]) }
        } catch {
            logger.error("housekeeping", metadata: ["task": "\(task.name)", "code": "\(type(of: error))"])
        }
    }

    private var tasks: [Chore] {
        let (installation, sessions) = (self.installation, self.sessions)
        let database = installation.database
        var tasks = [
            Chore(name: "seal", every: .seconds(60)) {
                try await StreamTally(keys: installation.keys).seal(database, now: installation.clock.now())
            },
            Chore(name: "windows", every: .seconds(300)) {
                var ended = 0
                while true {
                    let count = try await installation.casework.endWindows(limit: 200)
                    ended += count
                    if count < 200 || Task.isCancelled { return ended }
                }
            },
            Chore(name: "sessions", every: .seconds(900)) {
                try await sessions.purge()
                return 0
            },
            Chore(name: "submissions", every: .seconds(3600)) {
                let old = installation.clock.now().adding(days: -Self.submissionDays)
                return try await database.write { tx in try Submissions().forget(tx, before: old) }
            },
        ]
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
