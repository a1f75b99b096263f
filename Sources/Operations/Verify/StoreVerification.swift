internal import Attachments
internal import Casework
internal import Ledger
internal import Organisation
internal import Reception
internal import Storage
internal import Supervision

/// Replays everything that is recorded and compares it with everything that is shown.
public struct StoreVerification: Sendable {
    /// What was looked at, and what differs.
    public struct Report: Sendable {
        /// Streams of events.
        public var streams = 0
        /// Events.
        public var events = 0
        /// Texts.
        public var texts = 0
        /// One difference a line, without personal text; empty when all is well.
        public var differences: [String] = []
    }

    private let installation: Installation

    /// - Parameter installation: what is verified.
    public init(_ installation: Installation) { self.installation = installation }

    /// Checks chains, heads, texts and sealed counts, then the tables of each room.
    ///
    /// - Parameter progress: told what is being checked, how much is done and of how much.
    public func run(
        progress: @escaping @Sendable (_ part: String, _ done: Int, _ of: Int) -> Void = { _, _, _ in }
    ) async throws -> Report {
        let (database, events) = (installation.database, installation.events)
        let ledger = try await LedgerVerifier(keys: installation.keys).verify(database) { progress("chains", $0, $1) }
        var report = Report(streams: ledger.streams, events: ledger.events, texts: ledger.texts)
        report.differences = ledger.findings.map(\.description)
        report.differences += try await database.read { tx in
            do {
                return try Organisation.verify(events: events, in: tx)
            } catch let error as StorageError {
                throw error
            } catch {
                return ["organisation: its events cannot be read (\(type(of: error)))"]
            }
        }
        report.differences += try await installation.casework
            .verifyProjections { progress("matters", $0, $1) }.map(\.description)
        if let attachments = installation.casework.attachments {
            report.differences += try await attachments.verify { progress("files", $0, $1) }.map(\.description)
        }
        report.differences += try await installation.supervision
            .verifyProjections { progress("supervision", $0, $1) }.map(\.description)
        report.differences += try await installation.reception
            .verifyProjections { progress("reception", $0, $1) }.map(\.description)
        if database.dialect.engine == .sqlite {
            report.differences += try await database.read { tx in
                try tx.rows("PRAGMA quick_check(20)").compactMap { row in
                    let text = try row.text(0)
                    return text == "ok" ? nil : "file: \(text)"
                }
            }
        }
        return report
    }
}
