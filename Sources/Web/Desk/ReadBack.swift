internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Logging
internal import Organisation
internal import Reception

extension DeskLetter {
    /// The visit on which it is taken down.
    var visit: VisitID? { form.id("visit") }

    /// The call that nobody took and that is now called back.
    var call: MissedCallID? { form.id("call") }

    /// How the visitor confirmed it.
    var confirmation: Confirmation? { form.value("confirmation") }
}

/// Taking down on a visit: what is known is filled in, what was written is read back, and how it was confirmed stands
/// with the visit (《信访工作条例》 Art. 19).
extension Desk {
    /// The form with what the visit, or the call that nobody took, knows already.
    func letter(ofVisitIn request: PageRequest) async throws -> DeskLetter {
        if let call = try await call(request.query.id("call"), request) { return DeskLetter(of: call) }
        guard let file = try await visit(request.query.id("visit"), request) else { return DeskLetter(Form()) }
        let state = file.state
        var items = [
            Form.Item(name: "visit", value: "\(state.id)"), Form.Item(name: "channel", value: "visit"),
            Form.Item(name: "name", value: file.contact?.name ?? ""),
            Form.Item(name: "phone", value: file.contact?.phone ?? ""),
            Form.Item(name: "body", value: file.text(state.arrival.about?.id) ?? ""),
        ]
        if state.arrival.people > 1 {
            items.append(Form.Item(name: "groupSize", value: "\(state.arrival.people)"))
        }
        return DeskLetter(Form(items + DeskLetter.boxes(state.arrival.needs)))
    }

    private func call(_ id: MissedCallID?, _ request: PageRequest) async throws -> MissedCall? {
        let viewer = try request.staff
        guard let id, let reception, viewer.may(.receive, on: viewer.staff.unit) else { return nil }
        return try await reception.missedCall(id, for: viewer)
    }

    /// The call is over when what was told is registered; where somebody else has dealt with it meanwhile, it stays so.
    private func endCall(_ letter: DeskLetter, number: String, _ request: PageRequest) async throws {
        guard let reception, let call = letter.call else { return }
        do {
            try await reception.endMissedCall(
                call, .registered(number), submission: try request.requiredSubmission + ":call", by: try request.staff)
        } catch let error as PlainError where [.conflict, .forbidden].contains(error.kind) {
            request.logger.notice("call not ended", metadata: ["code": "\(error.code)"])
        }
    }

    private func visit(_ id: VisitID?, _ request: PageRequest) async throws -> VisitFile? {
        guard let id, let reception else { return nil }
        return try await reception.visit(id, for: try request.staff)
    }

    /// What the desk form shows of the visit.
    func visitFields(_ letter: DeskLetter, _ request: PageRequest) async throws -> Fields {
        let file = try await visit(letter.visit, request)
        return [
            "callID": .text(letter.call.map { "\($0)" }),
            "visitID": .text(file.map { "\($0.state.id)" }), "visitTicket": .text(file.map { "\($0.state.ticket)" }),
            "visitURL": .text(file.map { "/desk/reception/visit/\($0.state.id)" }),
        ]
    }

    /// What was written down, large, to be read out, with the visitor's own yes before anything is registered.
    func readBackPage(
        _ request: PageRequest, _ letter: DeskLetter, _ files: FormFiles, isMissing: Bool
    ) async throws -> Response {
        let words = request.words
        let left = ["_csrf", "submission", "step", "confirmation", "readBack", "file"]
        let hidden = request.form.items.filter { !left.contains($0.name) }
        let facts = [
            ("desk.newName", letter.form.text("name")), ("desk.newPlace", letter.form.text("place")),
            ("desk.newWish", letter.form.text("wish")),
        ].filter { !$0.1.isEmpty }
        let missing = PlainError(.invalid, "choice.missing", field: "confirmation")
        var fields: Fields = [
            "submission": request.submissionField(), "bodyLang": .text(MatterWords.language(of: letter.body)),
            "paragraphs": .paragraphs(PlainText.cleaned(letter.body)),
            "facts": .list(facts.map { ["term": .text(words.text($0.0)), "text": .text($0.1)] }),
            "hidden": .list(hidden.map { ["name": .text($0.name), "value": .text($0.value)] }),
            "todayText": .text(words.fullDate(request.site.today)),
            "confirmationError": .text(isMissing ? words.sentence(of: missing) : ""),
        ]
        fields.merge(try await visitFields(letter, request))
        fields.merge(files.fields(request))
        return try await request.page(
            "desk/read-back", title: words.text("reception.readBackTitle"), fields,
            status: isMissing ? .unprocessableContent : .ok, errors: isMissing ? [missing] : [])
    }

    /// Ties the visit to the matter that was taken down on it, with the confirmation. The letter is registered by now:
    /// where the visit has ended meanwhile, the visit stays as it is.
    func link(_ letter: DeskLetter, number: String, _ request: PageRequest) async throws {
        try await endCall(letter, number: number, request)
        guard let reception, let visit = letter.visit, let how = letter.confirmation else { return }
        let viewer = try request.staff
        let file = try await casework.file(number: number, for: viewer)
        guard let body = file.newestLetter, let reporter = file.state.reporters.last?.details.id else { return }
        let isFirst = request.form.text("addTo").isEmpty
        do {
            try await reception.link(
                visit, ReceivedMatter(id: file.state.id, number: file.state.number),
                reporter: isFirst ? file.state.reporters.first?.details.id : reporter,
                readBack: ReadBack(how: how, hash: body.hash), by: viewer)
        } catch let error as PlainError where error.kind == .conflict {
            request.logger.notice("visit not linked", metadata: ["code": "\(error.code)"])
        }
    }
}

extension DeskLetter {
    /// What a call that nobody took left behind.
    fileprivate init(of call: MissedCall) {
        let known = [
            ("call", "\(call.id)"), ("channel", "call"), ("name", call.details.name ?? ""),
            ("phone", call.details.phone ?? ""), ("body", call.details.about ?? ""),
        ]
        self.init(
            Form(known.map { Form.Item(name: $0.0, value: $0.1) } + DeskLetter.boxes(call.details.needs)))
    }

    /// The boxes of the desk form that say what helps.
    fileprivate static func boxes(_ needs: [VisitNeed]) -> [Form.Item] {
        let boxes: [VisitNeed: String] = [.hearing: "needSign", .dialect: "needDialect", .readAloud: "needReadAloud"]
        return needs.compactMap { boxes[$0] }.map { Form.Item(name: $0, value: "yes") }
    }
}

extension CaseFile {
    /// The words of whoever wrote last: the letter itself, or that of the resident who was added.
    var newestLetter: TextReference? {
        for entry in entries.reversed() {
            switch entry.event {
            case .registered(let p): return p.body
            case .reporterAdded(let p): return p.body
            default: continue
            }
        }
        return nil
    }
}
