internal import Kernel
internal import Organisation

/// A trial at work: its draft read once, and what came of it so far.
struct TrialWork {
    /// Whether what it rests on changed since it began, so that it has to begin anew.
    private(set) var isAnew = false
    private var proposer: DispatchProposer?
    private var dispatch = DispatchTrial()
    private var clocks = ClockTrial()
    private var lineWork: (any LineWork)?
    private var lines: LineTrial
    private var pack: RulePack?
    private var old: RulePack?
    private let organisation: Organisation
    private let book: DeadlineBook
    private let today: LocalDate

    init(_ trial: RuleTrial, organisation: Organisation, _ book: DeadlineBook, _ today: LocalDate) throws {
        self.book = book
        self.organisation = organisation
        self.today = today
        lines = LineTrial(on: today, ground: "")
        switch trial.part {
        case .catalogue:
            let draft: CatalogueDraft = try DraftText.draft(trial.body)
            let difference = try organisation.difference(draft, from: today)
            proposer = DispatchProposer(
                before: organisation, after: difference.applied(to: organisation), today: today, from: today)
            if !trial.result.isEmpty { dispatch = try DraftText.draft(trial.result) }
        case .categories:
            begin(try trial.result.isEmpty ? nil : DraftText.draft(trial.result))
            let draft: CategoryDraft = try DraftText.draft(trial.body)
            let changed = try organisation.difference(draft).applied(to: organisation)
            lineWork = CategoryWork(before: organisation, after: changed, on: lines.on)
        case .units:
            begin(try trial.result.isEmpty ? nil : DraftText.draft(trial.result))
            let change: PlannedChange = try DraftText.draft(trial.body)
            let changed = change.applied(to: organisation, from: lines.on)
            lineWork = UnitWork(before: organisation, after: changed, on: lines.on)
        case .rules:
            let pack = try RulePack(yaml: trial.body)
            self.pack = pack
            old = book.packs.pack(for: pack.kind, on: today)
            if !trial.result.isEmpty { clocks = try DraftText.draft(trial.result) }
        case .calendar, .areas, .configuration: break
        }
    }

    /// Goes on with what is there if it rests on the same units, categories and entries.
    private mutating func begin(_ kept: LineTrial?) {
        if let kept, kept.ground == organisation.ground(on: kept.on) {
            lines = kept
        } else {
            lines = LineTrial(on: today, ground: organisation.ground(on: today))
            isAnew = kept != nil
        }
    }

    /// - Parameter isRecent: whether the matter was registered in the period that is tried.
    mutating func add(_ row: TriedRow, isRecent: Bool) {
        if lineWork != nil {
            let wasRetired = row.category.flatMap(organisation.category)?.isRetired ?? false
            lines.add(row, isRecent: isRecent, wasRetired: wasRetired, lines: found(row, isRecent: isRecent))
        } else if let pack {
            guard isRecent, row.kind == pack.kind else { return }
            clocks.add(
                row.moments, before: old.map { PackClocks(pack: $0, calendar: book.calendar, zone: book.zone) },
                after: PackClocks(pack: pack, calendar: book.calendar, zone: book.zone), today: today)
        } else if isRecent {
            let units = row.category.flatMap { proposer?.units(category: $0, area: row.area) }
            dispatch.add(category: row.category, from: units?.before, to: units?.after, went: row.lead)
        }
    }

    private mutating func found(_ row: TriedRow, isRecent: Bool) -> Set<TrialLine> {
        guard var work = lineWork else { return [] }
        // Let go of, so that what it remembers is not copied.
        lineWork = nil
        let found = work.lines(of: row, isRecent: isRecent)
        lineWork = work
        return found
    }

    /// Whether a matter stands behind a line.
    mutating func holds(_ line: TrialLine, _ row: TriedRow, isRecent: Bool) -> Bool {
        guard lineWork == nil else { return found(row, isRecent: isRecent).contains(line) }
        guard isRecent, let category = row.category, category == line.category, line.measure == .proposal,
            let units = proposer?.units(category: category, area: row.area)
        else { return false }
        return units.before == line.from && units.after == line.to
    }

    func result() throws -> String {
        if lineWork != nil { return try DraftText.text(lines) }
        return pack == nil ? try DraftText.text(dispatch) : try DraftText.text(clocks)
    }
}
