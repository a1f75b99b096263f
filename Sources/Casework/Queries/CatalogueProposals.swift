public import Kernel
public import Organisation

/// A change of the duty catalogue that rulings on objections suggest. A person checks the legal basis and imports the
/// catalogue; the program never changes it by itself.
public struct CatalogueProposal: Sendable, Hashable {
    /// The category.
    public let category: String
    /// The area; nothing where the rulings were made in matters without one.
    public let area: String?
    /// Where the catalogue sends such matters now; nothing where it knows none.
    public let now: CatalogueEntry?
    /// Where the rulings sent them.
    public let to: UnitID
    /// The rulings, newest first.
    public let rulings: [Precedent]
    /// The line as it would stand in the catalogue.
    public let line: CatalogueLine
}

extension Casework {
    /// Objections that were upheld in the last year and whose category the catalogue still sends elsewhere.
    public func catalogueProposals(for viewer: Viewer) async throws -> [CatalogueProposal] {
        guard viewer.may(.oversee, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        let rulings = try await upheldRulings(since: clock.now().adding(days: -366), limit: 1_000, for: viewer)
        return CatalogueProposals(organisation: viewer.organisation, today: today).proposals(rulings)
    }
}

/// What rulings mean for a catalogue. Pure.
struct CatalogueProposals {
    let organisation: Organisation
    let today: LocalDate

    private struct Place: Hashable {
        let category: String
        let area: String?
    }

    func proposals(_ rulings: [Precedent]) -> [CatalogueProposal] {
        var order: [Place] = []
        var byPlace: [Place: [Precedent]] = [:]
        for ruling in rulings where ruling.upheld {
            let place = Place(category: ruling.category, area: ruling.area)
            if byPlace[place] == nil { order.append(place) }
            byPlace[place, default: []].append(ruling)
        }
        let taken = Set(organisation.catalogueEntries(on: today).map(\.id))
        var numbers = (1...).lazy.map(String.init).filter { !taken.contains($0) }.makeIterator()
        return order.compactMap { place in
            // The newest ruling counts: it knew the earlier ones.
            guard let all = byPlace[place], let newest = all.first else { return nil }
            let to = organisation.currentSuccessor(of: newest.to, on: today)
            guard let unit = organisation.unit(to), unit.isValid(on: today), unit.kind.takesMatters else { return nil }
            let present = organisation.catalogue(category: place.category, area: place.area, on: today).first
            guard present?.unit != to else { return nil }
            let meant = all.filter { organisation.currentSuccessor(of: $0.to, on: today) == to }
            // An entry of this very category and area changes; a broader one stays and gets a narrower one beside it.
            let isOwn = present.map { $0.entry.category == place.category && $0.entry.area == place.area } ?? false
            let id = isOwn ? present?.entry.id : nil
            let line = CatalogueLine(
                id: id ?? numbers.next() ?? "", category: place.category, area: place.area, unit: unit.code,
                helpers: isOwn ? present.map { codes($0.entry.helpers, without: to) } : nil, basis: "")
            return CatalogueProposal(
                category: place.category, area: place.area, now: present?.entry, to: to, rulings: meant, line: line)
        }
    }

    private func codes(_ units: [UnitID], without unit: UnitID) -> [String] {
        units.filter { $0 != unit }.compactMap { organisation.unit($0)?.code }
    }
}
