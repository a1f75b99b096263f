internal import Casework
internal import Kernel
internal import Organisation

/// The fields of the leaders' page.
struct OversightModel {
    let report: OversightReport
    /// Letters a week of each rising category, the oldest week first.
    let weeks: [String: [Int]]
    let words: MatterWords
    let viewer: Viewer

    private static let list = "/oversight/list"
    /// Fewer verdicts than this give no rate.
    static let fewest = 10

    var fields: Fields {
        let due = report.dueByDay.values.reduce(0, +)
        let most = max(1, report.units.map(\.open).max() ?? 1)
        let fields: Fields = [
            "asOf": .text(
                words.text(
                    "work.asOf",
                    ["date": words.words.dateAndWeekday(words.today), "time": words.words.time(report.countedAt)])),
            "numbersText": .text(OversightPages.json(OversightPages.numbers(report.now))),
            "dueCount": .text(words.words.number(due)), "dueURL": .text("\(Self.list)?kind=due"),
            "dueUnheld": .text(words.words.matters(report.dueUnassigned)),
            "dueUnheldURL": .text(report.dueUnassigned == 0 ? "" : "\(Self.list)?kind=due-unheld"),
            "days": .list(days()),
            "hasOverdue": .flag(report.overdue > 0),
            "overdueWords": .text(
                words.text("work.overdueCount", ["n": DeskQueues.count(report.overdue, words.words)])),
            "overdueURL": .text("\(Self.list)?kind=overdue"),
            "unsolvedCount": .text(DeskQueues.count(report.unsolvedCount, words.words)),
            "unsolvedWords": .text(words.text("work.unsolvedWords")),
            "unsolvedURL": .text("\(Self.list)?kind=unsolved"),
            "unsolved": .list(report.unsolved.prefix(3).map(unsolved)),
            "risingCount": .text("\(report.rising.count)"), "rising": .list(report.rising.prefix(5).map(rising)),
            "units": .list(report.units.map { unit($0, most: most) }),
            "ratePeriod": .text(words.text("work.ratePeriod")),
        ]
        return fields.merging(promises)
    }

    private var promises: Fields {
        let promises = report.now.promises
        func url(_ list: PromiseList, _ count: Int) -> Field {
            .text(count == 0 ? "" : "/oversight/promises?list=\(list.rawValue)")
        }
        return [
            "promisesDue": .text(words.words.counted("now.promisesDue", promises.due)),
            "promisesDueURL": url(.week, promises.due),
            "promisesKept": .text(words.words.counted("now.promisesKept", promises.kept)),
            "promisesKeptURL": url(.kept, promises.kept),
            "promisesOpen": .text(words.words.counted("now.promisesOpen", promises.open)),
            "promisesOpenURL": url(.open, promises.open),
            "promisesLate": .text(words.words.counted("now.promisesLate", promises.late)),
            "promisesLateURL": url(.late, promises.late),
        ]
    }

    private func days() -> [Fields] {
        let most = max(1, report.dueByDay.values.max() ?? 1)
        return (0...7).compactMap { offset in
            let date = words.today.adding(days: offset)
            let count = report.dueByDay[date] ?? 0
            // Days off without anything due would only make the list longer.
            guard count > 0 || words.book.calendar.isWorkingDay(date) != false else { return nil }
            return [
                "label": .text(offset == 0 ? words.text("work.todayShort") : words.words.dateAndWeekday(date)),
                "count": .text(words.words.number(count)), "share": .text("\(count * 100 / most)"),
                "url": .text(count == 0 ? "" : "\(Self.list)?kind=due&day=\(date)"),
            ]
        }
    }

    private func unsolved(_ row: QueueRow) -> Fields {
        var parts = [words.unit(row.responsible)]
        if row.reopenings > 0 { parts.append(words.words.counted("work.reopenedTimes", row.reopenings)) }
        return [
            "titleText": .text(row.title.isEmpty ? words.text("story.textErased") : row.title),
            "detail": .text(parts.joined(separator: " · ")), "url": .text("/desk/matter/\(row.number)"),
        ]
    }

