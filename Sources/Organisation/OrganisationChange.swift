internal import Kernel
internal import Ledger
internal import Storage

/// One change of the organisation inside its transaction: checks, event, projection.
final class OrganisationChange {
    private(set) var records: OrganisationRecords
    let tx: any Transaction
    let actor: Actor
    let now: Instant
    let events: EventStore
    /// Keeps texts ready, outside the organisation.
    let readyTexts: (any ReadyTextKeeper)?
    private let ids: IdentifierGenerator
    private let viewer: Viewer?
    private let texts = TextStore()
    private var isChanged = false
    /// Texts that are kept ready and were changed.
    private(set) var changedTexts: [ReadyTextChange] = []
    /// Why, in the words of whoever asks; it goes beside every event of this change.
    var reason: String?
    /// Whether rights are only proposed: somebody else gives them.
    var isProposal = false

    init(
        tx: any Transaction, actor: Actor, now: Instant, events: EventStore, ids: IdentifierGenerator,
        readyTexts: (any ReadyTextKeeper)?
    ) throws {
        self.tx = tx
        self.actor = actor
        self.now = now
        self.events = events
        self.ids = ids
        self.readyTexts = readyTexts
        // Locked first: changes of the organisation are rare, so they simply wait for each other.
        _ = try OrganisationTables.version(in: tx, forUpdate: true)
        let loaded = try OrganisationTables.load(in: tx)
        records = loaded
        switch actor {
        case .system: viewer = nil
        case .staff(let id, _):
            guard let member = loaded.staff[id] else { throw Self.denied }
            viewer = Viewer(staff: member, organisation: Organisation(loaded))
        case .reporter, .newReporter: throw Self.denied
        }
    }

    private static let denied = PlainError(.forbidden, "permission.denied")

    func newID<Entity>(_ entity: Entity.Type = Entity.self) -> Identifier<Entity> { ids.next(entity) }

    /// Checks a permission; jobs of the system have all.
    func require(_ permission: Permission, on unit: UnitID?) throws {
        guard let viewer else { return }
        let permission = isProposal && permission == .grantRoles ? .manageStaff : permission
        // A unit made in this same change is judged by where it hangs.
        guard let unit else { return try viewer.require(permission, on: nil) }
        let isAllowed = viewer.staff.grants.contains {
            $0.role.allowed.contains(permission) && records.isInside(unit, $0.unit)
        }
        guard isAllowed, viewer.may(permission, on: nil) else { throw Self.denied }
    }

    /// Checks that whoever asks has at least one of some permissions.
    func requireOne(of permissions: [(permission: Permission, unit: UnitID?)]) throws {
        guard permissions.contains(where: { (try? require($0.permission, on: $0.unit)) != nil }) else {
            throw Self.denied
        }
    }

    /// Managing somebody takes the right over everything that they may do, so that nobody widens an own reach by
    /// way of another's account.
    func requireManaging(_ member: StaffMember, _ permission: Permission = .manageStaff) throws {
        try require(permission, on: member.unit)
        for grant in member.grants { try require(permission, on: grant.unit) }
    }

    func unit(_ id: UnitID) throws -> Organisation.Unit {
        guard let unit = records.units[id] else { throw PlainError(.notFound, "unit.unknown", field: "unit") }
        return unit
    }

    func member(_ id: StaffID) throws -> StaffMember {
        guard let member = records.staff[id] else { throw PlainError(.notFound, "staff.unknown", field: "staff") }
        return member
    }

    /// Appends the event, with a person's reason beside it, and writes what it changes.
    func record(_ event: OrganisationEvent, reason: String? = nil) throws {
        let (stream, kind) = event.stream
        let head = try events.head(of: stream, in: tx, forUpdate: true) ?? StreamHead(new: stream, kind: kind)
        let (data, newTexts) = try event.stored(reason: reason ?? self.reason) { NewText($0, id: ids.next()) }
        let new = NewEvent(kind: event.kind, data: data, occurredAt: now, texts: newTexts.map(\.reference))
        if let stored = try events.append([new], by: actor, to: head, in: tx).events.first {
            try HistoryTable.put(stored, topic: event.topic, in: tx)
        }
        for text in newTexts { try texts.insert(text, of: stream, in: tx) }
        records.evolve(event)
        isChanged = true
        try project(event)
    }

