internal import Casework
internal import Kernel
internal import Organisation

/// What all stories of a demo county share.
struct DemoWorld: Sendable {
    let data: DemoData
    let organisation: Organisation
    let casework: Casework
    let zone: CivilZone
    let now: Instant
    let seed: UInt64
    private let staff: [Role: [UnitID: [StaffMember]]]
    private let units: [String: UnitID]

    init(
        data: DemoData, organisation: Organisation, casework: Casework, zone: CivilZone, now: Instant, seed: UInt64
    ) {
        self.data = data
        self.organisation = organisation
        self.casework = casework
        self.zone = zone
        self.now = now
        self.seed = seed
        var staff: [Role: [UnitID: [StaffMember]]] = [:]
        for member in organisation.allStaff {
            for grant in member.grants { staff[grant.role, default: [:]][grant.unit, default: []].append(member) }
        }
        self.staff = staff
        units = Dictionary(organisation.units.map { ($0.code, $0.id) }, uniquingKeysWith: { first, _ in first })
    }

    func unit(_ code: String) throws(Trouble) -> UnitID {
        guard let id = units[code] else { throw Trouble(.file, "demo unit \(code) is missing") }
        return id
    }

    func unitName(_ id: UnitID) -> String { organisation.unit(id)?.name.zh ?? "" }

    /// The street or township office in charge of an area.
    func office(ofArea code: String) throws -> UnitID {
        let codes = organisation.path(ofArea: code).map(\.code)
        let found = organisation.units.first { unit in
            (unit.kind == .street || unit.kind == .township) && unit.areaCode.map(codes.contains) == true
        }
        return try found?.id ?? unit("LX")
    }

    /// Somebody with one of the roles on a unit or above it.
    func member(_ roles: [Role], of unit: UnitID, _ random: inout DemoRandom) throws -> StaffMember {
        if let found = member(roles, of: unit, except: [], &random) { return found }
        throw Trouble(.file, "the demo county has nobody for \(roles.map(\.rawValue).joined(separator: ", "))")
    }

    /// Somebody with one of the roles on a unit or above it who need not keep out.
    func member(
        _ roles: [Role], of unit: UnitID, except kept: Set<StaffID>, _ random: inout DemoRandom
    ) -> StaffMember? {
        var next: UnitID? = unit
        while let current = next {
            for role in roles {
                let known = staff[role]?[current] ?? []
                let free = kept.isEmpty ? known : known.filter { !kept.contains($0.id) }
                if let found = random.pick(free) { return found }
            }
            next = organisation.unit(current)?.parent
        }
        return nil
    }

    func actor(_ roles: [Role], of unit: UnitID, _ random: inout DemoRandom) throws -> Actor {
        let member = try member(roles, of: unit, &random)
        return .staff(member.id, unit: member.unit)
    }
}
