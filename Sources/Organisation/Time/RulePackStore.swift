public import Kernel
public import Ledger
internal import Storage

/// The rule packs and calendars of a store: loaded by an operator, sealed with the store's key, never changed.
public struct RulePackStore: Sendable {
    let organisation: OrganisationStore
    let keys: KeyRing
    let parts: [any ConfigurationPart]

    /// - Parameters:
    ///   - organisation: records what is loaded.
    ///   - keys: seals the texts.
    ///   - parts: what other rooms keep and the text of the configuration takes along.
    public init(organisation: OrganisationStore, keys: KeyRing, parts: [any ConfigurationPart] = []) {
        self.organisation = organisation
        self.keys = keys
        self.parts = parts
    }

    // MARK: Reading

    /// Everything in the store beside what comes with the program, each text checked against its seal and its event.
    ///
    /// - Throws: `RuleStoreError` when a text was changed, is gone, or cannot be read.
    public func rules() async throws -> StoredRules {
        let (keys, events) = (self.keys, organisation.events)
        return try await organisation.database.read { tx in
            try StoredRules(
                packs: try RuleTables.packs(keys: keys, in: tx),
                calendar: try RuleTables.newestCalendar(keys: keys, in: tx),
                recorded: try Organisation.replayRules(events, in: tx))
        }
    }

    // MARK: Rule packs

    /// Stores a pack. Loading the same text again changes nothing.
    ///
    /// - Parameters:
    ///   - yaml: the text, kept as it is.
    ///   - earliest: the first day on which it may begin; `nil` where nothing is decided yet that it could change.
    ///   - reason: why, in the person's words.
    ///   - submission: sent twice it is recorded once.
    ///   - actor: who loads it; staff need the permission.
    /// - Returns: the pack, and whether it is new.
    /// - Throws: `RulePackError`, `RuleStoreError`, `PlainError`.
    @discardableResult
    public func load(
        _ yaml: String, earliest: LocalDate?, reason: String? = nil, submission: String? = nil, by actor: Actor
    ) async throws -> (pack: RulePack, isNew: Bool) {
        let reason = try reason.map { try ChangeReason.checked($0) }
        let pack = try RulePack(yaml: yaml)
        let builtIn = try RulePacks.builtIn()
        let keys = self.keys
        let isNew = try await organisation.change(by: actor, once: submission) { change in
            try change.require(.manageRules, on: nil)
            let stored = try StoredRules(
                packs: try RuleTables.packs(keys: keys, in: change.tx), calendar: nil, recorded: nil)
            let known = (builtIn.packs + stored.packs.map(\.pack)).filter { $0.id == pack.id }
            if let same = known.first(where: { $0.version == pack.version }) {
                guard same.hash == pack.hash else { throw RuleStoreError.taken(pack.reference) }
                return false
            }
            if let other = known.first(where: { $0.kind != pack.kind }) {
                throw RuleStoreError.otherKind(pack.id, other.kind)
            }
            if let newer = known.first(where: { $0.version > pack.version }) {
                throw RuleStoreError.notNewer(pack.reference, newer.version)
            }
            if let earliest, pack.effectiveFrom < earliest {
                throw RuleStoreError.inThePast(pack.effectiveFrom, earliest)
            }
            try change.record(.rulePackLoaded(reference: pack.reference, hash: pack.hash), reason: reason)
            try RuleTables.insertPack(
                RuleRow(
                    key: pack.reference, body: yaml, hash: pack.hash, loadedAt: change.now, loadedBy: actor.code),
                keys: keys, in: change.tx)
            return true
        }
        return (pack, isNew)
    }

    /// Gives stored packs a last day: one by its reference, or all versions of a name that have not ended by then.
    ///
    /// - Parameters:
    ///   - name: `local-hotline/2` or `local-hotline`.
    ///   - lastDay: the last day on which they hold.
    ///   - earliest: the first day that may be the last; `nil` where nothing is decided yet that it could change.
    /// - Returns: the references.
    @discardableResult
    public func end(
        _ name: String, on lastDay: LocalDate, earliest: LocalDate?, reason: String? = nil, by actor: Actor
    ) async throws -> [String] {
        let reason = try reason.map { try ChangeReason.checked($0) }
        let builtIn = try RulePacks.builtIn()
        let keys = self.keys
        return try await organisation.change(by: actor) { change in
            try change.require(.manageRules, on: nil)
            let stored = try StoredRules(
                packs: try RuleTables.packs(keys: keys, in: change.tx), calendar: nil, recorded: nil)
            let meant = stored.packs.filter { $0.pack.reference == name || $0.pack.id == name }
            guard !meant.isEmpty else {
                let isBuiltIn = builtIn.packs.contains { $0.reference == name || $0.id == name }
                throw isBuiltIn ? RuleStoreError.builtIn(name) : RuleStoreError.unknown(name)
            }
            if let earliest, lastDay < earliest { throw RuleStoreError.inThePast(lastDay, earliest) }
            var ended: [String] = []
            for item in meant where item.pack.effectiveTo.map({ lastDay < $0 }) ?? true {
                guard item.pack.effectiveFrom <= lastDay else {
                    throw RuleStoreError.beforeItsStart(item.pack.reference, item.pack.effectiveFrom)
                }
                try change.record(
                    .rulePackEnded(reference: item.pack.reference, lastDay: lastDay), reason: reason)
                var row = item.row
                row.lastDay = lastDay
                try RuleTables.endPack(row, keys: keys, in: change.tx)
                ended.append(item.pack.reference)
            }
            guard !ended.isEmpty else { throw RuleStoreError.endedAlready(name) }
            return ended
        }
    }

    // MARK: Calendars

    /// Stores a newer calendar, which counts from then on. Loading the same text again changes nothing.
    ///
    /// - Parameter present: the calendar that it follows: no year that is known may become unknown.
    /// - Returns: the calendar, and whether it is new.
    /// - Throws: `WorkingCalendar.FormatError`, `RuleStoreError`, `PlainError`.
    @discardableResult
    public func loadCalendar(
        _ text: String, following present: WorkingCalendar, reason: String? = nil, submission: String? = nil,
        by actor: Actor
    ) async throws -> (calendar: WorkingCalendar, isNew: Bool) {
        let reason = try reason.map { try ChangeReason.checked($0) }
        let calendar = try WorkingCalendar(parsing: text)
        let builtIn = try WorkingCalendar.builtIn()
        let hash = RulePack.hash(of: text)
        let keys = self.keys
        let isNew = try await organisation.change(by: actor, once: submission) { change in
            try change.require(.manageRules, on: nil)
            if let known = change.records.calendars.values.first(where: { $0.version == calendar.version }) {
                guard known.hash == hash else { throw RuleStoreError.taken(calendar.version) }
                return false
            }
            if calendar.version == builtIn.version { throw RuleStoreError.taken(calendar.version) }
            let lost = present.knownYears.filter { !calendar.covers(year: $0) }
            if !lost.isEmpty { throw RuleStoreError.yearsLost(lost) }
            let number = (change.records.calendars.keys.max() ?? 0) + 1
            try change.record(.calendarLoaded(number: number, version: calendar.version, hash: hash), reason: reason)
            try RuleTables.insertCalendar(
                RuleRow(key: "\(number)", body: text, hash: hash, loadedAt: change.now, loadedBy: actor.code),
                number: number, version: calendar.version, keys: keys, in: change.tx)
            return true
        }
        return (calendar, isNew)
    }
}
