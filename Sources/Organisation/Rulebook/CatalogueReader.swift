internal import Kernel

/// Makes entries of lines, and tells every line that is wrong.
struct CatalogueReader {
    private let records: OrganisationRecords
    private let units: [String: Organisation.Unit]
    private let categories: [String: String]

    init(_ records: OrganisationRecords) {
        self.records = records
        units = Dictionary(records.units.values.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        let organisation = Organisation(records)
        categories = Dictionary(
            records.categories.keys.sorted().map { code in
                (organisation.path(ofCategory: code).map(\.name.zh).joined(separator: "/"), code)
            }, uniquingKeysWith: { first, _ in first })
    }

    func entries(
        _ lines: [CatalogueLine], _ numbers: [Int], version: Int, from: LocalDate
    ) throws(ImportProblems) -> [CatalogueEntry] {
        var problems: [ImportProblems.Problem] = []
        var seen: Set<String> = []
        var entries: [CatalogueEntry] = []
        for (line, number) in zip(lines, numbers) {
            func fail(_ reason: String) { problems.append(.init(line: number, reason: reason)) }
            let category = records.categories[line.category]?.code ?? categories[line.category]
            if category == nil { fail("the category \(line.category) is unknown") }
            if let area = line.area, records.areas[area] == nil { fail("the area \(area) is unknown") }
            if units[line.unit] == nil { fail("the unit \(line.unit) is unknown") }
            if let unit = units[line.unit] { check(unit, fail) }
            for helper in line.helpers ?? [] where units[helper] == nil { fail("the unit \(helper) is unknown") }
            if line.basis.isEmpty { fail("the legal basis is empty") }
            if line.basis.count > 500 { fail("the legal basis is longer than 500 characters") }
            if line.id.isEmpty || !seen.insert(line.id).inserted {
                fail("the number \(line.id) is empty or there twice")
            }
            if line.id.count > 40 { fail("the number is longer than 40 characters") }
            guard let category, let unit = units[line.unit] else { continue }
            entries.append(
                CatalogueEntry(
                    id: line.id, version: version, category: category, area: line.area, unit: unit.id,
                    helpers: (line.helpers ?? []).compactMap { units[$0]?.id }, basis: line.basis,
                    effectiveFrom: from))
        }
        guard problems.isEmpty, !entries.isEmpty else {
            throw ImportProblems(problems: problems.isEmpty ? [.init(line: 1, reason: "no rows")] : problems)
        }
        return entries
    }

    /// Villages and communities never lead (国办函〔2025〕66号 (五)), and some bodies take no matters at all.
    private func check(_ unit: Organisation.Unit, _ fail: (String) -> Void) {
        if [.village, .community].contains(unit.kind) {
            fail(
                "\(unit.code) is a village or community: what departments have to do is never sent there; name who helps in helpers"
            )
        }
        if !unit.kind.takesMatters { fail("\(unit.code) takes no matters in the ordinary way") }
    }
}
