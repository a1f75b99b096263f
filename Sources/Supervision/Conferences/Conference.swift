public import Kernel
package import Ledger
internal import Storage

/// A meeting of the joint conference (联席会议, Art. 11–13), as its events add up.
public struct Conference: Hashable, Sendable {
    /// A decision on an item.
    public struct Decision: Hashable, Sendable {
        /// The words.
        public let text: TextID
        /// Who carries it out.
        public let owner: UnitID
        /// By when.
        public let due: LocalDate
        /// Who answers for the matter from now on, where that was in dispute.
        public let responsible: UnitID?
        /// When it was written down.
        public let at: Instant
        /// How far it was carried out; nothing before it was reported.
        public internal(set) var outcome: DecisionOutcome?
        /// The words of the report.
        public internal(set) var report: TextID?
        /// When it was reported.
        public internal(set) var reportedAt: Instant?
    }

    /// An item on the agenda.
    public struct Item: Hashable, Sendable {
        /// Its number on the agenda, from 1.
        public let number: Int
        /// What it is about.
        public let title: TextID
        /// The matter that it is about.
        public let matter: MatterReference?
        /// What was decided.
        public internal(set) var decision: Decision?
    }

    /// Its identifier.
    public let id: ConferenceID
    /// Its number.
    public let number: DocumentNumber
    /// The unit that calls it.
    public let unit: UnitID
    /// Who called it.
    public let convenedBy: StaffID?
    /// When it was called.
    public let convenedAt: Instant
    /// Where it stands.
    public internal(set) var phase: ConferencePhase
    /// The day.
    public internal(set) var on: LocalDate
    /// The minute of that day.
    public internal(set) var minute: Int?
    /// Where, in words.
    public internal(set) var place: TextID
    /// Who is invited; once it was held, who came.
    public internal(set) var units: [UnitID]
    /// The agenda, without what was taken off.
    public internal(set) var items: [Item] = []
    /// The number of the last item that was ever added.
    var lastItem = 0
    /// When something last happened.
    public internal(set) var lastAt: Instant
    /// Words that are still there.
    var texts: Set<TextID>
    /// The number of its events.
    public package(set) var version = 1

    /// An item by its number.
    public func item(_ number: Int) -> Item? { items.first { $0.number == number } }
}

extension Conference: SupervisionRecord {
    package typealias Entity = Named.Conference
    package typealias Event = ConferenceEvent
    package typealias Command = ConferenceCommand

    package static let streamKind = "conference"
    package static let notFound = PlainError(.notFound, "conference.notFound")

    var matters: [MatterReference] { items.compactMap(\.matter) }

    package init?(id: ConferenceID, first event: ConferenceEvent, by actor: Actor, at instant: Instant) {
        guard case .convened(let p) = event else { return nil }
        self.init(
            id: id, number: p.number, unit: p.unit, convenedBy: actor.staffID, convenedAt: instant, phase: .planned,
            on: p.arranged.on, minute: p.arranged.minute, place: p.arranged.place.id, units: p.arranged.units,
            lastAt: instant, texts: [p.arranged.place.id])
    }

    package mutating func apply(_ event: ConferenceEvent, by actor: Actor, at instant: Instant) {
        lastAt = instant
        texts.formUnion(event.texts.map(\.id))
        switch event {
        case .convened: break
        case .changed(let p): (on, minute, place, units) = (p.on, p.minute, p.place.id, p.units)
        case .itemAdded(let p):
            items.append(Item(number: p.item, title: p.title.id, matter: p.matter))
            lastItem = p.item
        case .itemDropped(let p): items.removeAll { $0.number == p.item }
        case .held(let p):
            phase = .held
            units = p.units
        case .decided(let p):
            let decision = Decision(
                text: p.text.id, owner: p.owner, due: p.due, responsible: p.responsible, at: instant)
            change(p.item) { $0.decision = decision }
        case .reported(let p):
            change(p.item) {
                $0.decision?.outcome = p.outcome
                $0.decision?.report = p.text.id
                $0.decision?.reportedAt = instant
            }
        case .cancelled: phase = .cancelled
        case .textsErased(let p): texts.subtract(p.texts)
        }
    }

    private mutating func change(_ number: Int, _ body: (inout Item) -> Void) {
        if let index = items.firstIndex(where: { $0.number == number }) { body(&items[index]) }
    }

    package static let tables = [
        (name: "conferences", key: "id"), (name: "conference_units", key: "conference_id"),
        (name: "conference_items", key: "conference_id"),
    ]

    package var rows: [TableRows] {
        let row: [any SQLConvertible] = [
            id, number.year, number.sequence, unit, on, phase.rawValue, place, items.count, convenedAt, lastAt, version,
        ]
        let items = self.items.map { item -> [any SQLConvertible] in
            [
                id, item.number, item.title, item.matter?.id, item.matter?.number, item.decision?.text,
                item.decision?.owner, item.decision?.due, item.decision?.responsible, item.decision?.at,
                item.decision?.outcome?.rawValue, item.decision?.reportedAt,
            ]
        }
        return [
            TableRows(
                Self.tables[0],
                [
                    "id", "year", "sequence", "unit_id", "held_on", "phase", "place_id", "items", "convened_at",
                    "last_at", "version",
                ], [row]),
            TableRows(
                Self.tables[1], ["conference_id", "unit_id"], Set(units).sorted().map { [id, $0] }),
            TableRows(
                Self.tables[2],
                [
                    "conference_id", "item", "title_id", "case_id", "matter_number", "decision_id", "owner_unit",
                    "due_on", "responsible_unit", "decided_at", "outcome", "reported_at",
                ], items),
        ]
    }
}
