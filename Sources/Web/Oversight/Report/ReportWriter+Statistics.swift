internal import Casework
internal import Kernel
internal import Organisation

/// Statistics: received, in time, answers, reviews, verdicts; then the fields and units most concerned.
extension ReportWriter {
    private var total: Int { report.received.total }

    var received: [Table] {
        let received = report.received
        let sorts = counted(MatterSort.allCases, received.sorts, of: total, kind: "matterSort", query: "sort")
        let routes = counted(
            LawfulRoute.allCases, received.routes, of: total, kind: "lawfulRoute", query: "route", keepsEmpty: false)
        return [
            table(
                "received", ["what", "count", "share"],
                [
                    [name(text("report.all")), number(total, url: list()), share(total, of: total)],
                    [name(text("report.anonymous")), number(received.anonymous), share(received.anonymous, of: total)],
                    [name(text("report.groups")), number(received.groups), share(received.groups, of: total)],
                ]),
            table(
                "channels", ["channel", "count", "share"],
                counted(Channel.allCases, received.channels, of: total, kind: "channel", query: "channel")),
            table(
                "kinds", ["kind", "count", "share"],
                counted(MatterKind.allCases, received.kinds, of: total, kind: "matterKind", query: "kind")),
            table(
                "sorts", ["sort", "count", "share"],
                sorts + undecided(Array(received.sorts.values), of: total)),
            table(
                "routes", ["route", "count", "share"],
                routes + undecided(Array(received.routes.values), of: total)),
            table(
                "standing", ["phase", "count", "share"],
                counted(
                    CasePhase.allCases, received.phases, of: total, kind: "phase", query: "phase", keepsEmpty: false)),
            table("areas", ["area", "count", "share"], areas),
        ]
    }

    private var areas: [[Cell]] {
        var tops: [String: Int] = [:]
        for (code, count) in report.received.areas {
            tops[EqualityAudit.top(area: code, words.organisation), default: 0] += count
        }
        return tops.sorted { ($0.key.isEmpty ? 1 : 0, $0.key) < ($1.key.isEmpty ? 1 : 0, $1.key) }.map { code, count in
            [name(code.isEmpty ? text("report.none") : words.area(code)), number(count), share(count, of: total)]
        }
    }

    var times: Table {
        table(
            "times", ["rule", "inTime", "late", "overdue", "running", "extended", "inTimeShare"],
            report.clocks.map { line in
                let times = line.times
                return [
                    name(rule(line.rule)), number(times.inTime), number(times.late), number(times.overdue),
                    number(times.running), number(times.extended), share(times.inTime, of: times.decided),
                ]
            }, note: text("report.timesNote"))
    }

    /// A rule's name in any pack, the newest first.
    private func rule(_ id: String) -> String {
        let found = words.book.packs.packs.last { $0.rule(id) != nil }?.rule(id)
        return found?.name.text(isEnglish: words.isEnglish) ?? id
    }

    var outcomes: Table {
        let outcomes = report.answers.outcomes
        return table(
            "outcomes", ["outcome", "count", "share"],
            counted(
                ReplyOutcome.offered + (outcomes[.unstated] == nil ? [] : [.unstated]), outcomes,
                of: outcomes.values.reduce(0, +), kind: "outcome", query: nil))
    }

    var adoptions: Table {
        let adoptions = report.answers.adoptions
        return table(
            "adoptions", ["adoption", "count", "share"],
            counted(
                Adoption.allCases, adoptions, of: adoptions.values.reduce(0, +), kind: "adoption", query: nil))
    }

    var reviews: Table {
        table(
            "reviews", ["stage", "asked", "askedLate", "decided", "maintain", "change", "revoke", "redo"],
            [1, 2].map { stage in
                let line = report.reviews[stage] ?? LawfulReport.ReviewLine()
                let outcomes: [ReviewOutcome] = [.maintain, .change, .revoke, .redo]
                return [
                    name(text("report.stage.\(stage)")), number(line.asked), number(line.askedLate),
                    number(line.decided),
                ]
                    + outcomes.map { number(line.outcomes[$0] ?? 0) }
            })
    }

    /// Only for those who may see verdicts.
    var verdicts: [Table] {
        guard let verdicts = report.verdicts else { return [] }
        return [
            table(
                "verdicts", ["verdict", "count", "share"],
                counted(
                    Judgement.allCases, verdicts, of: verdicts.values.reduce(0, +), kind: "judgement", query: nil),
                note: text("report.verdictsNote")),
            ratings("treatment", \.treatment), ratings("intake", \.intake),
        ]
    }

    /// The unit that answered and the office that took the matter in, each judged by itself (Art. 21). Few ratings are
    /// not shown: they would tell who gave them.
    private func ratings(_ id: String, _ of: (LawfulReport.UnitLine) -> [Attitude: Int]) -> Table {
        table(
            id, ["unit", "rated", "good", "fair", "poor"],
            report.units.compactMap { line in
                let ratings = of(line)
                let all = ratings.values.reduce(0, +)
                guard all > 0 else { return nil }
                let shown = all >= OversightModel.fewest
                return [name(words.unit(line.unit)), number(all)]
                    + Attitude.allCases.map { shown ? share(ratings[$0] ?? 0, of: all) : Cell("–", plain: "") }
            }, note: text("report.ratingsNote", ["n": "\(OversightModel.fewest)"]))
    }

    // MARK: Fields and units

    /// So many of the fields most raised are shown.
    private static let mostFields = 20

    /// The second level of the categories, the most raised first: fields, not people or units.
    var fields: Table {
        var counts: [String: Int] = [:]
        for (code, count) in report.received.categories where !code.isEmpty {
            let path = words.organisation.path(ofCategory: code)
            counts[path.count > 1 ? path[1].code : code, default: 0] += count
        }
        let most = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.mostFields)
        var rows = most.map { code, count in
            [
                name(words.category(code)), number(count, url: list(("category", code))), share(count, of: total),
                interval(count, of: total),
            ]
        }
        if let none = report.received.categories[""], none > 0 {
            rows.append([
                name(text("report.none")), number(none, url: list(("category", "-"))), share(none, of: total),
                interval(none, of: total),
            ])
        }
        return table("fields", ["category", "count", "share", "interval"], rows)
    }

    /// In the order of the organisation's code: many letters may only mean that it is easy to write.
    var units: Table {
        table(
            "units",
            [
                "unit", "count", "share", "interval", "inTime", "late", "overdue", "inTimeShare", "answered",
                "solvedShare",
            ],
            report.units.map { line in
                let judged = line.verdicts.values.reduce(0, +)
                return [
                    name(words.unit(line.unit)), number(line.received, url: list(("unit", "\(line.unit)"))),
                    share(line.received, of: total), interval(line.received, of: total), number(line.times.inTime),
                    number(line.times.late), number(line.times.overdue),
                    share(line.times.inTime, of: line.times.decided),
                    number(line.answered, url: answered(.answered, line.unit)),
                    judged < OversightModel.fewest
                        ? Cell("–", plain: "")
                        : share(
                            line.verdicts[.solved] ?? 0, of: judged,
                            url: hidesVerdicts(line.unit) ? "" : answered(.judged, line.unit)),
                ]
            }, definitions: ["answered": "report-answered", "solvedShare": "report-judged"])
    }

    private func answered(_ measure: AnsweredRequest.Measure, _ unit: UnitID) -> String {
        var wanted = AnsweredRequest(measure)
        (wanted.unit, wanted.period) = (unit, report.period)
        return NumberList.answered(wanted).url
    }
}
