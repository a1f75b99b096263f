public import Kernel
public import Ledger

extension Named {
    /// A change of the organisation that waits.
    public enum OrganisationPlan {}
}

/// Identifies a change that waits.
public typealias PlanID = Identifier<Named.OrganisationPlan>

/// What somebody may do from a change on.
public struct GrantSetting: Codable, Hashable, Sendable {
    /// Whose roles.
    public let staff: StaffID
    /// All of them; those not named are taken away.
    public let grants: [RoleGrant]

    /// The roles of a person.
    public init(staff: StaffID, grants: [RoleGrant]) {
        self.staff = staff
        self.grants = grants
    }
}

/// A change of units, divisions or staff that can be looked at beforehand, dated and taken back before its day. It holds no
/// personal data: persons are named by identifier.
public enum PlannedChange: Codable, Hashable, Sendable {
    /// A new unit.
    case addUnit(NewUnit)
    /// Name, kind, area or counter of a unit.
    case changeUnit(UnitID, NewUnit)
    /// A unit hangs under another.
    case moveUnit(UnitID, under: UnitID)
    /// The duties of a unit are another's.
    case endUnit(UnitID, into: UnitID)
    /// A new division.
    case addArea(Area)
    /// Another name for the same division; its code stays.
    case renameArea(String, LocalizedName)
    /// A division lies in another one; in none when it is an outermost one.
    case moveArea(String, into: String?)
    /// No new matter can name a division or one inside it.
    case retireArea(String)
    /// A retired division is in use again.
    case restoreArea(String)
    /// A new word of the vocabulary, or a retired one again.
    case addTag(NewTag)
    /// Another name for the same tag.
    case renameTag(TagID, LocalizedName)
    /// A tag is put on no more matters.
    case retireTag(TagID)
    /// A retired tag is in use again.
    case restoreTag(TagID)
    /// A text that is kept ready comes, says something else, or is offered no more or again.
    case readyText(ReadyTextChange)
    /// Somebody works for another unit.
    case moveStaff(StaffID, to: UnitID)
    /// What people may do.
    case setGrants([GrantSetting])
    /// Somebody leaves.
    case deactivate(StaffID)
    /// How colleagues name somebody. It holds a name, so it happens at once and never waits in a plan.
    case renameStaff(StaffID, name: String)
    /// Days away and who stands in; nothing takes them back. The days are dates themselves, so it is set at once.
    case setLeave(StaffID, Leave?)

    /// Whether it can be planned for a later day.
    public var canWait: Bool {
        switch self {
        case .renameStaff, .setLeave: false
        default: true
        }
    }
}

/// A change that waits for its day, or for the consent of whoever gives rights.
public struct OrganisationPlan: Codable, Hashable, Sendable, Identifiable {
    /// Its identifier.
    public let id: PlanID
    /// What changes.
    public let change: PlannedChange
    /// The day on which it happens.
    public let effective: LocalDate
    /// Whether a security administrator must consent before.
    public internal(set) var needsConsent: Bool
    /// Who asked for it; nothing for the operator.
    public let madeBy: StaffID?
    /// When it was asked for.
    public let madeAt: Instant
}

extension OrganisationPlan {
    /// What somebody else needs to take it back: one of these permissions, on its unit.
    public func permissions(in organisation: Organisation) -> [(permission: Permission, unit: UnitID?)] {
        switch change {
        case .addUnit, .changeUnit, .moveUnit, .endUnit, .addArea, .renameArea, .moveArea, .retireArea, .restoreArea:
            [(.manageOrganisation, nil)]
        case .addTag, .renameTag, .retireTag, .restoreTag:
            [(.manageOrganisation, nil)] + (organisation.unit(ofTagIn: change).map { [(.manageTags, $0)] } ?? [])
        case .readyText(let text):
            [(.manageOrganisation, nil), (.keepTexts, text.now.unit)]
        case .moveStaff, .deactivate, .renameStaff, .setLeave: [(.manageStaff, nil)]
        case .setGrants: [(.grantRoles, nil)]
        }
    }
}

extension Organisation {
    /// The unit whose tag a change is about; nothing when it is about no tag.
    public func unit(ofTagIn change: PlannedChange) -> UnitID? {
        switch change {
        case .addTag(let new): new.unit
        case .renameTag(let id, _), .retireTag(let id), .restoreTag(let id): tag(id)?.unit
        default: nil
        }
    }
}

/// How a planned change ended.
public enum PlanEnd: String, Codable, Sendable {
    /// It happened.
    case applied
    /// It was taken back.
    case withdrawn
    /// A security administrator refused it.
    case refused
    /// On its day it was not possible any more.
    case failed
}

/// What a change is about, as lists are narrowed.
public enum HistoryTopic: String, CaseIterable, Codable, Sendable {
    /// Units.
    case units
    /// Accounts, moves, leave.
    case staff
    /// Who may do what.
    case roles
    /// Passwords, second factors, sessions.
    case access
    /// Looking at the screens of a role.
    case looks
    /// Changes that wait.
    case plans
    /// Tags and texts that are kept ready.
    case vocabulary
    /// Divisions, categories, catalogue, calendar, rules.
    case rules
}

extension Organisation {
    /// Changes that wait, by their day.
    public var plans: [OrganisationPlan] {
        records.plans.values.sorted { ($0.effective, $0.id) < ($1.effective, $1.id) }
    }

    /// A change that waits.
    public func plan(_ id: PlanID) -> OrganisationPlan? { records.plans[id] }

    /// Whose deputy somebody is on a day.
    public func deputises(_ id: StaffID, on day: LocalDate) -> [StaffID] {
        allStaff.filter { $0.isActive && $0.leave?.deputy == id && $0.leave?.covers(day) == true }.map(\.id)
    }

    /// Who gets what would be new for somebody on a day: they themselves, or who stands in while they are away.
    public func standIn(for id: StaffID, on day: LocalDate) -> StaffID {
        var current = id
        var seen: Set<StaffID> = [id]
        while let leave = staff(current)?.leave, leave.covers(day), staff(leave.deputy)?.isActive == true,
            seen.insert(leave.deputy).inserted
        {
            current = leave.deputy
        }
        return current
    }
}
