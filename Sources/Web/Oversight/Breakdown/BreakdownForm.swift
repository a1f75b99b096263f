internal import Casework
internal import Kernel
internal import Organisation

/// What stands above a breakdown: other ways to divide, the period, what narrows it.
struct BreakdownForm {
    let dimension: BreakdownDimension
    let period: OversightPeriod
    let filter: CountFilter
    let words: MatterWords
    let viewer: Viewer

    func fields(_ request: PageRequest) -> Fields {
        let kept = Form(period.items + filter.items).urlEncoded
        let isNarrowed = filter != CountFilter()
        return [
            "tabs": .list(
                BreakdownDimension.allCases.map { other in
                    [
                        "name": .text(words.text("by.column.\(other.rawValue)")),
                        "url": .text("/oversight/by/\(other.rawValue)?\(kept)"), "current": .flag(other == dimension),
                    ]
                }),
            "mapURL": .text("/oversight/map?\(Form(period.items).urlEncoded)"),
            "periods": .list(
                OversightPeriod.Kind.allCases.map {
                    QueueFilters.option(
                        $0.rawValue, words.text("by.period.\($0.rawValue)"), isSelected: $0 == period.kind)
                }),
            "from": .text(period.typed?.from ?? "\(period.days.lowerBound)"),
            "to": .text(period.typed?.to ?? "\(period.days.upperBound)"),
            "fromError": .text(request.message(period.errors, for: "from")),
            "toError": .text(request.message(period.errors, for: "to")),
            "filters": .list(selects),
            "clearURL": .text(
                isNarrowed ? "/oversight/by/\(dimension.rawValue)?\(Form(period.items).urlEncoded)" : ""),
            "csvURL": .text("/oversight/by/\(dimension.rawValue)/csv?\(kept)"),
            "xlsxURL": .text("/oversight/by/\(dimension.rawValue)/xlsx?\(kept)"),
        ]
    }

    private var selects: [Fields] {
        let filters = QueueFilters(words: words, viewer: viewer)
        let areas = viewer.organisation.areas.filter { !$0.isRetired && $0.parent != nil && $0.code.count <= 9 }
        var out = [filters.select("unit", "work.filterUnit", filters.units(filter.unit))]
        out.append(
            filters.select(
                "area", "work.filterArea",
                areas.map { option($0.code, $0.name, isSelected: $0.code == filter.area) } + none("area", filter.area)))
        out.append(filters.select("category", "work.filterCategory", categories))
        out.append(
            filters.select(
                "channel", "work.filterChannel",
                Channel.allCases.map {
                    QueueFilters.option(
                        $0.rawValue, words.words.name("channel", $0), isSelected: $0 == filter.channel)
                }))
        return out
    }

    /// The first level, and the way down to the one that is chosen.
    private var categories: [Fields] {
        var listed = viewer.organisation.categories(in: nil)
        if let code = filter.category, let chosen = viewer.organisation.category(code), chosen.parent != nil {
            listed.append(contentsOf: viewer.organisation.path(ofCategory: code).dropFirst())
        }
        return listed.map { category in
            QueueFilters.option(
                category.code, words.category(category.code), isSelected: category.code == filter.category)
        } + none("category", filter.category)
    }

    private func option(_ code: String, _ name: LocalizedName, isSelected: Bool) -> Fields {
        QueueFilters.option(code, name.text(isEnglish: words.isEnglish), isSelected: isSelected)
    }

    /// Those of which nobody said, where that was chosen.
    private func none(_ kind: String, _ value: String?) -> [Fields] {
        [QueueFilters.option("-", words.text("by.none.\(kind)"), isSelected: value == "")]
    }
}
