internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Reception

extension ReceptionPages {
    /// Where somebody begins: the hall in which they work; without one, the calls that nobody took, the leaders' days or
    /// the places.
    func home(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let places = try await reception.places().filter { $0.isShown(to: viewer) }
        let mine = places.first { $0.desk(of: viewer.staff.id, on: reception.today, minute: 0) != nil } ?? places.first
        if let mine { return request.redirect(to: "/desk/reception/place/\(mine.id)") }
        if viewer.may(.manageOrganisation, on: nil) { return request.redirect(to: "/desk/reception/places") }
        let takesCalls = viewer.may(.receive, on: viewer.staff.unit)
        return request.redirect(to: takesCalls ? "/desk/reception/calls" : "/desk/reception/days")
    }

    /// The hall: the entrance, the lines, the own desk.
    func hall(_ request: PageRequest) async throws -> Response { try await hall(request, errors: []) }

    /// Gives a number and shows its slip.
    func arrive(_ request: PageRequest) async throws -> Response {
        let id: PlaceID = try id(request, otherwise: "reception.placeNotFound")
        let viewer = try request.staff
        return try await run {
            let visit = try await reception.receive(
                Self.arrival(request.form, at: id), submission: try request.requiredSubmission, by: viewer)
            return request.redirect(to: "/desk/reception/visit/\(visit)/slip")
        } again: { errors in
            try await hall(request, errors: errors)
        }
    }

    static func arrival(_ form: Form, at place: PlaceID) -> ArrivalDraft {
        // One press on a desk's own button is enough; ticks are for several.
        let pressed = form["to"].flatMap { Int($0) }.map { [$0] }
        return ArrivalDraft(
            place: place, desks: pressed ?? form.values("desks").compactMap { Int($0) },
            together: form.flag("together"), about: form.text("about"), name: form.text("name"),
            phone: form.text("phone"), people: form.text("people"),
            needs: form.values("needs").compactMap { VisitNeed(rawValue: $0) }, front: form.value("front"),
            appointment: form.id("appointment"))
    }

    /// Calls the next in line and opens the visit.
    func callNext(_ request: PageRequest) async throws -> Response {
        let id: PlaceID = try id(request, otherwise: "reception.placeNotFound")
        let desk = Int(request.form.text("desk")) ?? 0
        let called = try await reception.callNext(
            at: id, desk: desk, submission: try request.requiredSubmission, by: try request.staff)
        guard let called else {
            return request.redirect(to: "/desk/reception/place/\(id)?desk=\(desk)&done=nobody")
        }
        return request.redirect(to: "/desk/reception/visit/\(called)?desk=\(desk)")
    }

    private func hall(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let viewer = try request.staff
        let id: PlaceID = try id(request, otherwise: "reception.placeNotFound")
        let hall = try await reception.hall(id, for: viewer)
        let today = reception.today
        let asked = Int((request.query["desk"] ?? request.form["desk"]) ?? "")
        let planned = hall.place.desk(of: viewer.staff.id, on: today, minute: reception.minuteOfDay)
        let canWork = hall.place.mayWork(viewer)
        var model = HallModel(
            hall: hall, viewer: viewer, words: try words(request), desk: canWork ? asked ?? planned : nil,
            form: errors.isEmpty ? Form() : request.form, errors: errors)
        model.submission = request.newSubmission
        model.others = try await reception.places().filter { $0.id != id && $0.isShown(to: viewer) }
        model.visits = try await reception.visits(at: id, on: today, for: viewer)
        model.waiting = try await reception.waiting(at: id, on: today, for: viewer)
        if canWork { model.appointments = try await reception.appointments(at: id, on: today, for: viewer) }
        model.isOpen = hall.place.isOpen(on: today, reception.calendar)
        var fields = model.fields
        fields["submission"] = request.submissionField()
        fields["nextSubmission"] = request.newSubmission()
        return try await request.page(
            "reception/hall", title: model.title, fields, status: errors.isEmpty ? .ok : .unprocessableContent,
            errors: errors, notice: notice(request))
    }
}
