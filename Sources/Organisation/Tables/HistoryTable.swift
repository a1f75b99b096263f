internal import Kernel
internal import Ledger
internal import Storage

/// Which event of the organisation happened when: an index over the events, so that lists need not read them all.
enum HistoryTable {
    static func put(_ event: StoredEvent, topic: HistoryTopic, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO organisation_history (event_id, stream_id, version, topic, actor_id, recorded_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [event.id, event.stream, event.version, topic.rawValue, event.actor.staffID, event.recordedAt])
    }

    /// Why a change was planned.
    static func reason(of plan: OrganisationPlan, events: EventStore, in tx: any ReadTransaction) throws -> String? {
        let stream = StreamID(rawValue: plan.id.rawValue)
        guard let made = try events.events(of: stream, in: tx).first else { return nil }
        return try OrganisationEvent.reason(of: made, bodies: try TextStore().bodies(of: stream, in: tx))
    }

    /// What is missing in the index, for `jiaxin verify`.
    static func missing(in tx: any ReadTransaction) throws -> [String] {
        let marks = OrganisationEvent.streamKinds.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let row = try tx.first(
            """
            SELECT (SELECT CAST(COALESCE(SUM(version), 0) AS bigint) FROM streams WHERE kind IN (\(marks))),
              (SELECT COUNT(*) FROM organisation_history)
            """, OrganisationEvent.streamKinds)
        guard let row else { return [] }
        let (known, listed) = (try row.int(0), try row.int(1))
        return known == listed ? [] : ["history: \(listed) of \(known) events are listed"]
    }
}

/// Changes that wait, as they stand in their events.
enum PlanTable {
    static func put(_ plan: OrganisationPlan, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO organisation_plans (id, effective, needs_consent, made_by, made_at, change)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (id) DO UPDATE SET needs_consent = excluded.needs_consent
            """,
            [
                plan.id, plan.effective, plan.needsConsent, plan.madeBy, plan.madeAt,
                try OrganisationEvent.json(plan.change),
            ])
    }

    static func remove(_ id: PlanID, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM organisation_plans WHERE id = $1", [id])
    }

    static func all(in tx: any ReadTransaction) throws -> [PlanID: OrganisationPlan] {
        var out: [PlanID: OrganisationPlan] = [:]
        for row in try tx.rows(
            "SELECT id, effective, needs_consent, made_by, made_at, change FROM organisation_plans")
        {
            let plan = OrganisationPlan(
                id: try row.id(0), change: try OrganisationEvent.plannedChange(try row.text(5)),
                effective: try row.date(1), needsConsent: try row.bool(2), madeBy: try row.optionalID(3),
                madeAt: try row.instant(4))
            out[plan.id] = plan
        }
        return out
    }
}
