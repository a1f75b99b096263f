public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// Somebody who came, as the clerk at the entrance takes it down.
public struct ArrivalDraft: Sendable {
    /// Where.
    public var place: PlaceID
    /// The desks to go to, in order.
    public var desks: [Int]
    /// Whether all desks receive at once.
    public var together: Bool
    /// What it is about, in a few words.
    public var about: String
    /// How to address them; nobody has to say.
    public var name: String
    /// Their telephone.
    public var phone: String
    /// How many came together; nothing typed is one.
    public var people: String
    /// What helps them.
    public var needs: [VisitNeed]
    /// Why they are received before others.
    public var front: FrontReason?
    /// The appointment with which they came.
    public var appointment: AppointmentID?

    /// Somebody who came.
    public init(
        place: PlaceID, desks: [Int] = [], together: Bool = false, about: String = "", name: String = "",
        phone: String = "", people: String = "", needs: [VisitNeed] = [], front: FrontReason? = nil,
        appointment: AppointmentID? = nil
    ) {
        self.place = place
        self.desks = desks
        self.together = together
        self.about = about
        self.name = name
        self.phone = phone
        self.people = people
        self.needs = needs
        self.front = front
        self.appointment = appointment
    }
}

extension Place {
    /// Whether a viewer works at this place: for the unit that runs it, or at one of its desks.
    public func mayWork(_ viewer: Viewer) -> Bool {
        viewer.may(.receive, on: details.unit) || desks.contains { viewer.may(.receive, on: $0.unit) }
    }

    /// Whether a viewer may open what came to a desk: who runs or watches over the place, and who works at that desk.
    public func mayOpen(at number: Int, _ viewer: Viewer) -> Bool {
        seesAll(viewer) || desk(number).map { viewer.may(.receive, on: $0.unit) } ?? false
    }

    /// Whether a viewer may open everything that came to the place.
    func seesAll(_ viewer: Viewer) -> Bool {
        viewer.may(.receive, on: details.unit) || viewer.may(.oversee, on: details.unit)
    }

    /// Desks by their numbers.
    func refs(_ numbers: [Int]) throws(ReceptionError) -> [DeskRef] {
        var out: [DeskRef] = []
        for number in numbers where !out.contains(where: { $0.desk == number }) {
            guard let desk = desk(number), desk.isOpen else { throw .deskMissing }
            out.append(DeskRef(desk: number, unit: desk.unit))
        }
        return out
    }
}

extension Visit {
    /// Whether a viewer works on this visit: for the unit that runs the place, or at one of its desks.
    public func mayWork(_ viewer: Viewer) -> Bool {
        viewer.may(.receive, on: arrival.host)
            || stops.contains { $0.leg.desks.contains { viewer.may(.receive, on: $0.unit) } }
    }

    /// Throws unless the viewer may know of it: who works on it, and who watches over the place.
    func checkVisible(to viewer: Viewer) throws(PlainError) {
        guard mayWork(viewer) || viewer.may(.oversee, on: arrival.host) else { throw Self.notFound }
    }

    /// Throws unless the viewer may run the command.
    func check(_ command: VisitCommand, by viewer: Viewer) throws(PlainError) {
        let denied = PlainError(.forbidden, "permission.missing")
        guard mayWork(viewer) else { throw denied }
        switch command {
        case .call(let desk), .begin(let desk), .join(let desk):
            let ref = current?.leg.desks.first { $0.desk == desk }
            guard let ref else { return }
            guard viewer.may(.receive, on: arrival.host) || viewer.may(.receive, on: ref.unit) else { throw denied }
        default: break
        }
    }

    /// What a viewer may do now; pages show forms for these only.
    public func possible(for viewer: Viewer) -> Set<VisitCommand.Name> {
        guard mayWork(viewer) else { return [] }
        return Set(VisitCommand.Name.allCases.filter { $0.phases.contains(phase) && $0 != .forget })
            .subtracting(hasLater ? [] : [.next])
    }
}

