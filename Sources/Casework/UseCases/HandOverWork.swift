public import Kernel
internal import Ledger
public import Organisation
internal import Storage

extension Casework {
    /// A few matters a transaction, so that nobody waits for a long one.
    private static let handOverBatch = 40

    /// What somebody would hand over: their open matters by category of the first level. Counts only: whoever keeps staff
    /// sees no matter.
    public func openWork(of staff: StaffID) async throws -> (matters: Int, promises: Int, byCategory: [String: Int]) {
        let phases = CasePhase.open.map(\.rawValue).sorted()
        let marks = phases.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
        return try await database.read { tx in
            var out: [String: Int] = [:]
            for row in try tx.rows(
                "SELECT category, COUNT(*) FROM cases WHERE handler_id = $1 AND phase IN (\(marks)) GROUP BY category",
                [staff] + phases)
            {
                let first = try row.optionalText(0).map { String($0.prefix { $0 != "." }) } ?? ""
                out[first, default: 0] += try row.int(1)
            }
            let promises =
                try tx.first(
                    """
                    SELECT COUNT(*) FROM case_promises p JOIN cases c ON c.id = p.case_id
                    WHERE c.handler_id = $1 AND c.phase IN (\(marks)) AND p.settled IS NULL
                    """, [staff] + phases)?.int(0) ?? 0
            return (out.values.reduce(0, +), promises, out)
        }
    }

    /// Notes that somebody's open work is to be handed over; `carryOnHandOvers` does it, a few matters at a time.
    ///
    /// - Parameter submission: the one-time name of the form; sent again it gives the same identifier.
    public func planHandOver(
        _ plan: HandOverPlan, because reason: String, submission: String, by viewer: Viewer
    ) async throws -> HandOverID {
        let organisation = viewer.organisation
        guard let member = organisation.staff(plan.from) else { throw PlainError(.notFound, "staff.unknown") }
        try viewer.require(.manageStaff, on: member.unit)
        let reason = try OrganisationStore.reason(reason)
        for id in [plan.to] + plan.byCategory.values {
            guard let recipient = organisation.staff(id), recipient.isActive, id != plan.from else {
                throw PlainError(.invalid, "handOver.recipient", field: "to")
            }
        }
        let (id, now): (HandOverID, Instant) = (ids.next(), clock.now())
        let phases = CasePhase.open.map(\.rawValue).sorted()
        let marks = phases.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
        // New work goes to whoever stands in for a recipient who is away.
        let today = self.today
        let result = try await submissions.once(database, id: submission, at: now) { tx in
            try tx.execute(
                "INSERT INTO handovers (id, staff_id, made_by, made_at, reason) VALUES ($1, $2, $3, $4, $5)",
                [id, plan.from, viewer.staff.id, now, reason])
            let rows = try tx.rows(
                "SELECT id, category FROM cases WHERE handler_id = $1 AND phase IN (\(marks)) ORDER BY id",
                [plan.from] + phases)
            try tx.executeAll(
                rows.map { row -> (String, [any SQLConvertible]) in
                    let to = organisation.standIn(for: plan.recipient(of: try row.optionalText(1)), on: today)
                    return (
                        """
                        INSERT INTO handover_items (handover_id, case_id, staff_id, state, reason)
                        VALUES ($1, $2, $3, 'waiting', NULL)
                        """, [id, try row.id(0, Named.Case.self), to]
                    )
                })
            return "\(id)"
        }.result
        return HandOverID(result) ?? id
    }

