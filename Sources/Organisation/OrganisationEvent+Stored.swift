internal import Foundation
internal import Kernel
internal import Ledger

// MARK: Stored form

/// The fields of all kinds; each kind uses its own.
private struct Payload: Codable {
    var unit: Organisation.Unit?
    var into: UnitID?
    var lastDay: LocalDate?
    var actsFor: UnitID?
    var grants: [RoleGrant]?
    var mustChange: Bool?
    var effectiveFrom: LocalDate?
    var count: Int?
    var pack: String?
    var calendar: String?
    var hash: String?
    var tag: Tag?
    var text: ReadyTextChange?
    var leave: Leave?
    var role: Role?
    var until: Instant?
    var plan: OrganisationPlan?
    var end: PlanEnd?
    var code: String?
    var rule: String?
    var category: String?
    var area: String?
    var division: Area?
    /// Why, in a person's words: a text beside the event.
    var reason: TextReference?
    /// The texts beside the event, in their fixed order.
    var texts: [TextReference]?
}

extension OrganisationEvent {
    /// The JSON object of the event, and the texts that go beside it, the reason last.
    func stored(
        reason: String? = nil, newText: (String) -> NewText
    ) throws -> (data: String, texts: [NewText]) {
        var payload = Payload()
        var texts: [String] = []
        switch self {
        case .unitAdded(let unit), .unitChanged(let unit): payload.unit = unit
        case .unitMerged(_, let into, let lastDay):
            payload.into = into
            payload.lastDay = lastDay
        case .staffAdded(let member):
            payload.actsFor = member.unit
            payload.grants = member.grants
            payload.mustChange = member.mustChangePassword
            texts = [member.signInName, member.displayName]
        case .staffMoved(_, let unit): payload.actsFor = unit
        case .grantsSet(_, let grants): payload.grants = grants
        case .passwordSet(_, let mustChange): payload.mustChange = mustChange
        case .staffDeactivated, .staffReactivated, .secondFactorSet, .secondFactorRemoved, .openIDUnlinked,
            .sessionsEnded, .lookEnded, .planApproved:
            break
        case .openIDLinked(_, let identity): texts = [identity.issuer, identity.subject]
        case .staffRenamed(_, let name): texts = [name]
        case .leaveSet(_, let leave): payload.leave = leave
        case .lookBegun(_, let role, let unit, let until):
            payload.role = role
            payload.actsFor = unit
            payload.until = until
        case .planMade(let plan): payload.plan = plan
        case .planEnded(_, let end, let code):
            payload.end = end
            payload.code = code
        case .areasImported(let areas):
            payload.count = areas.count
            texts = [try Self.json(areas)]
        case .areaAdded(let area), .areaChanged(let area): payload.division = area
        case .outlinesLoaded(let count), .readyTextsLoaded(let count), .placesLoaded(let count): payload.count = count
        case .categoriesImported(let categories):
            payload.count = categories.count
            texts = [try Self.json(categories)]
        case .catalogueImported(let effectiveFrom, let entries):
            payload.effectiveFrom = effectiveFrom
            payload.count = entries.count
            texts = [try Self.json(entries)]
        case .categoriesPlanned(let day, let categories):
            payload.effectiveFrom = day
            payload.count = categories.count
            texts = [try Self.json(categories)]
        case .categoriesPlanWithdrawn: break
        case .catalogueChanged(let step):
            payload.effectiveFrom = step.effectiveFrom
            payload.count = step.version
            texts = [try Self.json(step)]
        case .catalogueWithdrawn(let version, let goesOn):
            payload.count = version
            texts = [try Self.json(goesOn)]
        case .catalogueSet(let entries):
            payload.count = entries.count
            texts = [try Self.json(entries)]
        case .proposalDeclined(let category, let area, let to):
            payload.category = category
            payload.area = area
            payload.into = to
        case .ruleConfirmed(let reference, let rule):
            payload.pack = reference
            payload.rule = rule
        case .rulePackLoaded(let reference, let hash):
            payload.pack = reference
            payload.hash = hash
        case .rulePackEnded(let reference, let lastDay):
            payload.pack = reference
            payload.lastDay = lastDay
        case .calendarLoaded(let number, let version, let hash):
            payload.count = number
            payload.calendar = version
            payload.hash = hash
        case .tagAdded(let tag), .tagChanged(let tag): payload.tag = tag
        case .readyTextChanged(let text): payload.text = text
        }
        let newTexts = texts.map(newText)
        if !newTexts.isEmpty { payload.texts = newTexts.map(\.reference) }
        let why = reason.map(newText)
        payload.reason = why?.reference
        return (try Self.json(payload), newTexts + [why].compactMap { $0 })
    }

    /// Why it was done; nothing where nobody said.
    static func reason(of event: StoredEvent, bodies: [TextID: String]) throws -> String? {
        try JSONDecoder().decode(Payload.self, from: Data(event.data.utf8)).reason.flatMap { bodies[$0.id] }
    }

