public import Kernel
internal import Ledger
internal import Storage

/// The parts of the rule book: what is kept in streams that exist once.
public enum RulebookPart: String, CaseIterable, Codable, Sendable {
    /// Days off and make-up working days.
    case calendar
    /// Rule packs.
    case rules
    /// The duty catalogue.
    case catalogue
    /// The category tree.
    case categories
    /// Divisions.
    case areas
    /// Everything together, as text.
    case configuration
    /// Units: their changes have streams of their own (`HistoryTopic.units`); only trials name this part.
    case units

    /// Where its changes are recorded; the whole has no stream of its own.
    var stream: StreamID? {
        switch self {
        case .calendar: OrganisationEvent.SingleStream.calendars
        case .rules: OrganisationEvent.SingleStream.rules
        case .catalogue: OrganisationEvent.SingleStream.catalogue
        case .categories: OrganisationEvent.SingleStream.categories
        case .areas: OrganisationEvent.SingleStream.areas
        case .configuration, .units: nil
        }
    }
}

/// One change of the rule book: what, when, by whom, why.
public struct RulebookChange: Sendable, Hashable, Identifiable {
    /// The event.
    public let id: EventID
    /// What happened, `rulePackLoaded`.
    public let kind: String
    /// Who did it.
    public let actor: Actor
    /// When.
    public let at: Instant
    /// A rule pack, `local-hotline/2`.
    public let pack: String?
    /// A rule of it.
    public let rule: String?
    /// The version of a calendar.
    public let calendar: String?
    /// A category that a proposal was about.
    public let category: String?
    /// Its area.
    public let area: String?
    /// The unit that was proposed.
    public let to: UnitID?
    /// The first day of what changed.
    public let from: LocalDate?
    /// The last day of what ended.
    public let lastDay: LocalDate?
    /// How many entries, or the number of the change.
    public let count: Int?
    /// Why, in the person's words; `nil` where nobody was asked.
    public let reason: String?
}

extension OrganisationStore {
    /// The newest changes of a part, newest first.
    public func history(of part: RulebookPart, limit: Int = 50) async throws -> [RulebookChange] {
        let events = self.events
        guard let stream = part.stream else { return [] }
        return try await database.read { tx in
            let texts = TextStore()
            return try events.latest(of: stream, limit: limit, in: tx).map { event in
                let facts = try ChangeFacts(event)
                return RulebookChange(
                    id: event.id, kind: event.kind, actor: event.actor, at: event.recordedAt, pack: facts.pack,
                    rule: facts.rule, calendar: facts.calendar, category: facts.category, area: facts.area,
                    to: facts.to, from: facts.from, lastDay: facts.lastDay,
                    count: facts.count, reason: try facts.reason.flatMap { try texts.body($0, in: tx) })
            }
        }
    }
}

extension OrganisationChange {
    /// A change of the catalogue as it was recorded.
    func catalogueStep(_ version: Int) throws -> CatalogueStep? {
        let texts = try TextStore().bodies(of: OrganisationEvent.SingleStream.catalogue, in: tx)
        for event in try events.events(of: OrganisationEvent.SingleStream.catalogue, in: tx)
        where event.kind == "catalogueChanged" {
            if case .catalogueChanged(let step) = try OrganisationEvent(event, bodies: texts), step.version == version {
                return step
            }
        }
        return nil
    }
}
