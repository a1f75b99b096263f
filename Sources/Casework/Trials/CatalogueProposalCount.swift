public import Kernel
public import Organisation

/// A change of the catalogue that rulings suggest, as administrators see it: numbers, no matter and no reason.
public struct CatalogueProposalCount: Sendable, Hashable {
    /// The category.
    public let category: String
    /// The area; nothing where the rulings were made in matters without one.
    public let area: String?
    /// The number of the entry that would change; nothing where a new one would come.
    public let entry: String?
    /// Where the rulings sent such matters.
    public let to: UnitID
    /// How many rulings say so.
    public let rulings: Int
    /// When the last of them was made.
    public let newest: Instant
}

extension Casework {
    /// What rulings of the last year suggest, for whoever keeps the catalogue.
    public func catalogueProposalCounts(for viewer: Viewer) async throws -> [CatalogueProposalCount] {
        try viewer.require(.manageOrganisation, on: nil)
        let rulings = try await upheldRulings(since: clock.now().adding(days: -366), limit: 1_000, for: viewer)
        return CatalogueProposals(organisation: viewer.organisation, today: today).proposals(rulings).compactMap {
            proposal in
            proposal.rulings.first.map { newest in
                CatalogueProposalCount(
                    category: proposal.category, area: proposal.area,
                    entry: proposal.line.id.isEmpty ? nil : proposal.line.id, to: proposal.to,
                    rulings: proposal.rulings.count, newest: newest.at)
            }
        }
    }
}
