internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation
internal import Reception

/// What somebody typed into the booking page.
struct BookingForm {
    let form: Form

    /// The chosen time, `2026-11-30/540`.
    var when: (day: LocalDate, minute: Int)? {
        let parts = form.text("when").split(separator: "/")
        guard parts.count == 2, let day = LocalDate(parts[0]), let minute = Int(parts[1]) else { return nil }
        return (day, minute)
    }

    var needs: [VisitNeed] { form.values("needs").compactMap { VisitNeed(rawValue: $0) } }

    var draft: BookingDraft {
        BookingDraft(
            place: form.id("place"), day: when?.day, minute: when?.minute, leaderDay: form.id("for"),
            details: AppointmentDetails(
                about: form["about"], name: form["name"], phone: form["phone"], needs: needs))
    }
}

extension ReceptionPages {
    /// Books a time, without an account. Staff book here for who calls.
    func book(_ request: PageRequest) async throws -> Response {
        try await bookPage(request, Form(request.query.items), errors: [])
    }

    /// Books it; number and code are shown once.
    func sendBooking(_ request: PageRequest) async throws -> Response {
        try await run {
            let submission = try request.requiredSubmission
            try request.spend(.write)
            let (appointment, code) = try await reception.book(
                BookingForm(form: request.form).draft, submission: submission)
            return try await bookedPage(request, appointment, code)
        } again: { errors in
            try await bookPage(request, request.form, errors: errors)
        }
    }

    private func bookPage(_ request: PageRequest, _ form: Form, errors: [PlainError]) async throws -> Response {
        let words = try await publicWords(request)
        let typed = BookingForm(form: form)
        let offered = try await reception.places().filter { $0.details.capacity > 0 }
        let chosen = offered.first { $0.id == form.id("place") } ?? offered.first
        let day = try await bookedDay(form)
        let times = day == nil ? try await chosen.mapAsync { try await reception.times(of: $0) } ?? [] : []
        var fields: Fields = [
            "submission": request.submissionField(), "leaderDay": .optional(try await leader(day, words)),
            "hasPlaces": .flag(!offered.isEmpty || day != nil), "severalPlaces": .flag(offered.count > 1 && day == nil),
            "places": .list(
                offered.map {
                    QueueFilters.option("\($0.id)", words.name($0.details.name), isSelected: $0.id == chosen?.id)
                }),
            "place": .optional(day == nil ? chosen.map { self.place($0, words) } : nil),
            "days": .list(self.days(times, typed.when, words)),
            "hasTimes": .flag(times.contains { $0.slots.contains { $0.left > 0 } } || day != nil),
            "needs": .list(
                VisitNeed.allCases.map {
                    QueueFilters.option(
                        $0.rawValue, words.words.name("visitNeed", $0), isSelected: typed.needs.contains($0))
                }),
        ]
        // Day and time are one field here.
        let shown = errors.map { error in
            ["day", "minute"].contains(error.field ?? "")
                ? PlainError(error.kind, error.code, field: "when", values: error.values) : error
        }
        for name in ["about", "name", "phone"] { fields[name] = .text(form.text(name)) }
        for name in ["about", "name", "phone", "when"] {
            fields["\(name)Error"] = .text(request.message(shown, for: name))
        }
        return try await request.page(
            "visit/book", title: words.text("visit.bookTitle"), fields,
            status: errors.isEmpty ? .ok : .unprocessableContent, errors: shown)
    }

    private func bookedDay(_ form: Form) async throws -> LeaderDayFile? {
        guard let id = form.id("for", of: Named.LeaderDay.self) else { return nil }
        let file = try await reception.publishedDay(id)
        return file.state.phase == .planned && file.state.plan.day >= reception.today ? file : nil
    }

    private func leader(_ file: LeaderDayFile?, _ words: ReceptionWords) async throws -> Fields? {
        guard let file else { return nil }
        let place = try await reception.place(file.state.plan.place)
        return [
            "id": .text("\(file.state.id)"), "leader": .text(words.leader(file.state)),
            "when": .text(words.when(file.state.plan)), "place": .text(words.name(place.details.name)),
            "address": .text(place.details.address), "topics": .text(file.text(file.state.plan.topics?.id)),
        ]
    }

    func place(_ place: Place, _ words: ReceptionWords) -> Fields {
        [
            "id": .text("\(place.id)"), "name": .text(words.name(place.details.name)),
            "address": .text(place.details.address), "hours": .text(words.hours(place.details)),
            "phone": .text(place.details.phone),
            "phoneLink": .text(place.details.phone.map { $0.filter { $0.isNumber || $0 == "-" || $0 == "+" } }),
        ]
    }

    /// Days with their half hours, for one select; full ones are not offered.
    func days(
        _ times: [OfferedDay], _ chosen: (day: LocalDate, minute: Int)?, _ words: ReceptionWords
    ) -> [Fields] {
        times.compactMap { offered in
            let free = offered.slots.filter { slot in
                slot.left > 0 || (chosen.map { $0.day == offered.day && $0.minute == slot.minute } ?? false)
            }
            guard !free.isEmpty else { return nil }
            return [
                "day": .text(words.words.dateAndWeekday(offered.day)),
                "slots": .list(
                    free.map { slot in
                        QueueFilters.option(
                            "\(offered.day)/\(slot.minute)",
                            "\(words.words.date(offered.day)) \(words.words.clockTime(slot.minute))",
                            isSelected: chosen.map { $0.day == offered.day && $0.minute == slot.minute } ?? false)
                    }),
            ]
        }
    }

    private func bookedPage(
        _ request: PageRequest, _ appointment: Appointment, _ code: AccessCode
    ) async throws -> Response {
        let words = try await publicWords(request)
        let settings = request.site.settings
        let address = "\(settings.publicURL)/visit/mine#\(appointment.number).\(code.symbols)"
        var fields = try await self.fields(of: appointment, words)
        fields["code"] = .text(code.description)
        fields["numberAloud"] = .text(words.words.aloud(appointment.number))
        fields["codeAloud"] = .text(words.words.aloud(code.description))
        fields["qr"] = .html(QRCode.svg(address))
        fields["siteAddress"] = .text(settings.siteAddress)
        return try await request.page("visit/booked", title: words.text("visit.bookedTitle"), fields)
    }

    /// When, where, with whom; and what was said since about the leader's day.
    func fields(of appointment: Appointment, _ words: ReceptionWords) async throws -> Fields {
        let place = try await reception.place(appointment.place)
        var fields: Fields = [
            "number": .text(appointment.number), "day": .text(words.words.dateAndWeekday(appointment.day)),
            "time": .text(words.words.clockTime(appointment.minute)), "place": .group(self.place(place, words)),
            "leader": "", "change": "", "isCalledOff": false,
        ]
        if let id = appointment.leaderDay {
            let file = try await reception.publishedDay(id)
            let model = LeaderDayModel(file: file, place: place, viewer: Self.nobody, words: words)
            fields["leader"] = .text(words.leader(file.state))
            fields["change"] = .text(model.reason)
            fields["isCalledOff"] = .flag(file.state.phase == .cancelled)
        }
        return fields
    }

    /// Somebody without any right, for what everybody may read.
    static let nobody = Viewer(
        staff: StaffMember(
            id: StaffID(rawValue: 0), signInName: "", displayName: "", unit: UnitID(rawValue: 0), grants: [],
            isActive: false), organisation: .empty)
}

extension Optional {
    /// The value turned into something else, where there is one.
    func mapAsync<T>(_ transform: (Wrapped) async throws -> T) async rethrows -> T? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
