public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// A place as somebody types it.
public struct PlaceDraft: Sendable {
    /// The unit that runs it.
    public var unit: UnitID?
    /// Its name in Chinese and English.
    public var name: String
    /// The English name; may be empty.
    public var nameEnglish: String
    /// Where it is.
    public var address: String
    /// How it is reached by telephone.
    public var phone: String
    /// Its hours as people write them: `8:30-12:00 14:30-17:30`.
    public var hours: String
    /// The weekdays on which it is open; empty: every working day.
    public var weekdays: [Int]
    /// Appointments in one half hour.
    public var capacity: Int?

    /// A place.
    public init(
        unit: UnitID?, name: String, nameEnglish: String = "", address: String, phone: String = "", hours: String,
        weekdays: [Int] = [], capacity: Int? = 0
    ) {
        self.unit = unit
        self.name = name
        self.nameEnglish = nameEnglish
        self.address = address
        self.phone = phone
        self.hours = hours
        self.weekdays = weekdays
        self.capacity = capacity
    }

    /// Reads hours as people write them; `nil` when a part is no span.
    static func spans(_ typed: String) -> [DaySpan]? {
        let parts = typed.split { " ,，、;；\n".contains($0) }.map(String.init)
        var spans: [DaySpan] = []
        for part in parts {
            let ends = part.split { "-–—~至".contains($0) }
            guard ends.count == 2, let from = ReceptionText.minute(ends[0]),
                let until = ReceptionText.minute(ends[1]), let span = DaySpan(from: from, until: until)
            else { return nil }
            spans.append(span)
        }
        spans.sort { $0.from < $1.from }
        for (first, second) in zip(spans, spans.dropFirst()) where second.from < first.until { return nil }
        return spans.isEmpty ? nil : spans
    }

    /// - Parameter isUnit: whether there is such a unit.
    func details(isUnit: (UnitID) -> Bool) throws -> PlaceDetails {
        var problems = ProblemList()
        let (typedName, typedAddress) = (self.name, self.address)
        let name = problems.note { () throws(PlainError) in
            try ReceptionText.required(typedName, field: "name", most: 60)
        }
        let english = problems.optional(nameEnglish, field: "nameEnglish", most: 100)
        let address = problems.note { () throws(PlainError) in
            try ReceptionText.required(typedAddress, field: "address", most: 200)
        }
        let phone = problems.optional(self.phone, field: "phone", most: 30)
        let hours = Self.spans(self.hours)
        if hours == nil { problems.add(ReceptionError.hoursInvalid.plain) }
        let capacity = self.capacity ?? -1
        if !(0...50).contains(capacity) {
            problems.add(PlainError(.invalid, "reception.capacityInvalid", field: "capacity"))
        }
        if unit.map(isUnit) != true {
            problems.add(PlainError(.invalid, "unit.unknown", field: "unit"))
        }
        try problems.check()
        guard let unit, let name, let address, let hours else {
            throw PlainError(.invalid, "form.malformed")
        }
        return PlaceDetails(
            unit: unit, name: LocalizedName(zh: name, en: english), address: address, phone: phone,
            hours: hours,
            weekdays: Set(weekdays.filter { (1...7).contains($0) }).sorted(), capacity: capacity)
    }
}

/// The frame of a form: the version that it shows, and its one-time name.
public struct ReceptionForm: Sendable {
    /// The version that the form carried.
    public var version: Int?
    /// One-time name of the request.
    public var submission: String?

    /// A frame.
    public init(version: Int? = nil, submission: String? = nil) {
        self.version = version
        self.submission = submission
    }
}

extension Reception {
    /// Sets a place up.
    @discardableResult
    public func openPlace(_ draft: PlaceDraft, submission: String?, by viewer: Viewer) async throws -> PlaceID {
        if let known: PlaceID = try await records.begun(submission) { return known }
        let details = try draft.details { viewer.organisation.unit($0) != nil }
        try viewer.require(.manageOrganisation, on: details.unit)
        return try await records.begin(
            Place.self, ids.next(), .opened(details), RecordChange(actor: viewer.actor, submission: submission))
    }

    /// Changes what is published of it.
    public func changePlace(
        _ id: PlaceID, to draft: PlaceDraft, _ form: ReceptionForm = ReceptionForm(), by viewer: Viewer
    ) async throws {
        let details = try draft.details { viewer.organisation.unit($0) != nil }
        try viewer.require(.manageOrganisation, on: details.unit)
        try await change(id, form, by: viewer, .change(details))
    }

    /// Sets a desk up, or changes the one with its number.
    public func setDesk(
        _ desk: ReceptionDesk, of id: PlaceID, _ form: ReceptionForm = ReceptionForm(), by viewer: Viewer
    ) async throws {
        try desk.check()
        guard viewer.organisation.unit(desk.unit) != nil else {
            throw PlainError(.invalid, "unit.unknown", field: "deskUnit")
        }
        try await change(id, form, by: viewer, .setDesk(desk))
    }

    /// Plans somebody at a desk.
    public func addDuty(
        at desk: Int, staff: StaffID?, weekdays: [Int], hours: String, of id: PlaceID,
        _ form: ReceptionForm = ReceptionForm(), by viewer: Viewer
    ) async throws {
        guard let staff, viewer.organisation.staff(staff)?.isActive == true else {
            throw PlainError(.invalid, "choice.missing", field: "staff")
        }
        guard let spans = PlaceDraft.spans(hours), spans.count == 1 else {
            throw PlainError(.invalid, "reception.hoursInvalid", field: "dutyHours")
        }
        let days = Set(weekdays.filter { (1...7).contains($0) }).sorted()
        try await change(id, form, by: viewer, .addDuty(desk: desk, staff: staff, weekdays: days, span: spans[0]))
    }

    /// Takes a plan back.
    public func endDuty(
        _ duty: Int, of id: PlaceID, _ form: ReceptionForm = ReceptionForm(), by viewer: Viewer
    ) async throws {
        try await change(id, form, by: viewer, .endDuty(duty))
    }

    /// Closes a place for good, or opens it again.
    public func closePlace(
        _ id: PlaceID, _ isClosed: Bool, _ form: ReceptionForm = ReceptionForm(), by viewer: Viewer
    ) async throws {
        try await change(id, form, by: viewer, .close(isClosed))
    }

    private func change(
        _ id: PlaceID, _ form: ReceptionForm, by viewer: Viewer, _ command: PlaceCommand
    ) async throws {
        try await records.change(
            Place.self, id,
            RecordChange(actor: viewer.actor, expected: form.version, submission: form.submission)
        ) { state in
            try viewer.require(.manageOrganisation, on: state.details.unit)
            return command
        }
    }

    /// All places, by their identifier: the order in which they were set up.
    public func places(withClosed: Bool = false) async throws -> [Place] {
        try await database.read { tx in
            try tx.rows("SELECT id, closed, details, version FROM reception_places ORDER BY id LIMIT 500")
                .map { try Place(row: $0) }
        }.filter { withClosed || !$0.isClosed }
    }

    /// A place.
    ///
    /// - Throws: `reception.placeNotFound`.
    public func place(_ id: PlaceID) async throws -> Place {
        let found = try await database.read { tx in
            try tx.first("SELECT id, closed, details, version FROM reception_places WHERE id = $1", [id])
                .map { try Place(row: $0) }
        }
        guard let found else { throw Place.notFound }
        return found
    }
}
