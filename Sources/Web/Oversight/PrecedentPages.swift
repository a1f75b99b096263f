internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// Objections that were upheld and whose category the catalogue still sends elsewhere. The page proposes; a person
/// writes the legal basis into the file and imports it.
extension OversightPages {
    func precedents(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let proposals = try await casework.catalogueProposals(for: viewer)
        let file = CatalogueText(organisation: viewer.organisation, today: words.today)
        let fields: Fields = [
            "submission": "", "hasProposals": .flag(!proposals.isEmpty),
            "proposals": .list(proposals.map { proposal($0, file, words) }), "fileURL": "/oversight/precedents.csv",
            "countText": .text(words.words.counted("report.proposals", proposals.count)),
        ]
        return try await request.page(
            "oversight/precedents", title: request.words.text("report.precedentsTitle"), fields)
    }

    /// The whole catalogue with the proposed lines, as `jiaxin` and the seed import it: an import replaces all of it.
    func precedentsFile(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let proposals = try await casework.catalogueProposals(for: viewer)
        let today = request.site.zone.date(of: request.now)
        let file = CatalogueText(organisation: viewer.organisation, today: today)
        return request.file(file.whole(with: proposals), named: "catalogue-\(today).csv")
    }

    private func proposal(_ proposal: CatalogueProposal, _ file: CatalogueText, _ words: MatterWords) -> Fields {
        [
            "category": .text(words.category(proposal.category)), "area": .text(words.area(proposal.area)),
            "now": .text(proposal.now.map { words.unit($0.unit) } ?? words.text("report.catalogueNone")),
            "nowEntry": .text(proposal.now.map { words.text("report.catalogueEntry", ["n": $0.id]) }),
            "to": .text(words.unit(proposal.to)), "line": .text(file.line(proposal.line)),
            "times": .text(words.words.counted("report.rulings", proposal.rulings.count)),
            "rulings": .list(
                proposal.rulings.prefix(5).map { ruling in
                    [
                        "number": .text(ruling.number),
                        "url": .text(ruling.number.map { "/desk/matter/\($0)" }),
                        "date": .text(words.words.date(words.book.zone.date(of: ruling.at), today: words.today)),
                        "from": .text(words.unit(ruling.from)), "to": .text(words.unit(ruling.to)),
                        "step": .text(words.words.name("disputeStep", ruling.step)), "reason": .text(ruling.reason),
                    ]
                }),
        ]
    }
}

/// The duty catalogue as its file: 编号, 类别, 区域, 责任单位, 协办单位, 依据.
struct CatalogueText {
    let organisation: Organisation
    let today: LocalDate

    static let header = ["编号", "类别", "区域", "责任单位", "协办单位", "依据"]

    /// One line of the file, without its end.
    func line(_ line: CatalogueLine) -> String { fields(line).map(CSVText.field).joined(separator: ",") }

    /// The catalogue as it holds, with the proposed lines in place of those that they change, or at the end.
    func whole(with proposals: [CatalogueProposal]) -> String {
        let changed = Dictionary(proposals.map { ($0.line.id, $0.line) }, uniquingKeysWith: { first, _ in first })
        let present = organisation.catalogueEntries(on: today)
        let known = Set(present.map(\.id))
        let kept = present.map { entry -> CatalogueLine in
            guard var line = changed[entry.id] else { return self.entry(entry) }
            // The old basis stands there to be looked at: it speaks of the unit that is not responsible.
            line.basis = entry.basis
            return line
        }
        let added = proposals.map(\.line).filter { !known.contains($0.id) }
        return "\u{FEFF}" + CSVText.lines([Self.header] + (kept + added).map(fields))
    }

    private func entry(_ entry: CatalogueEntry) -> CatalogueLine {
        CatalogueLine(
            id: entry.id, category: entry.category, area: entry.area,
            unit: organisation.unit(entry.unit)?.code ?? "",
            helpers: entry.helpers.compactMap { organisation.unit($0)?.code }, basis: entry.basis)
    }

    private func fields(_ line: CatalogueLine) -> [String] {
        // By names, as people write it: codes of categories look like numbers to a spreadsheet.
        let category = organisation.path(ofCategory: line.category).map(\.name.zh).joined(separator: "/")
        return [
            line.id, category.isEmpty ? line.category : category, line.area ?? "", line.unit,
            (line.helpers ?? []).joined(separator: "、"), line.basis,
        ]
    }
}
