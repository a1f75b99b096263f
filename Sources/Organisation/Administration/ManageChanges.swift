public import Kernel
internal import Ledger
public import Storage

/// A change that somebody asks for, with its reason and its day.
public struct ChangeOrder: Hashable, Sendable {
    /// What changes.
    public var change: PlannedChange
    /// Why; it stands in the history.
    public var reason: String
    /// The day on which it happens: today or later.
    public var effective: LocalDate
    /// Today, where the store is.
    public var today: LocalDate
    /// The one-time name of the form.
    public var submission: String?
    /// What was shown before it was confirmed (`OrganisationDifference.fingerprint`).
    public var seen: String?

    /// A change from a day on.
    public init(
        _ change: PlannedChange, because reason: String, on effective: LocalDate, today: LocalDate,
        submission: String? = nil, seen: String? = nil
    ) {
        self.change = change
        self.reason = reason
        self.effective = effective
        self.today = today
        self.submission = submission
        self.seen = seen
    }
}

/// What became of a change.
public enum ChangeOutcome: Hashable, Sendable {
    /// It is done.
    case done
    /// It waits for its day.
    case scheduled(PlanID)
    /// It waits for the consent of a security administrator.
    case waiting(PlanID)

    /// As it is kept with the one-time name.
    var code: String {
        switch self {
        case .done: "done"
        case .scheduled(let id): "scheduled:\(id)"
        case .waiting(let id): "waiting:\(id)"
        }
    }

    init(code: String) {
        let parts = code.split(separator: ":")
        let id = parts.count > 1 ? PlanID(parts[1]) : nil
        switch (parts.first, id) {
        case ("scheduled", let id?): self = .scheduled(id)
        case ("waiting", let id?): self = .waiting(id)
        default: self = .done
        }
    }
}

extension OrganisationStore {
    /// Writes what stands outside the organisation, in the transaction of a change.
    public typealias Preparation = @Sendable (any Transaction) throws -> Void

    /// The longest reason, in characters.
    public static let longestReason = 500

    /// What a change would make different. It is carried out and taken back, so that whatever stands against it shows.
    ///
    /// - Parameter preparing: what stands outside the organisation and has to be there first; taken back with the rest.
    public func preview(
        _ change: PlannedChange, today: LocalDate, by actor: Actor, preparing: Preparation? = nil
    ) async throws -> OrganisationDifference {
        let proposes = try await self.proposes(change, actor)
        do {
            try await self.change(by: actor) { work in
                work.isProposal = proposes
                let before = work.records
                try preparing?(work.tx)
                try work.perform(change, on: today)
                throw TakenBack(
                    difference: OrganisationDifference(from: before, to: work.records, texts: work.changedTexts))
            }
        } catch let end as TakenBack {
            return end.difference
        }
        throw StorageError.outcomeUnknown
    }

    /// Carries a change out, now or on its day; rights that whoever asks may not give are proposed.
    ///
    /// - Throws: `change.reasonMissing`, `change.past`, `change.nothing`, and `change.other` when it would not do any more
    ///   what was shown.
    public func commit(
        _ order: ChangeOrder, by actor: Actor, preparing: Preparation? = nil
    ) async throws -> ChangeOutcome {
        let reason = try Self.reason(order.reason)
        guard order.effective >= order.today else { throw PlainError(.invalid, "change.past", field: "effective") }
        guard order.effective == order.today || order.change.canWait else {
            throw PlainError(.invalid, "change.notLater", field: "effective")
        }
        if let submission = order.submission,
            let known = try await database.read({ tx in try Submissions().find(tx, id: submission) })
        {
            return ChangeOutcome(code: known)
        }
        let proposes = try await self.proposes(order.change, actor)
        let shown = try await preview(order.change, today: order.effective, by: actor, preparing: preparing)
        guard !shown.changes.isEmpty else { throw PlainError(.conflict, "change.nothing") }
        if let seen = order.seen, seen != shown.fingerprint { throw PlainError(.conflict, "change.other") }
        do {
            return try await change(by: actor, because: reason) { work in
                let outcome: ChangeOutcome
                try preparing?(work.tx)
                if proposes || order.effective > order.today {
                    let plan = OrganisationPlan(
                        id: work.newID(), change: order.change, effective: order.effective, needsConsent: proposes,
                        madeBy: actor.staffID, madeAt: work.now)
                    try work.record(.planMade(plan))
                    outcome = proposes ? .waiting(plan.id) : .scheduled(plan.id)
                } else {
                    try work.perform(order.change, on: order.effective)
                    outcome = .done
                }
                if let submission = order.submission {
                    try Submissions().record(work.tx, id: submission, result: outcome.code, at: work.now)
                }
                return outcome
            }
        } catch StorageError.duplicate where order.submission != nil {
            let known = try await database.read { tx in try Submissions().find(tx, id: order.submission ?? "") }
            guard let known else { throw StorageError.outcomeUnknown }
            return ChangeOutcome(code: known)
        }
    }

