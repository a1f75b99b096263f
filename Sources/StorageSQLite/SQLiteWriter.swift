import GRDB
import Storage
import Synchronization

/// One write that waits for its turn and then for the disk.
protocol WriteMember: Sendable {
    /// Runs the closure and keeps its result; returns what went wrong.
    func run(_ session: SQLiteSession) -> (any Error)?
    /// Wakes the waiting task: with `failure`, or with the result that `run` kept.
    func finish(_ failure: (any Error)?)
}

final class WriteRequest<T: Sendable>: WriteMember {
    private let body: @Sendable (any Transaction) throws -> T
    private let counter: QueryCounter?
    private let continuation: CheckedContinuation<T, any Error>
    private let result = Mutex<Result<T, any Error>>(.failure(StorageError.closed))

    init(
        _ continuation: CheckedContinuation<T, any Error>, _ counter: QueryCounter?,
        _ body: @escaping @Sendable (any Transaction) throws -> T
    ) {
        self.continuation = continuation
        self.counter = counter
        self.body = body
    }

    func run(_ session: SQLiteSession) -> (any Error)? {
        let outcome: Result<T, any Error>
        do {
            let value = try body(SQLiteTransaction(session, counter: counter))
            outcome = session.failureCode == nil ? .success(value) : .failure(SQLiteTransaction.aborted)
        } catch {
            outcome = .failure(error)
        }
        result.withLock { $0 = outcome }
        if case .failure(let error) = outcome { return error }
        return nil
    }

    func finish(_ failure: (any Error)?) {
        if let failure { return continuation.resume(throwing: failure) }
        continuation.resume(with: result.withLock { $0 })
    }
}

/// What the writer's line holds.
enum WriterJob: Sendable {
    /// A transaction that may share a commit with its neighbours.
    case member(any WriteMember)
    /// Something outside any transaction.
    case alone(@Sendable (SQLiteSession, GRDB.Database) -> Void)
}

/// Group commit: the writes that wait share one transaction, each under a savepoint of its own, and are answered
/// only after the COMMIT is on disk.
struct SQLiteWriter {
    /// Most writes that share a commit.
    static let largestBatch = 256

    let session: SQLiteSession

    /// Commits `members` together and answers each.
    func commit(_ members: [any WriteMember]) {
        session.forgetFailure()
        do {
            try session.control("BEGIN IMMEDIATE")
        } catch {
            return answer(members, with: error)
        }
        var failures: [(any Error)?] = []
        for member in members {
            do {
                failures.append(try members.count == 1 ? member.run(session) : runApart(member))
            } catch {
                rollBack()
                return answer(members, with: error)
            }
            if let code = session.failureCode, SQLiteErrors.isFatal(code: code) || !session.isInTransaction {
                rollBack()
                return answer(members, with: failures.last.flatMap { $0 } ?? SQLiteTransaction.aborted)
            }
        }
        session.forgetFailure()
        do {
            // A single write needs no savepoint: its failure ends the whole transaction.
            if members.count == 1, failures[0] != nil { rollBack() } else { try session.control("COMMIT") }
        } catch {
            rollBack()
            return answer(members, with: error)
        }
        for (member, failure) in zip(members, failures) { member.finish(failure) }
    }

    private func runApart(_ member: any WriteMember) throws -> (any Error)? {
        session.forgetFailure()
        try session.control("SAVEPOINT member")
        let failure = member.run(session)
        if let code = session.failureCode, SQLiteErrors.isFatal(code: code) { return failure }
        session.forgetFailure()
        if failure != nil { try session.control("ROLLBACK TO member") }
        try session.control("RELEASE member")
        return failure
    }

    private func rollBack() {
        session.forgetFailure()
        if session.isInTransaction { try? session.control("ROLLBACK") }
    }

    private func answer(_ members: [any WriteMember], with error: any Error) {
        for member in members { member.finish(error) }
    }
}
