public import Kernel
internal import Ledger
public import Organisation
internal import Storage

extension Reception {
    /// Calls that a page shows; those that are to be called first.
    public static let shownMissedCalls = 50
    /// Counts stop here.
    public static let mostMissedCalls = 1_000
    /// A next try lies within so many days.
    public static let daysToTry = 14

    /// Writes down a call that nobody took. The same number once more, while it waits, is the same call.
    ///
    /// - Throws: `PlainErrors` beside the fields.
    @discardableResult
    public func addMissedCall(
        at calledAt: Instant?, _ details: AppointmentDetails, submission: String, by viewer: Viewer
    ) async throws -> MissedCallID {
        let unit = try line(of: viewer)
        let (details, phone) = try checked(call: details)
        let now = clock.now()
        let at = min(calledAt ?? now, now)
        let hash = keys.codeHash(phone, context: "missed-call:\(unit)")
        let id: MissedCallID = ids.next()
        let sealed = try keys.seal(
            secret: Array(try StableJSON.text(details).utf8), context: MissedCall.context(id))
        let day = zone.date(of: at)
        let done = try await submissions.once(database, id: submission, at: now) { tx in
            let known = try tx.first(
                """
                UPDATE missed_calls SET calls = calls + 1
                WHERE unit_id = $1 AND phone_hash = $2 AND state = 'open' RETURNING id
                """, [unit, hash])
            if let known { return "\(try known.int64(0))" }
            try tx.execute(
                """
                INSERT INTO missed_calls (id, unit_id, called_at, calls, tries, again_on, state, phone_hash, sealed)
                VALUES ($1, $2, $3, 1, 0, $4, 'open', $5, $6)
                """, [id, unit, at, day, hash, sealed])
            return "\(id)"
        }
        guard let made = MissedCallID(done.result) else { throw PlainError(.unavailable, "unavailable") }
        return made
    }

    /// The calls that wait in the viewer's own office.
    public func missedCalls(for viewer: Viewer) async throws -> MissedCalls {
        let unit = try line(of: viewer)
        let keys = self.keys
        return try await database.read { tx in
            let rows = try tx.rows(
                """
                SELECT \(MissedCall.columns) FROM missed_calls WHERE unit_id = $1 AND state = 'open'
                ORDER BY again_on, called_at, id LIMIT \(Self.shownMissedCalls)
                """, [unit])
            let count = try tx.first(
                """
                SELECT COUNT(*) FROM (SELECT 1 FROM missed_calls WHERE unit_id = $1 AND state = 'open'
                LIMIT \(Self.mostMissedCalls)) x
                """, [unit])
            return MissedCalls(
                calls: try rows.map { try MissedCall(row: $0, keys) }, count: try count?.int(0) ?? rows.count)
        }
    }

    /// One call that waits in the viewer's own office; nothing when somebody has dealt with it.
    public func missedCall(_ id: MissedCallID, for viewer: Viewer) async throws -> MissedCall? {
        let unit = try line(of: viewer)
        let keys = self.keys
        return try await database.read { tx in
            try tx.first(
                "SELECT \(MissedCall.columns) FROM missed_calls WHERE id = $1 AND unit_id = $2 AND state = 'open'",
                [id, unit]
            ).map { try MissedCall(row: $0, keys) }
        }
    }

    /// Nobody answered; somebody calls once more, today or on a day of the coming fortnight.
    public func noteTry(_ id: MissedCallID, again: LocalDate?, submission: String, by viewer: Viewer) async throws {
        guard let again, again >= today, again <= today.adding(days: Self.daysToTry) else {
            throw PlainError(.invalid, "reception.againDay", field: "again")
        }
        try await end(id, submission, viewer, "tries = tries + 1, again_on = $3", [again])
    }

    /// Somebody spoke with the caller, or gives up: what was known of them is gone with it.
    public func endMissedCall(
        _ id: MissedCallID, _ end: MissedCallEnd, submission: String, by viewer: Viewer
    ) async throws {
        try await self.end(
            id, submission, viewer,
            "state = $3, matter_number = $4, ended_at = $5, sealed = NULL, phone_hash = NULL",
            [end.state, end.number, clock.now()])
    }

    /// A change of a call that still waits; two who press at once do not both make it.
    private func end(
        _ id: MissedCallID, _ submission: String, _ viewer: Viewer, _ change: String, _ values: [any SQLConvertible]
    ) async throws {
        let unit = try line(of: viewer)
        _ = try await submissions.once(database, id: submission, at: clock.now()) { tx in
            let changed = try tx.execute(
                "UPDATE missed_calls SET \(change) WHERE id = $1 AND unit_id = $2 AND state = 'open'",
                [id, unit] + values)
            guard changed == 1 else { throw PlainError(.conflict, "reception.callOver") }
            return "\(id)"
        }
    }

    /// Calls belong to the office that was called: its own people call back.
    private func line(of viewer: Viewer) throws(PlainError) -> UnitID {
        guard viewer.may(.receive, on: viewer.staff.unit) else { throw PlainError(.forbidden, "permission.missing") }
        return viewer.staff.unit
    }

    private func checked(call details: AppointmentDetails) throws -> (AppointmentDetails, phone: String) {
        var problems = ProblemList()
        var out = details
        out.about = problems.optional(details.about, field: "about", most: 200)
        out.name = problems.optional(details.name, field: "name", most: 60)
        let phone = problems.note { () throws(PlainError) in
            try ReceptionText.required(details.phone, field: "phone", most: 30)
        }
        let normalised = phone.flatMap { Contact.normalisedPhone($0) }
        if phone != nil, normalised == nil {
            problems.add(PlainError(.invalid, "reception.phoneInvalid", field: "phone"))
        }
        try problems.check()
        out.phone = phone
        return (out, normalised ?? "")
    }
}
