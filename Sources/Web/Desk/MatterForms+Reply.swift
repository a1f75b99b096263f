internal import Casework
internal import Kernel
internal import Organisation

/// The form of the reply: blocks appear only where the kind of matter asks for them.
extension MatterForms {
    private var state: CaseState { page.state }
    private var words: MatterWords { page.words }

    /// A claim under a pack with categories gets an opinion letter (Art. 32).
    private var isClaim: Bool { state.kind == .petition && state.triage?.sort == .claim }
    private var isSuggestion: Bool { state.triage?.sort == .suggestion }
    private var isInformation: Bool { state.kind == .information }

    static let promiseRows = 1...3

    func replyForm() -> Fields {
        let open = state.reporters.filter { !$0.withdrawn && !$0.erased }
        let names = words.words.list(open.map { words.reporter($0.details.id, in: page.file) })
        let typed = state(.reply)
        let outcome = typed.form?.value("outcome", as: ReplyOutcome.self)
        var fields: Fields = [
            "replyAddressed": .text(words.text("work.replyAddressed", ["names": names])),
            "messageAddressed": .text(words.text("work.messageAddressed", ["names": names])),
            "signLabel": .text(words.text("work.signLabel", ["names": names])),
            "asksOutcome": .flag(!isSuggestion && !isInformation),
            "outcomeIsSolved": .flag(outcome == .solved), "outcomeIsExplained": .flag(outcome == .explained),
            "outcomeIsPartly": .flag(outcome == .partly), "outcomeIsNotSupported": .flag(outcome == .notSupported),
            "outcomeError": typed.error("outcome"), "replyError": typed.error("reply"),
            "replyBody": .text(typed.form?.text("body")), "replyBasis": .text(typed.form?.text("basis")),
            "basisError": typed.error("basis"),
            "replyRemedies": .text(typed.form?.text("remedies")), "remediesError": typed.error("remedies"),
            // What holds for the kind of matter is written below the reply unless somebody writes it better.
            "remediesStandard": .text(words.standardRemedies(of: state)),
        ]
        guard page.can(.reply) else { return fields.merging(Self.noBlocks) }
        fields["replyError"] = .text(typed.errors.first { $0.field == "reply" }.map(words.words.sentence))
        fields["redo"] = .optional(redo())
        fields["opinion"] = .optional(isClaim ? opinion(typed) : nil)
        fields["adoption"] = .optional(isSuggestion ? adoption(typed) : nil)
        fields["information"] = .optional(isInformation ? information(typed) : nil)
        fields["replyLaw"] = .group([
            "prefix": "reply", "lawError": typed.error("law"),
            "laws": lawInputs(
                typed, first: isInformation ? words.law?.entry("GI-36").map { words.citation($0.id) } : nil),
        ])
        fields["promiseRows"] = .list(Self.promiseRows.map { promise(typed, $0) })
        fields["promisesOpen"] = .flag(
            Self.promiseRows.contains { typed.form?["promiseText\($0)"]?.isEmpty == false })
        return fields
    }

    private static let noBlocks: Fields = [
        "redo": false, "opinion": false, "adoption": false, "information": false, "replyLaw": false,
        "promiseRows": .list([]), "promisesOpen": false,
    ]

    /// All articles that can be cited, for the fields that complete what is typed; only where there is such a field.
    func lawEntries() -> [Fields] {
        guard page.can(.reply) || page.can(.decideReview), let law = words.law else { return [] }
        return law.entries.map { entry in
            [
                "value": .text(entry.citation(isEnglish: words.isEnglish)),
                "label": .text(entry.gist.text(isEnglish: words.isEnglish)),
            ]
        }
    }

    /// The decision that was sent back: the new one must differ.
    private func redo() -> Fields? {
        guard let old = state.redoOf else { return nil }
        let body = words.quoted(old.body, in: page.file)
        return ["lang": .text(MatterWords.language(of: body)), "paragraphs": .paragraphs(body)]
    }

    private func opinion(_ typed: FormState) -> Fields {
        let request = page.file.text(state.wish) ?? page.file.text(state.title) ?? ""
        var fields = typed.fields(["request", "facts"], prefilled: ["request": request])
        fields.merge(execution(typed, prefix: "reply", Execution.allCases))
        return fields
    }

    /// How what was decided is carried out: done with its day and proof, by a day, or nothing with the reason.
    func execution(_ typed: FormState, prefix: String, _ choices: [Execution]) -> Fields {
        var fields = typed.fields(["execution", "executionDue", "executedOn", "executionText"])
        fields["prefix"] = .text(prefix)
        fields["today"] = .text(todayText)
        fields["executions"] = typed.options("execution", choices, family: "execution")
        return fields
    }

    private func adoption(_ typed: FormState) -> Fields {
        var fields = typed.fields(["adoption"])
        fields["adoptions"] = typed.options("adoption", Adoption.allCases, family: "adoption")
        return fields
    }

    private func information(_ typed: FormState) -> Fields {
        var fields = typed.fields(["answer"])
        fields["answers"] = typed.options("answer", InformationAnswer.allCases, family: "infoAnswer")
        let rows = (1...3).map { row -> Fields in
            [
                "n": .text("\(row)"), "what": .text(typed.form?.text("withheldWhat\(row)")),
                "law": .text(typed.form?.text("withheldLaw\(row)")), "whatError": typed.error("withheldWhat\(row)"),
                "lawError": typed.error("withheldLaw\(row)"),
            ]
        }
        fields["withheld"] = .list(rows)
        fields["withheldOpen"] = .flag((1...3).contains { typed.form?["withheldWhat\($0)"]?.isEmpty == false })
        return fields
    }

    private func promise(_ typed: FormState, _ row: Int) -> Fields {
        [
            "n": .text("\(row)"), "text": .text(typed.form?.text("promiseText\(row)")),
            "due": .text(typed.form?.text("promiseDue\(row)")), "textError": typed.error("promiseText\(row)"),
            "dueError": typed.error("promiseDue\(row)"),
        ]
    }
}