    private func project(_ event: OrganisationEvent) throws {
        switch event {
        case .unitAdded(let unit), .unitChanged(let unit): try OrganisationTables.put(unit, in: tx)
        case .unitMerged(let id, _, _): try OrganisationTables.put(try unit(id), in: tx)
        case .staffAdded(let member): try OrganisationTables.put(member, in: tx)
        case .staffMoved(let id, _), .grantsSet(let id, _), .passwordSet(let id, _), .staffDeactivated(let id),
            .staffReactivated(let id), .secondFactorSet(let id), .secondFactorRemoved(let id), .openIDLinked(let id, _),
            .openIDUnlinked(let id), .staffRenamed(let id, _), .leaveSet(let id, _):
            try OrganisationTables.put(try member(id), in: tx)
        case .planMade(let plan): try PlanTable.put(plan, in: tx)
        case .planApproved(let id):
            if let plan = records.plans[id] { try PlanTable.put(plan, in: tx) }
        case .planEnded(let id, _, _): try PlanTable.remove(id, in: tx)
        case .sessionsEnded, .lookBegun, .lookEnded: break
        case .areasImported(let areas): try OrganisationTables.replace(areas, in: tx)
        case .areaAdded(let area), .areaChanged(let area): try OrganisationTables.put(area, in: tx)
        case .categoriesImported(let categories):
            try OrganisationTables.replace(categories, in: tx)
            try OrganisationTables.put(plan: nil, in: tx)
        case .categoriesPlanned, .categoriesPlanWithdrawn:
            try OrganisationTables.put(plan: records.categoryPlan, in: tx)
        case .catalogueChanged(let step):
            let touched = Set(step.ended + step.entries.map(\.key))
            try OrganisationTables.put(records.catalogue.filter { touched.contains($0.key) }, in: tx)
        case .catalogueWithdrawn(let version, let goesOn):
            let touched = Set(goesOn)
            try OrganisationTables.put(
                records.catalogue.filter { $0.version == version || touched.contains($0.key) }, in: tx)
        case .catalogueSet(let entries):
            try tx.execute("DELETE FROM catalogue_entries")
            try OrganisationTables.put(entries, in: tx)
        case .catalogueImported(let effectiveFrom, let entries):
            try OrganisationTables.add(entries, endingOthers: effectiveFrom.adding(days: -1), in: tx)
        case .tagAdded(let tag), .tagChanged(let tag): try OrganisationTables.put(tag, in: tx)
        case .readyTextChanged(let text): changedTexts.append(text)
        // Their rows carry a seal, so the store that has the key writes them.
        case .rulePackLoaded, .rulePackEnded, .calendarLoaded: break
        // Read from the stream, which is short.
        case .ruleConfirmed, .proposalDeclined, .outlinesLoaded, .readyTextsLoaded, .placesLoaded: break
        }
    }

    /// Counts the version up, so that every process sees that it must load anew.
    func finish() throws -> Organisation {
        if isChanged {
            records.version += 1
            try OrganisationTables.setVersion(records.version, in: tx)
        }
        return Organisation(records)
    }
}

extension OrganisationStore {
    /// Runs a change in one transaction and keeps the new snapshot.
    func change<T: Sendable>(
        by actor: Actor, because reason: String? = nil, _ body: @escaping @Sendable (OrganisationChange) throws -> T
    ) async throws -> T {
        let (events, ids, clock, readyTexts) = (self.events, self.ids, self.clock, self.readyTexts)
        let (result, organisation) = try await database.write { tx -> (T, Organisation) in
            let change = try OrganisationChange(
                tx: tx, actor: actor, now: clock.now(), events: events, ids: ids, readyTexts: readyTexts)
            change.reason = reason
            let result = try body(change)
            return (result, try change.finish())
        }
        keep(organisation)
        return result
    }
}
