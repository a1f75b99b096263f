internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The fields of the desk form.
struct NewMatterModel {
    /// What "find" brought.
    struct Found {
        var searched = false
        var people: [FoundPerson] = []
        var alike: [SearchHit] = []
        /// The matter that the contact repeats.
        var earlier: RepeatedMatter?
    }

    let letter: DeskLetter
    let errors: [PlainError]
    let found: Found
    let viewer: Viewer
    let words: MatterWords

    private var form: Form { letter.form }

    var fields: Fields {
        var fields: Fields = [
            "searched": .flag(found.searched), "hasPeople": .flag(!found.people.isEmpty),
            "people": .list(found.people.enumerated().map { person($0.element, $0.offset) }),
            "alike": .list(found.alike.map(alike)), "after": .texts(after),
            "kinds": .list(kinds), "hasKinds": .flag(kinds.count > 1), "groupOpen": .flag(letter.isGroup),
            "reps": .list(representatives), "earlier": .optional(found.earlier?.fields), "areas": .list(areas),
            "categories": .list(categories),
            "urgencyIsDanger": .flag(letter.urgency == .danger), "urgencyIsUrgent": .flag(letter.urgency == .urgent),
            "urgencyIsNormal": .flag(letter.urgency == .normal),
            "dangerPromise": .text(words.text("urgency.danger")), "urgentPromise": .text(words.text("urgency.urgent")),
            "normalPromise": .text(words.text("urgency.normal")), "readBack": .flag(form.flag("readBack")),
            "anonymous": .flag(form.flag("anonymous")), "keepContactSecret": .flag(form.flag("keepContactSecret")),
            "noReplyWanted": .flag(form.flag("noReplyWanted")), "channelIsVisit": .flag(letter.channel == .visit),
            "channelIsCall": .flag(letter.channel == .call), "channelIsLetter": .flag(letter.channel == .letter),
            "channelIsFax": .flag(letter.channel == .fax), "channelIsFound": .flag(letter.channel == .homeVisit),
        ]
        fields.merge(
            HelperForm(form).fields(words.words) { name in
                errors.first { $0.field == name }.map(words.words.sentence)
            })
        for name in DeskLetter.needs.keys { fields[name] = .flag(form.flag(name)) }
        for name in [
            "name", "phone", "address", "body", "place", "wish", "receivedOn", "infoForm", "groupSize", "members",
            "repeatOf",
        ] {
            fields[name] = .text(form.text(name))
        }
        let named = [
            "channel", "name", "phone", "address", "body", "place", "area", "receivedOn", "urgency", "readBack",
            "infoForm", "groupSize", "members", "representatives", "repeatOf",
        ]
        for name in named {
            let error = errors.first { $0.field == name }
            fields["\(name)Error"] = .text(error.map(words.words.sentence))
        }
        return fields
    }

    private func person(_ person: FoundPerson, _ index: Int) -> Fields {
        [
            "id": .text("\(index)"), "name": .text(person.contact.name ?? words.text("story.resident")),
            "maskedPhone": .text(person.contact.phone.map(ContactMask.phone)),
            "hasMatters": .flag(!person.matters.isEmpty),
            "matters": .list(
                person.matters.map { matter in
                    [
                        "url": .text("/desk/matter/\(matter.number)"), "number": .text(matter.number),
                        "titleText": .text(matter.title),
                        "phase": .text(words.phase(matter.phase, seesJudgement: viewer.may(.seeJudgement, on: nil))),
                    ]
                }),
        ]
    }

    private func alike(_ hit: SearchHit) -> Fields {
        let isOpen = CasePhase.open.contains(hit.phase)
        return [
            "url": .text("/desk/matter/\(hit.number)"), "number": .text(hit.number), "titleText": .text(hit.title),
            "why": .text(words.text("work.alikePlace")),
            "phase": .text(words.phase(hit.phase, seesJudgement: viewer.may(.seeJudgement, on: nil))),
            "canAdd": .flag(isOpen),
        ]
    }

    /// What happens when it is saved, with the day that follows from the rules of its kind.
    private var after: [String] {
        let isOffice = words.organisation.unit(viewer.staff.unit)?.kind == .countyOffice
        let rules = words.book.clocks(for: letter.kind, at: words.now)
        let first = rules.start(on: .receipt, at: words.now, ClockFacts(receiver: isOffice ? .office : .organ))
            .filter(\.isDuty).min { $0.due < $1.due }
        var out = [words.text("work.afterSlip")]
        if let first {
            let date = words.words.dateAndWeekday(first.due)
            out.append(words.text(letter.kind == .petition ? "work.afterNotify" : "work.afterFirst", ["date": date]))
        }
        return out + [words.text("work.afterDispatch")]
    }

    /// Kinds of case with rules that hold today.
    private var kinds: [Fields] {
        MatterKind.allCases.filter { words.book.packs.pack(for: $0, on: words.today) != nil }.map {
            option($0.rawValue, words.words.name("matterKind", $0), letter.kind.rawValue)
        }
    }

    private var representatives: [Fields] {
        DeskLetter.representatives.map { row in
            [
                "n": .text("\(row)"), "name": .text(form.text("repName\(row)")),
                "phone": .text(form.text("repPhone\(row)")),
            ]
        }
    }

    private var areas: [Fields] { AreaChoices(words: words).fields(form["area"]) }

    private var categories: [Fields] {
        let chosen = form["category"]
        return words.organisation.categories.filter { !$0.isRetired }.map {
            option($0.code, words.category($0.code), chosen)
        }
    }

    private func option(_ value: String, _ label: String, _ chosen: String?) -> Fields {
        QueueFilters.option(value, label, isSelected: value == chosen)
    }
}

/// The divisions of the county as choices, each with the township before it.
struct AreaChoices {
    let words: MatterWords

    func fields(_ chosen: String?) -> [Fields] {
        words.organisation.areas.filter { !$0.isRetired && $0.parent != nil }.map { area in
            let label = words.organisation.path(ofArea: area.code).dropFirst()
                .map { $0.name.text(isEnglish: words.isEnglish) }.joined(separator: " ")
            return QueueFilters.option(area.code, label, isSelected: area.code == chosen)
        }
    }
}
