public import Kernel

/// A full-text index over erasable texts: the same tokens and the same answers on both engines, newest first.
///
/// The index holds tokens, never the text; a text's identifier is its row.
public struct SearchIndex: Sendable {
    private let name: String
    private let tokenizer = SearchText()

    /// - Parameter name: the table; a store can have several indexes (staff, public).
    public init(name: String = "search") { self.name = name }

    /// The step that creates the index.
    public func migration(_ title: String) -> Migration {
        Migration(
            title, [],
            engine: [
                .sqlite: [
                    // Tokens are made here, so the module only splits at blanks: every non-ASCII byte belongs to a word.
                    """
                    CREATE VIRTUAL TABLE \(name) USING fts5(
                        tokens, content='', detail=none, columnsize=0, tokenize='ascii')
                    """,
                    // What is indexed: a contentless table cannot tell, and forgetting a text twice would spoil it.
                    "CREATE TABLE \(name)_entries (text_id INTEGER PRIMARY KEY) STRICT",
                ],
                .postgres: [
                    "CREATE TABLE \(name) (text_id bigint PRIMARY KEY, tokens tsvector NOT NULL)",
                    "CREATE INDEX \(name)_by_token ON \(name) USING gin (tokens)",
                ],
            ])
    }

    /// Makes a text findable; the caller's transaction decides whether it stays.
    ///
    /// - Parameters:
    ///   - tx: the transaction that keeps the text.
    ///   - id: the text.
    ///   - text: its words.
    public func add(_ tx: any Transaction, _ id: TextID, _ text: String) throws {
        try tx.executeAll(insertions(id, text, dialect: tx.dialect))
    }

    /// The statements of `add`, made before the transaction so that cutting words does not hold the writer.
    public func insertions(_ id: TextID, _ text: String, dialect: Dialect) -> [(String, [any SQLConvertible])] {
        let tokens = tokenizer.tokenLine(of: text)
        switch dialect.engine {
        case .sqlite:
            return [
                ("INSERT INTO \(name)_entries (text_id) VALUES ($1)", [id]),
                ("INSERT INTO \(name) (rowid, tokens) VALUES ($1, $2)", [id, tokens]),
            ]
        case .postgres:
            // No tokens: the array is empty, not one empty lexeme.
            return [
                (
                    """
                    INSERT INTO \(name) (text_id, tokens)
                    VALUES ($1, array_to_tsvector(array_remove(string_to_array($2, ' '), '')))
                    """, [id, tokens]
                )
            ]
        }
    }

    /// Removes a text; nothing happens when it is not indexed.
    ///
    /// - Parameter text: exactly what was added: SQLite's contentless index needs the same tokens.
    public func remove(_ tx: any Transaction, _ id: TextID, _ text: String) throws {
        switch tx.dialect.engine {
        case .sqlite:
            guard try tx.execute("DELETE FROM \(name)_entries WHERE text_id = $1", [id]) == 1 else { return }
            let tokens = tokenizer.tokenLine(of: text)
            try tx.execute("INSERT INTO \(name) (\(name), rowid, tokens) VALUES ('delete', $1, $2)", [id, tokens])
        case .postgres:
            try tx.execute("DELETE FROM \(name) WHERE text_id = $1", [id])
        }
    }

    /// A SELECT of one column, the identifiers of matching texts, newest first.
    public struct Clause: Sendable {
        /// The SELECT, for use on its own or in parentheses.
        public let sql: String
        /// Its values, for the placeholders from the asked-for number on.
        public let values: [SQLValue]
    }

