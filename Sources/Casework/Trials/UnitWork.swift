internal import Kernel
internal import Organisation

/// Changed units, tried on a matter.
struct UnitWork: LineWork {
    private struct Way: Hashable {
        let from: UnitID?
        let to: UnitID?
    }

    private struct Question: Hashable {
        let bodies: [UnitID]
        let unit: UnitID
    }

    private var before: Proposals
    private var after: Proposals
    private let day: LocalDate
    private var holders: [UnitID: Way] = [:]
    private var bodies: [Question: Way] = [:]
    private var superiors: [Question: Way] = [:]

    init(before: Organisation, after: Organisation, on day: LocalDate) {
        self.before = Proposals(before, on: day)
        self.after = Proposals(after, on: day)
        self.day = day
    }

    mutating func lines(of row: TriedRow, isRecent: Bool) -> Set<TrialLine> {
        var found = TrialLines(category: row.category ?? "")
        for unit in row.isOpen ? [row.acting] : [] { handOver(.openWork, unit, &found) }
        for unit in row.helping { handOver(.openHelp, unit, &found) }
        for unit in row.promising { handOver(.openPromise, unit, &found) }
        for review in row.reviews where !review.isDecided { handOver(.openReview, review.unit, &found) }
        guard isRecent else { return found.lines }
        if let lead = row.lead { handOver(.dispatched, lead, &found) }
        handOver(.handled, row.responsible, &found)
        handOver(.received, row.received, &found)
        for review in row.reviews { handOver(.reviewed, review.unit, &found) }
        propose(row, &found)
        decide(row, &found)
        return found.lines
    }

    /// Whoever has the duties of a unit, now and then.
    private mutating func way(of unit: UnitID) -> Way {
        if let way = holders[unit] { return way }
        let way = Way(
            from: before.organisation.currentSuccessor(of: unit, on: day),
            to: after.organisation.currentSuccessor(of: unit, on: day))
        holders[unit] = way
        return way
    }

    private mutating func handOver(_ measure: TrialLine.Measure, _ unit: UnitID, _ found: inout TrialLines) {
        let way = way(of: unit)
        if way.from != way.to { found.add(measure, from: way.from, to: way.to) }
        if measure == .handled, goesDown(way) { found.add(.grassrootsWork, from: way.from, to: way.to) }
    }

    private mutating func propose(_ row: TriedRow, _ found: inout TrialLines) {
        guard let category = row.category else { return }
        let (old, new) = (
            before.first(category: category, area: row.area), after.first(category: category, area: row.area)
        )
        let way = Way(from: old?.unit, to: new?.unit)
        if way.from != way.to {
            found.add(.proposal, from: way.from, to: way.to)
            if let entry = old?.entry {
                found.lines.insert(TrialLine(.entry, entry: entry.id, from: way.from, to: way.to))
            }
        }
        if goesDown(way) { found.add(.grassroots, from: way.from, to: way.to) }
    }

    /// What departments have to do is not a township's or a village's (国办函〔2025〕66号 (五)), whether the work goes there or
    /// the unit becomes one.
    private func goesDown(_ way: Way) -> Bool {
        let grassroots: Set<UnitKind> = [.township, .street, .station, .village, .community]
        guard let from = way.from.flatMap(before.organisation.unit), from.kind == .department,
            let to = way.to.flatMap(after.organisation.unit)
        else { return false }
        return grassroots.contains(to.kind)
    }

    /// Who would decide a review if the writer asked for it, and whose duty it is if the unit objected.
    private mutating func decide(_ row: TriedRow, _ found: inout TrialLines) {
        if let unit = row.answeredBy, row.reviews.count < 2 {
            let question = Question(bodies: row.reviews.map(\.unit), unit: unit)
            let known = bodies[question]
            let way =
                known
                ?? Way(
                    from: before.organisation.reviewBody(after: question.bodies, reply: unit, on: day),
                    to: after.organisation.reviewBody(after: question.bodies, reply: unit, on: day))
            if known == nil { bodies[question] = way }
            if way.from != way.to {
                found.add(row.reviews.isEmpty ? .reviewBody : .secondReview, from: way.from, to: way.to)
            }
        }
        guard let lead = row.lead else { return }
        // Nobody disputes with themselves, neither now nor once two have become one.
        let (one, other) = (self.way(of: lead), self.way(of: row.received))
        guard one.from != other.from, one.to != other.to else { return }
        let question = Question(bodies: [row.received], unit: lead)
        let known = superiors[question]
        let way =
            known
            ?? Way(
                from: before.organisation.commonSuperior(of: lead, and: row.received, on: day),
                to: after.organisation.commonSuperior(of: lead, and: row.received, on: day))
        if known == nil { superiors[question] = way }
        if way.from != way.to { found.add(.superior, from: way.from, to: way.to) }
    }
}

/// Lines of one matter: of all categories together, and of its own.
private struct TrialLines {
    let category: String
    var lines: Set<TrialLine> = []

    init(category: String) { self.category = category }

    mutating func add(_ measure: TrialLine.Measure, from: UnitID?, to: UnitID?) {
        lines.insert(TrialLine(measure, from: from, to: to))
        lines.insert(TrialLine(measure, category: category, from: from, to: to))
    }
}
