internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

extension Desk {
    /// Two people wrote at the same time: both texts stand side by side, and the own one can be sent again.
    func conflict(_ act: MatterAct, _ run: MatterRun, _ request: PageRequest) async throws -> Response {
        let file = try await casework.file(number: run.file.state.number, for: run.viewer)
        let words = run.words
        let model = ConflictModel(
            act: act, file: file, form: run.form, words: words, staff: run.viewer.staff.id,
            seesJudgement: MatterPage.seesJudgement(run.viewer, of: file.state))
        // The same thing sent twice by the same person is no conflict.
        if model.isRepetition { return try done(act, run, request) }
        var fields = model.fields
        fields["submission"] = request.newSubmission()
        return try await request.page(
            "desk/conflict", title: words.text("desk.conflictTitle"), fields, status: .conflict)
    }
}

/// Both versions of what two people wrote.
struct ConflictModel {
    let act: MatterAct
    /// The matter as it stands now.
    let file: CaseFile
    let form: Form
    let words: MatterWords
    let staff: StaffID
    let seesJudgement: Bool

    private var expected: Int { Int(form.text("version")) ?? 0 }

    /// What happened since the form was opened, as far as this person may know of it.
    private var since: [CaseEntry] {
        var version = 0
        return file.entries.filter { entry in
            if entry.event.makesFormsStale { version += 1 }
            return version > expected && (seesJudgement || !StaffTimeline.isAboutJudgement(entry.event))
        }
    }

    /// The newest event of the kind that the form wanted to make.
    private var same: CaseEntry? { since.last { $0.stored.kind == act.eventKind } }

    /// Whether all that happened is what this form asked for already.
    var isRepetition: Bool {
        guard let same, since.allSatisfy({ $0.stored.actor.staffID == staff }) else { return false }
        return act.texts.allSatisfy { name in
            guard let mine = form[name] else { return true }
            let theirs = PlainText.cleaned(their(name, in: same))
            return theirs.isEmpty || theirs == PlainText.cleaned(mine)
        }
    }

    var fields: Fields {
        let newest = same ?? since.last
        let who = newest.map { words.actor($0.stored.actor, in: file) } ?? words.text("story.staffUnknown")
        let when = newest.map { words.words.relative($0.stored.occurredAt, now: words.now) } ?? ""
        // Of the many fields of a long form only those that hold something; the others go along hidden.
        let shown = act.texts.filter { !form.text($0).isEmpty }
        let hidden = form.items.filter {
            !["_csrf", "submission", "version"].contains($0.name) && !shown.contains($0.name)
        }
        return [
            "number": .text(file.state.number),
            "matterTitle": .text(file.text(file.state.title) ?? words.text("story.textErased")),
            "conflictText": .text(
                words.text(same == nil ? "work.conflictOther" : "work.conflictSame", ["who": who, "when": when])),
            "changes": .texts(since.suffix(8).map(sentence)),
            "action": .text("/desk/matter/\(file.state.number)/\(act.rawValue)"),
            "matterURL": .text("/desk/matter/\(file.state.number)"), "version": .text("\(file.state.version)"),
            "hidden": .list(hidden.map { ["name": .text($0.name), "value": .text($0.value)] }),
            "theirsHeading": .text(words.text("work.theirs", ["who": who])),
            "fields": .list(
                shown.map { name in
                    [
                        "name": .text(name), "label": .text(words.text("field.\(name)")),
                        "theirs": .text(same.map { their(name, in: $0) } ?? since.last.map(sentence) ?? ""),
                        "mine": .text(form.text(name)),
                    ]
                }),
            "sendLabel": .text(words.text("work.sendMine")),
        ]
    }

    private func sentence(_ entry: CaseEntry) -> String {
        let told = told(entry)
        let values = [
            "who": words.actor(entry.stored.actor, in: file),
            "when": words.words.relative(entry.stored.occurredAt, now: words.now), "what": told,
        ]
        return words.text("work.change", values)
    }

    private func told(_ entry: CaseEntry) -> String {
        switch entry.event {
        case .noted, .messaged, .worded, .replied, .judged, .helperAnswered, .hearingHeld, .settled:
            words.text("moved.\(entry.stored.kind)")
        default: StaffSentence(words: words, file: file).sentence(of: entry.event).heading
        }
    }

    /// The text of one field as the other person wrote it.
    private func their(_ name: String, in entry: CaseEntry) -> String {
        let own: [String: TextReference?]
        switch entry.event {
        case .replied(let p):
            own = [
                "body": p.body, "basis": p.basis, "remedies": p.remedies, "request": p.request, "facts": p.facts,
                "executionText": p.executionWords,
            ]
        case .reviewDecided(let p):
            own = ["body": p.body, "basis": p.basis, "facts": p.facts, "executionText": p.executionWords]
        case .objected(let p): own = ["reason": p.text, "evidence": p.evidence]
        case .hearingCalled(let p): own = ["notice": p.notice, "papers": p.papers]
        case .hearingHeld(let p): own = ["list": p.list, "minutes": p.minutes, "result": p.result]
        case .triaged(let p): own = ["reason": p.reason]
        case .accepted: own = [:]
        // What a field of another kind says, nobody knows of them.
        default: return entry.event.texts.compactMap { file.text($0) }.first ?? sentence(entry)
        }
        return (own[name] ?? nil).flatMap { file.text($0) } ?? ""
    }
}
