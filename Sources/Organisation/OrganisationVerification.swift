internal import Kernel
public import Ledger
public import Storage

extension Organisation {
    /// Replays the organisation's events and compares the result with the tables; for `jiaxin verify`.
    ///
    /// - Returns: what differs, in English and without names; empty when all is well.
    public static func verify(events: EventStore, in tx: any ReadTransaction) throws -> [String] {
        let stored = try OrganisationTables.load(in: tx)
        let replayed = try replay(events, in: tx)
        var out: [String] = []
        func compare<Key: Hashable & Comparable, Value: Equatable>(
            _ what: String, _ table: [Key: Value], _ truth: [Key: Value]
        ) {
            for key in Set(table.keys).union(truth.keys).sorted() where table[key] != truth[key] {
                out.append("\(what) \(key): the table differs from the events")
            }
        }
        compare("unit", stored.units, replayed.units)
        compare("staff", stored.staff, replayed.staff)
        compare("area", stored.areas, replayed.areas)
        compare("category", stored.categories, replayed.categories)
        if stored.categoryPlan != replayed.categoryPlan {
            out.append("category plan: the table differs from the events")
        }
        func byName(_ entries: [CatalogueEntry]) -> [String: CatalogueEntry] {
            Dictionary(entries.map { ("\($0.version)/\($0.id)", $0) }, uniquingKeysWith: { _, last in last })
        }
        compare("catalogue entry", byName(stored.catalogue), byName(replayed.catalogue))
        compare("rule pack", stored.rulePacks, replayed.rulePacks)
        compare("calendar", stored.calendars, replayed.calendars)
        compare("tag", stored.tags, replayed.tags)
        compare("plan", stored.plans, replayed.plans)
        out += try HistoryTable.missing(in: tx)
        out += try RuleTables.changedTexts(in: tx)
        return out
    }

    /// What the events say about stored rule packs and calendars: two short streams.
    static func replayRules(_ events: EventStore, in tx: any ReadTransaction) throws -> OrganisationRecords {
        var records = OrganisationRecords()
        for stream in [OrganisationEvent.SingleStream.rules, OrganisationEvent.SingleStream.calendars] {
            for event in try events.events(of: stream, in: tx) {
                records.evolve(try OrganisationEvent(event, bodies: [:]))
            }
        }
        return records
    }

    private static func replay(_ events: EventStore, in tx: any ReadTransaction) throws -> OrganisationRecords {
        var records = OrganisationRecords()
        let texts = TextStore()
        let marks = OrganisationEvent.streamKinds.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let streams = try tx.rows(
            "SELECT id FROM streams WHERE kind IN (\(marks)) ORDER BY id", OrganisationEvent.streamKinds)
        for row in streams {
            let stream: StreamID = try row.id(0)
            let bodies = try texts.bodies(of: stream, in: tx)
            for event in try events.events(of: stream, in: tx) {
                records.evolve(try OrganisationEvent(event, bodies: bodies))
            }
        }
        return records
    }
}
