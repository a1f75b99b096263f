internal import Kernel

/// Reads lines and says what they change. Pure.
struct CatalogueComparison {
    private let organisation: Organisation
    private let from: LocalDate
    private let present: [CatalogueEntry]

    init(_ organisation: Organisation, from: LocalDate) {
        self.organisation = organisation
        self.from = from
        present = organisation.catalogueEntries(on: from)
    }

    func whole(_ lines: [CatalogueLine], _ numbers: [Int]) throws -> CatalogueDifference {
        let entries = try CatalogueReader(organisation.records).entries(lines, numbers, version: 0, from: from)
        var difference = CatalogueDifference(from: from)
        let known = Dictionary(present.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for entry in entries { add(entry, known[entry.id], to: &difference) }
        let kept = Set(entries.map(\.id))
        difference.ended = present.filter { !kept.contains($0.id) }
        return protecting(difference)
    }

    func one(_ line: CatalogueLine) throws -> CatalogueDifference {
        var difference = CatalogueDifference(from: from)
        for entry in try CatalogueReader(organisation.records).entries([line], [1], version: 0, from: from) {
            add(entry, present.first { $0.id == entry.id }, to: &difference)
        }
        difference.unchanged += present.count - difference.changed.count - difference.unchanged
        return protecting(difference)
    }

    func ending(_ id: String) throws -> CatalogueDifference {
        guard let entry = present.first(where: { $0.id == id }) else {
            throw PlainError(.notFound, "rulebook.noEntry")
        }
        var difference = CatalogueDifference(from: from)
        difference.ended = [entry]
        difference.unchanged = present.count - 1
        return difference
    }

    private func add(_ entry: CatalogueEntry, _ before: CatalogueEntry?, to difference: inout CatalogueDifference) {
        guard let before else { return difference.added.append(entry) }
        if before.saysTheSame(as: entry) {
            difference.unchanged += 1
        } else {
            difference.changed.append(.init(before: before, after: entry))
        }
    }

    /// 国办函〔2025〕66号 (五): what departments have to do is not sent down. A township can have a duty of its own, so
    /// this is said and a person decides; villages and communities are refused when the line is read.
    private func protecting(_ difference: CatalogueDifference) -> CatalogueDifference {
        var out = difference
        let townships: Set<UnitKind> = [.township, .street, .station]
        let touched = Set(difference.changed.map(\.before.id) + difference.added.map(\.id))
        for entry in difference.added + difference.changed.map(\.after) {
            guard let kind = organisation.unit(entry.unit)?.kind, townships.contains(kind) else { continue }
            let others = organisation.catalogue(category: entry.category, area: entry.area, on: from)
            let before = difference.changed.first { $0.after.id == entry.id }?.before.unit
            let owners = others.filter { !touched.contains($0.entry.id) }.map(\.unit) + [before].compactMap { $0 }
            if owners.contains(where: { organisation.unit($0)?.kind == .department }) {
                out.toTownships.append(entry.id)
            }
        }
        return out
    }
}
