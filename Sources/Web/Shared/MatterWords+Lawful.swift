internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The words of the lawful process: routes and tiers of a matter's pack, lengths of time, citations.
extension MatterWords {
    /// The rule pack that a matter began with.
    func pack(of state: CaseState) -> RulePack? { book.packs.pack(id: state.pack, version: state.packVersion) }

    /// Units without those that lie below another of them: "the bureau", not the bureau and all its stations.
    func outermost(_ units: [UnitID]) -> [UnitID] {
        units.filter { unit in !units.contains { $0 != unit && organisation.isInside(unit, $0) } }
    }

    /// What a route is called in the matter's pack.
    func route(_ route: LawfulRoute, of state: CaseState) -> String {
        pack(of: state)?.route(route)?.name.text(isEnglish: isEnglish) ?? words.name("lawfulRoute", route)
    }

    /// "《信访工作条例》第 31(4) 条"; empty where the pack does not say.
    func source(of route: PackRoute) -> String {
        cited(route.source, route.article)
    }

    /// An instrument and its articles as a pack names them; in English where the library knows its English name.
    func cited(_ source: String, _ article: String?) -> String {
        let known = isEnglish ? law?.entries.first { $0.instrument.zh == source }?.instrument.en : nil
        guard let article else { return text("why.source", ["source": known ?? source]) }
        let articles = isEnglish ? article.split(separator: "、").joined(separator: ", ") : article
        return text("why.sourceArticle", ["source": known ?? source, "article": articles])
    }

    /// A tier's name; empty where there is none.
    func tier(_ id: String?, of state: CaseState) -> String {
        guard let id else { return "" }
        return pack(of: state)?.tiers.first { $0.id == id }?.name.text(isEnglish: isEnglish) ?? id
    }

    /// "申诉求决，由我们办理，一般事项（7 天）".
    func decided(_ triaged: CaseEvent.Triaged, of state: CaseState) -> String {
        let parts = [
            triaged.sort.map { words.name("matterSort", $0) } ?? "", route(triaged.route, of: state),
            tier(triaged.tier, of: state),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: text("story.comma"))
    }

    /// The name of a rule, also of one that no clock carries any more.
    func ruleName(_ id: String, of state: CaseState) -> String {
        pack(of: state)?.rule(id)?.name.text(isEnglish: isEnglish) ?? id
    }

    /// "30 天", in the unit of a rule.
    func length(_ count: Int, of rule: Rule?) -> String {
        words.counted("ruleUnit.\((rule?.unit ?? .calendarDays).rawValue)", count)
    }

    /// 《信访工作条例》第 34 条.
    func citation(_ entry: String) -> String { law?.entry(entry)?.citation(isEnglish: isEnglish) ?? entry }

    /// The entries of the library that something rests on, with the words that were written; empty for nothing.
    func basis(_ entries: [String]?, _ reference: TextReference?, in file: CaseFile) -> String {
        let all = (entries ?? []).map(citation) + [quoted(reference, in: file)].filter { !$0.isEmpty }
        return all.joined(separator: text("story.semicolon"))
    }

    /// How an objection of this kind was decided before.
    func precedent(_ earlier: Precedent) -> Fields {
        let values = ["from": unit(earlier.from), "to": unit(earlier.to)]
        return [
            "what": .text(text(earlier.upheld ? "proc.precedentUpheld" : "proc.precedentRejected", values)),
            "reason": .text(earlier.reason), "number": .text(earlier.number),
            "when": .text(words.date(book.zone.date(of: earlier.at), today: today)),
            "step": .text(words.name("disputeStep", earlier.step)),
        ]
    }

    /// The blocks of a reply beside its letter, each with its heading: request, facts, result of a special kind.
    func blocks(_ reply: CaseEvent.Replied, in file: CaseFile) -> [(term: String, text: String)] {
        var rows = [
            ("proc.request", quoted(reply.request, in: file)), ("proc.facts", quoted(reply.facts, in: file)),
            ("proc.answer", reply.answer.map { words.name("infoAnswer", $0) } ?? ""),
            ("proc.adoption", reply.adoption.map { words.name("adoption", $0) } ?? ""),
            (
                "proc.execution",
                execution(reply.execution, on: reply.executedOn, quoted(reply.executionWords, in: file))
            ),
        ]
        for part in reply.withheld ?? [] {
            let values = ["what": quoted(part.what, in: file), "law": citation(part.law)]
            rows.append(("proc.withheld", text("proc.withheldLine", values)))
        }
        return rows.filter { !$0.1.isEmpty }.map { (text($0.0), $0.1) }
    }

    /// Facts of a decision over an answer, and how it is carried out.
    func blocks(_ decided: CaseEvent.ReviewDecided, in file: CaseFile) -> [(term: String, text: String)] {
        let how = execution(decided.execution, on: nil, quoted(decided.executionWords, in: file))
        return [("proc.facts", quoted(decided.facts, in: file)), ("proc.execution", how)].filter { !$0.1.isEmpty }
            .map { (text($0.0), $0.1) }
    }

    /// "已经落实（11 月 3 日）：水箱换新，验收单附后"; empty where nothing is said of it.
    func execution(_ how: Execution?, on day: LocalDate?, _ said: String) -> String {
        guard let how else { return "" }
        let name = words.name("execution", how)
        guard !said.isEmpty else { return name }
        guard let day else { return text("proc.executionSaid", ["how": name, "words": said]) }
        return text("proc.executionSaidOn", ["how": name, "date": words.dateAndWeekday(day), "words": said])
    }
}
