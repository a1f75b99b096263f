internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// Notices: taken up, another route, more time, something is missing, a hearing.
extension DocumentMaker {
    func acceptance(_ accepted: CaseEvent.Accepted, _ part: Part) -> DocumentModel {
        let unit = part.before.lead ?? part.before.responsible
        var model = frame(part, unit: unit)
        model.opening = [text("document.opening.acceptanceNotice")]
        var items = [
            item("acceptedOn", full(date(of: part.entry))), item("unit", words.unit(unit)),
            item("handler", words.staff(accepted.handler)),
        ]
        if let route = routeName(part.before.triage?.route ?? .ordinary) { items.append(item("route", route)) }
        if let clock = accepted.clocks.first(where: \.isDuty) {
            items.append(item("answerBy", fullWithWeekday(clock.lastDay)))
            items.append(item("rule", ruleLine(clock)))
        }
        model.blocks = [
            block("arrangement", items: items), block("rights", [text("document.rights")]),
            basis(petition(["XF-23"])),
        ]
        model.signing = handled(by: accepted.handler)
        model.closing = [text("document.closing")]
        return model
    }

    func route(_ routed: CaseEvent.Routed, _ part: Part) -> DocumentModel {
        var model = frame(part, unit: part.before.actingUnit)
        let known = pack?.route(routed.route)
        let way = [known?.name.text(isEnglish: words.isEnglish)].compactMap { $0 }
        let article = known.map { route in
            let source = route.source
            guard let article = route.article else { return words.text("why.source", ["source": source]) }
            return words.text("why.sourceArticle", ["source": source, "article": article])
        }
        model.opening = [text("document.opening.routeNotice")]
        model.blocks = [
            block(
                "route", [known?.explanation.text(isEnglish: words.isEnglish) ?? ""],
                items: way.map { item("route", $0) }),
            block(
                "organ", [written(routed.organ)],
                items: otherMatter(routed)),
            block("procedure", [routed.procedure.map(words.procedure) ?? ""]),
            block("also", [written(routed.words)]),
            block("basis", items: [article].compactMap { $0 }.map { DocumentModel.Item(term: $0) }),
        ]
        model.closing = [text("document.closing")]
        return model
    }

    func extended(_ extended: CaseEvent.Extended, _ part: Part) -> DocumentModel {
        var model = frame(part, unit: part.before.responsible)
        let rule = words.rule(extended.clock, of: state)
        let old = part.before.runningClock(extended.clock.rule)
        let unit = rule?.unit ?? .calendarDays
        model.opening = [text("document.opening.extensionNotice")]
        model.blocks = [
            block("reason", [written(extended.reason)]),
            block(
                "newTime",
                items: [
                    item("oldDay", old.map { fullWithWeekday($0.start.lastDay) } ?? ""),
                    item("longerBy", words.words.counted("ruleUnit.\(unit.rawValue)", extended.length)),
                    item("newDay", fullWithWeekday(extended.clock.lastDay)),
                    item("approvedBy", part.entry.stored.actor.staffID.map(words.staff) ?? ""),
                ].filter { !$0.text.isEmpty }),
            block("basis", items: [DocumentModel.Item(term: words.sourceWords(rule))].filter { !$0.term.isEmpty }),
        ]
        model.signing = handled(by: part.before.handler, signed: part.entry.stored.actor.staffID)
        model.closing = [text("document.closing")]
        return model
    }

    func correction(_ asked: CaseEvent.Reasoned, _ part: Part) -> DocumentModel {
        var model = frame(part, unit: part.before.responsible)
        model.opening = [text("document.opening.correctionNotice")]
        model.blocks = [block("missing", [written(asked.text)]), block("then", [text("document.correctionThen")])]
        model.closing = [text("document.closing")]
        return model
    }

    func hearing(_ called: CaseEvent.HearingCalled, _ part: Part) -> DocumentModel {
        var model = frame(part, unit: part.before.actingUnit)
        model.opening = [text("document.opening.hearingNotice")]
        model.blocks = [
            block("hearing", [written(called.notice)], items: [item("day", fullWithWeekday(called.on))]),
            block("papers", [written(called.papers)]), block("rights", [text("document.hearingRights")]),
            basis(petition([part.before.openReview?.stage == 2 ? "XF-36" : "XF-31-6"])),
        ]
        model.closing = [text("document.closing")]
        return model
    }

    func minutes(_ held: CaseEvent.HearingHeld, _ part: Part) -> DocumentModel {
        var model = frame(part, unit: part.before.actingUnit)
        model.addressee = ""
        model.opening = [text("document.opening.hearingMinutes", ["date": full(held.on)])]
        model.blocks = [
            block("tookPart", [written(held.list)]), block("said", [written(held.minutes)]),
            block("result", [written(held.result)]),
        ]
        model.parties = [party("resident", name), party("chair", nil), party("writer", nil)]
        return model
    }

    var pack: RulePack? { words.book.packs.pack(id: state.pack, version: state.packVersion) }

    func party(_ role: String, _ name: String?) -> DocumentModel.Party {
        DocumentModel.Party(role: text("document.party.\(role)"), name: name ?? "")
    }

    private func routeName(_ route: LawfulRoute) -> String? {
        pack?.route(route)?.name.text(isEnglish: words.isEnglish)
    }

    /// "办结答复，60 天，《信访工作条例》第 34 条".
    private func ruleLine(_ clock: ClockStart) -> String {
        let rule = words.rule(clock, of: state)
        return [words.ruleWords(rule, clock), words.sourceWords(rule)].filter { !$0.isEmpty }
            .joined(separator: words.text("story.comma"))
    }

    /// The matter in which it goes on, with its next day (Art. 19).
    private func otherMatter(_ routed: CaseEvent.Routed) -> [DocumentModel.Item] {
        guard let number = routed.number else { return [] }
        return [item("otherNumber", number)] + (routed.due.map { [item("otherDue", fullWithWeekday($0))] } ?? [])
    }
}
