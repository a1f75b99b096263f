public import Kernel
internal import Storage
internal import Synchronization

extension RulePackStore {
    /// What a configuration would change here.
    ///
    /// - Throws: `ConfigurationProblems`, `RuleStoreError`.
    public func difference(_ text: ConfigurationText, today: LocalDate) async throws -> [ConfigurationChange] {
        let (keys, ids, parts) = (self.keys, organisation.ids, self.parts)
        return try await organisation.database.read { tx in
            try ConfigurationImport(
                text, records: try OrganisationTables.load(in: tx),
                stored: try StoredRules(packs: try RuleTables.packs(keys: keys, in: tx), calendar: nil, recorded: nil),
                parts: ConfigurationParts(parts, tx), hasMatters: false, today: today,
                newID: { ids.next(Named.Unit.self) },
                newTagID: { ids.next(Named.Tag.self) }
            ).changes
        }
    }

    /// Imports a configuration, all of it or nothing. Importing the same again changes nothing.
    ///
    /// - Parameters:
    ///   - today: once there are matters, packs may not begin before.
    ///   - hasMatters: whether there are matters.
    ///   - reason: why, in the person's words.
    /// - Returns: what was changed.
    @discardableResult
    public func importConfiguration(
        _ text: ConfigurationText, today: LocalDate, hasMatters: Bool, reason: String, submission: String? = nil,
        by actor: Actor
    ) async throws -> [ConfigurationChange] {
        let reason = try ChangeReason.checked(reason)
        let (keys, parts) = (self.keys, self.parts)
        let told = Told()
        _ = try await organisation.change(by: actor, once: submission) { change in
            try change.require(.manageOrganisation, on: nil)
            try change.require(.manageRules, on: nil)
            let plan = try ConfigurationImport(
                text, records: change.records,
                stored: try StoredRules(
                    packs: try RuleTables.packs(keys: keys, in: change.tx), calendar: nil, recorded: nil),
                parts: ConfigurationParts(parts, change.tx), hasMatters: hasMatters, today: today,
                newID: { change.newID(Named.Unit.self) },
                newTagID: { change.newID(Named.Tag.self) })
            for step in plan.steps { try step.apply(change, keys: keys, reason: reason) }
            told.keep(plan.changes)
            return true
        }
        return told.changes
    }
}

/// Carries what was changed out of the transaction.
private final class Told: Sendable {
    private let value = Mutex<[ConfigurationChange]>([])

    var changes: [ConfigurationChange] { value.withLock { $0 } }

    func keep(_ changes: [ConfigurationChange]) { value.withLock { $0 = changes } }
}

/// The parts that other rooms keep, with the transaction in which they are read.
struct ConfigurationParts {
    let all: [any ConfigurationPart]
    let tx: any ReadTransaction

    init(_ all: [any ConfigurationPart], _ tx: any ReadTransaction) {
        self.all = all
        self.tx = tx
    }
}

/// Compares a configuration with what is there and says what has to be recorded. Pure.
struct ConfigurationImport {
    private(set) var changes: [ConfigurationChange] = []
    private(set) var steps: [ConfigurationStep] = []
    private var reader: ConfigurationReader
    private let records: OrganisationRecords

    init(
        _ text: ConfigurationText, records: OrganisationRecords, stored: StoredRules, parts: ConfigurationParts,
        hasMatters: Bool, today: LocalDate, newID: () -> UnitID, newTagID: () -> TagID
    ) throws {
        try text.check()
        self.records = records
        var codes = Dictionary(
            records.units.values.map { ($0.code, $0.id) }, uniquingKeysWith: { first, _ in first })
        for code in try ConfigurationReader.unitCodes(text) where codes[code] == nil { codes[code] = newID() }
        reader = ConfigurationReader(text, unitIDs: codes, today: today)
        addAreas()
        addCategories()
        addUnits()
        addTags(codes, newTagID)
        addCatalogue()
        addPacks(stored, hasMatters: hasMatters, today: today)
        addCalendars()
        try add(parts)
        guard reader.problems.isEmpty else { throw ConfigurationProblems(reader.problems) }
    }

    private mutating func note(_ kind: ConfigurationChange.Kind, _ file: String, _ key: String) {
        changes.append(ConfigurationChange(kind: kind, file: file, key: key))
    }

    /// Lists are compared by key; what only the store has is kept.
    private mutating func compare<Value: Equatable>(
        _ file: String, _ wanted: [(String, Value)], _ present: [String: Value]
    ) -> Bool {
        let found = ConfigurationChange.compare(file, wanted, present)
        changes += found
        return found.contains { $0.kind != .kept }
    }

    private mutating func addAreas() {
        let wanted = reader.readAreas()
        let codes = Set(wanted.map(\.code))
        let kept = records.areas.values.filter { !codes.contains($0.code) }
        if compare("areas.tsv", wanted.map { ($0.code, $0) }, records.areas) {
            steps.append(.event(.areasImported((wanted + kept).sorted { $0.code < $1.code })))
        }
        reader.areas = codes.union(kept.map(\.code))
    }

    private mutating func addCategories() {
        let wanted = reader.readCategories()
        let codes = Set(wanted.map(\.code))
        let kept = records.categories.values.filter { !codes.contains($0.code) }
        let plan = reader.plan()
        if compare("categories.tsv", wanted.map { ($0.code, $0) }, records.categories) {
            steps.append(.event(.categoriesImported((wanted + kept).sorted { $0.code < $1.code })))
        }
        if let plan, plan != records.categoryPlan {
            note(.added, "categories-planned.tsv", "\(plan.from)")
            steps.append(.event(.categoriesPlanned(from: plan.from, plan.categories)))
        }
        reader.categories = codes.union(kept.map(\.code))
    }

