import CPostgres
import Foundation
import Storage

/// Where and how connections are opened. Holds the password, so it is never described.
struct PostgresTarget: Sendable {
    let url: String
    let schema: String
    let settings: PostgresSettings

    /// Refuses what libpq cannot read, without repeating it: an address may hold a password.
    init(url: String, schema: String, settings: PostgresSettings) throws(StorageError) {
        let parsed = PQconninfoParse(url, nil)
        guard let parsed else {
            throw .engine(code: "08001", message: "the PostgreSQL address cannot be read")
        }
        PQconninfoFree(parsed)
        guard !schema.isEmpty, !schema.utf8.contains(0) else {
            throw .engine(code: "3F000", message: "the schema needs a name")
        }
        self.url = url
        self.schema = schema
        self.settings = settings
    }

    func connect() throws -> PostgresConnection {
        let opened = open(settings.reachesStandbys ? "any" : "read-write")
        guard PQstatus(opened) == CONNECTION_OK, let opened else {
            PQfinish(opened)
            throw reason()
        }
        do {
            let connection = try PostgresConnection(opened)
            try prepare(connection)
            return connection
        } catch let stopped as PostgresConnection.Stopped {
            throw stopped.failure.error
        } catch let failure as PostgresFailure {
            throw failure.error
        }
    }

    private func prepare(_ connection: PostgresConnection) throws {
        let name = "\"" + schema.replacing("\"", with: "\"\"") + "\""
        let found = try connection.run([
            PostgresCommand("SET search_path TO \(name)"),
            PostgresCommand("SET statement_timeout TO \(settings.statementTimeoutMilliseconds)"),
            // All rows of a walk are wanted, so plans should not favour the first ones.
            PostgresCommand("SET cursor_tuple_fraction TO 1"),
            PostgresCommand("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema]),
        ])
        guard found[3].rows.isEmpty else { return }
        do {
            _ = try connection.run([PostgresCommand("CREATE SCHEMA IF NOT EXISTS \(name)")])
        } catch let stopped as PostgresConnection.Stopped {
            // Two nodes that start together: the other was faster.
            guard ["23505", "42P06"].contains(stopped.failure.sqlState) else { throw stopped }
        }
    }

    /// The keywords before the address are defaults that it may change; those behind it are ours.
    private func keywords(_ role: String) -> [(String, String)] {
        [
            ("connect_timeout", "5"), ("gssencmode", "disable"), ("keepalives_idle", "15"),
            ("keepalives_interval", "5"), ("keepalives_count", "3"), ("tcp_user_timeout", "20000"),
            ("dbname", url), ("application_name", settings.applicationName), ("client_encoding", "UTF8"),
            ("target_session_attrs", role),
        ]
    }

    private func open(_ role: String) -> OpaquePointer? {
        withKeywords(role) { PQconnectdbParams($0, $1, 1) }
    }

    /// Why no connection came about. libpq gives no SQLSTATE here, so the server is asked in other ways.
    private func reason() -> StorageError {
        guard withKeywords("any", { PQpingParams($0, $1, 1) }) == PQPING_OK else { return .connectionLost }
        let any = open("any")
        defer { PQfinish(any) }
        // A standby, or a primary that is still starting: worth waiting for.
        if PQstatus(any) == CONNECTION_OK { return .connectionLost }
        return .engine(code: "28000", message: "the server refused the user, the password or the database name")
    }

    private func withKeywords<R>(
        _ role: String, _ body: ([UnsafePointer<CChar>?], [UnsafePointer<CChar>?]) -> R
    ) -> R {
        let words = keywords(role)
        let names = words.map { strdup($0.0) }
        let values = words.map { strdup($0.1) }
        defer { for pointer in names + values { free(pointer) } }
        return body(names.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil])
    }
}
