internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Reception

/// What forms on the page of a place can ask for. The raw value is the end of the address.
enum PlaceAct: String, CaseIterable, Sendable {
    case change, desk, duty, undo, close

    /// The name under which its words stand in the catalogues.
    var name: String { "place.\(rawValue)" }
}

extension ReceptionPages {
    /// The places, for who sets them up.
    func places(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try self.words(request)
        let places = try await reception.places(withClosed: true)
        let rows = places.map { place -> Fields in
            [
                "name": .text(words.name(place.details.name)), "url": .text("/desk/reception/setup/\(place.id)"),
                "address": .text(place.details.address), "hours": .text(words.hours(place.details)),
                "desks": .text(words.words.counted("reception.deskCount", place.openDesks.count)),
                "isClosed": .flag(place.isClosed), "displayURL": .text("/hall/\(place.id)"),
            ]
        }
        let fields: Fields = [
            "submission": "",
            "tabs": words.tabs("places", viewer, hasHall: places.contains { $0.isShown(to: viewer) }),
            "rows": .list(rows), "hasRows": .flag(!rows.isEmpty),
        ]
        return try await request.page(
            "reception/places", title: words.text("reception.tab.places"), fields, notice: notice(request))
    }

    /// Sets a place up.
    func newPlace(_ request: PageRequest) async throws -> Response { try await newPlace(request, errors: []) }

    /// Sets it up.
    func openPlace(_ request: PageRequest) async throws -> Response {
        try await run {
            let id = try await reception.openPlace(
                placeDraft(request.form), submission: try request.requiredSubmission, by: try request.staff)
            return request.redirect(to: "/desk/reception/setup/\(id)?done=place.open")
        } again: { errors in
            try await newPlace(request, errors: errors)
        }
    }

    private func newPlace(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = try self.words(request)
        let form = ActForm(
            name: "place.open", action: "/desk/reception/places/new", inputs: placeInputs(nil, words),
            isPrimary: true, family: .reception)
        return try await formPage(
            request, form, errors, back: (url: "/desk/reception/places", key: "reception.tab.places"))
    }

    private func placeDraft(_ form: Form) -> PlaceDraft {
        PlaceDraft(
            unit: form.id("unit"), name: form.text("name"), nameEnglish: form.text("nameEnglish"),
            address: form.text("address"), phone: form.text("phone"), hours: form.text("hours"),
            weekdays: form.values("weekdays").compactMap { Int($0) }, capacity: Int(form.text("capacity")))
    }

    private func placeInputs(_ details: PlaceDetails?, _ words: ReceptionWords) -> [ActForm.Input] {
        let spans = details?.hours.map { words.span($0).replacing("–", with: "-") }.joined(separator: " ")
        return [
            .init(name: "name", kind: .line(most: 60), value: details?.name.zh ?? ""),
            .init(name: "nameEnglish", kind: .line(most: 100), isRequired: false, value: details?.name.en ?? ""),
            .init(
                name: "unit",
                kind: .select(words.forms.units(selected: details?.unit ?? words.base.organisation.roots.first))),
            .init(name: "address", kind: .line(most: 200), value: details?.address ?? ""),
            .init(name: "phone", kind: .line(most: 30), isRequired: false, value: details?.phone ?? ""),
            .init(name: "hours", kind: .line(most: 60), value: spans ?? "8:30-12:00 14:30-17:30"),
            .init(
                name: "weekdays", kind: .checks(weekdays(words, Set(details?.weekdays ?? []))), isRequired: false),
            .init(name: "capacity", kind: .line(most: 3), value: "\(details?.capacity ?? 2)"),
        ]
    }

    private func weekdays(_ words: ReceptionWords, _ chosen: Set<Int>) -> [ActForm.Option] {
        (1...7).map {
            ActForm.Option(value: "\($0)", label: words.text("word.weekday.\($0)"), isSelected: chosen.contains($0))
        }
    }

    /// The page of a place.
    func setup(_ request: PageRequest) async throws -> Response { try await setup(request, failed: nil) }

    /// Runs what a form asks for and comes back to the place.
    func perform(_ act: PlaceAct, _ request: PageRequest) async throws -> Response {
        let id: PlaceID = try id(request, otherwise: "reception.placeNotFound")
        return try await run {
            try await run(act, id, request)
            return request.redirect(to: "/desk/reception/setup/\(id)?done=place.\(act.rawValue)")
        } again: { errors in
            let suffix = act == .undo ? request.form.text("duty") : ""
            return try await setup(request, failed: (act, suffix, errors))
        }
    }