    /// The SELECT that finds texts in which all terms occur; `nil` when there is nothing to look for.
    ///
    /// - Parameters:
    ///   - before: only older texts than this one (the last of the page before).
    ///   - limit: at most so many; `nil` inside a larger query that limits itself.
    ///   - placeholderStart: the number of the first placeholder to use.
    public func matchClause(
        _ terms: [SearchText.Term], before: TextID? = nil, limit: Int? = nil, dialect: Dialect,
        placeholderStart: Int = 1
    ) -> Clause? {
        guard !terms.isEmpty else { return nil }
        let isSQLite = dialect.engine == .sqlite
        let id = isSQLite ? "rowid" : "text_id"
        var values: [SQLValue] = [
            .text(terms.map { expression($0, dialect) }.joined(separator: isSQLite ? " " : " & "))
        ]
        var sql = "SELECT \(id) FROM \(name) WHERE "
        sql += isSQLite ? "\(name) MATCH $\(placeholderStart)" : "tokens @@ CAST($\(placeholderStart) AS tsquery)"
        if let before {
            sql += " AND \(id) < $\(placeholderStart + values.count)"
            values.append(before.sqlValue)
        }
        sql += " ORDER BY \(id) DESC"
        if let limit {
            sql += " LIMIT $\(placeholderStart + values.count)"
            values.append(limit.sqlValue)
        }
        return Clause(sql: sql, values: values)
    }

    /// Identifiers of texts that hold everything the query asks for, newest first; none for an empty query.
    public func textIDs(
        _ tx: any ReadTransaction, matching query: String, before: TextID? = nil, limit: Int
    ) throws -> [TextID] {
        let terms = tokenizer.terms(of: query)
        guard let clause = matchClause(terms, before: before, limit: limit, dialect: tx.dialect) else { return [] }
        return try tx.rows(clause.sql, clause.values).map { try $0.id(0) }
    }

    /// After erasures: makes sure that no page of the store still holds removed tokens or texts.
    ///
    /// - Parameter tables: tables whose rows were erased too; PostgreSQL rewrites them. (Its write-ahead log and
    ///   older backups are the operator's to expire.)
    /// - Throws: `StorageError.busy` when others read for so long that nothing could be purged; try later.
    public func purge(_ database: any Database, tables: [String] = []) async throws {
        switch database.dialect.engine {
        case .sqlite:
            let name = self.name
            try await database.write { tx in try tx.execute("INSERT INTO \(name) (\(name)) VALUES ('optimize')") }
            try await database.maintain("PRAGMA wal_checkpoint(TRUNCATE)")
            try await database.maintain("VACUUM")
            try await database.maintain("PRAGMA wal_checkpoint(TRUNCATE)")
        case .postgres:
            try await waitForOlderTransactions(database)
            for table in [name] + tables { try await database.maintain("VACUUM FULL \(table)") }
        }
    }

    /// A rewrite keeps rows that an older snapshot could still see, so older transactions must end first: those that
    /// read here, and those that write anywhere on the server (a new snapshot reaches back to them).
    private func waitForOlderTransactions(_ database: any Database) async throws {
        let start = try await database.read { tx in
            try tx.first(
                """
                SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint),
                    CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)
                """)?.values ?? []
        }
        for _ in 0..<600 {
            let older = try await database.read { tx in
                try tx.first(
                    """
                    SELECT COUNT(*), CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) < $2
                    FROM pg_stat_activity WHERE datname = current_database()
                    AND pid <> pg_backend_pid() AND extract(epoch FROM xact_start) * 1000000 <= $1
                    """, start)
            }
            if try older?.int(0) == 0, try older?.bool(1) == false { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw StorageError.busy
    }

    /// Terms hold letters and digits only; they are quoted all the same.
    private func expression(_ term: SearchText.Term, _ dialect: Dialect) -> String {
        let (text, isPrefix) =
            switch term {
            case .token(let text): (text, false)
            case .prefix(let text): (text, true)
            }
        switch dialect.engine {
        case .sqlite:
            return "\"\(text.replacingCharacter("\"", with: "\"\""))\"" + (isPrefix ? " *" : "")
        case .postgres:
            let escaped = text.replacingCharacter("\\", with: "\\\\").replacingCharacter("'", with: "''")
            return "'\(escaped)'" + (isPrefix ? ":*" : "")
        }
    }
}

extension String {
    fileprivate func replacingCharacter(_ character: Character, with text: String) -> String {
        reduce(into: "") { out, next in out += next == character ? text : String(next) }
    }
}