    /// Hands over what waits; each matter in a transaction of its own, each once, whatever happens in between.
    ///
    /// - Parameter drafts: takes the drafts on a matter along.
    /// - Returns: how many matters were looked at.
    public func carryOnHandOvers(
        drafts: @Sendable (_ matter: CaseID, _ from: StaffID, _ to: StaffID) async throws -> Void
    ) async throws -> Int {
        var looked = 0
        while !Task.isCancelled {
            let rows = try await database.read { tx in
                try tx.rows(
                    """
                    SELECT i.handover_id, i.case_id, i.staff_id, h.staff_id, h.made_by FROM handover_items i
                    JOIN handovers h ON h.id = i.handover_id
                    WHERE i.state = 'waiting' ORDER BY i.handover_id, i.case_id LIMIT $1
                    """, [Self.handOverBatch])
            }
            for row in rows {
                let (run, matter): (HandOverID, CaseID) = (try row.id(0), try row.id(1))
                let (to, from, by): (StaffID, StaffID, StaffID) = (try row.id(2), try row.id(3), try row.id(4))
                let reason = try await handOver(matter, from: from, to: to, askedBy: by)
                if reason == nil { try await drafts(matter, from, to) }
                try await database.write { tx in
                    try tx.execute(
                        "UPDATE handover_items SET state = $1, reason = $2 WHERE handover_id = $3 AND case_id = $4",
                        [(reason == nil ? HandOverItem.State.done : .stays).rawValue, reason, run, matter])
                }
                looked += 1
            }
            guard rows.count == Self.handOverBatch else { break }
        }
        return looked
    }

    /// Hands one matter over.
    ///
    /// - Returns: why it stays, as the code of a sentence; nothing when it went.
    private func handOver(
        _ id: CaseID, from: StaffID, to: StaffID, askedBy: StaffID
    ) async throws -> String? {
        let organisation = try await organisation.current()
        guard let member = organisation.staff(to), member.isActive, let asker = organisation.staff(askedBy) else {
            return "handOver.recipient"
        }
        let recipient = Viewer(staff: member, organisation: organisation)
        let change = CaseChange(id: id, actor: .staff(askedBy, unit: asker.unit), viewer: nil)
        do {
            try await self.change(
                change,
                all: { state in
                    guard state.handler == from, CasePhase.open.contains(state.phase) else { return [] }
                    if let why = Self.obstacle(state, recipient) { throw PlainError(.conflict, why) }
                    return [.handOver(to: to)]
                })
            return nil
        } catch let error as PlainError where error.kind != .unavailable {
            return error.code.hasPrefix("handOver.") ? error.code : "handOver.recused"
        }
    }

    /// What stands against somebody's handling a matter; the accused, the recused and those whom a restriction leaves out
    /// get none of it.
    ///
    /// - Returns: the code of a sentence; nothing where they may have it.
    public static func obstacle(_ state: CaseState, _ recipient: Viewer) -> String? {
        if state.complains(ofStaff: recipient.staff.id) || state.complains(ofUnitOf: recipient) {
            return "handOver.accused"
        }
        if state.recused.contains(recipient.staff.id) { return "handOver.recused" }
        if let named = state.restrictedTo, !named.contains(recipient.staff.id) { return "handOver.restricted" }
        guard recipient.may(.reply, on: state.responsible) else { return "handOver.noRole" }
        return nil
    }

    /// How a handing over stands.
    public func handOverReport(_ id: HandOverID) async throws -> HandOverReport? {
        try await database.read { tx in
            guard let head = try tx.first("SELECT staff_id, made_at, reason FROM handovers WHERE id = $1", [id]) else {
                return nil
            }
            let counts = try tx.rows(
                "SELECT state, COUNT(*) FROM handover_items WHERE handover_id = $1 GROUP BY state", [id])
            var byState: [String: Int] = [:]
            for row in counts { byState[try row.text(0)] = try row.int(1) }
            let stays = try tx.rows(
                """
                SELECT i.case_id, c.number, i.staff_id, i.reason FROM handover_items i JOIN cases c ON c.id = i.case_id
                WHERE i.handover_id = $1 AND i.state = 'stays' ORDER BY i.case_id LIMIT 200
                """, [id]
            ).map { row in
                HandOverItem(
                    matter: try row.id(0), number: try row.text(1), to: try row.id(2), state: .stays,
                    reason: try row.optionalText(3))
            }
            return HandOverReport(
                id: id, from: try head.id(0), madeAt: try head.instant(1), reason: try head.text(2),
                total: byState.values.reduce(0, +),
                done: byState[HandOverItem.State.done.rawValue] ?? 0,
                stayed: byState[HandOverItem.State.stays.rawValue] ?? 0, stays: stays)
        }
    }
}
