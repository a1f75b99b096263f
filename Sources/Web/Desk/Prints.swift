internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

extension Desk {
    /// The reply as a letter on paper, for one resident.
    func printLetter(_ request: PageRequest) async throws -> Response {
        let (file, words) = try await printed(request)
        guard let reply = file.state.reply, let repliedAt = file.state.repliedAt else {
            throw PlainError(.notFound, "reply.none")
        }
        let reporter = request.query.id("reporter", of: Named.Reporter.self)
        let state = file.state
        let unit = words.organisation.unit(reply.unit)
        let number = reporter.map { state.number(of: $0) } ?? state.number
        let basis = words.basis(reply.law, reply.basis, in: file)
        let until = state.reporters.compactMap(\.judgeUntil).min()
        let body = file.text(reply.body) ?? words.text("story.textErased")
        let settings = request.site.settings
        let judge = [
            "date": until.map { words.words.dateAndWeekday($0) } ?? "", "address": settings.siteAddress,
            "hotline": settings.hotline,
        ]
        let contact = [
            "person": reply.signer.map(words.staff) ?? words.unit(reply.unit), "phone": unit?.phone ?? settings.hotline,
            "hours": unit?.hours ?? "",
        ]
        let fields: Fields = [
            "bodyLang": .text(MatterWords.language(of: body)), "unit": .text(words.unit(reply.unit)),
            "number": .text(number),
            "salutation": .text(reporter.map { words.salutation($0, in: file) } ?? words.salutation(in: file)),
            "paragraphs": .paragraphs(body), "hasBasis": .flag(!basis.isEmpty),
            "basis": .texts(basis.isEmpty ? [] : [basis]),
            "blocks": StaffTimeline.blocks(words.blocks(reply, in: file)),
            "hasRemedies": true,
            "remedies": .texts([words.remedies(reply, in: file)]),
            "signingLine": .text(words.signingLine(handler: state.handler, signer: reply.signer)),
            "dateText": .text(words.words.fullDate(words.book.zone.date(of: repliedAt))),
            "judgeWords": .text(words.text(until == nil ? "paper.judge" : "paper.judgeUntil", judge)),
            "contactLine": .text(words.text("paper.contact", contact)),
            "footLine": .text(words.text("paper.foot", ["office": words.office, "number": number])),
            "backURL": .text("/desk/matter/\(state.number)"),
        ]
        return try await request.page(
            "print/letter", title: words.text("paper.letterTitle", ["number": number]), fields)
    }

    /// The whole file on paper, with the hashes of its events.
    func printFile(_ request: PageRequest) async throws -> Response {
        let (file, words) = try await printed(request)
        let viewer = try request.staff
        let model = FileModel(
            file: file, words: words, seesJudgement: MatterPage.seesJudgement(viewer, of: file.state), viewer: viewer)
        return try await request.page(
            "print/casefile", title: words.text("paper.fileTitle", ["number": file.state.number]), model.fields)
    }

    /// The slip again, without the code: nobody knows it any more.
    func printSlip(_ request: PageRequest) async throws -> Response {
        let (file, words) = try await printed(request)
        let wanted = request.query.id("reporter", of: Named.Reporter.self)
        guard let reporter = wanted ?? file.state.reporters.first?.details.id else {
            throw PlainError(.notFound, "case.unknownReporter")
        }
        var fields = words.slip(file, for: reporter, code: nil, request.site.settings)
        fields["backURL"] = .text("/desk/matter/\(file.state.number)")
        return try await request.page(
            "print/slip", title: words.text("paper.slipTitle", ["number": file.state.number]), fields)
    }

    func printed(_ request: PageRequest) async throws -> (CaseFile, MatterWords) {
        let viewer = try request.staff
        let file = try await casework.file(number: request.parameter("number"), for: viewer)
        return (file, matterWords(request, viewer))
    }
}

/// A matter's file on paper.
struct FileModel {
    let file: CaseFile
    let words: MatterWords
    let seesJudgement: Bool
    let viewer: Viewer

    var state: CaseState { file.state }
    private var zone: CivilZone { words.book.zone }