    private func run(_ act: PlaceAct, _ id: PlaceID, _ request: PageRequest) async throws {
        let (form, viewer, frame) = (request.form, try request.staff, request.receptionForm)
        let number = Int(form.text("desk")) ?? 0
        switch act {
        case .change: try await reception.changePlace(id, to: placeDraft(form), frame, by: viewer)
        case .desk:
            let name = LocalizedName(zh: form.text("deskName"), en: form.text("deskNameEnglish"))
            guard let unit: UnitID = form.id("deskUnit") else {
                throw PlainError(.invalid, "choice.missing", field: "deskUnit")
            }
            let desk = ReceptionDesk(number: number, name: name, unit: unit, isOpen: form["isOpen"] != "no")
            try await reception.setDesk(desk, of: id, frame, by: viewer)
        case .duty:
            try await reception.addDuty(
                at: number, staff: form.id("staff"), weekdays: form.values("weekdays").compactMap { Int($0) },
                hours: form.text("dutyHours"), of: id, frame, by: viewer)
        case .undo: try await reception.endDuty(Int(form.text("duty")) ?? 0, of: id, frame, by: viewer)
        case .close: try await reception.closePlace(id, form["isClosed"] != "no", frame, by: viewer)
        }
    }

    private func setup(
        _ request: PageRequest, failed: (act: PlaceAct, suffix: String, errors: [PlainError])?
    ) async throws -> Response {
        let words = try self.words(request)
        let place = try await reception.place(try id(request, otherwise: "reception.placeNotFound"))
        try request.staff.require(.manageOrganisation, on: place.details.unit)
        let typed = failed.map {
            FailedAct(name: $0.act.name, suffix: $0.suffix, form: request.form, errors: $0.errors)
        }
        let forms = setupForms(place, words)
        let shown = forms.fields(
            words.forms, typed, submission: request.newSubmission, kept: request.submissionField)
        guard case .list(let all) = shown.acts else { throw PlainError(.unavailable, "unavailable") }
        let pairs = Array(zip(forms, all))
        let desks = place.desks.map { desk -> Fields in
            let duties = place.duties.filter { $0.desk == desk.number }
            return [
                "deskName": .text(words.desk(desk.number, of: place)), "unit": .text(words.base.unit(desk.unit)),
                "isShut": .flag(!desk.isOpen), "hasDuties": .flag(!duties.isEmpty),
                "duties": .list(
                    duties.map { duty in
                        [
                            "who": .text(words.base.staff(duty.staff)),
                            "when": .text("\(words.weekdays(duty.weekdays)) \(words.span(duty.span))"),
                            "acts": .list(pairs.filter { $0.0.suffix == "\(duty.id)" }.map(\.1)),
                        ]
                    }),
            ]
        }
        let fields: Fields = [
            "submission": "", "backURL": "/desk/reception/places", "placeName": .text(words.name(place.details.name)),
            "address": .text(place.details.address), "hours": .text(words.hours(place.details)),
            "isClosed": .flag(place.isClosed), "displayURL": .text("/hall/\(place.id)"), "desks": .list(desks),
            "hasDesks": .flag(!desks.isEmpty), "acts": .list(pairs.filter(\.0.suffix.isEmpty).map(\.1)),
            "errors": shown.errors, "hasErrors": .flag(failed != nil),
        ]
        return try await request.page(
            "reception/setup", title: words.name(place.details.name), fields,
            status: failed == nil ? .ok : .unprocessableContent, notice: notice(request))
    }

    private func setupForms(_ place: Place, _ words: ReceptionWords) -> [ActForm] {
        let path = "/desk/reception/setup/\(place.id)"
        func form(_ act: PlaceAct, _ inputs: [ActForm.Input]) -> ActForm {
            ActForm(
                name: act.name, action: "\(path)/\(act.rawValue)", inputs: inputs, version: place.version,
                family: .reception)
        }
        let next = (place.desks.map(\.number).max() ?? 0) + 1
        let yesNo: [ActForm.Option] = [
            .init(value: "yes", label: words.text("reception.deskOpen"), isSelected: true),
            .init(value: "no", label: words.text("reception.deskShut")),
        ]
        let desks = place.desks.map {
            ActForm.Option(value: "\($0.number)", label: words.desk($0.number, of: place))
        }
        let staff = words.base.organisation.allStaff.filter(\.isActive).map {
            ActForm.Option(value: "\($0.id)", label: "\(words.base.unit($0.unit)) · \($0.displayName)")
        }
        var forms = [
            form(
                .desk,
                [
                    .init(name: "desk", kind: .line(most: 2), value: "\(next)"),
                    .init(name: "deskName", kind: .line(most: 40)),
                    .init(name: "deskNameEnglish", kind: .line(most: 60), isRequired: false),
                    .init(name: "deskUnit", kind: .select(words.forms.units(selected: place.details.unit))),
                    .init(name: "isOpen", kind: .radios(yesNo)),
                ])
        ]
        if !desks.isEmpty {
            forms.append(
                form(
                    .duty,
                    [
                        .init(name: "desk", kind: .select(desks)), .init(name: "staff", kind: .select(staff)),
                        .init(name: "weekdays", kind: .checks(weekdays(words, [])), isRequired: false),
                        .init(name: "dutyHours", kind: .line(most: 20), value: "8:30-17:30"),
                    ]))
        }
        forms.append(form(.change, placeInputs(place.details, words)))
        var close = form(.close, [])
        close.hidden = [(name: "isClosed", value: place.isClosed ? "no" : "yes")]
        forms.append(close)
        for duty in place.duties {
            var undo = form(.undo, [])
            undo.hidden = [(name: "duty", value: "\(duty.id)")]
            undo.suffix = "\(duty.id)"
            forms.append(undo)
        }
        return forms
    }
}
