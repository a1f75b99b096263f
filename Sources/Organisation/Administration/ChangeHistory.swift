public import Kernel
internal import Ledger
internal import Storage

/// Which changes of the organisation are listed.
public struct HistoryRequest: Hashable, Sendable {
    /// Only about this.
    public var topic: HistoryTopic?
    /// Only by this person.
    public var actor: StaffID?
    /// Only of this unit.
    public var unit: UnitID?
    /// Only of this person.
    public var staff: StaffID?
    /// Only since the beginning of this moment.
    public var since: Instant?
    /// Only before this moment.
    public var before: Instant?
    /// After this line, further back.
    public var after: EventID?
    /// Lines on a page.
    public var limit = 30

    /// All changes, the newest first.
    public init() {}
}

/// One change of the organisation, as its event says.
public struct HistoryLine: Hashable, Sendable, Identifiable {
    /// What it is about.
    public enum Subject: Hashable, Sendable {
        /// A unit.
        case unit(UnitID)
        /// A division.
        case area(String)
        /// A member of staff.
        case staff(StaffID)
        /// A tag.
        case tag(TagID)
        /// A text that is kept ready, by its name.
        case readyText(String)
        /// A change that waits.
        case plan(PlanID)
        /// Categories, catalogue, calendar, rules.
        case lists
    }

    /// The event.
    public let id: EventID
    /// The kind of the event, `grantsSet`.
    public let kind: String
    /// What it is about.
    public let subject: Subject
    /// Who did it.
    public let actor: Actor
    /// When it was recorded.
    public let at: Instant
    /// Why; nothing where nobody said.
    public let reason: String?
    /// What stood before and after.
    public let changes: [FieldChange]
    /// What was planned.
    public let plan: OrganisationPlan?
    /// How a planned change ended.
    public let end: PlanEnd?
    /// Whose screens were looked at, where, and at most until when.
    public let look: Look?

    /// Looking at the screens of a role.
    public struct Look: Hashable, Sendable {
        /// The role.
        public let role: Role
        /// Where.
        public let unit: UnitID
        /// At most until then.
        public let until: Instant
    }
}

extension OrganisationStore {
    /// Changes of the organisation, the newest first, each with its difference.
    ///
    /// - Returns: the lines, and after which the list goes on; `nil` at its end.
    public func history(_ request: HistoryRequest) async throws -> (lines: [HistoryLine], next: EventID?) {
        let events = self.events
        return try await database.read { tx in
            let (sql, values) = request.statement
            var rows = try tx.rows(sql, values).map { row in
                (event: try row.id(0, Named.Event.self), stream: try row.id(1, Named.Stream.self))
            }
            let goesOn = rows.count > request.limit
            if goesOn { rows.removeLast() }
            var known: [StreamID: [EventID: HistoryLine]] = [:]
            var lines: [HistoryLine] = []
            for row in rows {
                if known[row.stream] == nil {
                    known[row.stream] = try HistoryLine.all(of: row.stream, events: events, in: tx)
                }
                if let line = known[row.stream]?[row.event] { lines.append(line) }
            }
            return (lines, goesOn ? rows.last?.event : nil)
        }
    }

    /// The newest changes of one division, or of all and of their outlines; newest first.
    public func history(ofArea code: String?, limit: Int = 10) async throws -> [HistoryLine] {
        let events = self.events
        let lines = try await database.read { tx in
            try HistoryLine.all(of: OrganisationEvent.SingleStream.areas, events: events, in: tx).values
        }
        return Array(
            lines.filter { code == nil || $0.subject == code.map(HistoryLine.Subject.area) }
                .sorted { $0.id > $1.id }.prefix(limit))
    }

    /// Since when somebody has each of their roles, and who gave it.
    public func origins(of id: StaffID) async throws -> [RoleGrant: (at: Instant, by: Actor)] {
        let events = self.events
        return try await database.read { tx in
            let stream = StreamID(rawValue: id.rawValue)
            let bodies = try TextStore().bodies(of: stream, in: tx)
            var records = OrganisationRecords()
            var out: [RoleGrant: (at: Instant, by: Actor)] = [:]
            for stored in try events.events(of: stream, in: tx) {
                records.evolve(try OrganisationEvent(stored, bodies: bodies))
                let grants = records.staff[id]?.grants ?? []
                out = out.filter { grants.contains($0.key) }
                for grant in grants where out[grant] == nil { out[grant] = (stored.recordedAt, stored.actor) }
            }
            return out
        }
    }