    var fields: Fields {
        let notes = notes()
        return [
            "office": .text(words.office),
            "matterTitle": .text(file.text(state.title) ?? words.text("story.textErased")), "facts": .list(facts()),
            "reporters": .list(reporters()), "letters": .list(letters()), "clocks": .list(state.clocks.map(clock)),
            "events": .list(events()), "includesNotes": .flag(!notes.isEmpty), "notes": .list(notes),
            "replies": .list(replies()), "rights": .list(rights()), "documents": .list(documents()),
            "hasDocuments": .flag(!file.documents.isEmpty), "attachments": .list(attachments()),
            "hasAttachments": .flag(!state.attachments.isEmpty), "shelves": .list(shelves()),
            "hasShelves": .flag(!state.shelves.isEmpty), "number": .text(state.number),
            "receiptHash": .text(words.words.fingerprint(file.fingerprint)),
            "chainHead": .text(words.words.fingerprint(file.entries.last?.stored.hash ?? "")),
            "printedLine": .text(
                words.text(
                    "paper.printed", ["who": viewer.staff.displayName, "when": words.words.fullDateTime(words.now)])),
            "backURL": .text("/desk/matter/\(state.number)"),
        ]
    }

    private func facts() -> [Fields] {
        let lead = [words.unit(state.responsible), state.handler.map(words.staff)].compactMap { $0 }
        let rows = [
            ("desk.colNumber", state.number), ("desk.colPhase", words.phase(state.phase, seesJudgement: seesJudgement)),
            ("paper.category", words.category(state.category)), ("paper.area", words.area(state.area)),
            ("work.handLead", lead.joined(separator: words.text("story.comma"))),
            ("paper.registered", words.words.fullDateTime(state.registeredAt)),
            ("proc.decided", state.triage.map { words.decided($0, of: state) } ?? ""),
            ("paper.pack", words.packName(of: state)), ("work.factSource", state.source ?? ""),
        ]
        return rows.filter { !$0.1.isEmpty }.map { ["term": .text(words.text($0.0)), "text": .text($0.1)] }
    }

    private func reporters() -> [Fields] {
        file.entries.compactMap { entry -> Fields? in
            let (id, channel): (ReporterID, Channel)
            switch entry.event {
            case .registered(let p): (id, channel) = (p.reporter.id, p.channel)
            case .reporterAdded(let p): (id, channel) = (p.reporter.id, p.channel)
            default: return nil
            }
            let details = state.reporters.first { $0.details.id == id }?.details
            let isKept = details?.keepSecret == true && !viewer.may(.revealContact, on: state.receivedBy)
            let contact = file.contacts[id]
            let masked = [contact?.phone.map(ContactMask.phone), contact?.address.map(ContactMask.address)]
            return [
                "name": .text(words.reporter(id, in: file)), "channel": .text(words.words.name("channel", channel)),
                "when": .text(words.words.fullDateTime(entry.stored.occurredAt)),
                "contact": .text(
                    isKept ? words.text("work.keptSecret") : masked.compactMap { $0 }.joined(separator: " ")),
            ]
        }
    }

    private func letters() -> [Fields] {
        state.reporters.compactMap { reporter in
            guard let body = file.letter(of: reporter.details.id) else { return nil }
            let name = words.reporter(reporter.details.id, in: file)
            return ["heading": .text(words.text("work.letterOf", ["name": name])), "paragraphs": .paragraphs(body)]
        }
    }

    private func clock(_ clock: CaseState.Clock) -> Fields {
        let rule = words.rule(clock.start, of: state)
        let law = [words.ruleWords(rule, clock.start), words.sourceWords(rule)].filter { !$0.isEmpty }
        let stateWords =
            clock.endedAt.map { words.text("paper.clockEnded", ["date": words.words.fullDate(zone.date(of: $0))]) }
            ?? words.words.clock(words.clockState(clock, of: state))
        return [
            "name": .text(words.clockName(clock.start, of: state)),
            "due": .text(words.words.fullDate(words.due(clock.start, of: state))), "words": .text(stateWords),
            "rule": .text(law.joined(separator: words.text("story.comma"))),
        ]
    }