    private mutating func addUnits() {
        let wanted = reader.units()
        let present = Dictionary(records.units.values.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        guard compare("units.tsv", wanted.map { ($0.code, $0) }, present) else { return }
        for unit in wanted {
            guard let before = present[unit.code] else {
                steps.append(.event(.unitAdded(unit)))
                continue
            }
            if before != unit { steps.append(.event(.unitChanged(unit))) }
        }
    }

    private mutating func addCatalogue() {
        let wanted = reader.catalogue()
        func keyed(_ entries: [CatalogueEntry]) -> [String: CatalogueEntry] {
            Dictionary(entries.map { ("\($0.version)/\($0.id)", $0) }, uniquingKeysWith: { first, _ in first })
        }
        let present = keyed(records.catalogue)
        let isOther = compare("catalogue.tsv", wanted.map { ("\($0.version)/\($0.id)", $0) }, present)
        let next = keyed(wanted)
        guard isOther || present.keys.contains(where: { next[$0] == nil }) else { return }
        // Old matters cite version and number: what they cite must go on saying what it said.
        for (key, entry) in present.sorted(by: { $0.key < $1.key }) where next[key]?.saysTheSame(as: entry) != true {
            reader.refuse(
                "catalogue.tsv", 1,
                "the store's entry \(key) is missing or says something else; matters cite it. Change the catalogue on its page"
            )
            return
        }
        steps.append(.event(.catalogueSet(wanted)))
    }

    private mutating func addTags(_ codes: [String: UnitID], _ newID: () -> TagID) {
        let units = Dictionary(codes.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
        func key(_ tag: Tag) -> String { "\(units[tag.unit] ?? "")/\(tag.name.zh)" }
        let present = Dictionary(
            records.tags.values.sorted { $0.id < $1.id }.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        // A tag that the store has keeps its identifier, so that matters go on having it.
        let wanted = reader.tags().map { tag -> (String, Tag) in
            let known = present[key(tag)]
            return (
                key(tag), Tag(id: known?.id ?? newID(), unit: tag.unit, name: tag.name, isRetired: tag.isRetired)
            )
        }
        guard compare("tags.tsv", wanted, present) else { return }
        for (key, tag) in wanted where present[key] != tag {
            steps.append(.event(present[key] == nil ? .tagAdded(tag) : .tagChanged(tag)))
        }
        let next = Dictionary(wanted, uniquingKeysWith: { first, _ in first })
        let all = present.merging(next) { _, new in new }.values.filter { !$0.isRetired }
        for (unit, tags) in Dictionary(grouping: all, by: \.unit) where tags.count > Tag.mostOfUnit {
            reader.refuse("tags.tsv", 1, "\(units[unit] ?? "") has more than \(Tag.mostOfUnit) tags")
        }
    }

    private mutating func add(_ parts: ConfigurationParts) throws {
        for part in parts.all {
            let step = try part.step(&reader, in: parts.tx)
            changes += step.changes
            if step.isOther { steps.append(.part(part.kind, step)) }
        }
    }

    private mutating func addPacks(_ stored: StoredRules, hasMatters: Bool, today: LocalDate) {
        let builtIn = (try? RulePacks.builtIn())?.packs ?? []
        var known = stored.packs.map(\.pack) + builtIn
        for (pack, text, last) in reader.packs() {
            let file = "packs.tsv"
            if let same = known.first(where: { $0.reference == pack.reference }) {
                if same.hash != pack.hash {
                    reader.refuse(file, 1, RuleStoreError.taken(pack.reference).description)
                } else if let last,
                    stored.packs.first(where: { $0.pack.reference == pack.reference })?.pack.effectiveTo != last,
                    pack.effectiveTo != last
                {
                    note(.changed, file, pack.reference)
                    steps.append(.packEnds(pack.reference, last))
                }
                continue
            }
            if let newer = known.first(where: { $0.id == pack.id && $0.version > pack.version }) {
                reader.refuse(file, 1, RuleStoreError.notNewer(pack.reference, newer.version).description)
            } else if let other = known.first(where: { $0.id == pack.id && $0.kind != pack.kind }) {
                reader.refuse(file, 1, RuleStoreError.otherKind(pack.id, other.kind).description)
            } else if hasMatters, pack.effectiveFrom < today {
                reader.refuse(file, 1, RuleStoreError.inThePast(pack.effectiveFrom, today).description)
            }
            known.append(pack)
            note(.added, file, pack.reference)
            steps.append(.pack(pack, text: text, last: last))
        }
    }

    private mutating func addCalendars() {
        var number = records.calendars.keys.max() ?? 0
        for (calendar, text) in reader.calendars() {
            let hash = RulePack.hash(of: text)
            if let known = records.calendars.values.first(where: { $0.version == calendar.version }) {
                if known.hash != hash {
                    reader.refuse("calendars.tsv", 1, RuleStoreError.taken(calendar.version).description)
                }
                continue
            }
            number += 1
            note(.added, "calendars.tsv", calendar.version)
            steps.append(.calendar(number: number, version: calendar.version, text: text, hash: hash))
        }
    }
}
