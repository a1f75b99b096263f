public import Kernel
internal import Ledger
internal import Storage

/// A time with the row that counts how many of it are taken.
struct BookedTime: Sendable {
    let place: PlaceID
    let day: LocalDate
    let minute: Int
    var leaderDay: LeaderDayID?
    /// How many can be booked.
    let most: Int

    /// Names the row.
    var slot: String { Self.slot(place, day, minute, leaderDay) }

    static func slot(_ place: PlaceID, _ day: LocalDate, _ minute: Int, _ leaderDay: LeaderDayID?) -> String {
        leaderDay.map { "l:\($0)" } ?? "p:\(place):\(day):\(minute)"
    }

    /// Takes one; the last two who press at once do not both get it.
    ///
    /// - Throws: `reception.slotFull`.
    func take(_ tx: any Transaction) throws {
        let full = PlainError(.conflict, "reception.slotFull", field: "minute")
        guard most > 0 else { throw full }
        let row = try tx.first(
            """
            INSERT INTO appointment_slots (slot, day, taken) VALUES ($1, $2, 1)
            ON CONFLICT (slot) DO UPDATE SET taken = appointment_slots.taken + 1, day = $2
            WHERE appointment_slots.taken < $3 RETURNING taken
            """, [slot, day, most])
        guard row != nil else { throw full }
    }

    /// Gives one back.
    static func release(_ slot: String, _ tx: any Transaction) throws {
        try tx.execute("UPDATE appointment_slots SET taken = taken - 1 WHERE slot = $1 AND taken > 0", [slot])
    }
}

extension Reception {
    /// Days of the coming fortnight on which a place offers times.
    public func bookableDays(of place: Place) -> [LocalDate] {
        guard place.details.capacity > 0 else { return [] }
        return (0...Self.daysAhead).map { today.adding(days: $0) }.filter { day in
            place.isOpen(on: day, calendar) && (day > today || place.slotMinutes.contains { $0 > minuteOfDay })
        }
    }

    /// The half hours of the coming fortnight with what is left of each; days without any are left out.
    public func times(of place: Place) async throws -> [OfferedDay] {
        let days = bookableDays(of: place)
        guard let first = days.first, let last = days.last else { return [] }
        let taken = try await database.read { tx in
            let rows = try tx.rows(
                "SELECT slot, taken FROM appointment_slots WHERE slot >= $1 AND slot < $2",
                ["p:\(place.id):\(first):", "p:\(place.id):\(last);"])
            return Dictionary(
                try rows.map { (try $0.text(0), try $0.int(1)) }, uniquingKeysWith: { first, _ in first })
        }
        return days.map { day in
            OfferedDay(
                day: day,
                slots: place.slotMinutes.filter { day > today || $0 > minuteOfDay }.map { minute in
                    let used = taken[BookedTime.slot(place.id, day, minute, nil)] ?? 0
                    return Slot(minute: minute, left: max(0, place.details.capacity - used))
                })
        }
    }

    /// Seats of a leader's day that are left.
    public func seatsLeft(_ days: [LeaderDayRow]) async throws -> [LeaderDayID: Int] {
        guard !days.isEmpty else { return [:] }
        let names = days.map { "l:\($0.id)" }
        let taken = try await database.read { tx in
            let marks = names.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            let rows = try tx.rows("SELECT slot, taken FROM appointment_slots WHERE slot IN (\(marks))", names)
            return Dictionary(
                try rows.map { (try $0.text(0), try $0.int(1)) }, uniquingKeysWith: { first, _ in first })
        }
        return Dictionary(
            days.map { ($0.id, max(0, $0.seats - (taken["l:\($0.id)"] ?? 0))) }, uniquingKeysWith: { first, _ in first }
        )
    }

    /// Books a time, once for a submission.
    ///
    /// - Returns: the appointment and the code that opens it.
    public func book(
        _ draft: BookingDraft, submission: String
    ) async throws -> (appointment: Appointment, code: AccessCode) {
        guard let code = keys.accessCode(for: "appointment:\(submission)") else {
            throw PlainError(.unavailable, "unavailable")
        }
        if let known: AppointmentID = try await records.begun(submission), let found = try await appointment(known) {
            return (found, code)
        }
        let details = try checked(draft.details)
        let time = try await time(draft)
        let now = clock.now()
        let month = MatterNumber.month(of: today)
        let number = AppointmentNumber(
            MatterNumber(month: month, sequence: try await appointmentNumbers.next(month: month))
        ).description
        let id: AppointmentID = ids.next()
        let sealed = try keys.seal(
            secret: Array(try StableJSON.text(details).utf8), context: Appointment.context(id))
        let hash = keys.codeHash(code.symbols, context: "appointment-code:\(number)")
        let answer = try await submissions.once(database, id: submission, at: now) { tx in
            try tx.execute(
                """
                INSERT INTO appointments (id, number, code_hash, place_id, day, minute, leader_day_id, state, sealed,
                  booked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'booked', $8, $9)
                """, [id, number, hash, time.place, time.day, time.minute, time.leaderDay, sealed, now])
            try time.take(tx)
            return "\(id)"
        }
        guard let made = AppointmentID(answer.result), let found = try await appointment(made) else {
            throw PlainError(.unavailable, "unavailable")
        }
        return (found, code)
    }

