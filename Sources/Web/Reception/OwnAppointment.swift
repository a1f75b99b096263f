internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Reception

extension ReceptionPages {
    /// Asks for number and code.
    func mine(_ request: PageRequest) async throws -> Response {
        try await lookUpPage(request, isMissed: false, notice: notice(request))
    }

    /// Shows the appointment that number and code open. The answer is the same for every miss.
    func openMine(_ request: PageRequest) async throws -> Response {
        guard let found = try await opened(request) else { return try await lookUpPage(request, isMissed: true) }
        return try await minePage(request, found, errors: [])
    }

    /// Moves it to another time.
    func move(_ request: PageRequest) async throws -> Response {
        guard let found = try await opened(request) else { return try await lookUpPage(request, isMissed: true) }
        return try await run {
            let when = BookingForm(form: request.form).when
            try await reception.move(found, to: when?.day, minute: when?.minute)
            guard let moved = try await opened(request) else { throw PlainError(.notFound, "route.missing") }
            return try await minePage(request, moved, errors: [], notice: request.words.text("visit.moved"))
        } again: { errors in
            try await minePage(request, found, errors: errors)
        }
    }

    /// Cancels it.
    func cancel(_ request: PageRequest) async throws -> Response {
        guard let found = try await opened(request) else { return try await lookUpPage(request, isMissed: true) }
        try await reception.cancel(found)
        guard let gone = try await opened(request) else { throw PlainError(.notFound, "route.missing") }
        return try await minePage(request, gone, errors: [], notice: request.words.text("visit.cancelled"))
    }

    private func opened(_ request: PageRequest) async throws -> Appointment? {
        let (number, code) = (request.form.text("number"), request.form.text("code"))
        let slowed = AppointmentNumber(typed: number)?.description ?? ""
        if !slowed.isEmpty { try await request.slowDown(for: slowed) }
        let found = try await reception.findAppointment(number: number, code: code)
        if found == nil, !slowed.isEmpty { _ = request.recordMiss(for: slowed) }
        return found
    }

    private func lookUpPage(
        _ request: PageRequest, isMissed: Bool, notice: String? = nil
    ) async throws -> Response {
        let fields: Fields = [
            "isOpen": false, "missed": .flag(isMissed), "number": .text(String(request.form.text("number").prefix(40))),
            "code": "", "appointment": false, "days": .list([]), "canMove": false, "canCancel": false,
            "isCancelled": false, "hasCome": false, "whenError": "", "hasTimes": false,
        ]
        return try await request.page(
            "visit/mine", title: request.words.text("visit.mineTitle"), fields, status: isMissed ? .notFound : .ok,
            notice: notice)
    }

    private func minePage(
        _ request: PageRequest, _ found: Appointment, errors: [PlainError], notice: String? = nil
    ) async throws -> Response {
        let words = try await publicWords(request)
        let isOpen = found.state == .booked && found.day >= reception.today
        let canMove = isOpen && found.leaderDay == nil
        let times = canMove ? try await reception.times(of: try await reception.place(found.place)) : []
        let shown = errors.map { PlainError($0.kind, $0.code, field: "when", values: $0.values) }
        let fields: Fields = [
            "isOpen": true, "missed": false, "number": .text(found.number), "code": .text(request.form.text("code")),
            "appointment": .group(try await self.fields(of: found, words)),
            "days": .list(days(times, nil, words)), "canMove": .flag(canMove), "canCancel": .flag(isOpen),
            "isCancelled": .flag(found.state == .cancelled), "hasCome": .flag(found.state == .came),
            "whenError": .text(request.message(shown, for: "when")),
            "hasTimes": .flag(times.contains { $0.slots.contains { $0.left > 0 } }),
        ]
        return try await request.page(
            "visit/mine", title: words.text("visit.mineTitle"), fields,
            status: errors.isEmpty ? .ok : .unprocessableContent, errors: shown, notice: notice)
    }
}
