internal import Casework
internal import Kernel
internal import Organisation

/// The period of a breakdown, as it stands in the address.
struct OversightPeriod: Sendable {
    /// How it was chosen.
    enum Kind: String, CaseIterable, Sendable {
        case week, month, quarter, year, own
    }

    let kind: Kind
    let days: ClosedRange<LocalDate>
    /// What is wrong with the one that was asked for; then `days` is this month.
    private(set) var errors: [PlainError] = []
    /// The days as they were typed.
    private(set) var typed: (from: String, to: String)?

    init(_ kind: Kind, today: LocalDate) {
        self.kind = kind
        let month = BreakdownStep.month.start(of: today)
        switch kind {
        case .week: days = Casework.week(of: today)
        case .month, .own: days = month...BreakdownStep.month.next(after: month).adding(days: -1)
        case .quarter:
            var first = month
            while first.parts.month % 3 != 1 { first = BreakdownStep.month.start(of: first.adding(days: -1)) }
            var next = first
            for _ in 0..<3 { next = BreakdownStep.month.next(after: next) }
            days = first...next.adding(days: -1)
        case .year:
            let year = today.parts.year
            let first = LocalDate(year: year, month: 1, day: 1) ?? month
            days = first...(LocalDate(year: year, month: 12, day: 31) ?? today)
        }
    }

    /// Own days.
    init(_ days: ClosedRange<LocalDate>) {
        kind = .own
        self.days = days
    }

    init(_ query: Form, today: LocalDate) {
        let (from, to) = (query.text("from"), query.text("to"))
        // Two days in the address are a period also where nobody says so: links to lists hold nothing else.
        let isOwn = query["period"].map { $0 == Kind.own.rawValue } ?? (!from.isEmpty || !to.isEmpty)
        guard isOwn else {
            self.init(query.value("period", as: Kind.self) ?? .month, today: today)
            return
        }
        let first = LocalDate(from.filter { !$0.isWhitespace })
        let last = LocalDate(to.filter { !$0.isWhitespace })
        if let first, let last, first <= last, last.days(since: first) < BreakdownRequest.mostDays {
            self.init(first...last)
            return
        }
        self.init(.own, today: today)
        typed = (from, to)
        if first == nil { errors.append(PlainError(.invalid, "period.from", field: "from")) }
        if last == nil { errors.append(PlainError(.invalid, "period.to", field: "to")) }
        if let first, let last {
            errors.append(PlainError(.invalid, first > last ? "period.order" : "period.tooLong", field: "to"))
        }
    }

    /// As it stands in addresses of breakdowns.
    var items: [Form.Item] {
        kind == .own
            ? [Form.Item(name: "period", value: kind.rawValue)] + dayItems
            : [
                Form.Item(name: "period", value: kind.rawValue)
            ]
    }

    /// As it stands in addresses of lists, which mean the same also tomorrow.
    var dayItems: [Form.Item] {
        [
            Form.Item(name: "from", value: "\(days.lowerBound)"), Form.Item(name: "to", value: "\(days.upperBound)"),
        ]
    }

    /// "本月：10 月 1 日至 10 月 31 日".
    func name(_ words: MatterWords) -> String {
        let (from, to) = (words.words.fullDate(days.lowerBound), words.words.fullDate(days.upperBound))
        let range = words.text("by.range", ["from": from, "to": to])
        return kind == .own
            ? range : words.text("by.named", ["name": words.text("by.period.\(kind.rawValue)"), "range": range])
    }
}

extension CountFilter {
    /// What the address asks for; what nobody knows is left out.
    init(_ query: Form, _ viewer: Viewer) { self = CountFilter(query).known(to: viewer) }

    /// What the address asks for, whether it exists or not.
    init(_ query: Form) {
        self.init()
        // `-` stands for those of which nobody said.
        func code(_ name: String) -> String? {
            query[name].flatMap { $0.isEmpty ? nil : $0 == "-" ? "" : String($0.prefix(40)) }
        }
        unit = query.id("unit", of: Named.Unit.self)
        (area, category) = (code("area"), code("category"))
        channel = query.value("channel", as: Channel.self)
    }

    /// Without what nobody knows and units out of reach.
    func known(to viewer: Viewer) -> CountFilter {
        var out = self
        out.unit = unit.flatMap { id in
            viewer.organisation.unit(id) != nil && viewer.visibility.includes(id) ? id : nil
        }
        out.area = area.flatMap { $0.isEmpty || viewer.organisation.area($0) != nil ? $0 : nil }
        out.category = category.flatMap { code in
            let plain = code.hasSuffix("=") ? String(code.dropLast()) : code
            return code.isEmpty || viewer.organisation.category(plain) != nil ? code : nil
        }
        return out
    }

    /// As it stands in addresses.
    var items: [Form.Item] {
        var out: [Form.Item] = []
        if let unit { out.append(Form.Item(name: "unit", value: "\(unit)")) }
        if let area { out.append(Form.Item(name: "area", value: area.isEmpty ? "-" : area)) }
        if let category { out.append(Form.Item(name: "category", value: category.isEmpty ? "-" : category)) }
        if let channel { out.append(Form.Item(name: "channel", value: channel.rawValue)) }
        return out
    }

    /// This and one line of a breakdown; with the days of a line by time.
    func narrowed(to code: String, by dimension: BreakdownDimension) -> CountFilter {
        var out = self
        switch dimension {
        case .unit: out.unit = UnitID(code)
        case .area: out.area = code
        case .category:
            // What is asked for of one category alone stays so.
            if category?.hasSuffix("=") != true { out.category = code }
        case .channel: out.channel = Channel(rawValue: code)
        case .time: break
        }
        return out
    }
}
