internal import Kernel
internal import Ledger
internal import Storage

/// One thing that an import of a configuration would change.
public struct ConfigurationChange: Sendable, Hashable {
    /// What happens.
    public enum Kind: String, Sendable {
        /// It comes.
        case added
        /// It is otherwise.
        case changed
        /// It is in the store and not in the text; it stays.
        case kept
    }

    /// What happens.
    public let kind: Kind
    /// The file, `units.tsv`.
    public let file: String
    /// Which, `water`.
    public let key: String

    /// One thing.
    public init(kind: Kind, file: String, key: String) {
        self.kind = kind
        self.file = file
        self.key = key
    }
}

/// What an import has to record.
enum ConfigurationStep: Sendable {
    case event(OrganisationEvent)
    case pack(RulePack, text: String, last: LocalDate?)
    case packEnds(String, LocalDate)
    case part(ConfigurationPartKind, ConfigurationPartStep)
    case calendar(number: Int, version: String, text: String, hash: String)

    func apply(_ change: OrganisationChange, keys: KeyRing, reason: String) throws {
        let actor = change.actor.code
        switch self {
        case .event(let event): try change.record(event, reason: reason)
        case .pack(let pack, let text, let last):
            try change.record(.rulePackLoaded(reference: pack.reference, hash: pack.hash), reason: reason)
            if let last { try change.record(.rulePackEnded(reference: pack.reference, lastDay: last), reason: reason) }
            try RuleTables.insertPack(
                RuleRow(
                    key: pack.reference, body: text, hash: pack.hash, lastDay: last, loadedAt: change.now,
                    loadedBy: actor), keys: keys, in: change.tx)
        case .packEnds(let reference, let last):
            guard
                var row = try RuleTables.packs(keys: keys, in: change.tx).first(where: { $0.key == reference })
            else { throw RuleStoreError.unknown(reference) }
            try change.record(.rulePackEnded(reference: reference, lastDay: last), reason: reason)
            row.lastDay = last
            try RuleTables.endPack(row, keys: keys, in: change.tx)
        case .part(let kind, let step):
            try step.write(change.tx, change.actor)
            switch kind {
            case .outlines: try change.record(.outlinesLoaded(count: step.count), reason: reason)
            case .readyTexts: try change.record(.readyTextsLoaded(count: step.count), reason: reason)
            case .places: try change.record(.placesLoaded(count: step.count), reason: reason)
            }
        case .calendar(let number, let version, let text, let hash):
            try change.record(.calendarLoaded(number: number, version: version, hash: hash), reason: reason)
            try RuleTables.insertCalendar(
                RuleRow(key: "\(number)", body: text, hash: hash, loadedAt: change.now, loadedBy: actor),
                number: number, version: version, keys: keys, in: change.tx)
        }
    }
}
