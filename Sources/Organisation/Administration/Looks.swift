public import Kernel
internal import Ledger
internal import Storage

/// Looking at the screens of a role ("see as"): what menus, lists and forms it has in a unit. Never as a named person,
/// never with anything of any matter, never able to change something.
public struct Look: Hashable, Sendable {
    /// The longest look, in minutes.
    public static let mostMinutes = 30
    /// The roles whose screens can be looked at. Who receives sealed reports is not among them.
    public static let roles: [Role] = [
        .receptionClerk, .dispatcher, .handler, .approver, .supervisor, .leader, .reviewer, .auditor,
    ]

    /// The role.
    public let role: Role
    /// In which unit.
    public let unit: UnitID
    /// At most until then.
    public let until: Instant

    init?(_ row: Row, from column: Int) throws {
        guard try row.optionalID(column, SignInLine.self) != nil, let role = Role(rawValue: try row.text(column + 1))
        else { return nil }
        self.role = role
        unit = try row.id(column + 2)
        until = try row.instant(column + 3)
    }
}

extension OrganisationStore {
    /// Begins to look at the screens of a role in a unit; recorded with its reason.
    ///
    /// - Parameter token: the session that looks.
    public func beginLook(
        as role: Role, in unit: UnitID, because reason: String, token: String, sessions: Sessions, by viewer: Viewer
    ) async throws {
        try viewer.require(.lookAs, on: unit)
        guard Look.roles.contains(role) else { throw PlainError(.invalid, "look.role", field: "role") }
        let reason = try Self.reason(reason)
        let (name, ids) = (sessions.name(of: token), self.ids)
        let staff = viewer.staff.id
        try await change(by: viewer.actor, because: reason) { change in
            _ = try change.unit(unit)
            let until = change.now.adding(seconds: Int64(Look.mostMinutes) * 60)
            try change.record(.lookBegun(staff, role: role, unit: unit, until: until))
            try change.tx.execute("DELETE FROM looks WHERE token_hash = $1", [name])
            try change.tx.execute(
                """
                INSERT INTO looks (id, token_hash, staff_id, role, unit_id, until, ended_at)
                VALUES ($1, $2, $3, $4, $5, $6, NULL)
                """, [ids.next(SignInLine.self), name, staff, role.rawValue, unit, until])
        }
    }

    /// Ends a look before its time.
    public func endLook(token: String, sessions: Sessions, by actor: Actor) async throws {
        let name = sessions.name(of: token)
        try await change(by: actor) { change in
            let ended = try change.tx.execute(
                "UPDATE looks SET ended_at = $1 WHERE token_hash = $2 AND ended_at IS NULL AND until > $1",
                [change.now, name])
            if ended > 0, let id = actor.staffID { try change.record(.lookEnded(id)) }
        }
    }
}
