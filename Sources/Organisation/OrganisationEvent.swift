internal import Foundation
internal import Kernel
internal import Ledger

/// What can happen to the organisation. Names of persons and long lists are texts beside the event, so that an event
/// itself holds no personal data.
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
    case areasImported([Area])
    case categoriesImported([Category])
    case catalogueImported(effectiveFrom: LocalDate, [CatalogueEntry])
    /// The text stands beside the event in a row of its own, which the hash proves.
    case rulePackLoaded(reference: String, hash: String)
    case rulePackEnded(reference: String, lastDay: LocalDate)
    case calendarLoaded(number: Int, version: String, hash: String)

    /// Streams that exist once; generated identifiers are far larger.
    enum SingleStream {
        static let areas = StreamID(rawValue: 1)
        static let categories = StreamID(rawValue: 2)
        static let catalogue = StreamID(rawValue: 3)
        static let rules = StreamID(rawValue: 4)
        static let calendars = StreamID(rawValue: 5)
    }

    /// The kinds of streams that this room keeps.
    static let streamKinds = ["unit", "staff", "areas", "categories", "catalogue", "rules", "calendars"]

    var stream: (id: StreamID, kind: String) {
        switch self {
        case .unitAdded(let unit), .unitChanged(let unit): (StreamID(rawValue: unit.id.rawValue), "unit")
        case .unitMerged(let id, _, _): (StreamID(rawValue: id.rawValue), "unit")
        case .staffAdded(let member): (StreamID(rawValue: member.id.rawValue), "staff")
        case .staffMoved(let id, _), .grantsSet(let id, _), .passwordSet(let id, _), .staffDeactivated(let id),
            .staffReactivated(let id), .secondFactorSet(let id), .secondFactorRemoved(let id),
            .openIDLinked(let id, _), .openIDUnlinked(let id):
            (StreamID(rawValue: id.rawValue), "staff")
        case .areasImported: (SingleStream.areas, "areas")
        case .categoriesImported: (SingleStream.categories, "categories")
        case .catalogueImported: (SingleStream.catalogue, "catalogue")
        case .rulePackLoaded, .rulePackEnded: (SingleStream.rules, "rules")
        case .calendarLoaded: (SingleStream.calendars, "calendars")
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
        case .areasImported: "areasImported"
        case .categoriesImported: "categoriesImported"
        case .catalogueImported: "catalogueImported"
        case .rulePackLoaded: "rulePackLoaded"
        case .rulePackEnded: "rulePackEnded"
        case .calendarLoaded: "calendarLoaded"
        }
    }
}

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
    /// The texts beside the event, in their fixed order.
    var texts: [TextReference]?
}

extension OrganisationEvent {
    /// The JSON object of the event, and the texts that go beside it.
    func stored(newText: (String) -> NewText) throws -> (data: String, texts: [NewText]) {
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
        case .staffDeactivated, .staffReactivated, .secondFactorSet, .secondFactorRemoved, .openIDUnlinked: break
        case .openIDLinked(_, let identity): texts = [identity.issuer, identity.subject]
        case .areasImported(let areas):
            payload.count = areas.count
            texts = [try Self.json(areas)]
        case .categoriesImported(let categories):
            payload.count = categories.count
            texts = [try Self.json(categories)]
        case .catalogueImported(let effectiveFrom, let entries):
            payload.effectiveFrom = effectiveFrom
            payload.count = entries.count
            texts = [try Self.json(entries)]
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
        }
        let newTexts = texts.map(newText)
        if !newTexts.isEmpty { payload.texts = newTexts.map(\.reference) }
        return (try Self.json(payload), newTexts)
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
            self = .openIDLinked(
                StaffID(rawValue: raw), OpenIDIdentity(issuer: texts[0], subject: texts[1]))
        case "openIDUnlinked": self = .openIDUnlinked(StaffID(rawValue: raw))
        case "areasImported": self = .areasImported(try list(Area.self))
        case "categoriesImported": self = .categoriesImported(try list(Category.self))
        case "catalogueImported":
            self = .catalogueImported(effectiveFrom: try need(payload.effectiveFrom), try list(CatalogueEntry.self))
        case "rulePackLoaded": self = .rulePackLoaded(reference: try need(payload.pack), hash: try need(payload.hash))
        case "rulePackEnded":
            self = .rulePackEnded(reference: try need(payload.pack), lastDay: try need(payload.lastDay))
        case "calendarLoaded":
            self = .calendarLoaded(
                number: try need(payload.count), version: try need(payload.calendar), hash: try need(payload.hash))
        default: throw EventFormatError.unreadable
        }
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

// MARK: Effect

extension OrganisationRecords {
    /// The state after an event; the same for a change now and for a replay.
    mutating func evolve(_ event: OrganisationEvent) {
        switch event {
        case .unitAdded(let unit), .unitChanged(let unit): units[unit.id] = unit
        case .unitMerged(let id, let into, let lastDay):
            units[id]?.successor = into
            units[id]?.validTo = lastDay
        case .staffAdded(let member): staff[member.id] = member
        case .staffMoved(let id, let unit): staff[id]?.unit = unit
        case .grantsSet(let id, let grants): staff[id]?.grants = grants
        case .passwordSet(let id, let mustChange): staff[id]?.mustChangePassword = mustChange
        case .staffDeactivated(let id):
            staff[id]?.isActive = false
            staff[id]?.hasSecondFactor = false
            staff[id]?.openID = nil
        case .staffReactivated(let id): staff[id]?.isActive = true
        case .secondFactorSet(let id): staff[id]?.hasSecondFactor = true
        case .secondFactorRemoved(let id): staff[id]?.hasSecondFactor = false
        case .openIDLinked(let id, let identity): staff[id]?.openID = identity
        case .openIDUnlinked(let id): staff[id]?.openID = nil
        case .areasImported(let list):
            areas = Dictionary(list.map { ($0.code, $0) }, uniquingKeysWith: { _, last in last })
        case .categoriesImported(let list):
            categories = Dictionary(list.map { ($0.code, $0) }, uniquingKeysWith: { _, last in last })
        case .catalogueImported(let effectiveFrom, let entries):
            let last = effectiveFrom.adding(days: -1)
            for index in catalogue.indices where catalogue[index].effectiveTo.map({ $0 > last }) ?? true {
                catalogue[index].effectiveTo = last
            }
            catalogue += entries
        case .rulePackLoaded(let reference, let hash): rulePacks[reference] = StoredPackFacts(hash: hash)
        case .rulePackEnded(let reference, let lastDay): rulePacks[reference]?.lastDay = lastDay
        case .calendarLoaded(let number, let version, let hash):
            calendars[number] = StoredCalendarFacts(version: version, hash: hash)
        }
    }
}
