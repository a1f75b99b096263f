internal import Kernel
internal import Organisation
internal import Reception

/// The fields of the hall's page.
struct HallModel {
    let hall: Hall
    let viewer: Viewer
    let words: ReceptionWords
    /// The desk at which this person works.
    let desk: Int?
    let form: Form
    let errors: [PlainError]
    var others: [Place] = []
    var visits: [VisitRow] = []
    var appointments: [Appointment] = []
    var waiting: [HourOfWaiting] = []
    var isOpen = true
    /// Makes the one-time names of the small forms.
    var submission: () -> Field = { "" }

    private var place: Place { hall.place }
    var title: String { words.name(place.details.name) }
    private var url: String { "/desk/reception/place/\(place.id)" }

    var fields: Fields {
        let isTyped = !form.items.isEmpty
        var fields: Fields = [
            "tabs": words.tabs("hall", viewer, hasHall: true), "placeName": .text(title),
            "dayLine": .text("\(words.words.dateAndWeekday(words.today)) · \(words.hours(place.details))"),
            "isShut": .flag(!isOpen), "others": .list(others.map(other)), "hasOthers": .flag(!others.isEmpty),
            "canWork": .flag(place.mayWork(viewer)), "arriveURL": .text("\(url)/arrive"),
            "nextURL": .text("\(url)/next"), "displayURL": .text("/hall/\(place.id)"),
            "desks": .list(place.openDesks.map(line)), "hasDesks": .flag(!place.openDesks.isEmpty),
            "needs": .list(VisitNeed.allCases.map { need($0) }),
            "fronts": .list(FrontReason.allCases.map { front($0) }), "together": .flag(form.flag("together")),
            "moreOpen": .flag(isTyped), "myDesk": .optional(desk.flatMap(place.desk).map(mine)),
            "hasAppointments": .flag(!appointments.isEmpty),
            "appointments": .list(appointments.map(appointment)), "hasVisits": .flag(!visits.isEmpty),
            "visits": .list(visits.map(visit)), "hasWaiting": .flag(!waiting.isEmpty),
            "waiting": .list(waiting.map(hour)),
            "representatives": .text("\(Reception.mostRepresentatives)"),
        ]
        for name in ["about", "name", "phone", "people"] {
            fields[name] = .text(form.text(name))
            fields["\(name)Error"] = .text(error(name))
        }
        fields["desksError"] = .text(error("desks"))
        return fields
    }

    private func error(_ field: String) -> String? {
        errors.first { $0.field == field }.map(words.words.sentence)
    }

    private func other(_ place: Place) -> Fields {
        ["name": .text(words.name(place.details.name)), "url": .text("/desk/reception/place/\(place.id)")]
    }

    private func need(_ need: VisitNeed) -> Fields {
        QueueFilters.option(
            need.rawValue, words.words.name("visitNeed", need),
            isSelected: form.values("needs").contains(need.rawValue))
    }

    private func front(_ reason: FrontReason) -> Fields {
        QueueFilters.option(
            reason.rawValue, words.words.name("frontReason", reason), isSelected: form["front"] == reason.rawValue)
    }

    /// A desk with its line: who is there, who waits.
    private func line(_ desk: ReceptionDesk) -> Fields {
        let waiting = hall.waiting(at: desk.number)
        let present = hall.present(at: desk.number)
        let duties = place.duties(at: desk.number, on: words.today)
        let onDuty = duties.map { "\(words.base.staff($0.staff)) \(words.span($0.span))" }
        return [
            "number": .text("\(desk.number)"), "deskName": .text(words.desk(desk.number)),
            "name": .text(words.name(desk.name)), "unit": .text(words.base.unit(desk.unit)),
            "duty": .text(onDuty.joined(separator: words.text("story.semicolon"))),
            "isMine": .flag(desk.number == self.desk), "url": .text("\(url)?desk=\(desk.number)"),
            "waitingText": .text(words.words.counted("reception.waitingCount", waiting.count)),
            "checked": .flag(form.values("desks").contains("\(desk.number)")),
            "present": .list(present.map(entry)), "hasPresent": .flag(!present.isEmpty),
            "waiting": .list(waiting.prefix(30).map(entry)), "hasWaiting": .flag(!waiting.isEmpty),
        ]
    }

    private func entry(_ entry: LineEntry) -> Fields {
        let isBooked = entry.slotAt != nil
        return [
            "ticket": .text("\(entry.ticket)"),
            "url": .text(place.mayOpen(at: entry.desk, viewer) ? "/desk/reception/visit/\(entry.visit)" : nil),
            "phase": .text(words.text("visitPhase.\(entry.phase.rawValue)")),
            "slot": .text(isBooked ? entry.slotAt.map(words.words.time) : nil), "isFront": .flag(entry.isFront),
            "since": .text(words.words.time(entry.turn)),
        ]
    }

    private func mine(_ desk: ReceptionDesk) -> Fields {
        var fields = line(desk)
        fields["heading"] = .text(words.desk(desk.number, of: place))
        fields["canCall"] = .flag(!hall.waiting(at: desk.number).isEmpty)
        return fields
    }

    private func appointment(_ appointment: Appointment) -> Fields {
        [
            "id": .text("\(appointment.id)"), "time": .text(words.words.clockTime(appointment.minute)),
            "number": .text(appointment.number), "about": .text(appointment.details?.about),
            "name": .text(appointment.details?.name), "needs": .text(words.needs(appointment.details?.needs ?? [])),
            "isLeader": .flag(appointment.leaderDay != nil), "submission": submission(),
        ]
    }

    private func visit(_ row: VisitRow) -> Fields {
        [
            "ticket": .text("\(row.ticket)"), "url": .text("/desk/reception/visit/\(row.id)"),
            "time": .text(words.words.time(row.arrivedAt)), "about": .text(row.about),
            "phase": .text(words.words.name("visitPhase", row.phase)),
            "result": .text(row.result.map { words.words.name("visitResult", $0) }),
        ]
    }

    private func hour(_ hour: HourOfWaiting) -> Fields {
        [
            "hour": .text(words.span(hour.hour * 60, hour.hour * 60 + 60)), "came": .text("\(hour.came)"),
            "received": .text("\(hour.received)"),
            "mean": .text(hour.received > 0 ? words.words.counted("reception.minutes", hour.mean) : "—"),
            "longest": .text(hour.received > 0 ? words.words.counted("reception.minutes", hour.longest) : "—"),
        ]
    }
}
