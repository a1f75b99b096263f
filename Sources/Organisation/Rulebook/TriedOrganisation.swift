internal import Crypto
public import Kernel
internal import Ledger

extension CategoryDifference {
    /// The organisation with the tree as it would be, for trying it out.
    public func applied(to organisation: Organisation) -> Organisation {
        var records = organisation.records
        records.evolve(.categoriesImported(tree))
        return Organisation(records)
    }
}

extension PlannedChange {
    /// Names a unit that is only tried; no unit has it.
    public static let triedUnit = UnitID(rawValue: .max)

    /// The units as they would be from a day on, for trying it out. What stands against the change, a preview tells; what
    /// is about people, areas or words changes nothing here.
    public func applied(to organisation: Organisation, from day: LocalDate) -> Organisation {
        var records = organisation.records
        switch self {
        case .addUnit(let new): records.evolve(.unitAdded(Organisation.Unit(id: Self.triedUnit, new)))
        case .changeUnit(let id, let new): records.units[id]?.take(new)
        case .moveUnit(let id, let parent): records.units[id]?.parent = parent
        case .endUnit(let id, let successor):
            records.evolve(.unitMerged(id, into: successor, lastDay: day.adding(days: -1)))
        default: break
        }
        return Organisation(records)
    }

    /// The unit that changes; a new one has none yet.
    public var changedUnit: UnitID? {
        switch self {
        case .changeUnit(let id, _), .moveUnit(let id, _), .endUnit(let id, _): id
        default: nil
        }
    }
}

extension OrganisationDifference {
    /// Whether it touches what proposals, reviews or the work of units rest on.
    public var canBeTried: Bool {
        changes.contains { change in
            guard case .unit = change.subject else { return false }
            return [.kind, .parent, .successor].contains(change.field)
        }
    }
}

extension Organisation {
    /// Names what proposals and reviews rest on, as of a day: while it is the same, an old result can be looked into again.
    public func ground(on day: LocalDate) -> String {
        var hasher = SHA256()
        func add(_ parts: String?...) {
            hasher.update(data: Array((parts.map { $0 ?? "-" }.joined(separator: "|") + "\n").utf8))
        }
        for unit in units {
            add(
                "\(unit.id)", unit.code, unit.kind.rawValue, unit.parent.map { "\($0)" },
                unit.successor.map { "\($0)" }, unit.validFrom.map { "\($0)" }, unit.validTo.map { "\($0)" })
        }
        for area in areas { add(area.code, area.parent) }
        for node in categories { add(node.code, node.parent, node.isRetired ? "retired" : "used", node.successor) }
        for entry in catalogueEntries(on: day) { add("\(entry.version)", entry.id) }
        return String(hexadecimal(hasher.finalize()).prefix(32))
    }
}
