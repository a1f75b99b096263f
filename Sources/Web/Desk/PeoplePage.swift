internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

extension Desk {
    func people(_ request: PageRequest) async throws -> Response {
        try await peoplePage(request, found: nil, errors: [])
    }

    /// Looks a person up by a whole number, with a reason that is recorded. A form, so that no number gets into an
    /// address or a log.
    func findPeople(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let value = request.form.text("value")
        let isPhone = request.form["kind"] != "identity"
        var errors: [PlainError] = []
        if value.filter(\.isNumber).count < 5 { errors.append(PlainError(.invalid, "value.short", field: "value")) }
        if PlainText.cleaned(request.form.text("reason")).isEmpty {
            errors.append(PlainError(.invalid, "text.missing", field: "reason"))
        }
        guard errors.isEmpty else { return try await peoplePage(request, found: nil, errors: errors) }
        do {
            let found = try await casework.lookUp(
                phone: isPhone ? value : nil, identityNumber: isPhone ? nil : value,
                reason: request.form.text("reason"),
                by: viewer)
            return try await peoplePage(request, found: found, errors: [])
        } catch let error as PlainError where error.kind == .invalid {
            return try await peoplePage(request, found: nil, errors: [error])
        }
    }

    private func peoplePage(
        _ request: PageRequest, found: [FoundPerson]?, errors: [PlainError]
    ) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let seesJudgement = viewer.may(.seeJudgement, on: nil)
        let form = request.form
        let fields: Fields = [
            "submission": "", "kindIsPhone": .flag(form["kind"] != "identity"),
            "kindIsIdentity": .flag(form["kind"] == "identity"), "value": .text(form.text("value")),
            "valueError": .text(request.message(errors, for: "value")), "reason": .text(form.text("reason")),
            "reasonError": .text(request.message(errors, for: "reason")), "searched": .flag(found != nil),
            "foundText": .text(found.map { words.words.counted("work.found", $0.count) }),
            "people": .list((found ?? []).map { person($0, words, seesJudgement: seesJudgement) }),
        ]
        return try await request.page(
            "desk/people", title: words.text("desk.peopleTitle"), fields,
            status: errors.isEmpty ? .ok : .unprocessableContent, errors: errors)
    }

    private func person(_ person: FoundPerson, _ words: MatterWords, seesJudgement: Bool) -> Fields {
        [
            "name": .text(person.contact.name ?? words.text("story.resident")),
            "maskedPhone": .text(person.contact.phone.map(ContactMask.phone)),
            "matters": .list(
                person.matters.map { matter in
                    [
                        "url": .text("/desk/matter/\(matter.number)"), "number": .text(matter.number),
                        "titleText": .text(matter.title),
                        "phase": .text(words.phase(matter.phase, seesJudgement: seesJudgement)),
                        "date": .text(words.words.fullDate(words.book.zone.date(of: matter.registeredAt))),
                    ]
                }),
        ]
    }
}
