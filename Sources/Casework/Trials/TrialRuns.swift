internal import Foundation
public import Kernel
public import Organisation
internal import Storage

/// A matter that a changed catalogue would have sent elsewhere, as somebody who may see it is shown.
public struct TriedMatter: Sendable, Hashable {
    /// The matter.
    public let id: CaseID
    /// Its number.
    public let number: String
    /// Its title; empty where it was erased.
    public let title: String
    /// When it was registered.
    public let registeredAt: Instant
}

extension Casework {
    /// Trials of rules over the matters of this store.
    public var trials: RuleTrials { RuleTrials(database: database, ids: ids, clock: clock) }

    /// Goes on with a trial that nobody works on, in small steps with a kept place.
    ///
    /// - Returns: how many matters were looked at.
    @discardableResult
    public func runTrial(
        batch: Int = 1_000, mayGoOn: @Sendable () -> Bool = { !Task.isCancelled }
    ) async throws -> Int {
        guard var trial = try await trials.take() else { return 0 }
        let present = try await organisation.current()
        var work = try TrialWork(trial, organisation: present, deadlines, today)
        var (after, looked) = (trial.after, trial.looked)
        while mayGoOn() {
            let (from, since) = (after, trial.since)
            let page = try await database.read { tx in try triedRows(after: from, limit: batch, in: tx) }
            for row in page where row.moments.registered >= since {
                work.add(row)
                looked += 1
            }
            after = page.last?.id.rawValue ?? after
            let isDone = page.count < batch
            try await trials.keep(trial, after: after, looked: looked, result: try work.result(), isDone: isDone)
            if isDone { break }
            trial = try await trials.trial(trial.id)
        }
        return looked
    }

    /// The matters behind one line of a trial, for somebody who may see matters; at most 4,000 are looked at for a page.
    public func triedMatters(
        _ id: RuleTrialID, move: DispatchTrial.Move, after: CaseID?, for viewer: Viewer
    ) async throws -> (matters: [TriedMatter], next: CaseID?) {
        guard viewer.may(.seeMatters, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        let trial = try await trials.trial(id)
        guard trial.part == .catalogue else { throw PlainError(.notFound, "rulebook.noTrial") }
        let work = try TrialWork(trial, organisation: viewer.organisation, deadlines, today)
        guard var proposer = work.proposer else { throw PlainError(.notFound, "rulebook.noTrial") }
        var place = after?.rawValue ?? 0
        var found: [CaseID] = []
        for _ in 0..<4 where found.count < 50 {
            let from = place
            let page = try await database.read { tx in try triedRows(after: from, limit: 1_000, in: tx) }
            for row in page where found.count < 50 {
                place = row.id.rawValue
                guard row.moments.registered >= trial.since, let category = row.category, category == move.category
                else { continue }
                let units = proposer.units(category: category, area: row.area)
                if units.before == move.from, units.after == move.to { found.append(row.id) }
            }
            if page.count < 1_000 { break }
        }
        let shown = try await shownMatters(found, for: viewer)
        let isMore = try await database.read { [place] tx in
            try tx.first("SELECT 1 FROM cases WHERE id > $1 LIMIT 1", [place]) != nil
        }
        return (shown, isMore ? CaseID(rawValue: place) : nil)
    }

    private func shownMatters(_ ids: [CaseID], for viewer: Viewer) async throws -> [TriedMatter] {
        let visible = try await linkedMatters(ids, for: viewer)
        guard !visible.isEmpty else { return [] }
        let titles = Dictionary(visible.map { ($0.id, $0.title) }, uniquingKeysWith: { first, _ in first })
        let wanted = visible.map(\.id)
        return try await database.read { tx in
            let marks = wanted.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            return try tx.rows(
                "SELECT id, number, registered_at FROM cases WHERE id IN (\(marks)) ORDER BY id", wanted
            ).map { row in
                let id: CaseID = try row.id(0)
                return TriedMatter(
                    id: id, number: try row.text(1), title: titles[id] ?? "", registeredAt: try row.instant(2))
            }
        }
    }

    static let triedStatement = """
        SELECT id, kind, category, area, lead_unit, sort, route, registered_at, accepted_at, replied_at
        FROM cases WHERE id > $1 ORDER BY id LIMIT $2
        """

    private func triedRows(after: Int64, limit: Int, in tx: any ReadTransaction) throws -> [TriedRow] {
        try tx.rows(Self.triedStatement, [after, limit]).map { row in
            let facts = ClockFacts(
                receiver: .organ, route: try row.optionalText(6).flatMap(LawfulRoute.init) ?? .ordinary,
                sort: try row.optionalText(5).flatMap(MatterSort.init))
            return TriedRow(
                id: try row.id(0), kind: MatterKind(rawValue: try row.text(1)), category: try row.optionalText(2),
                area: try row.optionalText(3), lead: try row.optionalID(4),
                moments: ClockTrial.Moments(
                    registered: try row.instant(7), accepted: try row.optionalInstant(8),
                    replied: try row.optionalInstant(9), facts: facts))
        }
    }
}

/// What a trial reads of a matter.
struct TriedRow: Sendable {
    let id: CaseID
    let kind: MatterKind?
    let category: String?
    let area: String?
    let lead: UnitID?
    let moments: ClockTrial.Moments
}

/// A trial at work: its draft read once, and what came of it so far.
struct TrialWork {
    private(set) var proposer: DispatchProposer?
    private var dispatch = DispatchTrial()
    private var clocks = ClockTrial()
    private var pack: RulePack?
    private var old: RulePack?
    private let book: DeadlineBook
    private let today: LocalDate

    init(_ trial: RuleTrial, organisation: Organisation, _ book: DeadlineBook, _ today: LocalDate) throws {
        self.book = book
        self.today = today
        switch trial.part {
        case .catalogue:
            let draft: CatalogueDraft = try DraftText.draft(trial.body)
            let difference = try organisation.difference(draft, from: today)
            proposer = DispatchProposer(
                before: organisation, after: difference.applied(to: organisation), today: today, from: today)
            if !trial.result.isEmpty { dispatch = try DraftText.draft(trial.result) }
        case .rules:
            let pack = try RulePack(yaml: trial.body)
            self.pack = pack
            old = book.packs.pack(for: pack.kind, on: today)
            if !trial.result.isEmpty { clocks = try DraftText.draft(trial.result) }
        case .calendar, .categories, .areas, .configuration: break
        }
    }

    mutating func add(_ row: TriedRow) {
        if let pack {
            guard row.kind == pack.kind else { return }
            clocks.add(
                row.moments, before: old.map { PackClocks(pack: $0, calendar: book.calendar, zone: book.zone) },
                after: PackClocks(pack: pack, calendar: book.calendar, zone: book.zone), today: today)
        } else {
            let units = row.category.flatMap { proposer?.units(category: $0, area: row.area) }
            dispatch.add(category: row.category, from: units?.before, to: units?.after, went: row.lead)
        }
    }

    func result() throws -> String { pack == nil ? try DraftText.text(dispatch) : try DraftText.text(clocks) }
}

extension Casework {
    /// How many matters there are, counted up to 10,001; for the progress of a trial.
    public func mattersAtHand() async throws -> Int {
        try await database.read { tx in
            try tx.first("SELECT COUNT(*) FROM (SELECT 1 FROM cases LIMIT 10001) c")?.int(0) ?? 0
        }
    }
}
