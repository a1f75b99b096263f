internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// What the desk form holds beyond one resident's words: the kind of case, the others of a group, an earlier matter.
extension DeskLetter {
    /// The other representatives have rows of their own, from the second to the fifth.
    static let representatives = 2...GroupVisit.mostRepresentatives

    var kind: MatterKind { form.value("kind") ?? .petition }

    /// The number of the matter that this contact repeats.
    var repeatOf: String? { form["repeatOf"].flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 } }

    /// Whether anything was typed into the part for groups.
    var isGroup: Bool {
        !form.text("groupSize").isEmpty || !form.text("members").isEmpty
            || Self.representatives.contains {
                !form.text("repName\($0)").isEmpty || !form.text("repPhone\($0)").isEmpty
            }
    }

    /// The others: representatives first, then members, one a line: name, phone.
    var others: [GroupMember] {
        let speaking = Self.representatives.compactMap { row -> GroupMember? in
            let contact = Self.contact(form.text("repName\(row)"), form.text("repPhone\(row)"))
            return contact.map { GroupMember($0, as: .representative) }
        }
        let members = form.text("members").split(whereSeparator: \.isNewline).compactMap { line -> GroupMember? in
            let parts = line.split(maxSplits: 1, omittingEmptySubsequences: false) { ",，、;；\t".contains($0) }
            let name = parts.first.map(String.init) ?? ""
            return Self.contact(name, parts.count > 1 ? String(parts[1]) : "").map { GroupMember($0, as: .member) }
        }
        return speaking + members
    }

    /// How many came; what is no number counts as none and is told.
    var groupSize: Int? {
        guard isGroup else { return nil }
        return Int(form.text("groupSize").filter { !$0.isWhitespace }) ?? 0
    }

    private static func contact(_ name: String, _ phone: String) -> Contact? {
        let (name, phone) = (PlainText.cleaned(name), PlainText.cleaned(phone))
        let contact = Contact(
            name: name.isEmpty ? nil : String(name.prefix(60)), phone: phone.isEmpty ? nil : String(phone.prefix(40)))
        return contact.isEmpty ? nil : contact
    }
}

/// The matter that a contact repeats, to be read out: who has it, how far it is, by when there is an answer.
struct RepeatedMatter {
    let file: CaseFile
    let words: MatterWords
    let seesJudgement: Bool

    var fields: Fields {
        let state = file.state
        return [
            "number": .text(state.number), "url": .text("/desk/matter/\(state.number)"),
            "titleText": .text(file.text(state.title) ?? words.text("story.textErased")),
            "phase": .text(words.phase(state.phase, seesJudgement: seesJudgement)), "lines": .texts(lines),
        ]
    }

    /// Sentences for the resident: what they may know, and nothing of what is internal.
    var lines: [String] {
        let state = file.state
        var lines = [
            words.text(
                "work.repeatPhase",
                [
                    "number": state.number, "unit": words.unit(state.actingUnit),
                    "phase": words.words.name("residentPhase", state.phase),
                ])
        ]
        if let clock = state.nextClock {
            let values = [
                "rule": words.clockName(clock.start, of: state),
                "date": words.words.dateAndWeekday(words.due(clock.start, of: state)),
            ]
            lines.append(words.text("work.repeatClock", values))
        }
        let told = file.entries.last { entry in
            switch entry.event {
            case .messaged, .contacted, .replied, .extended: true
            default: false
            }
        }
        if let told {
            let values = [
                "when": words.words.date(words.book.zone.date(of: told.stored.occurredAt), today: words.today),
                "what": words.text("moved.\(told.stored.kind)"),
            ]
            lines.append(words.text("work.repeatLast", values))
        }
        return lines
    }
}
