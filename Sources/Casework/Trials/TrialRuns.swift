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
        guard var work = try fitting(trial, present) else {
            // The page says so, and the next trial is not kept waiting.
            try await trials.keep(trial, after: trial.after, looked: trial.looked, result: "", isDone: true)
            return 0
        }
        var (after, looked) = work.isAnew ? (0, 0) : (trial.after, trial.looked)
        while mayGoOn() {
            let (from, since) = (after, trial.since)
            let part = trial.part
            let page = try await database.read { tx in try triedRows(part, after: from, limit: batch, in: tx) }
            for row in page {
                let isRecent = row.moments.registered >= since
                work.add(row, isRecent: isRecent)
                if isRecent { looked += 1 }
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
        _ id: RuleTrialID, line: TrialLine, after: CaseID?, for viewer: Viewer
    ) async throws -> (matters: [TriedMatter], next: CaseID?) {
        guard viewer.may(.seeMatters, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        let trial = try await trials.trial(id)
        guard [.catalogue, .categories, .units].contains(trial.part) else {
            throw PlainError(.notFound, "rulebook.noTrial")
        }
        guard var work = try fitting(trial, viewer.organisation), !work.isAnew else {
            throw PlainError(.conflict, "rulebook.trialOld")
        }
        var place = after?.rawValue ?? 0
        var found: [CaseID] = []
        for _ in 0..<4 where found.count < 50 {
            let from = place
            let page = try await database.read { tx in try triedRows(trial.part, after: from, limit: 1_000, in: tx) }
            for row in page where found.count < 50 {
                place = row.id.rawValue
                if work.holds(line, row, isRecent: row.moments.registered >= trial.since) { found.append(row.id) }
            }
            if page.count < 1_000 { break }
        }
        let shown = try await shownMatters(found, for: viewer)
        let isMore = try await database.read { [place] tx in
            try tx.first("SELECT 1 FROM cases WHERE id > $1 LIMIT 1", [place]) != nil
        }
        return (shown, isMore ? CaseID(rawValue: place) : nil)
    }

    /// The trial at work; nothing where its draft does not fit the rules any more.
    private func fitting(_ trial: RuleTrial, _ organisation: Organisation) throws -> TrialWork? {
        do {
            return try TrialWork(trial, organisation: organisation, deadlines, today)
        } catch let error where error is PlainError || error is ImportProblems {
            return nil
        }
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
}

extension Casework {
    /// How many matters there are, counted up to 10,001; for the progress of a trial.
    public func mattersAtHand() async throws -> Int {
        try await database.read { tx in
            try tx.first("SELECT COUNT(*) FROM (SELECT 1 FROM cases LIMIT 10001) c")?.int(0) ?? 0
        }
    }
}
