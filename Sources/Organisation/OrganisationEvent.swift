internal import Kernel
internal import Ledger

/// What can happen to the organisation. Names of persons, reasons and long lists are texts beside the event, so that an
/// event itself holds no personal data and no free text.
enum OrganisationEvent: Sendable {
    case unitAdded(Organisation.Unit)
    case unitChanged(Organisation.Unit)
    case unitMerged(UnitID, into: UnitID, lastDay: LocalDate)
    case staffAdded(StaffMember)
    case staffMoved(StaffID, unit: UnitID)
    case grantsSet(StaffID, [RoleGrant])
    case passwordSet(StaffID, mustChange: Bool)
    case staffDeactivated(StaffID)
    case staffReactivated(StaffID)
    case secondFactorSet(StaffID)
    case secondFactorRemoved(StaffID)
    /// Who it is at the provider stands in texts beside the event.
    case openIDLinked(StaffID, OpenIDIdentity)
    case openIDUnlinked(StaffID)
    case staffRenamed(StaffID, displayName: String)
    case leaveSet(StaffID, Leave?)
    case sessionsEnded(StaffID)
    /// Somebody looks at the screens of a role, at most until then.
    case lookBegun(StaffID, role: Role, unit: UnitID, until: Instant)
    case lookEnded(StaffID)
    case planMade(OrganisationPlan)
    case planApproved(PlanID)
    case planEnded(PlanID, PlanEnd, code: String?)
    case areasImported([Area])
    case areaAdded(Area)
    case areaChanged(Area)
    /// Outlines of divisions for the map took the place of those that were there; they stand outside the organisation.
    case outlinesLoaded(count: Int)
    /// Texts that are kept ready came with the text of a configuration; they stand outside the organisation.
    case readyTextsLoaded(count: Int)
    /// Places of reception came with the text of a configuration; each has a record of its own.
    case placesLoaded(count: Int)
    case categoriesImported([Category])
    /// A tree that takes the place of the present one on a day; it takes the place of an earlier plan at once.
    case categoriesPlanned(from: LocalDate, [Category])
    case categoriesPlanWithdrawn
    case catalogueImported(effectiveFrom: LocalDate, [CatalogueEntry])
    /// Entries that come, change or end on a day; all others go on as they are.
    case catalogueChanged(CatalogueStep)
    /// A change that has not begun is taken back; what it would have ended goes on.
    case catalogueWithdrawn(version: Int, goesOn: [CatalogueKey])
    /// The whole catalogue with its past, as another store had it.
    case catalogueSet([CatalogueEntry])
    /// A person keeps the catalogue although rulings send matters elsewhere.
    case proposalDeclined(category: String, area: String?, to: UnitID)
    /// The text stands beside the event in a row of its own, which the hash proves.
    case rulePackLoaded(reference: String, hash: String)
    case rulePackEnded(reference: String, lastDay: LocalDate)
    /// A person compared a rule that rests on a description with the rule that holds here.
    case ruleConfirmed(reference: String, rule: String)
    case calendarLoaded(number: Int, version: String, hash: String)
    case tagAdded(Tag)
    case tagChanged(Tag)
    /// A text that is kept ready came, changed, or is offered no more or again; it stands outside the organisation.
    case readyTextChanged(ReadyTextChange)

    /// Streams that exist once; generated identifiers are far larger.
    enum SingleStream {
        static let areas = StreamID(rawValue: 1)
        static let categories = StreamID(rawValue: 2)
        static let catalogue = StreamID(rawValue: 3)
        static let rules = StreamID(rawValue: 4)
        static let calendars = StreamID(rawValue: 5)
        static let parts = StreamID(rawValue: 6)
    }

    /// The kinds of streams that this room keeps.
    static let streamKinds = [
        "unit", "staff", "areas", "categories", "catalogue", "rules", "calendars", "tag", "plan", "parts",
        "readyText",
    ]

