internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// Reviews, and the line in answers and reviews that says what the resident can do and until when.
extension DocumentMaker {
    /// 复查意见书, 复核意见书 (《信访工作条例》 Art. 35, 36).
    func review(_ decided: CaseEvent.ReviewDecided, _ part: Part) -> DocumentModel {
        var model = frame(part, unit: decided.unit)
        let asked = file.review(before: part.filed.index)
        let review = part.before.openReview
        let stage = decided.stage == 1 ? "review" : "rereview"
        // Against whom the request went: the unit that answered, or the body that decided first.
        let earlier =
            decided.stage == 1
            ? part.before.reply?.unit : part.before.remedies.last { $0.stage == 1 }?.decided?.unit
        model.opening = [
            text(
                "document.opening.\(stage)",
                [
                    "asked": review.map { full(words.book.zone.date(of: $0.at)) } ?? "",
                    "unit": earlier.map(words.unit) ?? "",
                ])
        ]
        var result = [item("result", text("document.review.\(decided.outcome.rawValue)"))]
        if decided.outcome == .redo, let clock = decided.clocks.first(where: \.isDuty) {
            result.append(item("answerBy", fullWithWeekday(clock.lastDay)))
        }
        model.blocks = [
            block("asked", [written(asked?.reason)]), block("facts", [written(decided.facts)]),
            block("decision.\(stage)", [written(decided.body)], items: result),
            basis(
                petition([decided.stage == 1 ? "XF-35" : "XF-36"]).filter { !decided.law.contains($0) } + decided.law,
                decided.basis),
        ]
        if decided.outcome.needsExecution {
            model.blocks.append(execution(decided.execution, on: nil, decided.executionWords, part))
        }
        model.signing = handled(by: nil, signed: decided.signer)
        if decided.outcome == .redo {
            model.remedies = [DocumentModel.Remedy(text: text("document.afterRedo"))]
        } else if decided.stage == 1 {
            model.remedies = remedies(startedBy: .reviewDelivery, part, given: nil)
        } else {
            model.remediesHeading = text("document.final")
            model.remedies = [
                DocumentModel.Remedy(text: text("document.finalSame")),
                DocumentModel.Remedy(text: text("document.finalNew")),
            ]
        }
        return model
    }

    /// The resident's rights that begin when the document arrives: each with the last day. Before the delivery the
    /// day is the one for somebody who receives it today.
    func remedies(startedBy moment: RuleMoment, _ part: Part, given reference: TextReference?) -> [DocumentModel.Remedy]
    {
        let own = delivered(after: part.filed.index, moment)
        let rules = pack?.rules(startedBy: moment).filter { $0.owner == .citizen } ?? []
        let computed = rules.map { rule -> DocumentModel.Remedy in
            let known = own?.first { $0.rule == rule.id }
            let day =
                known?.lastDay
                ?? Deadline.compute(rule: rule, startedOn: words.today, calendar: words.book.calendar).effectiveDue
            let values = [
                "name": rule.name.text(isEnglish: words.isEnglish), "body": body(part),
                "length": words.words.counted("ruleUnit.\(rule.unit.rawValue)", rule.length),
            ]
            let key = "document.remedy.\(rule.id)"
            let sentence = words.words.catalogue.find(key, words.words.language, values)
            return DocumentModel.Remedy(
                text: sentence ?? text("document.remedyOther", values),
                dayLabel: text(known == nil ? "document.lastDayToday" : "document.lastDay"),
                day: fullWithWeekday(day))
        }
        return given(reference) + computed
    }

    /// What the writer says of it in own words.
    func given(_ reference: TextReference?) -> [DocumentModel.Remedy] {
        let own = written(reference)
        return own.isEmpty ? [] : [DocumentModel.Remedy(text: own)]
    }

    /// The clocks that this resident's delivery of the document started.
    private func delivered(after index: Int, _ moment: RuleMoment) -> [ClockStart]? {
        for entry in file.entries[(index + 1)...] {
            switch entry.event {
            // The next answer has deliveries of its own.
            case .replied where moment == .delivery: return nil
            case .delivered(let p) where moment == .delivery && p.reporter == reporter: return p.clocks
            case .reviewDelivered(let p) where moment == .reviewDelivery && p.reporter == reporter: return p.clocks
            default: continue
            }
        }
        return nil
    }

    /// Who would decide next.
    private func body(_ part: Part) -> String {
        let earlier: [UnitID]
        var reply = part.before.reply?.unit
        switch part.entry.event {
        case .replied(let p): (earlier, reply) = ([], p.unit)
        case .reviewDecided(let p): earlier = [p.unit]
        default: earlier = []
        }
        let next = words.organisation.reviewBody(after: earlier, reply: reply, on: words.today)
        return next.map(words.unit) ?? text("document.higherBody")
    }
}
