internal import Attachments
public import Kernel
internal import Ledger
internal import Organisation
internal import Storage

extension Casework {
    /// Takes a matter into the ledger. Nobody's words are refused: only missing words and over-long texts are errors.
    ///
    /// - Parameters:
    ///   - registration: what was said.
    ///   - submission: the one-time name of the request; sent again, it gives the same receipt.
    ///   - actor: who takes it in.
    /// - Throws: `PlainErrors` for wrong fields, `StorageError`.
    public func register(_ registration: Registration, submission: String, by actor: Actor) async throws -> CaseReceipt
    {
        let organisation = try await organisation.current()
        let input = try validated(registration, organisation)
        let now = clock.now()
        let date = deadlines.zone.date(of: now)
        let month = MatterNumber.month(of: date)
        let number = MatterNumber(month: month, sequence: try await numbers.next(month: month)).description
        let plan = try plan(input, number: number, submission: submission, by: actor, at: now, organisation)
        do {
            let earlier = try await database.write { tx -> String? in
                if let found = try submissions.find(tx, id: submission) { return found }
                try tx.executeAll(plan.statements)
                try attachments?.keep(input.files, of: plan.receipt.caseID.stream, in: tx)
                try submissions.record(tx, id: submission, result: "\(plan.receipt.caseID)", at: now)
                return nil
            }
            guard let earlier else { return plan.receipt }
            return try await receipt(earlier, submission: submission)
        } catch StorageError.duplicate {
            // Two copies of the same request raced; the other one won.
            return try await receipt(nil, submission: submission)
        } catch StorageError.outcomeUnknown {
            return try await receipt(nil, submission: submission)
        }
    }

    /// Everything of one registration, ready to be written in one go.
    struct RegistrationPlan: Sendable {
        let receipt: CaseReceipt
        let statements: [(String, [any SQLConvertible])]
    }

    private func plan(
        _ input: Registration, number: String, submission: String, by actor: Actor, at now: Instant,
        _ organisation: Organisation
    ) throws -> RegistrationPlan {
        let id: CaseID = ids.next()
        let reporterID: ReporterID = ids.next()
        let receiver = try receiver(of: input, organisation)
        let at = min(input.occurredAt ?? now, now)
        guard let code = keys.accessCode(for: submission) else { throw PlainError(.unavailable, "unavailable") }
        let title = input.title ?? PlainText.title(of: input.body)
        let titleText = newText(title)
        let body = newText(input.body)
        let place = input.place.map(newText)
        let wish = input.wish.map(newText)
        let person: PersonID? = input.contact.isEmpty ? nil : ids.next()
        let form = input.form.map(newText)
        let helper = try helper(input)
        let clocks = deadlines.clocks(for: input.kind, at: at)
        let isOffice = organisation.unit(receiver)?.kind == .countyOffice
        let passesOn: Rule.Condition.Receiver = isOffice ? .office : .organ
        let event = CaseEvent.registered(
            .init(
                number: number, channel: input.channel, title: titleText.reference, body: body.reference,
                place: place?.reference, wish: wish?.reference, category: input.category, area: input.area,
                receivedBy: receiver, urgency: input.urgency, pack: clocks.pack?.id ?? "",
                packVersion: clocks.pack?.version ?? 0,
                reporter: ReporterDetails(
                    id: reporterID, person: person, anonymous: input.anonymous, keepSecret: input.keepSecret,
                    noReply: input.noReply, needs: input.needs, codeHash: codeHash(code, of: number),
                    group: input.groupSize == nil ? nil : .representative, onBehalf: helper?.part),
                publishable: input.publishable, source: nil,
                clocks: clocks.start(on: .receipt, at: at, ClockFacts(receiver: passesOn)), kind: input.kind,
                receiver: passesOn, groupSize: input.groupSize, repeatOf: input.repeatOf, form: form?.reference))
        guard let state = CaseState(id: id, first: event, at: at) else { throw PlainError(.unavailable, "unavailable") }
        let group = try members(input, number: number, submission: submission)
        var all = [event] + group.map { CaseEvent.reporterAdded(.init(reporter: $0.details, channel: input.channel)) }
        if !input.files.isEmpty { all.append(.attached(.init(files: input.files, reporter: reporterID))) }
        let whole = all.dropFirst().reduce(state) { $0.evolved(by: $1, actor: actor, at: at) }
        let recorded = events.statements(
            for: try all.map { (try $0.newEvent(at: at), actor) }, toNew: id.stream, kind: "case")
        var statements = recorded.statements
        statements += [titleText, body, place, wish, form].compactMap { $0 }
            .map { texts.insertion($0, of: id.stream) }
        statements += CaseProjection(whole).statements(replacing: nil)
        if let person { statements += try vault.insertions(input.contact, as: person) }
        statements += helper?.statements ?? []
        for member in group { statements += member.statements }
        let words = [title, input.body, input.place, input.wish].compactMap { $0 }.joined(separator: "\n")
        return RegistrationPlan(
            receipt: CaseReceipt(
                caseID: id, reporterID: reporterID, number: number, code: code, title: title, registeredAt: now,
                notifyBy: state.nextClock?.start, fingerprint: recorded.events.first?.hash ?? "",
                members: group.map { MemberReceipt(reporterID: $0.details.id, name: $0.name, code: $0.code) }),
            statements: statements + search.insertions(body.reference.id, words, dialect: database.dialect))
    }

