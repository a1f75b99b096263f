internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// Answers: the opinion letter, plain replies, answers to applications for information.
extension DocumentMaker {
    /// 信访事项处理意见书 with its mandatory blocks (《信访工作条例》 Art. 32).
    func opinion(_ reply: CaseEvent.Replied, _ part: Part) -> DocumentModel {
        var model = answered(reply, part)
        model.opening = [text("document.opening.opinion")]
        model.blocks = [
            block("request", [written(reply.request)]), block("facts", [written(reply.facts)]),
            block("opinion", [written(reply.body)], items: result(reply)),
            basis((petition(["XF-32"]) + (reply.law ?? [])).uniqued(), reply.basis),
            execution(reply.execution, on: reply.executedOn, reply.executionWords, part),
        ]
        model.remedies = remedies(startedBy: .delivery, part, given: reply.remedies)
        return model
    }

    /// An answer that needs no opinion letter.
    func reply(_ reply: CaseEvent.Replied, _ part: Part) -> DocumentModel {
        let isSuggestion = part.before.triage?.sort == .suggestion
        var model = answered(reply, part)
        if isSuggestion { model.title = text("document.title.suggestion") }
        model.opening = [text("document.opening.reply")]
        model.blocks = [
            block("answer", [written(reply.body)], items: result(reply)), basis(reply.law ?? [], reply.basis),
            execution(reply.execution, on: reply.executedOn, reply.executionWords, part),
        ]
        model.remedies =
            isSuggestion ? given(reply.remedies) : remedies(startedBy: .delivery, part, given: reply.remedies)
        return model
    }

    /// 政府信息公开申请答复书: one of seven kinds of answer, and what is kept back, each part with its reason.
    func information(_ reply: CaseEvent.Replied, _ part: Part) -> DocumentModel {
        var model = answered(reply, part)
        model.opening = [text("document.opening.informationAnswer")]
        let kind = reply.answer.map { words.text("document.answer.\($0.rawValue)") } ?? ""
        let kept = (reply.withheld ?? []).map { part in
            DocumentModel.Item(term: citations([part.law])[0].term, text: written(part.what))
        }
        model.blocks = [
            block("applied", [file.letter(of: reporter) ?? written(state.body)]),
            block("answer", [kind, written(reply.body)]),
            block("withheld", kept.isEmpty ? [] : [text("document.withheld")], items: kept),
            basis(["GI-36"] + (reply.law ?? []), reply.basis), block("cost", [text("document.free")]),
        ]
        model.remedies = remedies(startedBy: .delivery, part, given: reply.remedies)
        return model
    }

    private func answered(_ reply: CaseEvent.Replied, _ part: Part) -> DocumentModel {
        var model = frame(part, unit: reply.unit)
        model.signing = handled(by: part.before.handler, signed: reply.signer)
        model.closing = [text("document.asking")]
        return model
    }

    /// What became of the request, or of the suggestion.
    private func result(_ reply: CaseEvent.Replied) -> [DocumentModel.Item] {
        if let adoption = reply.adoption {
            return [item("adoption", text("document.adoption.\(adoption.rawValue)"))]
        }
        guard reply.outcome != .unstated else { return [] }
        return [item("result", text("document.result.\(reply.outcome.rawValue)"))]
    }

    /// How what was decided is carried out: when and with what proof, or until when, with every promise made with it.
    func execution(
        _ execution: Execution?, on day: LocalDate?, _ said: TextReference?, _ part: Part
    ) -> DocumentModel.Block {
        let made = file.entries[(part.filed.index + 1)...].prefix { entry in
            if case .promised = entry.event { return true }
            return false
        }
        let promises = made.compactMap { entry -> DocumentModel.Item? in
            guard case .promised(let promise) = entry.event else { return nil }
            return DocumentModel.Item(
                term: text("document.until", ["date": full(promise.due)]), text: written(promise.text))
        }
        let how = execution.map { text("document.execution.\($0.rawValue)") } ?? ""
        guard let day else { return block("execution", [how, written(said)], items: promises) }
        let done = DocumentModel.Item(term: text("document.executedOn", ["date": full(day)]), text: written(said))
        return block("execution", [how], items: [done] + promises)
    }
}

extension Array where Element: Hashable {
    /// Without repetitions, first come first.
    fileprivate func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
