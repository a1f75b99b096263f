internal import Kernel
internal import Ledger
internal import Storage

/// A stored text of rules: a pack or a calendar, as its row holds it.
struct RuleRow: Sendable {
    /// `local-hotline/2`, or the number of a calendar.
    let key: String
    let body: String
    let hash: String
    var lastDay: LocalDate?
    let loadedAt: Instant
    let loadedBy: String

    /// What the seal stands for: every column, so that none can be changed without the key.
    private func sealed(_ kind: String) -> String {
        [kind, key, hash, lastDay?.description ?? "", "\(loadedAt.milliseconds)", loadedBy]
            .joined(separator: "\u{0}")
    }

    func seal(_ kind: RuleTables.Kind, keys: KeyRing) -> [UInt8] {
        keys.codeHash(sealed(kind.rawValue), context: "rule-text")
    }
}

/// Rows of rule packs and calendars.
enum RuleTables {
    enum Kind: String {
        case pack, calendar
    }

    static func insertPack(_ row: RuleRow, keys: KeyRing, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO rule_packs (reference, body, hash, last_day, loaded_at, loaded_by, seal)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                row.key, row.body, row.hash, row.lastDay, row.loadedAt, row.loadedBy, row.seal(.pack, keys: keys),
            ])
    }

    static func endPack(_ row: RuleRow, keys: KeyRing, in tx: any Transaction) throws {
        try tx.execute(
            "UPDATE rule_packs SET last_day = $1, seal = $2 WHERE reference = $3",
            [row.lastDay, row.seal(.pack, keys: keys), row.key])
    }

    static func insertCalendar(
        _ row: RuleRow, number: Int, version: String, keys: KeyRing, in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO calendars (number, version, body, hash, loaded_at, loaded_by, seal)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                number, version, row.body, row.hash, row.loadedAt, row.loadedBy, row.seal(.calendar, keys: keys),
            ])
    }

    /// All stored packs, each checked against its seal.
    static func packs(keys: KeyRing, in tx: any ReadTransaction) throws -> [RuleRow] {
        try tx.rows(
            "SELECT reference, body, hash, last_day, loaded_at, loaded_by, seal FROM rule_packs ORDER BY reference"
        ).map { row in
            let found = RuleRow(
                key: try row.text(0), body: try row.text(1), hash: try row.text(2), lastDay: try row.optionalDate(3),
                loadedAt: Instant(milliseconds: try row.int64(4)), loadedBy: try row.text(5))
            try check(found, .pack, seal: try row.blob(6), keys: keys)
            return found
        }
    }

    /// The calendar that was loaded last, checked against its seal.
    static func newestCalendar(keys: KeyRing, in tx: any ReadTransaction) throws -> RuleRow? {
        guard
            let row = try tx.first(
                """
                SELECT number, body, hash, loaded_at, loaded_by, seal FROM calendars ORDER BY number DESC LIMIT 1
                """)
        else { return nil }
        let found = RuleRow(
            key: "\(try row.int(0))", body: try row.text(1), hash: try row.text(2),
            loadedAt: Instant(milliseconds: try row.int64(3)), loadedBy: try row.text(4))
        try check(found, .calendar, seal: try row.blob(5), keys: keys)
        return found
    }

    /// All stored calendars in the order of loading, each checked against its seal.
    static func calendars(keys: KeyRing, in tx: any ReadTransaction) throws -> [RuleRow] {
        try tx.rows("SELECT number, body, hash, loaded_at, loaded_by, seal FROM calendars ORDER BY number").map { row in
            let found = RuleRow(
                key: "\(try row.int(0))", body: try row.text(1), hash: try row.text(2),
                loadedAt: Instant(milliseconds: try row.int64(3)), loadedBy: try row.text(4))
            try check(found, .calendar, seal: try row.blob(5), keys: keys)
            return found
        }
    }

    private static func check(_ row: RuleRow, _ kind: Kind, seal: [UInt8], keys: KeyRing) throws {
        guard RulePack.hash(of: row.body) == row.hash, constantTimeEqual(seal, row.seal(kind, keys: keys)) else {
            throw RuleStoreError.changed(kind == .pack ? "the rule pack \(row.key)" : "the calendar \(row.key)")
        }
    }

    static func packFacts(in tx: any ReadTransaction) throws -> [String: StoredPackFacts] {
        var out: [String: StoredPackFacts] = [:]
        for row in try tx.rows("SELECT reference, hash, last_day FROM rule_packs") {
            out[try row.text(0)] = StoredPackFacts(hash: try row.text(1), lastDay: try row.optionalDate(2))
        }
        return out
    }

    static func calendarFacts(in tx: any ReadTransaction) throws -> [Int: StoredCalendarFacts] {
        var out: [Int: StoredCalendarFacts] = [:]
        for row in try tx.rows("SELECT number, version, hash FROM calendars") {
            out[try row.int(0)] = StoredCalendarFacts(version: try row.text(1), hash: try row.text(2))
        }
        return out
    }

    /// Texts that are no longer what was loaded; for `jiaxin verify`.
    static func changedTexts(in tx: any ReadTransaction) throws -> [String] {
        let packs = try tx.rows("SELECT 'rule pack ' || reference, body, hash FROM rule_packs ORDER BY reference")
        let calendars = try tx.rows("SELECT 'calendar ' || version, body, hash FROM calendars ORDER BY number")
        return try (packs + calendars).compactMap { row in
            let hash = RulePack.hash(of: try row.text(1))
            return hash == (try row.text(2)) ? nil : "\(try row.text(0)): the text differs from its hash"
        }
    }
}