    private func rising(_ category: RisingCategory) -> Fields {
        let counts = weeks[category.category] ?? []
        let most = max(1, counts.max() ?? 1)
        let tenths = Int((category.usual * 10).rounded())
        return [
            "name": .text(words.category(category.category)),
            "detail": .text(words.words.counted("work.risingDetail", category.recent)),
            "usual": .text(words.text("work.risingUsual", ["n": "\(tenths / 10).\(tenths % 10)"])),
            "url": .text("/oversight/matters?\(Form(risen(category)).urlEncoded)"),
            "weeks": .list(
                counts.enumerated().map { index, count in
                    let height = count == 0 ? 1 : max(2, count * 31 / most)
                    return [
                        "kind": .text(index < counts.count - 4 ? "was" : "now"), "x": .text("\(index * 8)"),
                        "y": .text("\(32 - height)"), "height": .text("\(height)"),
                    ]
                }),
        ]
    }

    /// The matters that the number counts: of the category itself, registered in the four weeks.
    private func risen(_ category: RisingCategory) -> [Form.Item] {
        var filter = CountFilter()
        filter.category = category.category + "="
        return OversightPeriod(Casework.recentDays(words.today)).dayItems + filter.items
    }

    private func unit(_ line: UnitLine, most: Int) -> Fields {
        let id = "\(line.unit)"
        let hasRate = line.judged >= Self.fewest
        let (low, high) = Self.wilson(line.solved, of: line.judged)
        let rate = line.judged == 0 ? 0 : Int((Double(line.solved) / Double(line.judged) * 100).rounded())
        let few = words.words.counted("work.fewJudged", line.judged)
        return [
            "url": .text("\(Self.list)?kind=open&unit=\(id)"), "name": .text(words.unit(line.unit)),
            "openURL": .text("\(Self.list)?kind=open&unit=\(id)"), "open": .text(words.words.number(line.open)),
            "openShare": .text("\(line.open * 100 / most)"),
            "dueURL": .text(line.dueSoon == 0 ? "" : "\(Self.list)?kind=due&unit=\(id)"),
            "due": .text(words.words.number(line.dueSoon)),
            "overdueURL": .text(line.overdue == 0 ? "" : "\(Self.list)?kind=overdue&unit=\(id)"),
            "overdue": .text(words.words.matters(line.overdue)), "hasRate": .flag(hasRate), "rate": .text("\(rate)"),
            "low": .text("\(low)"), "high": .text("\(high)"), "interval": .text("\(low)–\(high)%"),
            "fewWords": .text(line.judged == 0 ? words.text("work.noneJudged") : few),
            "answered": .text(words.words.number(line.judged)),
            "answeredShare": .text(line.answered == 0 ? "" : "\(min(100, line.judged * 100 / line.answered))%"),
            "judgedURL": .text(
                line.judged > 0 && viewer.seesJudgement(ofUnit: line.unit)
                    ? answered(.judged, line.unit) : ""),
            "median": .text(line.medianDays.map { words.words.days($0) } ?? "–"),
            "medianURL": .text(line.answered > 0 ? answered(.answered, line.unit) : ""),
        ]
    }

    private func answered(_ measure: AnsweredRequest.Measure, _ unit: UnitID) -> String {
        var wanted = AnsweredRequest(measure)
        wanted.unit = unit
        return NumberList.answered(wanted).url
    }

    /// The Wilson interval of a share at 95 %, in whole percent.
    static func wilson(_ part: Int, of whole: Int) -> (low: Int, high: Int) {
        guard whole > 0 else { return (0, 100) }
        let (n, z) = (Double(whole), 1.96)
        let p = Double(part) / n
        let middle = p + z * z / (2 * n)
        let spread = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return (Int(((middle - spread) / scale * 100).rounded()), Int(((middle + spread) / scale * 100).rounded()))
    }
}
