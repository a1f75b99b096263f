internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation
internal import Supervision

/// What every page of supervision speaks with.
struct SupervisionWords: Sendable {
    let base: MatterWords

    var words: Words { base.words }
    var today: LocalDate { base.today }
    var zone: CivilZone { base.book.zone }

    func text(_ key: String, _ values: [String: String] = [:]) -> String { base.text(key, values) }

    /// A text that not every case has.
    func optional(_ key: String) -> String { words.catalogue.find(key, words.language) ?? "" }

    /// "督办〔2026〕3 号".
    func number(_ number: DocumentNumber?, _ kind: String) -> String {
        guard let number else { return text("supervision.numberNone") }
        return text("supervision.number.\(kind)", ["year": "\(number.year)", "n": "\(number.sequence)"])
    }

    /// The number of a paper within a task: "督办〔2026〕3 号 · 催办函 1".
    func number(of measure: TakenMeasure, in task: SupervisionTask) -> String {
        let values = [
            "number": number(task.number, "task"), "kind": words.name("taskMeasure", measure.kind),
            "n": "\(measure.paper)",
        ]
        return text("supervision.paperNumber", values)
    }

    /// "期限“答复信访人”5 月 10 日到期".
    func evidence(_ evidence: SupervisionEvidence) -> String {
        var values: [String: String] = [:]
        values["date"] = evidence.on.map { words.date($0, today: today) } ?? ""
        values["n"] = words.number(evidence.count ?? 0)
        values["rule"] = evidence.rule.map(rule) ?? ""
        return text("supervisionEvidence.\(evidence.kind.rawValue)", values)
    }

    /// A rule's name in any pack, the newest first.
    private func rule(_ id: String) -> String {
        let found = base.book.packs.packs.last { $0.rule(id) != nil }?.rule(id)
        return found?.name.text(isEnglish: base.isEnglish) ?? id
    }

    /// The reasons of a finding or task, a sentence each.
    func reasons(_ evidence: [SupervisionEvidence], since: LocalDate?) -> [String] {
        if !evidence.isEmpty { return evidence.map(self.evidence) }
        return since.map { [text("supervision.since", ["date": words.date($0, today: today)])] } ?? []
    }

    /// "《信访工作条例》第四十条（拖延）".
    func basis(_ trigger: SupervisionTrigger) -> String {
        text("supervision.basis", ["ground": words.name("supervisionGround", trigger.ground)])
    }

    /// The law on which a measure rests.
    func basis(_ measure: TaskMeasure) -> String {
        measure.article == 39 ? text("supervision.basis39") : text("supervision.basis40")
    }

    /// Who did something.
    func who(_ actor: Actor) -> String {
        actor.staffID.map(base.staff) ?? text("story.staffUnknown")
    }

    /// State and words of a day by which somebody has to act.
    func clock(due: LocalDate, isOver: Bool = false) -> Fields {
        words.clockFields(
            ClockState(due: due, today: today, calendar: base.book.calendar, isDone: isOver))
    }

    /// State and words of a task: its day while the unit has to answer, then who has to do something.
    func clock(_ phase: TaskPhase, due: LocalDate) -> Fields {
        switch phase {
        case .open: clock(due: due)
        case .answered, .accepted: ["state": "pause", "words": .text(words.name("taskWaits", phase))]
        case .closed, .withdrawn, .setAside: ["state": "done", "words": .text(words.name("taskPhase", phase))]
        }
    }

    /// Paragraphs of a text with its language; a sentence in its place where it was erased.
    func passage(_ body: String?) -> Fields {
        guard let body else {
            return ["lang": .text(words.language.rawValue), "paragraphs": .texts([text("story.textErased")])]
        }
        return ["lang": .text(MatterWords.language(of: body)), "paragraphs": .paragraphs(body)]
    }

    /// The first words of a text, for lists.
    func excerpt(_ body: String) -> String {
        let line = body.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return line.count <= 48 ? line : "\(line.prefix(47))…"
    }

    /// A stamp in the trail.
    func stamp(_ stored: StoredEvent, verb: String) -> Fields {
        [
            "turn": .text(Postmark.turn(of: stored.id)), "stampTop": .text(text("supervision.stampTop")),
            "stampDate": .text(words.stampDate(zone.date(of: stored.occurredAt))),
            "stampVerb": .text(text("supervisionStamp.\(verb)")), "iso": .text(words.iso(stored.occurredAt)),
            "when": .text(words.relative(stored.occurredAt, now: base.now)),
            "who": .text(who(stored.actor)),
        ]
    }

    /// Units that can be asked, for a select.
    func units(selected: UnitID?) -> [ActForm.Option] {
        base.organisation.units.filter { $0.isValid(on: today) && $0.kind != .superior }.map {
            ActForm.Option(
                value: "\($0.id)", label: $0.name.text(isEnglish: base.isEnglish), isSelected: $0.id == selected)
        }
    }

    /// The cases of an enumeration, for a select or a choice.
    func options<T: RawRepresentable<String> & CaseIterable & Equatable>(
        _ family: String, _ type: T.Type, selected: T? = nil
    ) -> [ActForm.Option] {
        T.allCases.map {
            ActForm.Option(value: $0.rawValue, label: text("\(family).\($0.rawValue)"), isSelected: $0 == selected)
        }
    }

    /// The tabs above every list, with the present one marked.
    func tabs(_ current: String, _ viewer: Viewer) -> Field {
        var tabs: [(String, String)] = []
        if viewer.may(.oversee, on: nil) {
            tabs = [
                ("tasks", "/supervision"), ("suggestions", "/supervision/suggestions"),
                ("conferences", "/supervision/conferences"),
            ]
        }
        if viewer.may(.answerSupervision, on: nil) { tabs.append(("asked", "/supervision/tasks")) }
        guard tabs.count > 1 else { return .list([]) }
        return .list(
            tabs.map { name, url in
                [
                    "name": .text(text("supervision.tab.\(name)")), "url": .text(url),
                    "current": .flag(name == current),
                ]
            })
    }
}
