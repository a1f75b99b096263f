internal import Kernel
internal import Organisation

/// Says in which lines of a trial a matter stands. Numbers and lists ask the same one.
protocol LineWork {
    /// - Parameter isRecent: whether the matter was registered in the period that is tried; open work counts anyway.
    mutating func lines(of row: TriedRow, isRecent: Bool) -> Set<TrialLine>
}

/// What a duty catalogue proposes. There are few categories and areas, so what was asked once is remembered.
struct Proposals {
    private struct Place: Hashable {
        let category: String
        let area: String?
    }

    let organisation: Organisation
    let day: LocalDate
    private var known: [Place: CatalogueMatch?] = [:]

    init(_ organisation: Organisation, on day: LocalDate) {
        self.organisation = organisation
        self.day = day
    }

    mutating func first(category: String, area: String?) -> CatalogueMatch? {
        let place = Place(category: category, area: area)
        if let match = known[place] { return match }
        let match = organisation.catalogue(category: category, area: area, on: day).first
        known[place] = .some(match)
        return match
    }
}

/// A changed category tree, tried on a matter.
struct CategoryWork: LineWork {
    private var before: Proposals
    private var after: Proposals

    init(before: Organisation, after: Organisation, on day: LocalDate) {
        self.before = Proposals(before, on: day)
        self.after = Proposals(after, on: day)
    }

    mutating func lines(of row: TriedRow, isRecent: Bool) -> Set<TrialLine> {
        guard isRecent, let category = row.category else { return [] }
        var out: Set<TrialLine> = []
        let (now, then) = (before.organisation.inUse(category), after.organisation.inUse(category))
        if ends(category) || now != then {
            out.insert(TrialLine(.category))
            out.insert(TrialLine(.category, category: category, successor: then))
        }
        // A matter like it would come with the category that stands in its place.
        let old = now.flatMap { before.first(category: $0, area: row.area) }
        let new = then.flatMap { after.first(category: $0, area: row.area) }
        if let entry = old?.entry, ends(entry.category) {
            out.insert(TrialLine(.entry, entry: entry.id, from: old?.unit, to: new?.unit))
        }
        if old?.unit != new?.unit {
            out.insert(TrialLine(.proposal, from: old?.unit, to: new?.unit))
            out.insert(TrialLine(.proposal, category: category, from: old?.unit, to: new?.unit))
        }
        return out
    }

    private func ends(_ code: String) -> Bool {
        before.organisation.category(code)?.isRetired == false && after.organisation.category(code)?.isRetired == true
    }
}

extension Organisation {
    /// The category itself while it is used, or what stands in its place.
    func inUse(_ code: String) -> String? {
        guard let node = category(code) else { return nil }
        return node.isRetired ? successor(ofCategory: code)?.code : code
    }
}
