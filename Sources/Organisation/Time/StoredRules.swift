public import Kernel
internal import Ledger
internal import Storage

/// What a store holds beside the packs and the calendar that come with the program.
public struct StoredRules: Sendable {
    /// A pack with what is known about its loading.
    public struct Pack: Sendable {
        /// The pack, with the last day that an operator gave it.
        public let pack: RulePack
        /// The text as it was loaded.
        public let text: String
        /// When.
        public let loadedAt: Instant
        /// By whom, `system:operator`.
        public let loadedBy: String
        let row: RuleRow
    }

    /// Stored packs, by reference.
    public let packs: [Pack]
    /// The calendar that was loaded last; `nil` where the program's own counts.
    public let calendar: WorkingCalendar?

    /// Reads and compares.
    ///
    /// - Parameter recorded: what the events say; `nil` where that was compared already.
    init(packs rows: [RuleRow], calendar row: RuleRow?, recorded: OrganisationRecords?) throws {
        packs = try rows.map { row in
            do {
                let pack = try RulePack(yaml: row.body)
                let last = [pack.effectiveTo, row.lastDay].compactMap { $0 }.min()
                return Pack(
                    pack: pack.ending(on: last), text: row.body, loadedAt: row.loadedAt, loadedBy: row.loadedBy,
                    row: row)
            } catch {
                throw RuleStoreError.unreadable(row.key, "\(error)")
            }
        }
        calendar = try row.map { row in
            do {
                return try WorkingCalendar(parsing: row.body)
            } catch {
                throw RuleStoreError.unreadable("calendar \(row.key)", "\(error)")
            }
        }
        guard let recorded else { return }
        // A row that was taken away has no seal that could tell; its event still does.
        for (reference, facts) in recorded.rulePacks.sorted(by: { $0.key < $1.key }) {
            guard let row = rows.first(where: { $0.key == reference }), row.hash == facts.hash,
                row.lastDay == facts.lastDay
            else { throw RuleStoreError.changed("the rule pack \(reference)") }
        }
        if let number = recorded.calendars.keys.max(), row?.key != "\(number)" {
            throw RuleStoreError.changed("the calendar \(number)")
        }
    }

    /// The program's own packs and the stored ones.
    public func allPacks() throws -> RulePacks {
        RulePacks(try RulePacks.builtIn().packs + packs.map(\.pack))
    }

    /// The calendar that counts.
    public func currentCalendar() throws -> WorkingCalendar { try calendar ?? WorkingCalendar.builtIn() }
}

/// Why a pack or calendar cannot be stored or used.
public enum RuleStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is not what was loaded.
    case changed(String)
    /// It was loaded by a program that reads more.
    case unreadable(String, String)
    /// The name and version stand for another text.
    case taken(String)
    /// Other versions of the name govern another kind of matter.
    case otherKind(String, MatterKind)
    /// A newer version is there.
    case notNewer(String, Int)
    /// It would change what holds for matters that are there.
    case inThePast(LocalDate, LocalDate)
    /// There is none of this name.
    case unknown(String)
    /// It comes with the program.
    case builtIn(String)
    /// It would end before it begins.
    case beforeItsStart(String, LocalDate)
    /// It has an earlier last day.
    case endedAlready(String)
    /// Years that are known would become unknown.
    case yearsLost([Int])

    /// One sentence for the operator.
    public var description: String {
        switch self {
        case .changed(let what):
            "\(what) in the store is not what was loaded: its text, dates or row were changed outside the program. "
                + "Nothing is counted by it; restore a backup"
        case .unreadable(let what, let reason): "\(what) in the store cannot be read: \(reason)"
        case .taken(let what): "\(what) stands for another text already; give the file a new version"
        case .otherKind(let id, let kind): "\(id) governs matters of the kind \(kind.rawValue); choose another id"
        case .notNewer(let reference, let newer): "\(reference) is older than version \(newer), which is there already"
        case .inThePast(let date, let earliest):
            "\(date) lies in the past; matters began under other rules then. The earliest day is \(earliest)"
        case .unknown(let name): "the store has no rule pack \(name)"
        case .builtIn(let name):
            "\(name) comes with the program; load a pack of the same kind that begins later, and it takes over"
        case .beforeItsStart(let reference, let first): "\(reference) begins on \(first) only"
        case .endedAlready(let name): "\(name) ends before that day already"
        case .yearsLost(let years):
            "the file knows nothing of \(years.map(String.init).joined(separator: ", ")), which the present calendar knows"
        }
    }
}
