import CPostgres
import Foundation
import Storage

/// What one attempt came to.
enum PostgresAttempt<T: Sendable>: Sendable {
    case done(Result<T, any Error>)
    /// Nothing was kept and another attempt may succeed.
    case again(StorageError)
}

/// A thread's place for a connection, opened when first needed and again after it was lost.
final class PostgresSlot {
    private let target: PostgresTarget
    private var connection: PostgresConnection?

    init(_ target: PostgresTarget) { self.target = target }

    func close() { connection = nil }

    /// Reads; `answer` is called before the transaction's end is acknowledged.
    func read<T: Sendable>(
        _ counter: QueryCounter?, _ body: (any ReadTransaction) throws -> T, _ answer: (PostgresAttempt<T>) -> Void
    ) {
        let connection: PostgresConnection
        do {
            connection = try open()
        } catch {
            return answer(refused(error))
        }
        let transaction = PostgresTransaction(connection, isReadOnly: true, counter: counter)
        let result = Result { try body(transaction) }
        if let failure = transaction.failure {
            settle(failure, transaction)
            // Writing in a read is a mistake of the caller, not of the node.
            let isRetried = failure.isWorthRetrying && failure.sqlState != "25006"
            return answer(isRetried ? .again(failure.error) : .done(failed(result, failure.error)))
        }
        transaction.endReading()
        answer(.done(result))
        do {
            try connection.readUnreadEnd()
        } catch {
            self.connection = nil
        }
    }

    /// Writes: runs `body` and commits.
    func write<T: Sendable>(
        _ counter: QueryCounter?, _ body: (any Transaction) throws -> T
    ) -> PostgresAttempt<T> {
        let connection: PostgresConnection
        do {
            connection = try open()
        } catch {
            return refused(error)
        }
        let transaction = PostgresTransaction(connection, isReadOnly: false, counter: counter)
        let result = Result {
            let value = try body(transaction)
            try transaction.commit()
            return value
        }
        if let failure = transaction.failure {
            settle(failure, transaction)
            if transaction.isOutcomeOpen {
                self.connection = nil
                return .done(.failure(StorageError.outcomeUnknown))
            }
            return failure.isWorthRetrying ? .again(failure.error) : .done(failed(result, failure.error))
        }
        if case .failure = result { transaction.rollBack() }
        return .done(result)
    }

    /// One statement outside any transaction.
    func maintain(_ sql: String) -> PostgresAttempt<Void> {
        do {
            try open().runAlone(sql)
            return .done(.success(()))
        } catch let stopped as PostgresConnection.Stopped {
            connection = nil
            return .done(.failure(stopped.failure.error))
        } catch {
            return refused(error)
        }
    }

    private func open() throws -> PostgresConnection {
        if let connection, !connection.isLost { return connection }
        connection = nil
        let opened = try target.connect()
        connection = opened
        return opened
    }

    private func refused<T>(_ error: any Error) -> PostgresAttempt<T> {
        if let error = error as? StorageError, error == .connectionLost { return .again(error) }
        return .done(.failure(error))
    }

    private func settle(_ failure: PostgresFailure, _ transaction: PostgresTransaction) {
        transaction.rollBack()
        if failure.needsFreshConnection || connection?.isInTransaction == true || connection?.isLost == true {
            connection = nil
        }
    }

    /// The closure's own error, or the transaction's when the closure hid it.
    private func failed<T>(_ result: Result<T, any Error>, _ error: StorageError) -> Result<T, any Error> {
        if case .failure = result { return result }
        return .failure(error)
    }
}
