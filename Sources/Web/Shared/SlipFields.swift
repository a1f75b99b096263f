internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The A5 slip as fields: all that `parts/slip` names.
enum SlipFields {
    /// What a slip can say.
    struct Content: Sendable {
        var number: String
        /// Shown once; nothing on a slip that is printed again.
        var code: AccessCode?
        var addressee: String?
        var gist: String
        var leadUnit = ""
        var helpUnits = ""
        /// By when the resident is told who answers.
        var firstContact: LocalDate?
        /// By when there is an answer.
        var deadline: LocalDate?
        var receiver: String?
        var receivedAt: Instant
        var fingerprint: String
        var counter: Organisation.Unit?
    }

    /// The slip of a matter that was just registered. Who it is addressed to, and which counter is near, the page adds.
    static func fields(_ receipt: CaseReceipt, _ request: PageRequest) -> Fields {
        let words = request.words
        var fields = fields(
            Content(
                number: receipt.number, code: receipt.code, addressee: nil, gist: receipt.title,
                firstContact: receipt.notifyBy?.due, receivedAt: receipt.registeredAt, fingerprint: receipt.fingerprint),
            words, request.site.settings)
        fields["numberAloud"] = .text(words.aloud(receipt.number))
        fields["codeAloud"] = .text(words.aloud(receipt.code.description))
        fields["deadlineLeft"] = .text(
            receipt.notifyBy.map { words.days(max(0, $0.due.days(since: request.site.today))) })
        return fields
    }

    /// All fields of a slip.
    static func fields(_ content: Content, _ words: Words, _ settings: WebSettings) -> Fields {
        let isEnglish = words.language.isEnglish
        let code = content.code.map { QRCode.svg(address(of: content.number, $0, settings.publicURL)) }
        return [
            "number": .text(content.number), "code": .text(content.code?.description),
            "addressee": .text(content.addressee), "gist": .text(content.gist), "leadUnit": .text(content.leadUnit),
            "helpUnits": .text(content.helpUnits),
            "firstContactDate": .text(content.firstContact.map { words.dateAndWeekday($0) }),
            "deadlineDate": .text(content.deadline.map { words.dateAndWeekday($0) }),
            "qr": .optional(code), "siteAddress": .text(settings.siteAddress),
            "nearCounter": .optional(
                content.counter.map { unit in
                    let open = [unit.hours, unit.address].compactMap { $0 }
                    return [
                        "name": .text(unit.name.text(isEnglish: isEnglish)),
                        "hours": .text(open.joined(separator: words.text("story.comma"))),
                    ]
                }),
            "receiver": .text(content.receiver), "receivedAt": .text(words.fullDateTime(content.receivedAt)),
            "fingerprint": .text(words.fingerprint(content.fingerprint)),
        ]
    }

    /// Number and code stand behind the `#`: browsers do not send that part anywhere.
    static func address(of number: String, _ code: AccessCode, _ publicURL: String) -> String {
        "\(publicURL)/follow#\(number).\(code.symbols)"
    }
}

extension MatterWords {
    /// The slip of a matter that is in the ledger already, for one of its residents.
    func slip(_ file: CaseFile, for reporter: ReporterID, code: AccessCode?, _ settings: WebSettings) -> Fields {
        let state = file.state
        let own = file.own(of: reporter)
        let next = state.nextClock?.start
        let isAnswer = next.map { $0.ends?.contains(.reply) ?? $0.rule.hasPrefix("XF-HANDLE") } ?? false
        let day = next.map { due($0, of: state) }
        return SlipFields.fields(
            SlipFields.Content(
                number: state.number(of: reporter), code: code, addressee: file.contacts[reporter]?.name,
                gist: own.text(own.state.title) ?? "", leadUnit: state.lead.map(unit) ?? "",
                helpUnits: words.list(state.helpers.map { unit($0.unit) }), firstContact: isAnswer ? nil : day,
                deadline: isAnswer ? day : nil, receiver: own.entries.first?.stored.actor.staffID.map(staff),
                receivedAt: own.state.registeredAt, fingerprint: own.fingerprint,
                counter: nearestCounter(to: state.receivedBy)),
            words, settings)
    }

    /// The unit itself when residents can come in, else the next one above, else any.
    func nearestCounter(to unit: UnitID) -> Organisation.Unit? {
        organisation.path(of: unit).reversed().first { $0.isPublicCounter }
            ?? organisation.units.first { $0.isPublicCounter && $0.isValid(on: today) }
    }
}
