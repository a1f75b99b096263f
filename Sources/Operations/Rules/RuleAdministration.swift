internal import Casework
internal import Foundation
public import Kernel
internal import Organisation
internal import Storage

/// What an operator does with the rule packs and calendars of a store.
public struct RuleAdministration: Sendable {
    private let installation: Installation
    private static let actor = Actor.system("operator")

    /// - Parameter installation: whose rules.
    public init(_ installation: Installation) { self.installation = installation }

    /// The rules of the store that the settings name; the program's own when there is no such store yet.
    public static func book(_ settings: Settings) async throws -> (book: RuleBook, hasStore: Bool) {
        try await looking(settings) { try await $0.book() }.map { ($0, true) } ?? (try RuleBook(), false)
    }

    /// The same, with the number of matters in hand that run a clock of each rule.
    public static func bookAndMatters(_ settings: Settings) async throws -> (RuleBook, [String: Int]?) {
        try await looking(settings) { (try await $0.book(), try await $0.openMatters()) } ?? (try RuleBook(), nil)
    }

    private static func looking<T>(
        _ settings: Settings, _ body: (RuleAdministration) async throws -> T
    ) async throws -> T? {
        if case .sqlite(let path) = settings.database, !FileManager.default.fileExists(atPath: path) { return nil }
        let installation = try await Installation.open(settings, for: .inspect)
        do {
            let result = try await body(RuleAdministration(installation))
            await installation.close()
            return result
        } catch {
            await installation.close()
            throw error
        }
    }

    /// All packs and the calendar of the store.
    public func book() async throws -> RuleBook { try RuleBook(try await installation.storedRules()) }

    /// Today in the county.
    public var today: LocalDate { installation.deadlines.zone.date(of: installation.clock.now()) }

    /// Loads a pack from a file.
    ///
    /// - Parameter isChecked: the operator says that an example's numbers were checked.
    /// - Returns: sentences for the operator.
    public func load(_ path: String, isChecked: Bool) async throws -> [String] {
        let (pack, text) = try RuleFile.pack(path)
        if pack.isExample, !isChecked {
            throw Trouble(
                .problemFound,
                "\(pack.reference) is an example: it rests on descriptions or on another place's rule. Check every number "
                    + "against your own rule, then load it with --checked")
        }
        let loaded = try await mapping {
            try await installation.rules.load(text, earliest: try await earliest(), by: Self.actor)
        }
        guard loaded.isNew else { return ["\(pack.reference) is in the store already; nothing changed"] }
        var out = ["\(pack.reference) is loaded (SHA-256 \(pack.hash)) and holds from \(pack.effectiveFrom)"]
        let other = try await book().packs.pack(for: pack.kind, on: max(today, pack.effectiveFrom))
        if let other, other.reference != pack.reference {
            out.append("but \(other.reference) holds then, as it begins later or is newer")
        }
        out.append("servers that run take it up within seconds; matters in hand keep their version")
        return out
    }

    /// Gives a pack a last day.
    public func end(_ name: String, on lastDay: String) async throws -> [String] {
        guard let date = LocalDate(lastDay) else {
            throw Trouble(.usage, "\(lastDay) is no date such as 2026-12-31")
        }
        let ended = try await mapping {
            try await installation.rules.end(name, on: date, earliest: try await earliest(), by: Self.actor)
        }
        let book = try await book()
        var out = ended.map { "\($0) holds until \(date)" }
        for kind in Set(ended.compactMap { book.packs.pack(reference: $0)?.kind }) {
            let next = book.packs.pack(for: kind, on: date.adding(days: 1))?.reference
            out.append("from \(date.adding(days: 1)) on \(kind.rawValue): \(next ?? "no pack holds")")
        }
        return out
    }

    /// Loads a calendar from a file.
    public func loadCalendar(_ path: String) async throws -> [String] {
        let (_, text) = try RuleFile.calendar(path)
        let present = try await book().calendar
        let loaded = try await mapping {
            try await installation.rules.loadCalendar(text, following: present, by: Self.actor)
        }
        let calendar = loaded.calendar
        guard loaded.isNew else { return ["\(calendar.version) is in the store already; nothing changed"] }
        var out = ["\(calendar.version) is loaded and counts from now on"]
        let added = calendar.knownYears.filter { !present.covers(year: $0) }.map(String.init)
        if !added.isEmpty { out.append("new years: \(added.joined(separator: ", "))") }
        out += CalendarText.differences(present, calendar)
        out.append("servers that run take it up within seconds, and count open clocks again")
        return out
    }

    /// How many matters in hand run a clock of each rule.
    public func openMatters() async throws -> [String: Int] {
        try await installation.database.read { tx in
            var out: [String: Int] = [:]
            for row in try tx.rows(
                "SELECT rule, COUNT(DISTINCT case_id) FROM case_clocks WHERE ended_at IS NULL GROUP BY rule")
            {
                out[try row.text(0)] = try row.int(1)
            }
            return out
        }
    }

    /// Nothing may begin or end before today once there are matters: what they began under is settled.
    private func earliest() async throws -> LocalDate? {
        let hasMatters = try await installation.database.read { tx in
            try tx.first("SELECT 1 FROM cases LIMIT 1") != nil
        }
        return hasMatters ? today : nil
    }

    private func mapping<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as RuleStoreError {
            throw error.trouble
        }
    }
}

extension RuleStoreError {
    /// The sentence and exit code.
    var trouble: Trouble {
        switch self {
        case .changed, .unreadable: Trouble(.store, description)
        default: Trouble(.problemFound, description)
        }
    }
}

extension Installation {
    /// What the store holds beside the program's own rules.
    ///
    /// - Throws: `Trouble` when a text is not what was loaded.
    func storedRules() async throws -> StoredRules { try await Self.storedRules(rules) }

    static func storedRules(_ rules: RulePackStore) async throws -> StoredRules {
        do {
            return try await rules.rules()
        } catch let error as RuleStoreError {
            throw error.trouble
        }
    }
}