    var stream: (id: StreamID, kind: String) {
        switch self {
        case .unitAdded(let unit), .unitChanged(let unit): (StreamID(rawValue: unit.id.rawValue), "unit")
        case .unitMerged(let id, _, _): (StreamID(rawValue: id.rawValue), "unit")
        case .staffAdded(let member): (StreamID(rawValue: member.id.rawValue), "staff")
        case .staffMoved(let id, _), .grantsSet(let id, _), .passwordSet(let id, _), .staffDeactivated(let id),
            .staffReactivated(let id), .secondFactorSet(let id), .secondFactorRemoved(let id), .openIDLinked(let id, _),
            .openIDUnlinked(let id), .staffRenamed(let id, _), .leaveSet(let id, _), .sessionsEnded(let id),
            .lookBegun(let id, _, _, _), .lookEnded(let id):
            (StreamID(rawValue: id.rawValue), "staff")
        case .planMade(let plan): (StreamID(rawValue: plan.id.rawValue), "plan")
        case .planApproved(let id), .planEnded(let id, _, _): (StreamID(rawValue: id.rawValue), "plan")
        case .areasImported, .areaAdded, .areaChanged, .outlinesLoaded: (SingleStream.areas, "areas")
        case .readyTextsLoaded, .placesLoaded: (SingleStream.parts, "parts")
        case .categoriesImported, .categoriesPlanned, .categoriesPlanWithdrawn:
            (SingleStream.categories, "categories")
        case .catalogueImported, .catalogueChanged, .catalogueWithdrawn, .catalogueSet, .proposalDeclined:
            (SingleStream.catalogue, "catalogue")
        case .rulePackLoaded, .rulePackEnded, .ruleConfirmed: (SingleStream.rules, "rules")
        case .calendarLoaded: (SingleStream.calendars, "calendars")
        case .tagAdded(let tag), .tagChanged(let tag): (StreamID(rawValue: tag.id.rawValue), "tag")
        case .readyTextChanged(let text): (StreamID(rawValue: text.id.rawValue), "readyText")
        }
    }

    /// What the event is about, as lists of changes are narrowed.
    var topic: HistoryTopic {
        switch self {
        case .unitAdded, .unitChanged, .unitMerged: .units
        case .staffAdded, .staffMoved, .staffDeactivated, .staffReactivated, .staffRenamed, .leaveSet: .staff
        case .grantsSet: .roles
        case .passwordSet, .secondFactorSet, .secondFactorRemoved, .openIDLinked, .openIDUnlinked, .sessionsEnded:
            .access
        case .lookBegun, .lookEnded: .looks
        case .planMade, .planApproved, .planEnded: .plans
        case .tagAdded, .tagChanged, .readyTextChanged, .readyTextsLoaded: .vocabulary
        default: .rules
        }
    }

    var kind: String {
        switch self {
        case .unitAdded: "unitAdded"
        case .unitChanged: "unitChanged"
        case .unitMerged: "unitMerged"
        case .staffAdded: "staffAdded"
        case .staffMoved: "staffMoved"
        case .grantsSet: "grantsSet"
        case .passwordSet: "passwordSet"
        case .staffDeactivated: "staffDeactivated"
        case .staffReactivated: "staffReactivated"
        case .secondFactorSet: "secondFactorSet"
        case .secondFactorRemoved: "secondFactorRemoved"
        case .openIDLinked: "openIDLinked"
        case .openIDUnlinked: "openIDUnlinked"
        case .staffRenamed: "staffRenamed"
        case .leaveSet: "leaveSet"
        case .sessionsEnded: "sessionsEnded"
        case .lookBegun: "lookBegun"
        case .lookEnded: "lookEnded"
        case .planMade: "planMade"
        case .planApproved: "planApproved"
        case .planEnded: "planEnded"
        case .areasImported: "areasImported"
        case .areaAdded: "areaAdded"
        case .areaChanged: "areaChanged"
        case .outlinesLoaded: "outlinesLoaded"
        case .readyTextsLoaded: "readyTextsLoaded"
        case .placesLoaded: "placesLoaded"
        case .categoriesImported: "categoriesImported"
        case .categoriesPlanned: "categoriesPlanned"
        case .categoriesPlanWithdrawn: "categoriesPlanWithdrawn"
        case .catalogueImported: "catalogueImported"
        case .catalogueChanged: "catalogueChanged"
        case .catalogueWithdrawn: "catalogueWithdrawn"
        case .catalogueSet: "catalogueSet"
        case .proposalDeclined: "proposalDeclined"
        case .rulePackLoaded: "rulePackLoaded"
        case .rulePackEnded: "rulePackEnded"
        case .ruleConfirmed: "ruleConfirmed"
        case .calendarLoaded: "calendarLoaded"
        case .tagAdded: "tagAdded"
        case .tagChanged: "tagChanged"
        case .readyTextChanged: "readyTextChanged"
        }
    }
}
