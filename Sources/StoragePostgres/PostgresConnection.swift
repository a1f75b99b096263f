import CPostgres
import Storage

/// One connection to a server, always in pipeline mode; belongs to one thread.
final class PostgresConnection {
    private let connection: OpaquePointer
    private var prepared = PreparedNames(limit: 256)
    /// Set when a sent end of a reading transaction is still to be read.
    private var hasUnreadEnd = false

    /// Takes over an open libpq connection.
    init(_ connection: OpaquePointer) throws(PostgresFailure) {
        self.connection = connection
        // Notices ("relation exists, skipping") would go to the standard error stream.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        guard PQenterPipelineMode(connection) == 1 else { throw .lost }
    }

    deinit { PQfinish(connection) }

    /// Sends all commands at once and reads all answers: one round trip.
    ///
    /// - Throws: `Stopped` with the place of the command that failed; those behind it were not run.
    func run(_ commands: [PostgresCommand]) throws(Stopped) -> [PostgresAnswer] {
        try readUnreadEnd()
        var sent: [Expected] = []
        for name in prepared.surplus() {
            guard PQsendQueryParams(connection, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 1) == 1 else {
                throw Stopped(failure: .lost, place: 0, message: "")
            }
            sent.append(.release)
        }
        for (place, command) in commands.enumerated() {
            let key = PreparedNames.Key(sql: command.sql, types: command.parameters.types)
            let (name, isNew) = prepared.name(key)
            if isNew {
                guard PQsendPrepare(connection, name, command.sql, Int32(key.types.count), key.types) == 1 else {
                    throw Stopped(failure: .lost, place: place, message: "")
                }
                sent.append(.prepare(key, place))
            }
            let isSent = command.parameters.withPointers { pointers, lengths, formats in
                PQsendQueryPrepared(connection, name, Int32(pointers.count), pointers, lengths, formats, 1)
            }
            guard isSent == 1 else { throw Stopped(failure: .lost, place: place, message: "") }
            sent.append(.answer(place))
        }
        guard PQpipelineSync(connection) == 1 else { throw Stopped(failure: .lost, place: 0, message: "") }
        return try receive(sent)
    }

    /// Sends the end of a reading transaction without waiting for the answer.
    func sendEnd() {
        guard !hasUnreadEnd else { return }
        hasUnreadEnd =
            PQsendQueryParams(connection, "COMMIT", 0, nil, nil, nil, nil, 1) == 1
            && PQpipelineSync(connection) == 1 && PQflush(connection) >= 0
    }

    /// Reads what `sendEnd` left; throws when the connection is gone.
    func readUnreadEnd() throws(Stopped) {
        guard hasUnreadEnd else { return }
        hasUnreadEnd = false
        _ = try receive([.release])
    }

    /// Whether the server sees a transaction (open or failed).
    var isInTransaction: Bool {
        let status = PQtransactionStatus(connection)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// Whether libpq knows that the connection is gone.
    var isLost: Bool { PQstatus(connection) != CONNECTION_OK }

    /// Runs one statement as a message of its own, outside pipeline and transaction.
    func runAlone(_ sql: String) throws(Stopped) {
        try readUnreadEnd()
        guard PQexitPipelineMode(connection) == 1 else { throw Stopped(failure: .lost, place: 0, message: "") }
        let result = PQexec(connection, sql)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        let isFine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY
        let stopped = isFine ? nil : stop(result, place: 0)
        let isBack = PQenterPipelineMode(connection) == 1
        if let stopped { throw stopped }
        if !isBack { throw Stopped(failure: .lost, place: 0, message: "") }
    }

    /// A pipeline that did not reach its end.
    struct Stopped: Error {
        let failure: PostgresFailure
        /// The command that failed; for a lost connection the first without an answer.
        let place: Int
        /// The server's words, only to recognise an unknown outcome; never shown.
        let message: String
    }

    private enum Expected {
        case release
        case prepare(PreparedNames.Key, Int)
        case answer(Int)
    }

    private func receive(_ sent: [Expected]) throws(Stopped) -> [PostgresAnswer] {
        var answers: [PostgresAnswer] = []
        var stopped: Stopped?
        for expected in sent {
            guard let result = PQgetResult(connection) else {
                throw stopped ?? Stopped(failure: .lost, place: place(of: expected), message: "")
            }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                if case .answer = expected, stopped == nil {
                    do {
                        answers.append(try answer(result))
                    } catch {
                        let failure = PostgresFailure(sqlState: "XX000", message: "\(error)", constraint: "")
                        stopped = Stopped(failure: failure, place: place(of: expected), message: "")
                    }
                }
            case PGRES_PIPELINE_ABORTED:
                if case .prepare(let key, _) = expected { prepared.forget(key) }
            default:
                if case .prepare(let key, _) = expected { prepared.forget(key) }
                stopped = stopped ?? stop(result, place: place(of: expected))
                if isLost { throw stopped ?? Stopped(failure: .lost, place: 0, message: "") }
            }
            // Each command's answers end with nothing.
            while let extra = PQgetResult(connection) {
                PQclear(extra)
                if isLost { throw stopped ?? Stopped(failure: .lost, place: place(of: expected), message: "") }
            }
        }
        let sync = PQgetResult(connection)
        defer { PQclear(sync) }
        if let stopped { throw stopped }
        guard PQresultStatus(sync) == PGRES_PIPELINE_SYNC else {
            throw Stopped(failure: .lost, place: sent.count, message: "")
        }
        return answers
    }

    private func place(of expected: Expected) -> Int {
        switch expected {
        case .release: 0
        case .prepare(_, let place), .answer(let place): place
        }
    }

    private func answer(_ result: OpaquePointer) throws -> PostgresAnswer {
        let hasRows = PQresultStatus(result) == PGRES_TUPLES_OK
        return PostgresAnswer(
            rows: hasRows ? try PostgresResult.rows(result) : [],
            count: PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0,
            tag: PQcmdStatus(result).map { String(cString: $0) } ?? "")
    }

    private func stop(_ result: OpaquePointer?, place: Int) -> Stopped {
        func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
        let constraint = [field(0x6E), field(0x74), field(0x63)]  // PG_DIAG_CONSTRAINT_NAME, TABLE, COLUMN
        let subject = constraint[0] ?? [constraint[1], constraint[2]].compactMap { $0 }.joined(separator: ".")
        let message = field(0x4D) ?? ""  // PG_DIAG_MESSAGE_PRIMARY
        let failure = PostgresFailure(sqlState: field(0x43), message: message, constraint: subject)
        return Stopped(failure: failure, place: place, message: message)
    }
}
