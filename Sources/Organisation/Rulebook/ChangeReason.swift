internal import Kernel
internal import Storage
internal import Synchronization

/// Why somebody changes rules, in their words.
enum ChangeReason {
    static let most = 500

    /// The reason without blanks around.
    static func checked(_ reason: String) throws(PlainError) -> String {
        let text = ImportFile.trimmed(reason)
        guard !text.isEmpty else { throw PlainError(.invalid, "rulebook.reasonMissing", field: "reason") }
        guard text.count <= most else { throw PlainError(.invalid, "rulebook.reasonLong", field: "reason") }
        return text
    }
}

extension OrganisationStore {
    /// Runs a change once for a one-time id: sent again it gives the first answer.
    func changeOnce(
        _ submission: String, by actor: Actor, _ body: @escaping @Sendable (OrganisationChange) throws -> String
    ) async throws -> String {
        try await firstOrKnown(submission, by: actor, body).result
    }

    /// The first answer, and whether it was given now.
    private func firstOrKnown(
        _ submission: String, by actor: Actor, _ body: @escaping @Sendable (OrganisationChange) throws -> String
    ) async throws -> (result: String, isFirst: Bool) {
        let (events, ids, clock, readyTexts) = (self.events, self.ids, self.clock, self.readyTexts)
        let made = MadeOnce()
        let (result, isFirst) = try await Submissions().once(database, id: submission, at: clock.now()) { tx in
            let change = try OrganisationChange(
                tx: tx, actor: actor, now: clock.now(), events: events, ids: ids, readyTexts: readyTexts)
            let result = try body(change)
            made.keep(try change.finish())
            return result
        }
        if isFirst, let organisation = made.organisation { keep(organisation) }
        return (result, isFirst)
    }
}

extension OrganisationStore {
    /// Runs a change; with a one-time id it is run once, whatever happens in between.
    ///
    /// - Returns: whether something was recorded now.
    func change(
        by actor: Actor, once submission: String?, _ body: @escaping @Sendable (OrganisationChange) throws -> Bool
    ) async throws -> Bool {
        guard let submission else { return try await change(by: actor, body) }
        let (result, isFirst) = try await firstOrKnown(submission, by: actor) { try body($0) ? "new" : "known" }
        return isFirst && result == "new"
    }
}

/// Carries the new snapshot out of the transaction.
private final class MadeOnce: Sendable {
    private let value = Mutex<Organisation?>(nil)

    var organisation: Organisation? { value.withLock { $0 } }

    func keep(_ organisation: Organisation) { value.withLock { $0 = organisation } }
}