    /// Lists the changes of a store that an older program wrote.
    public func listOlderChanges() async throws {
        let events = self.events
        let streams = try await database.read { tx -> [StreamID] in
            guard try tx.first("SELECT 1 FROM organisation_history LIMIT 1") == nil else { return [] }
            let marks = OrganisationEvent.streamKinds.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            return try tx.rows(
                "SELECT id FROM streams WHERE kind IN (\(marks)) ORDER BY id", OrganisationEvent.streamKinds
            ).map { try $0.id(0) }
        }
        guard !streams.isEmpty else { return }
        try await database.write { tx in
            guard try tx.first("SELECT 1 FROM organisation_history LIMIT 1") == nil else { return }
            for stream in streams {
                let bodies = try TextStore().bodies(of: stream, in: tx)
                for stored in try events.events(of: stream, in: tx) {
                    let topic = try OrganisationEvent(stored, bodies: bodies).topic
                    try HistoryTable.put(stored, topic: topic, in: tx)
                }
            }
        }
    }
}

extension HistoryRequest {
    /// The newest lines first; every narrowing that is likely has an index that ends with the order of the list.
    var statement: (sql: String, values: [any SQLConvertible]) {
        var conditions: [String] = []
        var values: [any SQLConvertible] = []
        func add(_ condition: String, _ value: any SQLConvertible) {
            values.append(value)
            conditions.append("\(condition) $\(values.count)")
        }
        if let topic { add("topic =", topic.rawValue) }
        if let actor { add("actor_id =", actor) }
        if let unit { add("stream_id =", unit) }
        if let staff { add("stream_id =", staff) }
        // Identifiers carry their time, so a day is a range of the key.
        if let since { add("event_id >=", EventID.floor(at: since)) }
        if let before { add("event_id <", EventID.floor(at: before)) }
        if let after { add("event_id <", after) }
        values.append(limit + 1)
        let condition = conditions.isEmpty ? "" : " WHERE \(conditions.joined(separator: " AND "))"
        return (
            """
            SELECT event_id, stream_id FROM organisation_history\(condition)
            ORDER BY event_id DESC LIMIT $\(values.count)
            """, values
        )
    }
}

extension HistoryLine {
    /// All lines of one stream: a unit or a person has a few, so they are told from the beginning.
    fileprivate static func all(
        of stream: StreamID, events: EventStore, in tx: any ReadTransaction
    ) throws -> [EventID: HistoryLine] {
        let bodies = try TextStore().bodies(of: stream, in: tx)
        var records = OrganisationRecords()
        var out: [EventID: HistoryLine] = [:]
        for stored in try events.events(of: stream, in: tx) {
            let event = try OrganisationEvent(stored, bodies: bodies)
            let before = records
            records.evolve(event)
            var (plan, end, look): (OrganisationPlan?, PlanEnd?, Look?) = (nil, nil, nil)
            switch event {
            case .planMade(let made): plan = made
            case .planApproved(let id): plan = before.plans[id]
            case .planEnded(let id, let how, _): (plan, end) = (before.plans[id], how)
            case .lookBegun(_, let role, let unit, let until): look = Look(role: role, unit: unit, until: until)
            default: break
            }
            let texts: [ReadyTextChange] = if case .readyTextChanged(let text) = event { [text] } else { [] }
            out[stored.id] = HistoryLine(
                id: stored.id, kind: stored.kind, subject: event.subject, actor: stored.actor, at: stored.recordedAt,
                reason: try OrganisationEvent.reason(of: stored, bodies: bodies),
                changes: event.isList ? [] : OrganisationDifference(from: before, to: records, texts: texts).changes,
                plan: plan,
                end: end, look: look)
        }
        return out
    }
}

extension OrganisationEvent {
    /// Whether it replaces a whole list, whose lines would fill a page.
    fileprivate var isList: Bool { if case .areasImported = self { true } else { false } }

    fileprivate var subject: HistoryLine.Subject {
        switch self {
        case .areaAdded(let area), .areaChanged(let area): return .area(area.code)
        case .tagAdded(let tag), .tagChanged(let tag): return .tag(tag.id)
        case .readyTextChanged(let text): return .readyText(text.now.title)
        default: break
        }
        let (id, kind) = stream
        switch kind {
        case "unit": return .unit(UnitID(rawValue: id.rawValue))
        case "staff": return .staff(StaffID(rawValue: id.rawValue))
        case "plan": return .plan(PlanID(rawValue: id.rawValue))
        default: return .lists
        }
    }
}
