internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation
internal import Reception

/// The fields of the page of a leader's day.
struct LeaderDayModel {
    let file: LeaderDayFile
    let place: Place
    let viewer: Viewer
    let words: ReceptionWords
    /// Matters that the viewer may know of.
    var seen: Set<CaseID> = []
    var visits: [VisitRow] = []
    var appointments: [Appointment] = []
    var planInputs: [ActForm.Input] = []
    /// Makes the one-time names of the small forms.
    var submission: () -> Field = { "" }

    private var state: LeaderDay { file.state }
    private var path: String { "/desk/reception/day/\(state.id)" }
    var title: String { "\(words.leader(state)) · \(words.words.date(state.plan.day, today: words.today))" }

    private var isPlanned: Bool { state.phase == .planned }
    private var hasCome: Bool { state.plan.day <= words.today }

    /// The forms for what this person may do now.
    var forms: [ActForm] {
        guard isPlanned else { return [] }
        var out: [ActForm] = []
        if state.mayRecord(viewer), hasCome { out.append(receive) }
        if state.mayRecord(viewer) {
            out += state.entries.filter(\.isOpen).map { entry in
                ActForm(
                    name: DayAct.settle.name, action: "\(path)/settle",
                    inputs: [.init(name: "words", kind: .text(rows: 3))], version: state.version,
                    hidden: [(name: "entry", value: "\(entry.received.entry)")], suffix: "\(entry.received.entry)",
                    family: .reception)
            }
        }
        if state.mayPlan(viewer), state.entries.isEmpty {
            let reason = ActForm.Input(name: "reason", kind: .text(rows: 2))
            out.append(
                ActForm(
                    name: DayAct.change.name, action: "\(path)/change", inputs: planInputs + [reason],
                    version: state.version, family: .reception))
            out.append(
                ActForm(
                    name: DayAct.cancel.name, action: "\(path)/cancel", inputs: [reason], version: state.version,
                    family: .reception))
        }
        return out
    }

    private var receive: ActForm {
        let entered = Set(state.entries.compactMap(\.received.visit))
        let open = visits.filter { !entered.contains($0.id) }.map { row in
            ActForm.Option(
                value: "\(row.id)",
                label: [row.ticket.description, row.about, row.matter?.number].compactMap { $0 }
                    .joined(separator: " · "))
        }
        var inputs: [ActForm.Input] = []
        if !open.isEmpty { inputs.append(.init(name: "visit", kind: .select(open), isRequired: false)) }
        inputs += [
            .init(name: "number", kind: .line(most: 40), isRequired: false),
            .init(name: "result", kind: .radios(words.forms.options("leaderResult", LeaderResult.self))),
            .init(name: "unit", kind: .select(words.forms.units(selected: nil)), isRequired: false),
            .init(name: "due", kind: .date, isRequired: false), .init(name: "words", kind: .text(rows: 3)),
        ]
        return ActForm(
            name: DayAct.receive.name, action: "\(path)/receive", inputs: inputs, version: state.version,
            isPrimary: true, family: .reception)
    }

    func fields(_ acts: Field) -> Fields {
        guard case .list(let all) = acts else { return [:] }
        let pairs = Array(zip(forms, all))
        let other = pairs.filter { $0.0.suffix.isEmpty && !$0.0.isPrimary }
        return [
            "submission": "", "leader": .text(words.leader(state)), "when": .text(words.when(state.plan)),
            "isCancelled": .flag(!isPlanned), "reason": .text(reason), "facts": .list(facts),
            "listURL": .text("\(path)/list"), "entries": .list(entries(pairs)),
            "hasEntries": .flag(!state.entries.isEmpty), "appointments": .list(appointments.map(appointment)),
            "hasAppointments": .flag(!appointments.isEmpty), "visits": .list(visits.map(visit)),
            "hasVisits": .flag(!visits.isEmpty), "canRecord": .flag(state.mayRecord(viewer)),
            "arriveURL": .text("/desk/reception/place/\(place.id)/arrive"),
            "canArrive": .flag(place.mayWork(viewer) && state.plan.day == words.today && isPlanned),
            "nextActs": .list(pairs.filter(\.0.isPrimary).map(\.1)),
            "moreActs": .list(other.map(\.1)), "hasMoreActs": .flag(!other.isEmpty),
        ]
    }