    /// A security administrator consents to rights that somebody else proposed; they hold at once, or from their day on.
    public func consent(to id: PlanID, because reason: String, today: LocalDate, by actor: Actor) async throws {
        let reason = try Self.reason(reason)
        try await change(by: actor, because: reason) { work in
            guard let plan = work.records.plans[id] else { throw PlainError(.conflict, "change.gone") }
            guard plan.needsConsent else { return }
            guard plan.madeBy != actor.staffID else { throw PlainError(.forbidden, "change.ownProposal") }
            guard case .setGrants(let settings) = plan.change else { throw PlainError(.conflict, "change.gone") }
            for setting in settings {
                for grant in setting.grants { try work.require(.grantRoles, on: grant.unit) }
            }
            try work.record(.planApproved(id))
            if plan.effective <= today {
                try work.perform(plan.change, on: today)
                try work.record(.planEnded(id, .applied, code: nil))
            }
        }
    }

    /// Takes a change back before its day, or refuses rights that were proposed.
    public func withdraw(_ id: PlanID, because reason: String, by actor: Actor) async throws {
        let reason = try Self.reason(reason)
        try await change(by: actor, because: reason) { work in
            guard let plan = work.records.plans[id] else { throw PlainError(.conflict, "change.gone") }
            let isOwn = plan.madeBy == actor.staffID
            if !isOwn { try work.requireOne(of: plan.permissions(in: Organisation(work.records))) }
            try work.record(.planEnded(id, plan.needsConsent && !isOwn ? .refused : .withdrawn, code: nil))
            try work.forget(plan.change)
        }
    }

    /// Carries out what is due; each exactly once, in a transaction of its own. What is not possible any more ends with
    /// the reason.
    ///
    /// - Returns: how many were carried out.
    public func carryOutPlans(today: LocalDate) async throws -> Int {
        let due = try await current().plans.filter { !$0.needsConsent && $0.effective <= today }
        var done = 0
        for plan in due {
            do {
                done += try await carryOut(plan.id)
            } catch let error as PlainError {
                try await end(plan.id, code: error.code)
            } catch let error as PlainErrors {
                try await end(plan.id, code: error.errors.first?.code ?? "unknown")
            }
        }
        return done
    }

    private func carryOut(_ id: PlanID) async throws -> Int {
        try await change(by: .system("schedule")) { work in
            guard let plan = work.records.plans[id], !plan.needsConsent else { return 0 }
            work.reason = try HistoryTable.reason(of: plan, events: work.events, in: work.tx)
            try work.perform(plan.change, on: plan.effective)
            try work.record(.planEnded(id, .applied, code: nil))
            return 1
        }
    }

    private func end(_ id: PlanID, code: String) async throws {
        try await change(by: .system("schedule")) { work in
            guard let plan = work.records.plans[id] else { return }
            try work.record(.planEnded(id, .failed, code: code))
            try work.forget(plan.change)
        }
    }

    /// Whether a change gives rights that whoever asks may only propose.
    func proposes(_ change: PlannedChange, _ actor: Actor) async throws -> Bool {
        guard case .setGrants = change, let id = actor.staffID else { return false }
        let organisation = try await current()
        guard let member = organisation.staff(id) else { return false }
        return !Viewer(staff: member, organisation: organisation).may(.grantRoles, on: nil)
    }

    /// A reason without blanks around.
    ///
    /// - Throws: `change.reasonMissing`, `change.reasonLong`.
    public static func reason(_ text: String) throws(PlainError) -> String {
        let reason = ImportFile.trimmed(text)
        guard !reason.isEmpty else { throw PlainError(.invalid, "change.reasonMissing", field: "reason") }
        guard reason.count <= longestReason else {
            throw PlainError(
                .invalid, "change.reasonLong", field: "reason", values: ["most": "\(longestReason)"])
        }
        return reason
    }

    /// Ends a trial: nothing of it stays.
    private struct TakenBack: Error {
        let difference: OrganisationDifference
    }
}