    /// Reads a stored event with the texts of its stream; a text that was erased is empty.
    init(_ event: StoredEvent, bodies: [TextID: String]) throws {
        let payload = try JSONDecoder().decode(Payload.self, from: Data(event.data.utf8))
        let texts = (payload.texts ?? []).map { bodies[$0.id] ?? "" }
        func need<T>(_ value: T?) throws -> T {
            guard let value else { throw EventFormatError.unreadable }
            return value
        }
        func list<T: Decodable>(_ type: T.Type) throws -> [T] {
            try JSONDecoder().decode([T].self, from: Data(try need(texts.first).utf8))
        }
        let raw = event.stream.rawValue
        switch event.kind {
        case "unitAdded": self = .unitAdded(try need(payload.unit))
        case "unitChanged": self = .unitChanged(try need(payload.unit))
        case "unitMerged":
            self = .unitMerged(
                UnitID(rawValue: raw), into: try need(payload.into), lastDay: try need(payload.lastDay))
        case "staffAdded":
            guard texts.count == 2 else { throw EventFormatError.unreadable }
            self = .staffAdded(
                StaffMember(
                    id: StaffID(rawValue: raw), signInName: texts[0], displayName: texts[1],
                    unit: try need(payload.actsFor), grants: try need(payload.grants),
                    mustChangePassword: try need(payload.mustChange)))
        case "staffMoved": self = .staffMoved(StaffID(rawValue: raw), unit: try need(payload.actsFor))
        case "grantsSet": self = .grantsSet(StaffID(rawValue: raw), try need(payload.grants))
        case "passwordSet": self = .passwordSet(StaffID(rawValue: raw), mustChange: try need(payload.mustChange))
        case "staffDeactivated": self = .staffDeactivated(StaffID(rawValue: raw))
        case "staffReactivated": self = .staffReactivated(StaffID(rawValue: raw))
        case "secondFactorSet": self = .secondFactorSet(StaffID(rawValue: raw))
        case "secondFactorRemoved": self = .secondFactorRemoved(StaffID(rawValue: raw))
        case "openIDLinked":
            guard texts.count == 2 else { throw EventFormatError.unreadable }
            self = .openIDLinked(StaffID(rawValue: raw), OpenIDIdentity(issuer: texts[0], subject: texts[1]))
        case "openIDUnlinked": self = .openIDUnlinked(StaffID(rawValue: raw))
        case "staffRenamed": self = .staffRenamed(StaffID(rawValue: raw), displayName: texts.first ?? "")
        case "leaveSet": self = .leaveSet(StaffID(rawValue: raw), payload.leave)
        case "sessionsEnded": self = .sessionsEnded(StaffID(rawValue: raw))
        case "lookBegun":
            self = .lookBegun(
                StaffID(rawValue: raw), role: try need(payload.role), unit: try need(payload.actsFor),
                until: try need(payload.until))
        case "lookEnded": self = .lookEnded(StaffID(rawValue: raw))
        case "planMade": self = .planMade(try need(payload.plan))
        case "planApproved": self = .planApproved(PlanID(rawValue: raw))
        case "planEnded": self = .planEnded(PlanID(rawValue: raw), try need(payload.end), code: payload.code)
        case "areasImported": self = .areasImported(try list(Area.self))
        case "areaAdded": self = .areaAdded(try need(payload.division))
        case "areaChanged": self = .areaChanged(try need(payload.division))
        case "outlinesLoaded": self = .outlinesLoaded(count: try need(payload.count))
        case "readyTextsLoaded": self = .readyTextsLoaded(count: try need(payload.count))
        case "placesLoaded": self = .placesLoaded(count: try need(payload.count))
        case "categoriesImported": self = .categoriesImported(try list(Category.self))
        case "catalogueImported":
            self = .catalogueImported(effectiveFrom: try need(payload.effectiveFrom), try list(CatalogueEntry.self))
        case "categoriesPlanned":
            self = .categoriesPlanned(from: try need(payload.effectiveFrom), try list(Category.self))
        case "categoriesPlanWithdrawn": self = .categoriesPlanWithdrawn
        case "catalogueChanged":
            self = .catalogueChanged(
                try JSONDecoder().decode(CatalogueStep.self, from: Data(try need(texts.first).utf8)))
        case "catalogueWithdrawn":
            self = .catalogueWithdrawn(version: try need(payload.count), goesOn: try list(CatalogueKey.self))
        case "catalogueSet": self = .catalogueSet(try list(CatalogueEntry.self))
        case "proposalDeclined":
            self = .proposalDeclined(
                category: try need(payload.category), area: payload.area, to: try need(payload.into))
        case "ruleConfirmed": self = .ruleConfirmed(reference: try need(payload.pack), rule: try need(payload.rule))
        case "rulePackLoaded": self = .rulePackLoaded(reference: try need(payload.pack), hash: try need(payload.hash))
        case "rulePackEnded":
            self = .rulePackEnded(reference: try need(payload.pack), lastDay: try need(payload.lastDay))
        case "calendarLoaded":
            self = .calendarLoaded(
                number: try need(payload.count), version: try need(payload.calendar), hash: try need(payload.hash))
        case "readyTextChanged": self = .readyTextChanged(try need(payload.text))
        case "tagAdded": self = .tagAdded(try need(payload.tag))
        case "tagChanged": self = .tagChanged(try need(payload.tag))
        default: throw EventFormatError.unreadable
        }
    }

    static func plannedChange(_ text: String) throws -> PlannedChange {
        try JSONDecoder().decode(PlannedChange.self, from: Data(text.utf8))
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// What a list of changes tells of a stored event without its lists.
struct ChangeFacts {
    let pack: String?
    let rule: String?
    let calendar: String?
    let category: String?
    let area: String?
    let to: UnitID?
    let from: LocalDate?
    let lastDay: LocalDate?
    let count: Int?
    let reason: TextID?

    init(_ event: StoredEvent) throws {
        let payload = try JSONDecoder().decode(Payload.self, from: Data(event.data.utf8))
        pack = payload.pack
        rule = payload.rule
        calendar = payload.calendar
        category = payload.category
        area = payload.area ?? payload.division?.code
        to = payload.into
        from = payload.effectiveFrom
        lastDay = payload.lastDay
        count = payload.count
        reason = payload.reason?.id
    }
}