    /// The appointment that number and code open; `nil` for every miss.
    public func findAppointment(number: String, code: String) async throws -> Appointment? {
        let parsed = AppointmentNumber(typed: number)?.description ?? "Y0000-0000-0"
        let typed = AccessCode(code)
        let wanted = keys.codeHash(typed?.symbols ?? "", context: "appointment-code:\(parsed)")
        let row = try await database.read { tx in
            try tx.first("SELECT \(Appointment.columns) FROM appointments WHERE number = $1", [parsed])
        }
        guard let row, constantTimeEqual(try row.blob(9), wanted), typed != nil else { return nil }
        return try Appointment(row: row, keys)
    }

    /// Moves an appointment to another time of the same place; the old one is free again.
    public func move(_ appointment: Appointment, to day: LocalDate?, minute: Int?) async throws {
        if appointment.day == day, appointment.minute == minute { return }
        guard appointment.leaderDay == nil else { throw PlainError(.conflict, "reception.appointmentFixed") }
        let time = try await time(BookingDraft(place: appointment.place, day: day, minute: minute))
        try await database.write { tx in
            let moved = try tx.execute(
                """
                UPDATE appointments SET day = $1, minute = $2
                WHERE id = $3 AND state = 'booked' AND day = $4 AND minute = $5
                """, [time.day, time.minute, appointment.id, appointment.day, appointment.minute])
            guard moved == 1 else { throw PlainError(.conflict, "reception.appointmentOver") }
            try BookedTime.release(
                BookedTime.slot(appointment.place, appointment.day, appointment.minute, nil), tx)
            try time.take(tx)
        }
    }

    /// Cancels it: what was said is gone at once, and the time is free again. Cancelling twice is cancelling.
    public func cancel(_ appointment: Appointment) async throws {
        try await database.write { tx in
            let gone = try tx.execute(
                "UPDATE appointments SET state = 'cancelled', sealed = NULL WHERE id = $1 AND state = 'booked'",
                [appointment.id])
            guard gone == 1 else { return }
            let slot = BookedTime.slot(
                appointment.place, appointment.day, appointment.minute, appointment.leaderDay)
            try BookedTime.release(slot, tx)
        }
    }

    /// An appointment.
    func appointment(_ id: AppointmentID) async throws -> Appointment? {
        try await database.read { tx in
            try tx.first("SELECT \(Appointment.columns) FROM appointments WHERE id = $1", [id])
                .map { try Appointment(row: $0, keys) }
        }
    }

    private func time(_ draft: BookingDraft) async throws -> BookedTime {
        if let id = draft.leaderDay {
            let day = try await leaderDay(id)
            guard day.phase == .planned, day.day > today || (day.day == today && day.until > minuteOfDay) else {
                throw PlainError(.conflict, "reception.dayNotBookable", field: "minute")
            }
            return BookedTime(
                place: day.place, day: day.day, minute: day.from, leaderDay: id, most: day.seats)
        }
        guard let id = draft.place else { throw PlainError(.invalid, "choice.missing", field: "place") }
        let place = try await place(id)
        guard let day = draft.day else { throw PlainError(.invalid, "choice.missing", field: "day") }
        guard let minute = draft.minute else { throw PlainError(.invalid, "choice.missing", field: "minute") }
        guard bookableDays(of: place).contains(day), place.slotMinutes.contains(minute),
            day > today || minute > minuteOfDay
        else { throw PlainError(.invalid, "reception.timeNotOffered", field: "minute") }
        return BookedTime(place: id, day: day, minute: minute, most: place.details.capacity)
    }

    private func checked(_ details: AppointmentDetails) throws -> AppointmentDetails {
        var problems = ProblemList()
        var out = details
        out.about =
            problems.note { () throws(PlainError) in
                try ReceptionText.required(details.about, field: "about", most: 200)
            }
        out.name =
            problems.optional(details.name, field: "name", most: 60)
        out.phone =
            problems.optional(details.phone, field: "phone", most: 30)
        if let phone = out.phone, Contact.normalisedPhone(phone) == nil {
            problems.add(PlainError(.invalid, "reception.phoneInvalid", field: "phone"))
        }
        try problems.check()
        return out
    }
}