    /// Why it was changed or called off, and when that was said.
    var reason: String? {
        guard let at = state.changedAt else { return nil }
        let values = [
            "date": words.words.date(words.base.book.zone.date(of: at), today: words.today),
            "reason": file.text(state.reason) ?? words.text("story.textErased"),
        ]
        return words.text(isPlanned ? "reception.dayChanged" : "reception.dayCancelled", values)
    }

    var facts: [Fields] {
        var rows: [(String, String)] = [
            ("reception.factWhen", words.when(state.plan)),
            (
                "reception.factWhere",
                "\(words.name(place.details.name)) · \(words.desk(state.plan.desk, of: place))"
            ),
            ("reception.factSeats", words.words.counted("reception.seats", state.plan.seats)),
        ]
        if let topics = file.text(state.plan.topics?.id) { rows.append(("reception.factTopics", topics)) }
        if !state.plan.units.isEmpty {
            rows.append(("reception.factJoint", words.words.list(state.plan.units.map(words.base.unit))))
        }
        return rows.map { ["term": .text(words.text($0.0)), "text": .text($0.1)] }
    }

    private func entries(_ pairs: [(ActForm, Fields)]) -> [Fields] {
        state.entries.map { entry in
            let received = entry.received
            let isSeen = seen.contains(received.matter.id)
            let acts = pairs.filter { $0.0.suffix == "\(received.entry)" }.map(\.1)
            var fields = entryWords(entry)
            fields.merge([
                "anchor": .text("entry-\(received.entry)"), "position": .text("\(received.entry)"),
                "number": .text(isSeen ? received.matter.number : nil),
                "url": .text("/desk/matter/\(received.matter.number)"),
                "visitURL": .text(received.visit.map { "/desk/reception/visit/\($0)" }),
                "clock": .optional(
                    received.due.map { words.forms.clock(due: $0, isOver: !entry.isOpen) }), "acts": .list(acts),
                "isOpen": .flag(entry.isOpen),
            ])
            return fields
        }
    }

    /// What the leader did, and what came of it, in words.
    func entryWords(_ entry: LeaderDay.Entry) -> Fields {
        let received = entry.received
        return [
            "result": .text(words.words.name("leaderResult", received.result)),
            "unit": .text(received.unit.map(words.base.unit)),
            "due": .text(received.due.map { words.words.dateAndWeekday($0) }),
            "words": .text(received.words.map { file.text($0.id) ?? words.text("story.textErased") }),
            "settled": .text(entry.settled.map { file.text($0) ?? words.text("story.textErased") }),
            "settledOn": .text(
                entry.settledAt.map { words.words.date(words.base.book.zone.date(of: $0), today: words.today) }),
        ]
    }

    private func appointment(_ appointment: Appointment) -> Fields {
        [
            "id": .text("\(appointment.id)"), "number": .text(appointment.number),
            "about": .text(appointment.details?.about), "name": .text(appointment.details?.name),
            "needs": .text(words.needs(appointment.details?.needs ?? [])), "submission": submission(),
        ]
    }

    private func visit(_ row: VisitRow) -> Fields {
        [
            "ticket": .text("\(row.ticket)"), "url": .text("/desk/reception/visit/\(row.id)"),
            "about": .text(row.about), "phase": .text(words.words.name("visitPhase", row.phase)),
            "number": .text(row.matter.flatMap { seen.contains($0.id) || state.mayRecord(viewer) ? $0.number : nil }),
        ]
    }
}