    private func events() -> [Fields] {
        file.entries.compactMap { entry in
            if !seesJudgement, StaffTimeline.isAboutJudgement(entry.event) { return nil }
            return [
                "when": .text("\(LocalTime.text(entry.stored.occurredAt, zone).replacing("T", with: " "))"),
                "who": .text(words.actor(entry.stored.actor, in: file)), "text": .text(told(entry)),
                "hash": .text(String(entry.stored.hash.prefix(8))),
            ]
        }
    }

    private func told(_ entry: CaseEntry) -> String {
        switch entry.event {
        case .noted, .helperAnswered, .replied, .reviewDecided: return words.text("moved.\(entry.stored.kind)")
        case .messaged(let p): return words.text("moved.messaged") + " " + words.quoted(p.text, in: file)
        case .worded(let p): return words.text("moved.worded") + " " + words.quoted(p.text, in: file)
        case .judged(let p):
            let verdict = words.words.name("judgement", p.outcome)
            return words.text("story.judgementOf", ["name": words.reporter(p.reporter, in: file)]) + " " + verdict
        default:
            let told = StaffSentence(words: words, file: file).sentence(of: entry.event)
            return [told.heading, told.text].filter { !$0.isEmpty }.joined(separator: " ")
        }
    }

    private func notes() -> [Fields] {
        file.entries.compactMap { entry in
            let reference: TextReference?
            switch entry.event {
            case .noted(let p): reference = p.text
            case .helperAnswered(let p): reference = p.text
            default: return nil
            }
            let values = [
                "who": words.actor(entry.stored.actor, in: file),
                "when": words.words.fullDateTime(entry.stored.occurredAt),
            ]
            return [
                "heading": .text(words.text("paper.noteHeading", values)),
                "paragraphs": .paragraphs(words.quoted(reference, in: file)),
            ]
        }
    }

    /// Every signed answer and decision, in its order.
    private func replies() -> [Fields] {
        file.entries.compactMap { entry in
            switch entry.event {
            case .replied(let reply): return self.reply(entry, reply)
            case .reviewDecided(let decided): return decision(entry, decided)
            default: return nil
            }
        }
    }

    private func reply(_ entry: CaseEntry, _ reply: CaseEvent.Replied) -> Fields {
        let signing = words.signingLine(handler: state.handler, signer: reply.signer)
        let values = [
            "date": words.words.fullDate(zone.date(of: entry.stored.occurredAt)),
            "outcome": words.words.name("outcome", reply.outcome),
        ]
        return [
            "heading": .text(words.text("paper.replyHeading", values)),
            "blocks": StaffTimeline.blocks(words.blocks(reply, in: file)),
            "paragraphs": .paragraphs(words.quoted(reply.body, in: file)),
            "basis": .text(words.basis(reply.law, reply.basis, in: file)),
            "remedies": .texts([words.remedies(reply, in: file)]),
            "signingLine": .text([words.unit(reply.unit), signing].joined(separator: words.text("story.comma"))),
            "delivered": .text(deliveries(of: entry)), "canned": .text(words.cannedWords(reply.canned)),
        ]
    }

    private func decision(_ entry: CaseEntry, _ decided: CaseEvent.ReviewDecided) -> Fields {
        let heading = StaffSentence(words: words, file: file).sentence(of: entry.event).heading
        let date = words.words.fullDate(zone.date(of: entry.stored.occurredAt))
        let signing = words.signingLine(handler: nil, signer: decided.signer)
        return [
            "heading": .text([heading, date].joined(separator: words.text("story.comma"))),
            "blocks": StaffTimeline.blocks(words.blocks(decided, in: file)),
            "paragraphs": .paragraphs(words.quoted(decided.body, in: file)),
            "basis": .text(words.basis(decided.law, decided.basis, in: file)), "remedies": .list([]),
            "signingLine": .text([words.unit(decided.unit), signing].joined(separator: words.text("story.comma"))),
            "delivered": "", "canned": "",
        ]
    }
}
