internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

/// "I was put under pressure because of my letter": a short way of its own that does not pass the unit complained of
/// (宪法 Art. 41, 《信访工作条例》 Art. 18, 46). It becomes an ordinary matter of the office above; who is accused is named
/// there, by a person.
extension Portal {
    private static let fieldNames = ["body", "name", "phone", "number"]

    /// From the page of a matter the number is filled in.
    func pressed(_ request: PageRequest) async throws -> Response {
        let about = MatterNumber(request.query.text("about"))?.description ?? ""
        return try await page(request, Form([Form.Item(name: "number", value: about)]), errors: [])
    }

    func sendPressed(_ request: PageRequest) async throws -> Response {
        let form = request.form
        let organisation = try await request.site.organisation.current()
        let unit = form.id("unit", of: Named.Unit.self).flatMap { organisation.unit($0) }
        let number = MatterNumber(form.text("number"))
        var errors: [PlainError] = []
        if number == nil, !PlainText.cleaned(form.text("number")).isEmpty {
            errors.append(PlainError(.invalid, "case.numberUnknown", field: "number"))
        }
        var registration = Registration(channel: .web, body: form.text("body"))
        registration.contact = Contact(name: form.text("name"), phone: form.text("phone"))
        registration.anonymous = registration.contact.isEmpty
        // Whoever is complained of must not learn how to reach whoever writes.
        registration.keepSecret = true
        registration.receivedBy = organisation.receiver(ofComplaintAbout: unit?.id, on: request.site.today)
        errors += try await casework.problems(in: registration)
        guard errors.isEmpty else { return try await page(request, form, errors: errors) }
        try request.spend(.write)
        registration.title = request.words.text("remedies.pressedMatterTitle")
        registration.body = PlainText.cleaned(form.text("body")) + stated(unit, number, request)
        let receipt = try await casework.register(
            registration, submission: try request.requiredSubmission, by: .newReporter)
        return try await sent(
            request, receipt,
            SentLetter(kind: .pressed, addressee: form.text("name"), anonymous: registration.anonymous))
    }

    /// What was chosen, below the own words: the form says beforehand that it is added.
    private func stated(_ unit: Organisation.Unit?, _ number: MatterNumber?, _ request: PageRequest) -> String {
        var lines: [String] = []
        if let unit {
            let name = unit.name.text(isEnglish: request.language.isEnglish)
            lines.append(request.words.text("remedies.pressedUnitLine", ["unit": name]))
        }
        if let number { lines.append(request.words.text("remedies.pressedNumberLine", ["number": "\(number)"])) }
        return lines.map { "\n\n" + $0 }.joined()
    }

    private func page(_ request: PageRequest, _ form: Form, errors: [PlainError]) async throws -> Response {
        let organisation = try await request.site.organisation.current()
        let today = request.site.today
        let isEnglish = request.language.isEnglish
        let chosen = form.id("unit", of: Named.Unit.self)
        let office = organisation.receiver(ofComplaintAbout: nil, on: today).flatMap { organisation.unit($0) }
        let units = organisation.units.filter { $0.isValid(on: today) && $0.kind != .superior }.map { unit -> Fields in
            [
                "id": .text("\(unit.id)"), "name": .text(unit.name.text(isEnglish: isEnglish)),
                "selected": .flag(unit.id == chosen),
            ]
        }
        let above = organisation.units.filter { $0.kind == .superior && $0.isValid(on: today) }.map { unit -> Fields in
            [
                "name": .text(unit.name.text(isEnglish: isEnglish)), "address": .text(unit.address),
                "phone": .text(unit.phone),
                "phoneLink": .text(unit.phone.map { $0.filter { $0.isASCII && ($0.isNumber || $0 == "-") } }),
            ]
        }
        var fields: Fields = [
            "submission": request.submissionField(), "units": .list(units),
            "hasAbove": .flag(!above.isEmpty), "above": .list(above),
            "officeName": .text(office?.name.text(isEnglish: isEnglish)),
            "bodyMaximum": .number(PlainText.longestBody - 200),
        ]
        for field in Self.fieldNames {
            fields[field] = .text(form.text(field))
            fields["\(field)Error"] = .text(request.message(errors, for: field))
        }
        return try await request.page(
            "portal/pressed", title: request.words.text("remedies.pressedTitle"), fields,
            status: errors.isEmpty ? .ok : .unprocessableContent, errors: errors)
    }
}

extension Organisation {
    /// Who reads a complaint about a unit's pressure: the county's office; where that is complained of, a body above it
    /// in which somebody works here.
    func receiver(ofComplaintAbout unit: UnitID?, on today: LocalDate) -> UnitID? {
        let office = units.first { $0.kind == .countyOffice && $0.isValid(on: today) }?.id
        // Whoever has rights over the office reads what comes there, so a complaint about them goes further up.
        guard let unit, let office, isInside(office, unit) else { return office }
        let above = units.first { superior in
            superior.kind == .superior && superior.isValid(on: today)
                && staffMembers(of: superior.id).contains(where: \.isActive)
        }
        return above?.id ?? office
    }
}
