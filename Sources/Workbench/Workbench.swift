internal import Crypto
public import Kernel
public import Ledger
public import Storage

/// What belongs to people at their desks and not to matters: saved filters, drafts, who has a matter open, and texts that
/// are kept ready.
///
/// Nothing here is part of the record: it holds no events and no right depends on it. Everything but the texts ends; of
/// those each version stays, because a signed reply says which one it used.
public struct Workbench: Sendable {
    /// Tables of this room.
    public static let migrations: [Migration] = [
        WorkbenchTables.migration, WorkbenchTables.canned, WorkbenchTables.shared,
    ]

    let database: any Database
    let ids: IdentifierGenerator
    let clock: any WallClock
    let draftKey: SymmetricKey
    let submissions = Submissions()
    /// Days after which a draft that nobody touched is thrown away.
    public let draftDays: Int

    /// Wires the room. All dependencies are explicit.
    public init(
        database: any Database, keys: KeyRing, ids: IdentifierGenerator, clock: any WallClock, draftDays: Int = 14
    ) {
        self.database = database
        self.ids = ids
        self.clock = clock
        self.draftDays = draftDays
        draftKey = keys.derived(for: "drafts")
    }

    /// Throws away what has ended: drafts that nobody touched, and who was here.
    ///
    /// - Returns: how many drafts.
    @discardableResult
    public func keepHouse() async throws -> Int {
        let now = clock.now()
        let old = now.adding(days: -draftDays)
        return try await database.write { tx in
            try tx.execute("DELETE FROM desk_presence WHERE until <= $1", [now])
            return try tx.execute("DELETE FROM desk_drafts WHERE saved_at < $1", [old])
        }
    }

    /// Throws away all drafts on a matter, because what they may tell was erased.
    public func forgetDrafts(on matter: CaseID) async throws {
        try await database.write { tx in try tx.execute("DELETE FROM desk_drafts WHERE case_id = $1", [matter]) }
    }
}

enum WorkbenchTables {
    static let migration = Migration(
        "workbench: saved filters, drafts, who is here",
        [
            """
            CREATE TABLE desk_filters (
              id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL, unit_id INTEGER, name TEXT NOT NULL,
              address TEXT NOT NULL, made_at INTEGER NOT NULL)
            """,
            "CREATE INDEX desk_filters_by_owner ON desk_filters (owner_id, id) WHERE unit_id IS NULL",
            "CREATE INDEX desk_filters_by_unit ON desk_filters (unit_id, id) WHERE unit_id IS NOT NULL",
            """
            CREATE TABLE desk_drafts (
              case_id INTEGER NOT NULL, staff_id INTEGER NOT NULL, form TEXT NOT NULL, revision INTEGER NOT NULL,
              saved_at INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (case_id, staff_id, form))
            """,
            "CREATE INDEX desk_drafts_by_time ON desk_drafts (saved_at)",
            """
            CREATE TABLE desk_presence (
              case_id INTEGER NOT NULL, staff_id INTEGER NOT NULL, until INTEGER NOT NULL, writing INTEGER NOT NULL,
              PRIMARY KEY (case_id, staff_id))
            """,
            "CREATE INDEX desk_presence_by_end ON desk_presence (until)",
        ])

    static let canned = Migration(
        "workbench: texts kept ready",
        [
            """
            CREATE TABLE canned_texts (
              id INTEGER PRIMARY KEY, version INTEGER NOT NULL, name TEXT NOT NULL, form TEXT NOT NULL, category TEXT,
              unit_id INTEGER NOT NULL, owner_id INTEGER NOT NULL, valid_until TEXT NOT NULL, body TEXT NOT NULL,
              retired INTEGER NOT NULL, changed_by INTEGER NOT NULL, changed_at INTEGER NOT NULL)
            """,
            "CREATE INDEX canned_texts_by_unit ON canned_texts (unit_id, retired, valid_until)",
            "CREATE INDEX canned_texts_by_owner ON canned_texts (owner_id, retired, valid_until)",
            """
            CREATE TABLE canned_versions (
              text_id INTEGER NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, form TEXT NOT NULL, category TEXT,
              unit_id INTEGER NOT NULL, owner_id INTEGER NOT NULL, valid_until TEXT NOT NULL, body TEXT NOT NULL,
              retired INTEGER NOT NULL, changed_by INTEGER NOT NULL, changed_at INTEGER NOT NULL,
              PRIMARY KEY (text_id, version))
            """,
        ])

    /// What a text will say from a day on, and texts for one person alone.
    static let shared = Migration(
        "workbench: texts that wait",
        [
            """
            CREATE TABLE canned_waiting (
              id INTEGER PRIMARY KEY, text_id INTEGER NOT NULL UNIQUE, version INTEGER NOT NULL, name TEXT NOT NULL,
              form TEXT NOT NULL, category TEXT, unit_id INTEGER NOT NULL, owner_id INTEGER NOT NULL,
              valid_until TEXT NOT NULL, body TEXT NOT NULL, retired INTEGER NOT NULL, changed_by INTEGER NOT NULL,
              changed_at INTEGER NOT NULL, personal INTEGER NOT NULL)
            """,
            "ALTER TABLE canned_texts ADD COLUMN personal INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE canned_versions ADD COLUMN personal INTEGER NOT NULL DEFAULT 0",
        ])
}
