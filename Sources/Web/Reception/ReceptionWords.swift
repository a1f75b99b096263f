internal import Kernel
internal import Organisation
internal import Reception

/// What every page of reception speaks with.
struct ReceptionWords: Sendable {
    let base: MatterWords

    var words: Words { base.words }
    var today: LocalDate { base.today }
    /// What forms are labelled with.
    var forms: SupervisionWords { SupervisionWords(base: base) }

    func text(_ key: String, _ values: [String: String] = [:]) -> String { base.text(key, values) }

    func name(_ name: LocalizedName) -> String { name.text(isEnglish: base.isEnglish) }

    /// "3 号窗口".
    func desk(_ number: Int) -> String { text("reception.deskNumber", ["n": "\(number)"]) }

    /// "3 号窗口 · 水务".
    func desk(_ number: Int, of place: Place) -> String {
        guard let desk = place.desk(number) else { return self.desk(number) }
        return "\(self.desk(number)) · \(name(desk.name))"
    }

    /// "请 A012 到 3 号窗口".
    func call(_ ticket: Ticket, to desk: Int) -> String {
        text("reception.callSentence", ["ticket": "\(ticket)", "desk": self.desk(desk)])
    }

    /// The number as it is read out: "A，零一二".
    func aloud(_ ticket: Ticket) -> String {
        let shown = "\(ticket)"
        return words.aloud("\(ticket.series)-\(shown.dropFirst(ticket.series.count))")
    }

    /// "8:30–12:00".
    func span(_ span: DaySpan) -> String { self.span(span.from, span.until) }

    func span(_ from: Int, _ until: Int) -> String { "\(words.clockTime(from))–\(words.clockTime(until))" }

    /// "周一、周三"; "工作日" where no weekdays are named.
    func weekdays(_ days: [Int]) -> String {
        days.isEmpty
            ? text("reception.workingDays") : words.list(days.map { text("word.weekday.\($0)") })
    }

    /// "工作日 8:30–12:00、14:30–17:30".
    func hours(_ details: PlaceDetails) -> String {
        "\(weekdays(details.weekdays)) \(details.hours.map(span).joined(separator: text("word.comma")))"
    }

    /// "11 月 12 日（周四）9:00–11:30".
    func when(_ plan: LeaderDayEvent.Plan) -> String { "\(words.dateAndWeekday(plan.day)) \(span(plan.span))" }

    /// "县住建局局长周岚".
    func leader(_ day: LeaderDay) -> String {
        text(
            "reception.leaderName",
            [
                "unit": base.unit(day.planned.unit), "office": day.planned.office,
                "name": base.staff(day.planned.leader),
            ])
    }

    func needs(_ needs: [VisitNeed]) -> String { words.list(needs.map { words.name("visitNeed", $0) }) }

    /// The tabs above every page of reception.
    func tabs(_ current: String, _ viewer: Viewer, hasHall: Bool) -> Field {
        var tabs: [(String, String)] = []
        if hasHall { tabs.append(("hall", "/desk/reception")) }
        if viewer.may(.receive, on: viewer.staff.unit) { tabs.append(("calls", "/desk/reception/calls")) }
        tabs.append(("days", "/desk/reception/days"))
        if viewer.may(.manageOrganisation, on: nil) { tabs.append(("places", "/desk/reception/places")) }
        return .list(
            tabs.map { name, url in
                [
                    "name": .text(text("reception.tab.\(name)")), "url": .text(url),
                    "current": .flag(name == current),
                ]
            })
    }
}

extension Place {
    /// Whether a viewer sees its hall: who works there or watches over it.
    func isShown(to viewer: Viewer) -> Bool {
        !isClosed && (mayWork(viewer) || viewer.may(.oversee, on: details.unit))
    }
}
