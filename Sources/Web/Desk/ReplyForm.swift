internal import Casework
internal import Kernel
internal import Organisation

/// Reads the form of the reply; everything that is wrong with it is told at once, beside its field.
struct ReplyForm {
    let form: Form
    let state: CaseState
    let words: MatterWords

    private var sort: MatterSort? { state.triage?.sort }
    private var isClaim: Bool { state.kind == .petition && sort == .claim }

    /// The reply as it was typed.
    ///
    /// - Throws: `PlainErrors`.
    func draft() throws -> ReplyDraft {
        var errors: [PlainError] = []
        let adoption: Adoption? = form.value("adoption")
        let answer: InformationAnswer? = form.value("answer")
        if sort == .suggestion, adoption == nil { errors.append(CaseError.adoptionMissing.plain) }
        if state.kind == .information, answer == nil { errors.append(CaseError.answerMissing.plain) }
        let withheld = self.withheld(&errors)
        let outcome = chosenOutcome ?? implied(adoption, answer, keepsBack: !withheld.isEmpty)
        if outcome == nil, errors.isEmpty { errors.append(PlainError(.invalid, "outcome.missing", field: "outcome")) }
        var draft = ReplyDraft(
            outcome: outcome ?? .explained, body: form.text("body"), basis: form["basis"], remedies: form["remedies"])
        if isEmpty("body") { errors.append(PlainError(.invalid, "text.missing", field: "reply")) }
        draft.law = citations("law", &errors)
        draft.promises = promises(&errors)
        if sort == .suggestion { draft.adoption = adoption }
        if state.kind == .information { (draft.answer, draft.withheld) = (answer, withheld) }
        if isClaim { opinion(&draft, &errors) }
        if errors.isEmpty, [.explained, .notSupported].contains(draft.outcome), draft.law.isEmpty, isEmpty("basis") {
            errors.append(CaseError.basisMissing.plain)
        }
        guard errors.isEmpty else { throw PlainErrors(errors) }
        return draft
    }

    private var chosenOutcome: ReplyOutcome? {
        form.value("outcome", as: ReplyOutcome.self).flatMap { ReplyOutcome.offered.contains($0) ? $0 : nil }
    }

    /// What an answer of a special kind comes to in the words of every reply.
    private func implied(_ adoption: Adoption?, _ answer: InformationAnswer?, keepsBack: Bool) -> ReplyOutcome? {
        switch adoption {
        case .adopted: return .solved
        case .partlyAdopted: return .partly
        case .notAdopted: return .explained
        case nil: break
        }
        switch answer {
        case .disclosed: return keepsBack ? .partly : .solved
        case .alreadyPublic: return .solved
        case .refused: return .notSupported
        case .absent, .otherOrgan, .repeated, .specialRules: return .explained
        case nil: return nil
        }
    }

    /// 信访处理意见书: request, facts and reasons, execution (Art. 32).
    private func opinion(_ draft: inout ReplyDraft, _ errors: inout [PlainError]) {
        (draft.request, draft.facts) = (form["request"], form["facts"])
        for block in ["request", "facts"] where isEmpty(block) { errors.append(CaseError.blockMissing(block).plain) }
        guard [.solved, .partly].contains(draft.outcome) else { return }
        draft.execution = form.value("execution")
        guard let execution = draft.execution else { return errors.append(CaseError.executionMissing.plain) }
        guard execution == .promised else { return executed(&draft, &errors) }
        guard let due = day("executionDue", &errors) else { return }
        // What is carried out is what the reply supports; the resident's own words stay out of what units publish.
        let standard = words.words.catalogue.text("proc.executionPromise", .chinese)
        let text = isEmpty("executionText") ? standard : form.text("executionText")
        draft.promises.insert(PromiseDraft(kind: .execution, text: text, due: due), at: 0)
    }

