internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation
internal import Workbench

extension Desk {
    /// The letter as the residents will read it, with a look at what is often forgotten.
    func preview(_ run: MatterRun, _ request: PageRequest) async throws -> Response {
        let file = run.file
        guard casework.possibleCommands(on: file.state, for: run.viewer).contains(.reply) else {
            throw CaseError.notNow(.reply, file.state.phase).plain
        }
        let words = run.words
        let typed = try ReplyForm(form: run.form, state: file.state, words: words).draft()
        let draft = try casework.checked(typed)
        let model = ReplyPreviewModel(
            file: file, draft: draft, form: run.form, words: words, viewer: run.viewer,
            canned: CannedUses(try await cannedVersions(in: run.form), in: draft.body))
        var fields = model.fields
        fields["submission"] = request.submissionField()
        return try await request.page("desk/reply-preview", title: words.text("desk.previewTitle"), fields)
    }
}

/// A reply before it is signed.
struct ReplyPreviewModel {
    let file: CaseFile
    let draft: ReplyDraft
    let form: Form
    let words: MatterWords
    let viewer: Viewer
    /// Texts kept ready that it uses.
    let canned: CannedUses

    private var state: CaseState { file.state }
    private var readers: [CaseState.Reporter] { state.reporters.filter { !$0.withdrawn && !$0.erased } }

    var fields: Fields {
        let names = words.words.list(readers.map { words.reporter($0.details.id, in: file) })
        let hidden = form.items.filter { !["_csrf", "submission", "version", "step"].contains($0.name) }
        let fallback: Fields = ["salutation": .text(words.text("letter.salutationUnnamed"))]
        let letters = readers.map { ["salutation": .text(words.salutation($0.details.id, in: file))] as Fields }
        return [
            "number": .text(state.number),
            "matterTitle": .text(file.text(state.title) ?? words.text("story.textErased")),
            "letters": .list(letters.isEmpty ? [fallback] : letters), "unit": .text(words.unit(state.responsible)),
            "bodyLang": .text(MatterWords.language(of: draft.body)), "paragraphs": .paragraphs(draft.body),
            "remedies": .text(remedies), "basis": .text(basis),
            "blocks": StaffTimeline.blocks(blocks), "promises": .texts(promises),
            "sealSVG": words.seal(state.responsible),
            "signingLine": .text(words.signingLine(handler: state.handler, signer: viewer.staff.id)),
            "dateText": .text(words.words.fullDate(words.today)), "checks": .list(checks(names)),
            "effects": .texts(effects(names)), "action": .text("/desk/matter/\(state.number)/reply"),
            "version": .text(form.text("version")),
            "hidden": .list(hidden.map { ["name": .text($0.name), "value": .text($0.value)] }),
            "isBlocked": false, "blockedText": "", "signLabel": .text(words.text("work.signLabel", ["names": names])),
        ]
    }

    private var remedies: String {
        let own = PlainText.cleaned(draft.remedies ?? "")
        return own.isEmpty ? words.standardRemedies(of: state) : own
    }

    /// What it rests on: articles, and words.
    private var basis: String {
        (draft.law.map(words.citation) + [draft.basis].compactMap { $0 })
            .joined(separator: words.text("story.semicolon"))
    }

    /// Request, facts and the result of a special kind, as the letter shows them.
    private var blocks: [(term: String, text: String)] {
        var rows = [
            ("proc.request", draft.request ?? ""), ("proc.facts", draft.facts ?? ""),
            ("proc.answer", draft.answer.map { words.words.name("infoAnswer", $0) } ?? ""),
            ("proc.adoption", draft.adoption.map { words.words.name("adoption", $0) } ?? ""),
            ("proc.execution", words.execution(draft.execution, on: draft.executedOn, draft.executionWords ?? "")),
        ]
        for part in draft.withheld {
            let values = ["what": part.what, "law": words.citation(part.law)]
            rows.append(("proc.withheld", words.text("proc.withheldLine", values)))
        }
        return rows.filter { !$0.1.isEmpty }.map { (words.text($0.0), $0.1) }
    }

    private var promises: [String] {
        draft.promises.map { promise in
            words.text("proc.promiseLine", ["text": promise.text, "date": words.words.dateAndWeekday(promise.due)])
        }
    }

    private func checks(_ names: String) -> [Fields] {
        let outcome = words.words.name("outcome", draft.outcome)
        let leaked = leaks
        let url = "/desk/matter/\(state.number)#reply-body"
        return [
            check("done", "work.checkReader", ["names": names, "outcome": outcome], ""),
            leaked.isEmpty
                ? check("done", "work.checkNoLeak", [:], "")
                : check("near", "work.checkLeak", ["what": words.words.list(leaked)], url),
            saysWhen ? check("done", "work.checkWhen", [:], "") : check("near", "work.checkNoWhen", [:], url),
        ] + cannedCheck(url)
    }

    /// Whoever signs sees where the words come from, and when nobody changed any.
    private func cannedCheck(_ url: String) -> [Fields] {
        guard !canned.used.isEmpty else { return [] }
        let names = words.words.list(
            canned.used.map { words.text("canned.named", ["name": $0.draft.name, "n": "\($0.version)"]) })
        guard canned.isUnedited else { return [check("done", "canned.checkEdited", ["names": names], "")] }
        return [
            check("near", canned.hasGaps ? "canned.checkGapsOnly" : "canned.checkUnedited", ["names": names], url)
        ]
    }

    private func check(_ state: String, _ key: String, _ values: [String: String], _ href: String) -> Fields {
        ["state": .text(state), "words": .text(words.text(key, values)), "href": .text(href)]
    }

    /// Phone and identity numbers, and other residents' addresses: several people may read the same letter.
    private var leaks: [String] {
        var found: [String] = []
        let text = ([draft.body, draft.request ?? "", draft.facts ?? ""] + draft.promises.map(\.text))
            .joined(separator: "\n")
        let digits = text.split { !$0.isNumber }.map(String.init)
        found += digits.filter { $0.count == 18 || ($0.count == 11 && $0.hasPrefix("1")) }.map(ContactMask.phone)
        for contact in file.contacts.values {
            if let address = contact.address, address.count >= 5, text.contains(address) {
                found.append(ContactMask.address(address))
            }
        }
        return found
    }

    /// A result without a day is the most frequent reason to write again.
    private var saysWhen: Bool {
        let signs = ["月", "日", "号", "天内", "前", "January", "February", "March", "April", "May", "June", "July"]
        return draft.body.contains(where: \.isNumber) && signs.contains { draft.body.contains($0) }
    }

    private func effects(_ names: String) -> [String] {
        let pack = words.book.packs.pack(id: state.pack, version: state.packVersion)
        let days = pack?.judgementWindowDays ?? RulePack.defaultJudgementWindowDays
        return [
            words.text("work.effectSend", ["names": names]),
            words.text("work.effectOutcome", ["outcome": words.words.name("outcome", draft.outcome)]),
            words.text("work.effectJudge", ["days": words.words.days(days)]), words.text("work.effectClock"),
        ] + (draft.promises.isEmpty ? [] : [words.words.counted("work.effectPromises", draft.promises.count)])
    }
}
