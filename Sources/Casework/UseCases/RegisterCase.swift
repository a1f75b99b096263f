public import Attachments
public import Kernel
public import Ledger
public import Organisation
internal import Storage

/// A resident's matter as it is told or written, before it has a number.
public struct Registration: Sendable {
    /// How it arrived.
    public var channel: Channel
    /// A title, where staff wrote one; otherwise the first sentence serves.
    public var title: String?
    /// The resident's own words.
    public var body: String
    /// Where it is, in words.
    public var place: String?
    /// What the resident hopes for.
    public var wish: String?
    /// Category code, where known.
    public var category: String?
    /// Area code, where known.
    public var area: String?
    /// How pressing the matter is.
    public var urgency: MatterUrgency = .normal
    /// Contact data; empty for an anonymous resident.
    public var contact = Contact()
    /// The resident gives no name.
    public var anonymous = false
    /// Contact data is to be kept from the handling unit.
    public var keepSecret = false
    /// No reply is wanted.
    public var noReply = false
    /// Large print, read aloud, sign language, dialect.
    public var needs: [String] = []
    /// The resident agrees that the matter may later be shown without names.
    public var publishable = false
    /// The unit that took it in; the county office for the portal.
    public var receivedBy: UnitID?
    /// When it was said or written, when that is not now.
    public var occurredAt: Instant?
    /// What kind of case it is.
    public var kind = MatterKind.petition
    /// How many came together; nothing for somebody who comes alone.
    public var groupSize: Int?
    /// The others of a group: representatives first, at most five with the first resident; members are told the result.
    public var others: [GroupMember] = []
    /// The number of the matter that this contact repeats.
    public var repeatOf: String?
    /// In which form an applicant wants the information.
    public var form: String?
    /// Who writes for the resident; nothing for somebody who writes for themselves.
    public var onBehalf: HelperDraft?
    /// Files that were sent with it.
    public var files: [FileReference] = []

    /// The needs that there are; nothing else about a person gets into the ledger by this way.
    public static let knownNeeds: Set<String> = ["readAloud", "sign", "dialect", "largePrint", "paper"]

    /// A registration of somebody's words.
    public init(channel: Channel, body: String) {
        self.channel = channel
        self.body = body
    }
}

/// Somebody who writes for somebody else, as it was said.
public struct HelperDraft: Hashable, Sendable {
    /// What they are to the person concerned.
    public var relation: HelperRelation?
    /// How the person concerned agreed; without it nothing is sent for anybody.
    public var consent: ConsentForm?
    /// When; today where nothing is said.
    public var agreedOn: LocalDate?
    /// The helper's own name and telephone.
    public var contact: Contact

    /// A helper.
    public init(
        relation: HelperRelation? = nil, consent: ConsentForm? = nil, agreedOn: LocalDate? = nil,
        contact: Contact = Contact()
    ) {
        self.relation = relation
        self.consent = consent
        self.agreedOn = agreedOn
        self.contact = contact
    }
}

/// One more of a group.
public struct GroupMember: Hashable, Sendable {
    /// Contact data.
    public var contact: Contact
    /// Speaks for all, or is told the result.
    public var role: GroupRole

    /// One more.
    public init(_ contact: Contact, as role: GroupRole) {
        self.contact = contact
        self.role = role
    }
}

/// What one more of a group gets.
public struct MemberReceipt: Sendable, Hashable {
    /// The part.
    public let reporterID: ReporterID
    /// Who, as it was said.
    public let name: String?
    /// The code, shown once.
    public let code: AccessCode
}

/// What a resident gets: number, code, and what was registered.
public struct CaseReceipt: Sendable, Hashable {
    /// The matter.
    public let caseID: CaseID
    /// This resident's part.
    public let reporterID: ReporterID
    /// The readable number.
    public let number: String
    /// The code, shown once.
    public let code: AccessCode
    /// The title under which it is kept.
    public let title: String
    /// When the ledger took it.
    public let registeredAt: Instant
    /// The first clock: by when the resident is told who answers.
    public let notifyBy: ClockStart?
    /// SHA-256 of what was registered, hexadecimal.
    public let fingerprint: String
    /// The others of a group.
    public var members: [MemberReceipt] = []
}

extension Casework {
    /// Takes a matter into the ledger. Nobody's words are refused: only missing words and over-long texts are errors.
    ///
    /// - Parameters:
    ///   - registration: what was said.
    ///   - submission: the one-time name of the request; sent again with the same words, it gives the same receipt.
    ///   - actor: who takes it in.
    /// - Throws: `PlainErrors` for wrong fields, or `case.sentAlready` when other words came under that name before:
    ///   nobody is told that words arrived which did not, nor given the code of what somebody else wrote before them.
    ///   `StorageError`.
    public func register(_ registration: Registration, submission: String, by actor: Actor) async throws -> CaseReceipt
    {
        let organisation = try await organisation.current()
        let input = try validated(registration, organisation)
        let now = clock.now()
        let date = deadlines.zone.date(of: now)
        let month = MatterNumber.month(of: date)
        let number = MatterNumber(month: month, sequence: try await numbers.next(month: month)).description
        let plan = try plan(input, number: number, submission: submission, by: actor, at: now, organisation)
        let request = RegistrationRequest(submission: submission, digest: digest(of: input, submission))
        do {
            let earlier = try await database.write { tx -> String? in
                if let found = try submissions.find(tx, id: submission) { return found }
                try tx.executeAll(plan.statements)
                try attachments?.keep(input.files, of: plan.receipt.caseID.stream, in: tx)
                try submissions.record(tx, id: submission, result: "\(plan.receipt.caseID) \(request.digest)", at: now)
                return nil
            }
            guard let earlier else { return plan.receipt }
            return try await receipt(earlier, request)
        } catch StorageError.duplicate {
            // Two copies of the same request raced; the other one won.
            return try await receipt(nil, request)
        } catch StorageError.outcomeUnknown {
            return try await receipt(nil, request)
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
