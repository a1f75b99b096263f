public import Kernel
public import Storage

/// Which matters a query may show: every query over matters takes one, so that no list can forget it.
public struct Visibility: Hashable, Sendable {
    /// How far it reaches.
    public enum Scope: Hashable, Sendable {
        /// The whole store.
        case everything
        /// These units, in ascending order.
        case units([UnitID])
        /// Nothing.
        case none
    }

    /// How far it reaches.
    public let scope: Scope
    /// For whom: restricted matters name persons.
    public let staff: StaffID
    /// The unit in which they work and those above it, in ascending order: what complains of one of these is not for
    /// them, whatever they may see otherwise.
    public let home: [UnitID]

    /// A visibility. `Viewer.visibility` makes the right one.
    public init(scope: Scope, staff: StaffID, home: [UnitID] = []) {
        self.scope = scope
        self.staff = staff
        self.home = home
    }

    /// Whether it reaches a unit.
    public func includes(_ unit: UnitID) -> Bool {
        switch scope {
        case .everything: true
        case .units(let units): units.contains(unit)
        case .none: false
        }
    }

    /// The condition on a column that holds a unit, with its values for the placeholders from `firstPlaceholder`.
    public func condition(column: String, firstPlaceholder: Int) -> (sql: String, values: [any SQLConvertible]) {
        switch scope {
        case .everything: return ("1 = 1", [])
        case .none: return ("1 = 0", [])
        case .units(let units):
            guard units.count > 1 else { return ("\(column) = $\(firstPlaceholder)", units) }
            let marks = units.indices.map { "$\(firstPlaceholder + $0)" }.joined(separator: ", ")
            return ("\(column) IN (\(marks))", units)
        }
    }
}