    /// The keyed hash under which a reporter's code is kept; the number keeps codes of matters apart.
    func codeHash(_ code: AccessCode, of number: String) -> String {
        hexadecimal(keys.codeHash(code.symbols, context: "reporter-code:\(number)"))
    }

    private func receiver(of input: Registration, _ organisation: Organisation) throws -> UnitID {
        if let unit = input.receivedBy { return unit }
        guard let office = organisation.units.first(where: { $0.kind == .countyOffice && $0.validTo == nil }) else {
            throw PlainError(.unavailable, "organisation.empty")
        }
        return office.id
    }

    func validated(_ registration: Registration, _ organisation: Organisation) throws -> Registration {
        var input = registration
        var errors: [PlainError] = []
        func check<T>(_ keep: T, _ body: () throws(PlainError) -> T) -> T {
            do {
                return try body()
            } catch {
                errors.append(error)
                return keep
            }
        }
        input.body = check(input.body) { () throws(PlainError) in try PlainText.required(input.body, field: "body") }
        input.title = check(input.title) { () throws(PlainError) in
            try PlainText.optional(input.title, field: "title", most: 120)
        }
        input.place = check(input.place) { () throws(PlainError) in
            try PlainText.optional(input.place, field: "place", most: 200)
        }
        input.wish = check(input.wish) { () throws(PlainError) in
            try PlainText.optional(input.wish, field: "wish", most: 1_000)
        }
        input.contact = check(input.contact) { () throws(PlainError) in try contact(input) }
        input.form = check(input.form) { () throws(PlainError) in
            try PlainText.optional(input.form, field: "form", most: 300)
        }
        // Only its form is looked at: whether there is such a matter is told to nobody who has not its code.
        let repeated = PlainText.cleaned(input.repeatOf ?? "")
        input.repeatOf = MatterNumber(repeated)?.description
        if !repeated.isEmpty, input.repeatOf == nil {
            errors.append(PlainError(.invalid, "case.numberUnknown", field: "repeatOf"))
        }
        input.needs = input.needs.filter(Registration.knownNeeds.contains)
        errors += groupErrors(input) + helperErrors(input)
        if let code = input.category, organisation.category(code) == nil {
            errors.append(PlainError(.invalid, "category.unknown", field: "category"))
        }
        if let code = input.area, organisation.area(code) == nil {
            errors.append(PlainError(.invalid, "area.unknown", field: "area"))
        }
        guard errors.isEmpty else { throw PlainErrors(errors) }
        return input
    }

    /// Contact data within sensible lengths. A phone is never refused for its form (short numbers, landlines), only a
    /// mobile number with a digit missing or too many is pointed out, because then nobody could call back.
    func contact(_ input: Registration) throws(PlainError) -> Contact {
        if input.anonymous { return Contact() }
        let name = try PlainText.optional(input.contact.name, field: "name", most: 60)
        let phone = try PlainText.optional(input.contact.phone, field: "phone", most: 40)
        let address = try PlainText.optional(input.contact.address, field: "address", most: 200)
        let identity = try PlainText.optional(input.contact.identityNumber, field: "identityNumber", most: 18)
        if let phone {
            let digits = phone.filter { $0.isASCII && $0.isNumber }
            if digits.first == "1", (8...13).contains(digits.count), digits.count != 11 {
                throw PlainError(.invalid, "phone.length", field: "phone", values: ["digits": "\(digits.count)"])
            }
        }
        return Contact(name: name, phone: phone, address: address, identityNumber: identity)
    }
}
