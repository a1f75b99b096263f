internal import Casework
internal import Kernel
internal import Organisation

/// A list behind a number, as it stands in addresses: `matters?measure=late&from=2026-05-01&to=2026-05-31`,
/// `received?period=2026-10`, `answered?measure=judged&unit=14&period=2026-10`, `promises?list=week`.
enum NumberList: Hashable, Sendable {
    /// Behind a number of a breakdown.
    case counted(CountedRequest)
    /// Behind a number of a report.
    case received(ReceivedRequest)
    /// Behind what the first screen tells of the last 90 days, and what a report tells of a unit.
    case answered(AnsweredRequest)
    /// Behind the promises of the first screen.
    case promises(PromiseList)

    /// Reads the form; `nil` when it is none. What of it exists is asked when the list is read.
    init?(_ head: some StringProtocol, _ query: Form) {
        switch head {
        case "matters":
            let period = OversightPeriod(query, today: LocalDate(daysSinceEpoch: 0))
            guard query["from"] != nil, query["to"] != nil, period.errors.isEmpty,
                let measure: CountedMeasure = query.value("measure")
            else { return nil }
            var wanted = CountedRequest(period.days, measure)
            wanted.filter = CountFilter(query)
            self = .counted(wanted)
        case "received":
            guard let wanted = ReceivedRequest(query) else { return nil }
            self = .received(wanted)
        case "answered":
            guard let wanted = AnsweredRequest(query) else { return nil }
            self = .answered(wanted)
        case "promises":
            guard let list: PromiseList = query.value("list") else { return nil }
            self = .promises(list)
        default: return nil
        }
    }

    /// The form.
    var text: String {
        switch self {
        case .counted(let wanted): "matters?\(Form(wanted.items).urlEncoded)"
        case .received(let wanted): "received?\(Form(wanted.items).urlEncoded)"
        case .answered(let wanted): "answered?\(Form(wanted.items).urlEncoded)"
        case .promises(let list): "promises?list=\(list.rawValue)"
        }
    }

    /// The page that shows it.
    var url: String { "/oversight/\(text)" }

    /// Whether somebody may open the page of the list.
    func isOpen(to viewer: Viewer) -> Bool {
        let holdsVerdicts =
            switch self {
            case .counted(let wanted): wanted.measure == .unsolved
            case .received(let wanted): wanted.phase.map { [.judged, .unjudged].contains($0) } ?? false
            case .answered(let wanted): wanted.measure == .judged
            case .promises: false
            }
        return viewer.may(.oversee, on: nil) && (!holdsVerdicts || viewer.may(.seeJudgement, on: nil))
    }

    /// The same list without what does not exist or is out of reach.
    func known(to viewer: Viewer) -> NumberList {
        switch self {
        case .counted(var wanted):
            wanted.filter = wanted.filter.known(to: viewer)
            return .counted(wanted)
        case .received(let wanted): return .received(wanted.known(to: viewer))
        case .answered, .promises: return self
        }
    }

    // MARK: In words

    /// What the list is called.
    func title(_ words: MatterWords) -> String {
        switch self {
        case .counted(let wanted): words.text("by.measure.\(wanted.measure.rawValue)")
        case .received(let wanted): words.text("report.listOf", ["period": wanted.period.name(words)])
        case .answered(let wanted):
            wanted.period.map {
                words.text("report.list.\(wanted.measure.rawValue)", ["period": $0.name(words)])
            } ?? words.text("oversight.list.\(wanted.measure.rawValue)")
        case .promises(let list): words.text("now.promiseList.\(list.rawValue)")
        }
    }

