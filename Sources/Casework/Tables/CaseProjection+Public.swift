internal import Kernel
internal import Ledger
internal import Organisation
internal import Storage

/// What the public's pages read. No row of it leads to a person; texts are those that a clerk signed.
extension CaseProjection {
    static func open(of state: CaseState) -> [Rows] {
        guard let publication = state.publication else { return open([], [], []) }
        let shown = publication.shown
        let id = state.id
        let category = state.category.map { String($0.prefix { $0 != "." }) }
        // The township, nothing smaller: nine digits of the division code.
        let area = state.area.map { String($0.prefix(9)) }
        let standing = state.openStanding.rawValue
        let day = CivilZone.shanghai.date(of: state.registeredAt)
        let changed = max(publication.at, state.openSteps.last?.at ?? publication.at)
        let matter: [any SQLConvertible] = [
            id, shown.number, shown.body.id, shown.title.id, shown.reply?.id, publication.waitsForReply, category,
            area, standing, day, publication.at, changed, state.openSteps.count, state.reporters.count,
            state.openJudgement?.rawValue, state.responsible,
        ]
        let steps = state.openSteps.enumerated().map { position, step -> [SQLValue] in
            let row: [any SQLConvertible] = [id, position, step.kind.rawValue, step.at, step.unit]
            return row.map(\.sqlValue)
        }
        let facets = PublicFacet.all(category: category, area: area, standing: standing, year: day.parts.year)
            .map { facet -> [SQLValue] in [id.sqlValue, facet.sqlValue, shown.body.id.sqlValue] }
        return open([matter.map(\.sqlValue)], steps, facets)
    }

    private static func open(_ matter: [[SQLValue]], _ steps: [[SQLValue]], _ facets: [[SQLValue]]) -> [Rows] {
        [
            Rows(
                table: "public_matters",
                columns: [
                    "case_id", "number", "text_id", "title_id", "reply_id", "reply_waits", "category", "area",
                    "standing", "registered_on", "published_at", "changed_at", "steps", "reporters", "judgement",
                    "unit_id",
                ], rows: matter),
            Rows(table: "public_steps", columns: ["case_id", "position", "kind", "at", "unit_id"], rows: steps),
            Rows(table: "public_facets", columns: ["case_id", "facet", "text_id"], rows: facets),
        ]
    }
}

/// One combination of filters of the public list. A matter stands under each combination that fits it, so that every
/// list is one range of one index, however rare the combination is.
enum PublicFacet {
    static func name(category: String?, area: String?, standing: String?, year: Int?) -> String {
        [category ?? "", area ?? "", standing ?? "", year.map(String.init) ?? ""].joined(separator: "|")
    }

    static func all(category: String?, area: String?, standing: String, year: Int) -> [String] {
        func options(_ value: String?) -> [String?] { value.map { [nil, $0] } ?? [nil] }
        var out: [String] = []
        for category in options(category) {
            for area in options(area) {
                for standing in [nil, standing] as [String?] {
                    for year in [nil, year] as [Int?] {
                        out.append(name(category: category, area: area, standing: standing, year: year))
                    }
                }
            }
        }
        return out
    }
}
