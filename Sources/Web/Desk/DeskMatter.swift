internal import Attachments
internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation
internal import Supervision
internal import Workbench

/// The page of one matter for staff: what is known, and forms for what this person may do now.
struct MatterPage {
    let file: CaseFile
    let viewer: Viewer
    let words: MatterWords
    let possible: Set<CaseCommand.Name>
    /// The list that the person came from, and where in it.
    var place: ListPlace?
    var linked: [LinkedMatter] = []
    /// Its parts, by division or by link.
    var parts: [PartLine] = []
    /// Names and lengths of its files.
    var kept: [AttachmentID: KeptFile] = [:]
    /// Files that a form carries which was not done.
    var formFiles = FormFiles()
    /// What else that form said.
    var fileForm = Form()
    /// How objections of this kind were decided before, as rows.
    var precedents: [Fields] = []
    /// Who received whom about it, as rows.
    var receptions: [Fields] = []
    /// What the joint conference decided on it, for a ruling that rests on it.
    var decisions: [ConferenceDecision] = []
    /// Drafts, who else is here, and texts that can be put into its forms.
    var desk = DeskState()
    /// What was typed into a form that could not be done, and why.
    var failed: (act: MatterAct, form: Form, errors: [PlainError])?
    /// Contact data that was just revealed; shown on this one answer only.
    var revealed: (reporter: ReporterID, contact: Contact)?

    var state: CaseState { file.state }
    var url: String { "/desk/matter/\(state.number)" }

    /// Whether residents' verdicts on this matter are for this person's eyes; never for who handles it.
    var seesJudgement: Bool { Self.seesJudgement(viewer, of: state) }

    static func seesJudgement(_ viewer: Viewer, of state: CaseState) -> Bool {
        state.showsJudgement(to: viewer)
    }

    func can(_ command: CaseCommand.Name) -> Bool { possible.contains(command) }

    /// The title, or what stands for it.
    var title: String { file.text(state.title) ?? words.text("story.textErased") }

    /// All fields of `desk/matter`, except what every page has.
    func fields(submission: Field) -> Fields {
        let own: Fields = ["submission": submission, "paper": .group(paper())]
        return Fields(
            joining: [head(), own, story(), panels(), mergeFields(), draftFields(), marks()]
                + MatterForms(page: self).fields())
    }

    private func head() -> Fields {
        let isUnsolved = seesJudgement && state.judgement == .notSolved
        return [
            "number": .text(state.number), "matterTitle": .text(title),
            "phase": .text(
                isUnsolved && state.phase == .judged
                    ? words.text("work.saysUnsolved") : words.phase(state.phase, seesJudgement: seesJudgement)),
            "isUnsolved": .flag(isUnsolved), "category": .text(words.category(state.category)),
            "urgencyWords": .text(state.urgency == .normal ? "" : words.words.name("urgency", state.urgency)),
            "isRestricted": .flag(state.restrictedTo != nil), "queueURL": .text(place?.url),
            "queueName": .text(place.map { words.words.name("queue", $0.queue) }), "queueKey": .text(place?.text),
            "position": .text(place?.line.map { words.text("work.position", ["n": words.words.number($0)]) }),
            "prevURL": .text(place?.neighbourURL(isNext: false)), "nextURL": .text(nextURL),
            "version": .text("\(state.version)"),
            "matterURL": .text(url), "misconductURL": "/misconduct", "isMisconduct": .flag(mentionsMisconduct),
            "nextStep": .optional(NextStep(page: self).fields()), "kindWords": .text(kindWords),
            "casefileURL": .text("\(url)/file"),
        ]
    }

    /// What kind of case it is, where that is not the usual one.
    private var kindWords: String { state.kind == .petition ? "" : words.words.name("matterKind", state.kind) }

    /// The matter after this one in the list that the person came from.
    var nextURL: String {
        guard let place else { return "" }
        guard place.at == nil else { return place.neighbourURL(isNext: true) }
        // Opened by a link without a place: what the matter is due on names one.
        var here = place
        here.sort = .due
        here.at = QueueCursor(due: state.nextClock?.start.due ?? QueueRequest.withoutClock.lowerBound, id: state.id)
        return here.neighbourURL(isNext: true)
    }

    /// A hint only: nothing is decided by it.
    private var mentionsMisconduct: Bool {
        guard state.restrictedTo == nil, let body = file.text(state.body) else { return false }
        return MisconductHint.isIn(body)
    }

    // MARK: Letters and events

    private func story() -> Fields {
        let timeline = StaffTimeline(
            words: words, file: file, seesJudgement: seesJudgement,
            seesIntake: words.asksOfIntake(state, viewer), letterURL: "\(url)/letter")
        return [
            "letters": .list(letters()), "entries": .list(timeline.entries()),
            "judgementHidden": .flag(timeline.hidesJudgements),
        ]
    }

    /// Each resident's own letter.
    private func letters() -> [Fields] {
        var letters: [Fields] = []
        for entry in file.entries {
            switch entry.event {
            case .registered(let p): letters.append(letter(entry, p.reporter.id, p.channel, p.body, facts: facts(p)))
            case .reporterAdded(let p) where p.body != nil:
                letters.append(letter(entry, p.reporter.id, p.channel, p.body, facts: []))
            default: continue
            }
        }
        return letters.enumerated().map { index, letter in
            var letter = letter
            letter["anchor"] = .text("letter-\(index + 1)")
            return letter
        }
    }

    private func letter(
        _ entry: CaseEntry, _ reporter: ReporterID, _ channel: Channel, _ body: TextReference?, facts: [Fields]
    ) -> Fields {
        var fields = words.passage(body, in: file)
        fields["anchor"] = ""
        fields["heading"] = .text(words.text("work.letterOf", ["name": words.reporter(reporter, in: file)]))
        fields["channel"] = .text(words.words.name("channel", channel))
        fields["iso"] = .text(words.words.iso(entry.stored.occurredAt))
        fields["when"] = .text(words.words.fullDateTime(entry.stored.occurredAt))
        fields["hasFacts"] = .flag(!facts.isEmpty)
        fields["facts"] = .list(facts)
        return fields
    }

    private func facts(_ registered: CaseEvent.Registered) -> [Fields] {
        var place = [file.text(registered.place)].compactMap { $0 }
        if let area = registered.area { place.append(words.area(area)) }
        let rows = [
            ("work.factPlace", place.joined(separator: words.text("story.comma"))),
            ("work.factWish", file.text(registered.wish) ?? ""),
            ("proc.wantedForm", file.text(registered.form) ?? ""),
            ("proc.groupSize", registered.groupSize.map { words.words.counted("proc.people", $0) } ?? ""),
            ("work.factSource", registered.source ?? ""),
        ]
        return rows.filter { !$0.1.isEmpty }.map { ["term": .text(words.text($0.0)), "text": .text($0.1)] }
    }
}
