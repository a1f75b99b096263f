/// Who does something: a named member of staff, a resident on an own matter, or a job of the system (which may
/// record and remind, but decides nothing).
public enum Actor: Hashable, Sendable {
    /// A member of staff, acting for a unit.
    case staff(StaffID, unit: UnitID)
    /// A resident, through one reporter's part of a matter.
    case reporter(ReporterID)
    /// A resident who is writing and has no number yet.
    case newReporter
    /// A named job: `import`, `demo`, `clock`.
    case system(String)

    /// The member of staff, when it is one.
    public var staffID: StaffID? {
        if case .staff(let id, _) = self { id } else { nil }
    }

    /// The unit acted for, when it is staff.
    public var unitID: UnitID? {
        if case .staff(_, let unit) = self { unit } else { nil }
    }

    /// The form in which events store it: `staff:12:3`, `reporter:7`, `reporter`, `system:import`.
    public var code: String {
        switch self {
        case .staff(let id, let unit): "staff:\(id):\(unit)"
        case .reporter(let id): "reporter:\(id)"
        case .newReporter: "reporter"
        case .system(let name): "system:\(name)"
        }
    }

    /// Reads `code`; `nil` when it is none.
    public init?(code: String) {
        let parts = code.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count) {
        case ("staff", 3):
            guard let id = StaffID(parts[1]), let unit = UnitID(parts[2]) else { return nil }
            self = .staff(id, unit: unit)
        case ("reporter", 2):
            guard let id = ReporterID(parts[1]) else { return nil }
            self = .reporter(id)
        case ("reporter", 1): self = .newReporter
        case ("system", 2) where !parts[1].isEmpty: self = .system(parts[1])
        default: return nil
        }
    }
}
