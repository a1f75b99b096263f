public import Kernel

/// What a new unit is made of.
public struct NewUnit: Sendable, Hashable, Codable {
    /// The short code, unique in the county.
    public var code: String
    /// What it is called.
    public var name: LocalizedName
    /// What it is.
    public var kind: UnitKind
    /// The unit above; `nil` for the county itself.
    public var parent: UnitID?
    /// The division that it serves.
    public var areaCode: String?
    /// Its first day; `nil` when it has always been.
    public var validFrom: LocalDate?
    /// Telephone of the counter.
    public var phone: String?
    /// Where it is.
    public var address: String?
    /// When it is open.
    public var hours: String?
    /// Whether residents can come in.
    public var isPublicCounter: Bool

    /// A new unit.
    public init(
        code: String, name: LocalizedName, kind: UnitKind, parent: UnitID?, areaCode: String? = nil,
        validFrom: LocalDate? = nil, phone: String? = nil, address: String? = nil, hours: String? = nil,
        isPublicCounter: Bool = false
    ) {
        self.code = code
        self.name = name
        self.kind = kind
        self.parent = parent
        self.areaCode = areaCode
        self.validFrom = validFrom
        self.phone = phone
        self.address = address
        self.hours = hours
        self.isPublicCounter = isPublicCounter
    }
}

extension Organisation.Unit {
    init(id: UnitID, _ new: NewUnit) {
        self.init(
            id: id, code: new.code, name: new.name, kind: new.kind, parent: new.parent, areaCode: new.areaCode,
            validFrom: new.validFrom, phone: new.phone, address: new.address, hours: new.hours,
            isPublicCounter: new.isPublicCounter)
    }

    /// Everything but code, place in the tree and validity.
    mutating func take(_ new: NewUnit) {
        name = new.name
        kind = new.kind
        areaCode = new.areaCode
        phone = new.phone
        address = new.address
        hours = new.hours
        isPublicCounter = new.isPublicCounter
    }
}

extension OrganisationStore {
    /// Adds a unit.
    public func addUnit(_ new: NewUnit, by actor: Actor) async throws -> UnitID {
        try await change(by: actor) { change in try change.addUnit(new) }
    }

    /// Changes name, kind, area or counter of a unit. Code, place in the tree and validity stay.
    public func changeUnit(_ id: UnitID, to new: NewUnit, by actor: Actor) async throws {
        try await change(by: actor) { change in
            try change.changeUnit(id, to: new)
        }
    }

    /// Ends a unit: from `date` on its duties are the successor's. Matters keep naming it, and the successor sees them.
    public func mergeUnit(_ id: UnitID, into successor: UnitID, on date: LocalDate, by actor: Actor) async throws {
        try await change(by: actor) { change in try change.endUnit(id, into: successor, on: date) }
    }
}

extension OrganisationChange {
    func addUnit(_ new: NewUnit) throws -> UnitID {
        try require(.manageOrganisation, on: new.parent)
        try check(new)
        if let parent = new.parent {
            guard try unit(parent).successor == nil else {
                throw PlainError(.conflict, "unit.merged", field: "parent")
            }
        }
        guard !records.units.values.contains(where: { $0.code == new.code }) else {
            throw PlainError(.conflict, "unit.codeTaken", field: "code", values: ["code": new.code])
        }
        let id: UnitID = newID()
        try record(.unitAdded(Organisation.Unit(id: id, new)))
        return id
    }

    /// Code, place in the tree and validity stay.
    func changeUnit(_ id: UnitID, to new: NewUnit) throws {
        try require(.manageOrganisation, on: id)
        try check(new)
        var unit = try unit(id)
        let before = unit
        unit.take(new)
        if unit != before { try record(.unitChanged(unit)) }
    }

    /// Hangs a unit with everything below it under another.
    func moveUnit(_ id: UnitID, under parent: UnitID) throws {
        try require(.manageOrganisation, on: id)
        try require(.manageOrganisation, on: parent)
        var unit = try unit(id)
        guard unit.parent != nil else { throw PlainError(.conflict, "unit.isRoot", field: "parent") }
        guard unit.successor == nil, try self.unit(parent).successor == nil else {
            throw PlainError(.conflict, "unit.merged", field: "parent")
        }
        guard !records.isInside(parent, id) else { throw PlainError(.invalid, "unit.parentInside", field: "parent") }
        guard unit.parent != parent else { return }
        unit.parent = parent
        try record(.unitChanged(unit))
    }

    /// From `date` on the duties of a unit are the successor's.
    func endUnit(_ id: UnitID, into successor: UnitID, on date: LocalDate) throws {
        try require(.manageOrganisation, on: id)
        try require(.manageOrganisation, on: successor)
        let unit = try unit(id)
        let target = try self.unit(successor)
        guard unit.successor == nil, target.successor == nil, unit.parent != nil else {
            throw PlainError(.conflict, "unit.merged", field: "unit")
        }
        // A unit that ends cannot hand over to itself or to something that goes down with it.
        guard !records.isInside(successor, id) else {
            throw PlainError(.invalid, "unit.successorInside", field: "successor")
        }
        try record(.unitMerged(id, into: successor, lastDay: date.adding(days: -1)))
    }

    func check(_ new: NewUnit) throws {
        var errors: [PlainError] = []
        if new.code.isEmpty || new.code.count > 40 || new.code.contains(where: { $0.isWhitespace || $0 == "@" }) {
            errors.append(PlainError(.invalid, "unit.codeInvalid", field: "code"))
        }
        if new.name.zh.isEmpty || new.name.zh.count > 100 {
            errors.append(PlainError(.invalid, "unit.nameInvalid", field: "name"))
        }
        guard errors.isEmpty else { throw PlainErrors(errors) }
    }
}