    /// Its conditions, each with its name.
    func conditions(_ words: MatterWords) -> [(String, String?)] {
        switch self {
        case .counted(let wanted):
            let filter = wanted.filter
            return [
                ("by.periodLabel", OversightPeriod(wanted.days).name(words)),
                ("work.filterUnit", filter.unit.map { words.unit($0) }),
                ("work.filterArea", filter.area.map { BreakdownNames(words: words).line($0, .area, .month) }),
                (
                    "work.filterCategory",
                    filter.category.map { BreakdownNames(words: words).line($0, .category, .month) }
                ),
                ("work.filterChannel", filter.channel.map { words.words.name("channel", $0) }),
            ]
        case .received(let wanted):
            return [
                ("work.filterChannel", wanted.channel.map { words.words.name("channel", $0) }),
                ("report.col.kind", wanted.kind.map { words.words.name("matterKind", $0) }),
                ("report.col.sort", wanted.sort.map { words.words.name("matterSort", $0) }),
                ("report.col.route", wanted.route.map { words.words.name("lawfulRoute", $0) }),
                ("work.filterUnit", wanted.unit.map { words.unit($0) }),
                ("report.col.phase", wanted.phase.map { words.words.name("phase", $0) }),
                (
                    "work.filterCategory",
                    wanted.category.map { $0.isEmpty ? words.text("report.none") : words.category($0) }
                ),
            ]
        case .answered(let wanted): return [("work.filterUnit", wanted.unit.map { words.unit($0) })]
        case .promises: return []
        }
    }

    /// In which order.
    func orderText(_ words: MatterWords) -> String {
        switch self {
        case .counted: words.text("work.sort.registered")
        case .received: words.text("bulk.orderReceived")
        case .answered(let wanted): words.text("bulk.order.\(wanted.measure.rawValue)")
        case .promises: words.text("bulk.orderPromised")
        }
    }

    /// For the record: codes and identifiers that exist.
    func record(_ format: String, rows: Int, _ viewer: Viewer) -> ExportRecord {
        let known = known(to: viewer)
        let parts = known.text.split(separator: "?", maxSplits: 1)
        let query = try? Form(urlEncoded: Array((parts.count > 1 ? parts[1] : "").utf8))
        var conditions: [String: String] = [:]
        for item in query?.items ?? [] { conditions[item.name] = item.value }
        return ExportRecord(
            list: "oversight/\(parts.first ?? "")", conditions: conditions, format: format, rows: rows)
    }
}

// MARK: In addresses

extension CountedRequest {
    /// The conditions in addresses; its days are written out, so that it is the same list tomorrow.
    var items: [Form.Item] {
        [Form.Item(name: "measure", value: measure.rawValue)] + OversightPeriod(days).dayItems + filter.items
    }
}

extension ReceivedRequest {
    /// Names of what narrows it in addresses.
    static let names = ["period", "channel", "kind", "sort", "route", "unit", "phase", "category"]

    /// What an address asks for; `nil` without a period.
    init?(_ query: Form) {
        guard let period = query["period"].flatMap({ ReportPeriod($0) }) else { return nil }
        self.init(period)
        channel = query.value("channel", as: Channel.self)
        kind = query.value("kind", as: MatterKind.self)
        sort = query.value("sort", as: MatterSort.self)
        route = query.value("route", as: LawfulRoute.self)
        unit = query.id("unit", of: Named.Unit.self)
        phase = query.value("phase", as: CasePhase.self)
        category = query["category"].flatMap { $0.isEmpty ? nil : $0 == "-" ? "" : String($0.prefix(40)) }
    }

    /// The conditions in addresses.
    var items: [Form.Item] {
        let values = [
            "\(period)", channel?.rawValue, kind?.rawValue, sort?.rawValue, route?.rawValue, unit.map { "\($0)" },
            phase?.rawValue, category.map { $0.isEmpty ? "-" : $0 },
        ]
        return zip(Self.names, values).compactMap { name, value in value.map { Form.Item(name: name, value: $0) } }
    }

    /// Without a category that nobody knows.
    func known(to viewer: Viewer) -> ReceivedRequest {
        var out = self
        out.category = category.flatMap { $0.isEmpty ? "" : viewer.organisation.category($0)?.code }
        return out
    }
}

extension AnsweredRequest {
    /// What an address asks for; `nil` where it names neither answers nor judgements.
    init?(_ query: Form) {
        guard let measure: Measure = query.value("measure") else { return nil }
        self.init(measure)
        unit = query.id("unit", of: Named.Unit.self)
        period = query["period"].flatMap { ReportPeriod($0) }
    }

    /// Names of what narrows it in addresses.
    static let names = ["measure", "unit", "period"]

    /// The conditions in addresses.
    var items: [Form.Item] {
        zip(Self.names, [measure.rawValue, unit.map { "\($0)" }, period.map { "\($0)" }]).compactMap { name, value in
            value.map { Form.Item(name: name, value: $0) }
        }
    }
}
