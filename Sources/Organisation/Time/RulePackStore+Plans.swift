public import Kernel
internal import Storage

extension RulePackStore {
    /// Takes back a pack that has not begun: it never holds, and its name and version stay taken.
    public func withdraw(
        _ reference: String, today: LocalDate, reason: String, submission: String, by actor: Actor
    ) async throws {
        let reason = try ChangeReason.checked(reason)
        let keys = self.keys
        _ = try await organisation.changeOnce(submission, by: actor) { change in
            try change.require(.manageRules, on: nil)
            let stored = try StoredRules(
                packs: try RuleTables.packs(keys: keys, in: change.tx), calendar: nil, recorded: nil)
            guard let item = stored.packs.first(where: { $0.pack.reference == reference }) else {
                throw RuleStoreError.unknown(reference)
            }
            guard item.pack.effectiveFrom > today, !item.pack.isWithdrawn else {
                throw PlainError(.conflict, "rulebook.begun")
            }
            let last = item.pack.effectiveFrom.adding(days: -1)
            try change.record(.rulePackEnded(reference: reference, lastDay: last), reason: reason)
            var row = item.row
            row.lastDay = last
            try RuleTables.endPack(row, keys: keys, in: change.tx)
            return "done"
        }
    }

    /// Records that a person compared a rule, which rests on a description only, with the rule that holds here.
    public func confirm(
        rule: String, of reference: String, reason: String, submission: String, by actor: Actor
    ) async throws {
        let reason = try ChangeReason.checked(reason)
        guard actor.staffID != nil else { throw PlainError(.forbidden, "permission.denied") }
        _ = try await organisation.changeOnce(submission, by: actor) { change in
            try change.require(.manageRules, on: nil)
            try change.record(.ruleConfirmed(reference: reference, rule: rule), reason: reason)
            return "done"
        }
    }
}

extension RulePack {
    /// Whether it was taken back before it began.
    public var isWithdrawn: Bool { effectiveTo.map { $0 < effectiveFrom } ?? false }
}
