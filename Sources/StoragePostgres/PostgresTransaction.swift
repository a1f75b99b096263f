import Storage

/// A transaction on one connection; lives only while its closure runs.
///
/// BEGIN travels with the first statement, and statements of `executeAll` wait for the next one or for COMMIT.
final class PostgresTransaction: Transaction {
    let dialect = Dialect(.postgres)
    /// The first failure; the server takes no more statements after it.
    private(set) var failure: PostgresFailure?
    /// Whether the failure leaves open if the transaction took effect.
    private(set) var isOutcomeOpen = false

    private let connection: PostgresConnection
    private let counter: QueryCounter?
    private let beginning: String
    private var waiting: [PostgresCommand] = []
    private var hasBegun = false
    private var openCursors = 0

    private static let mostWaiting = 512
    private static let rowsAtATime = 512
    private static let aborted = StorageError.engine(
        code: "25P02", message: "a statement of this transaction failed before")

    init(_ connection: PostgresConnection, isReadOnly: Bool, counter: QueryCounter?) {
        self.connection = connection
        self.counter = counter
        self.beginning =
            isReadOnly
            ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN ISOLATION LEVEL READ COMMITTED"
    }

    func rows(_ sql: String, _ values: [any SQLConvertible]) throws -> [Row] {
        counter?.add()
        return try run([PostgresCommand(sql, values)])[0].rows
    }

    func execute(_ sql: String, _ values: [any SQLConvertible]) throws -> Int {
        counter?.add()
        let answer = try run([PostgresCommand(sql, values)])[0]
        return answer.tag.hasPrefix("SELECT") ? 0 : answer.count
    }

    func executeAll(_ statements: [(sql: String, values: [any SQLConvertible])]) throws {
        counter?.add(statements.count)
        if failure != nil { throw Self.aborted }
        for statement in statements {
            waiting.append(try PostgresCommand(statement.sql, statement.values))
            if waiting.count >= Self.mostWaiting { _ = try run([]) }
        }
    }

    func forEach(_ sql: String, _ values: [any SQLConvertible], _ each: (Row) throws -> Bool) throws {
        counter?.add()
        let name = "walk\(openCursors)"
        let fetch = try PostgresCommand("FETCH \(Self.rowsAtATime) FROM \(name)")
        var batch = try run([PostgresCommand("DECLARE \(name) NO SCROLL CURSOR FOR \(sql)", values), fetch])[1].rows
        openCursors += 1
        defer { openCursors -= 1 }
        walk: while true {
            for row in batch where try !each(row) { break walk }
            if batch.count < Self.rowsAtATime { break }
            batch = try run([fetch])[0].rows
        }
        waiting.append(try PostgresCommand("CLOSE \(name)"))
    }

    /// Makes everything permanent, or throws and leaves `failure`.
    func commit() throws {
        if failure != nil { throw Self.aborted }
        guard hasBegun || !waiting.isEmpty else { return }
        let commitPlace = waiting.count + (hasBegun ? 0 : 1)
        let commands = try takeWaiting() + [PostgresCommand("COMMIT")]
        let answers: [PostgresAnswer]
        do throws(PostgresConnection.Stopped) {
            answers = try connection.run(commands)
        } catch {
            failure = error.failure
            // The connection may also have gone before COMMIT got there, but without an answer nobody knows.
            isOutcomeOpen =
                error.failure.leavesOutcomeOpen(message: error.message)
                && (error.place >= commitPlace || error.failure.sqlState == nil)
            throw isOutcomeOpen ? StorageError.outcomeUnknown : error.failure.error
        }
        // COMMIT of a failed transaction is answered with ROLLBACK.
        if answers.last?.tag != "COMMIT" { throw Self.aborted }
    }

    /// Ends a reading transaction without waiting.
    func endReading() {
        waiting.removeAll()
        if hasBegun { connection.sendEnd() }
    }

    /// Undoes everything; a lost connection does that by itself.
    func rollBack() {
        waiting.removeAll()
        guard hasBegun, !connection.isLost else { return }
        if let command = try? PostgresCommand("ROLLBACK") { _ = try? connection.run([command]) }
    }

    private func run(_ commands: [PostgresCommand]) throws -> [PostgresAnswer] {
        if failure != nil { throw Self.aborted }
        let before = try takeWaiting()
        do throws(PostgresConnection.Stopped) {
            return Array(try connection.run(before + commands).dropFirst(before.count))
        } catch {
            failure = error.failure
            throw error.failure.error
        }
    }

    private func takeWaiting() throws -> [PostgresCommand] {
        var commands = waiting
        waiting.removeAll()
        if !hasBegun {
            commands.insert(try PostgresCommand(beginning), at: 0)
            hasBegun = true
        }
        return commands
    }
}
