public import Casework
internal import Foundation
public import Kernel
public import Ledger
public import Organisation
public import Sheets
public import Storage

extension Named {
    /// Something that is done to many matters.
    public enum Run {}
}

/// Identifies a run.
public typealias RunID = Identifier<Named.Run>

/// What is done to many matters at once: the frozen selection, what will happen to each, the work in the background and
/// the report. A run belongs to the person who began it; every act in it is that person's, with what they may do when it
/// happens.
///
/// Nothing here is part of the record: what was done stands in the events of each matter, and runs end after some weeks.
public struct Bulk: Sendable {
    /// Tables of this room.
    public static let migrations: [Migration] = [BulkTables.migration]

    /// More matters than this are not taken into one run.
    public static let mostMatters = 2_000
    /// Matters of one piece of work; several servers share a run by pieces.
    static let piece = 25
    /// The kind of its jobs.
    static let jobKind = "bulk"
    /// Days after which a report is thrown away.
    public static let reportDays = 30
    /// Hours after which a plan that was not begun, and a file, is thrown away.
    public static let fileHours: Int64 = 24

    let database: any Database
    let keys: KeyRing
    let ids: IdentifierGenerator
    let clock: any WallClock
    let casework: Casework
    let organisation: OrganisationStore
    let submissions = Submissions()
    let jobs: JobQueue

    /// Wires the room. All dependencies are explicit.
    public init(
        database: any Database, keys: KeyRing, ids: IdentifierGenerator, clock: any WallClock, casework: Casework,
        organisation: OrganisationStore
    ) {
        self.database = database
        self.keys = keys
        self.ids = ids
        self.clock = clock
        self.casework = casework
        self.organisation = organisation
        var jobs = JobQueue()
        // A server that was killed is followed soon; a living one asks for more time as it goes.
        jobs.leaseSeconds = 15
        jobs.firstPauseSeconds = 2
        self.jobs = jobs
    }

    /// Throws away what has ended: old reports, plans that nobody began, files.
    ///
    /// - Returns: how many runs.
    @discardableResult
    public func keepHouse() async throws -> Int {
        let now = clock.now()
        let (old, stale) = (now.adding(days: -Self.reportDays), now.adding(seconds: -Self.fileHours * 3600))
        return try await database.write { tx in
            let files = try tx.rows(
                "SELECT id FROM bulk_runs WHERE has_file = 1 AND finished_at < $1 ORDER BY id LIMIT 50", [stale])
            for row in files { try Self.removeFile(of: try row.id(0), in: tx) }
            let runs = try tx.rows(
                """
                SELECT id FROM bulk_runs WHERE made_at < $1 OR (state = 'draft' AND made_at < $2) ORDER BY id LIMIT 50
                """, [old, stale])
            for row in runs {
                let id: RunID = try row.id(0)
                try Self.removeFile(of: id, in: tx)
                try tx.execute("DELETE FROM bulk_items WHERE run_id = $1", [id])
                try tx.execute("DELETE FROM bulk_runs WHERE id = $1", [id])
            }
            return runs.count
        }
    }

    /// Throws all files away, because what they tell of somebody was erased.
    public func forgetFiles() async throws {
        try await database.write { tx in
            try tx.execute("DELETE FROM bulk_files")
            try tx.execute("UPDATE bulk_runs SET has_file = 0")
        }
    }

    static func removeFile(of id: RunID, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM bulk_files WHERE run_id = $1", [id])
        try tx.execute("UPDATE bulk_runs SET has_file = 0 WHERE id = $1", [id])
    }

    // MARK: What a run is about

    func seal(_ plan: RunPlan, _ id: RunID) throws -> [UInt8] {
        try keys.seal(secret: Array(try JSONEncoder().encode(plan)), context: "bulk:\(id)")
    }

    func open(_ sealed: [UInt8], _ id: RunID) throws -> RunPlan {
        try JSONDecoder().decode(RunPlan.self, from: Data(try keys.open(secret: sealed, context: "bulk:\(id)")))
    }
}

/// What a run is about. It is sealed in the store: reasons and the words of a search may name somebody.
public struct RunPlan: Codable, Hashable, Sendable {
    /// The kinds of runs; which form the page shows.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case dispatch, assign, tag, untag, link, unlink, recall, export
    }

    /// What kind.
    public var kind: Kind
    /// The act with all that it needs; nothing before that was chosen.
    public var act: BulkAct?
    /// The list that the matters were taken from, in the words of addresses.
    public var list: String
    /// The form of a file.
    public var format: SheetFormat?
    /// The language of a file: `zh-Hans`.
    public var language: String?
    /// The run whose acts are taken back or tried again.
    public var after: RunID?

    /// A plan.
    public init(
        kind: Kind, act: BulkAct? = nil, list: String, format: SheetFormat? = nil, language: String? = nil,
        after: RunID? = nil
    ) {
        self.kind = kind
        self.act = act
        self.list = list
        self.format = format
        self.language = language
        self.after = after
    }
}

enum BulkTables {
    static let migration = Migration(
        "bulk: runs over many matters",
        [
            """
            CREATE TABLE bulk_runs (
              id INTEGER PRIMARY KEY, staff_id INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
              plan BLOB NOT NULL, total INTEGER NOT NULL, made_at INTEGER NOT NULL, started_at INTEGER,
              finished_at INTEGER, problem TEXT, has_file INTEGER NOT NULL, size INTEGER NOT NULL)
            """,
            "CREATE INDEX bulk_runs_by_staff ON bulk_runs (staff_id, id)",
            "CREATE INDEX bulk_runs_by_time ON bulk_runs (made_at)",
            """
            CREATE TABLE bulk_items (
              run_id INTEGER NOT NULL, position INTEGER NOT NULL, case_id INTEGER NOT NULL, state TEXT NOT NULL,
              forecast TEXT, problem TEXT, done_at INTEGER, PRIMARY KEY (run_id, position))
            """,
            "CREATE INDEX bulk_items_by_state ON bulk_items (run_id, state, position)",
            """
            CREATE TABLE bulk_files (
              run_id INTEGER NOT NULL, piece INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (run_id, piece))
            """,
        ])
}