extension Reception {
    /// Gives somebody a number and sends them to their desks.
    ///
    /// - Throws: `PlainErrors` for wrong fields, `PlainError`, `StorageError`.
    @discardableResult
    public func receive(_ draft: ArrivalDraft, submission: String?, by viewer: Viewer) async throws -> VisitID {
        if let known: VisitID = try await records.begun(submission) { return known }
        let place = try await place(draft.place)
        guard place.mayWork(viewer), !place.isClosed else { throw PlainError(.forbidden, "permission.missing") }
        let booked = try await booked(draft, at: place, for: viewer)
        let day = booked?.leaderDay
        var desks = draft.desks
        if desks.isEmpty, let day {
            desks = [try await leaderDay(day).desk]
        } else if desks.isEmpty, booked != nil {
            desks = place.openDesks.prefix(1).map(\.number)
        }
        let refs = try plain { () throws(ReceptionError) in try place.refs(desks) }
        let (arrived, contact, about) = try arrival(draft, place, booked)
        var change = RecordChange(actor: viewer.actor, submission: submission, texts: [about].compactMap { $0 })
        if let person = arrived.person { change.also = try vault.insertions(contact, as: person) }
        let id: VisitID = ids.next()
        if let booked {
            change.check = { tx in
                let moved = try tx.execute(
                    """
                    UPDATE appointments SET state = 'came', visit_id = $1, sealed = NULL
                    WHERE id = $2 AND state = 'booked'
                    """, [id, booked.id])
                guard moved == 1 else { throw PlainError(.conflict, "reception.appointmentOver") }
            }
        }
        var first = arrived
        first.ticket = try await nextTicket(place.id, series: booked == nil ? "A" : "B")
        let legs = VisitLeg.legs(refs, together: draft.together)
        return try await records.begin(Visit.self, id, .arrived(first), then: legs.isEmpty ? nil : .send(legs), change)
    }

    /// The next number of the day, from a row of its own in a short transaction of its own; gaps are allowed.
    func nextTicket(_ place: PlaceID, series: String) async throws -> Ticket {
        let (year, month, day) = today.parts
        let blocks = NumberBlocks(database, counter: "visit-\(place)-\(series)", blockSize: 1)
        return Ticket(series: series, number: try await blocks.next(month: (year * 100 + month) * 100 + day))
    }

    private func booked(
        _ draft: ArrivalDraft, at place: Place, for viewer: Viewer
    ) async throws -> Appointment? {
        guard let id = draft.appointment else { return nil }
        guard let found = try await appointment(id), found.place == place.id else {
            throw PlainError(.notFound, "reception.appointmentNotFound")
        }
        guard found.state == .booked, found.day == today else {
            throw PlainError(.conflict, "reception.appointmentOver")
        }
        return found
    }

    private func arrival(
        _ draft: ArrivalDraft, _ place: Place, _ booked: Appointment?
    ) throws -> (VisitEvent.Arrived, Contact, NewText?) {
        var problems = ProblemList()
        let typed = booked?.details
        let about = problems.optional(draft.about.isEmpty ? typed?.about : draft.about, field: "about", most: 200)
        let name = problems.optional(draft.name.isEmpty ? typed?.name : draft.name, field: "name", most: 60)
        let phone = problems.optional(draft.phone.isEmpty ? typed?.phone : draft.phone, field: "phone", most: 30)
        let people = ReceptionText.cleaned(draft.people)
        let count = people.isEmpty ? 1 : Int(people) ?? 0
        if !(1...10_000).contains(count) {
            problems.add(PlainError(.invalid, "reception.peopleInvalid", field: "people"))
        }
        try problems.check()
        let contact = Contact(name: name, phone: phone)
        let text = about.map(newText)
        let needs = Set(draft.needs + (typed?.needs ?? []))
        let arrived = VisitEvent.Arrived(
            place: place.id, host: place.details.unit, day: today, ticket: Ticket(series: "A", number: 0),
            people: count, needs: VisitNeed.allCases.filter(needs.contains), front: draft.front,
            slot: booked.map { zone.instant(of: $0.day, hour: $0.minute / 60, minute: $0.minute % 60) },
            leaderDay: booked?.leaderDay, about: text?.reference, person: contact.isEmpty ? nil : ids.next())
        return (arrived, contact, text)
    }
}