    /// What is done says when and how one can see it; what needs nothing says why.
    private func executed(_ draft: inout ReplyDraft, _ errors: inout [PlainError]) {
        draft.executionWords = form["executionText"]
        if isEmpty("executionText") { errors.append(CaseError.executionWords.plain) }
        guard draft.execution == .done else { return }
        draft.executedOn = LocalDate(form.text("executedOn"))
        if draft.executedOn.map({ $0 > words.today }) ?? true { errors.append(CaseError.executionDay.plain) }
    }

    private func promises(_ errors: inout [PlainError]) -> [PromiseDraft] {
        MatterForms.promiseRows.compactMap { row in
            let (name, dueName) = ("promiseText\(row)", "promiseDue\(row)")
            guard !isEmpty(name) || !isEmpty(dueName) else { return nil }
            if isEmpty(name) { errors.append(PlainError(.invalid, "text.missing", field: name)) }
            guard let due = day(dueName, &errors) else { return nil }
            return PromiseDraft(kind: .other, text: form.text(name), due: due)
        }
    }

    /// Parts that are kept back, each only by a rule that is named (《政府信息公开条例》 Art. 37).
    private func withheld(_ errors: inout [PlainError]) -> [WithheldDraft] {
        guard state.kind == .information else { return [] }
        return (1...3).compactMap { row in
            let (what, law) = ("withheldWhat\(row)", "withheldLaw\(row)")
            guard !isEmpty(what) || !isEmpty(law) else { return nil }
            if isEmpty(what) { errors.append(PlainError(.invalid, "text.missing", field: what)) }
            guard !isEmpty(law) else {
                errors.append(PlainError(.invalid, "law.missing", field: law))
                return nil
            }
            guard let entry = citations(law, &errors).first else { return nil }
            return WithheldDraft(what: form.text(what), law: entry)
        }
    }

    private func citations(_ field: String, _ errors: inout [PlainError]) -> [String] {
        do {
            return try Citations(words.law).entries(form.values(field), field: field)
        } catch {
            errors.append(error)
            return []
        }
    }

    /// A day that has not passed.
    private func day(_ field: String, _ errors: inout [PlainError]) -> LocalDate? {
        guard !isEmpty(field) else {
            errors.append(PlainError(.invalid, "date.missing", field: field))
            return nil
        }
        guard let day = LocalDate(form.text(field)) else {
            errors.append(PlainError(.invalid, "date.invalid", field: field))
            return nil
        }
        if day < words.today { errors.append(PlainError(.invalid, "date.past", field: field)) }
        return day
    }

    private func isEmpty(_ name: String) -> Bool { form.text(name).allSatisfy(\.isWhitespace) }
}

/// Articles as people name them, to entries of the rule library.
struct Citations {
    let law: LawLibrary?

    init(_ law: LawLibrary?) { self.law = law }

    /// The entries that are named: by citation, by name, or by words that only one article has.
    ///
    /// - Throws: `law.unknown` for what no article is, or more than one.
    func entries(_ typed: [String], field: String = "law") throws(PlainError) -> [String] {
        var found: [String] = []
        for text in typed.map({ $0.trimmed }) where !text.isEmpty {
            guard let law else {
                found.append(text)
                continue
            }
            guard let entry = entry(text, in: law) else {
                throw PlainError(.invalid, "law.unknown", field: field, values: ["text": String(text.prefix(40))])
            }
            found.append(entry)
        }
        return found
    }

    private func entry(_ text: String, in law: LawLibrary) -> String? {
        if let entry = law.entry(text.uppercased()) ?? law.entry(text) { return entry.id }
        for entry in law.entries
        where [true, false].contains(where: { entry.citation(isEnglish: $0).caseInsensitiveCompare(text) }) {
            return entry.id
        }
        let hits = law.search(text)
        return hits.count == 1 ? hits.first?.id : nil
    }
}

extension String {
    fileprivate var trimmed: String {
        let head = drop { $0.isWhitespace }
        return String(head.reversed().drop { $0.isWhitespace }.reversed())
    }

    fileprivate func caseInsensitiveCompare(_ other: String) -> Bool { lowercased() == other.lowercased() }
}
