internal import Kernel
internal import Ledger
internal import Organisation
internal import Reception

/// The fields of the page of a visit.
struct VisitModel {
    let file: VisitFile
    let viewer: Viewer
    let words: ReceptionWords
    /// Whether the viewer may know of its matter.
    var sees = false

    private var path: String { "/desk/reception/visit/\(file.state.id)" }

    /// The forms for what this person may do now, the next step first.
    var forms: [ActForm] {
        let possible = file.state.possible(for: viewer)
        return VisitAct.allCases.filter { possible.contains($0.command) && isUseful($0) }.map { form($0) }
    }

    private func isUseful(_ act: VisitAct) -> Bool {
        switch act {
        case .join: !(file.state.current?.leg.with.isEmpty ?? true)
        case .send: file.state.phase == .arrived || file.state.phase == .waiting
        default: true
        }
    }

    /// The one next step: call, sit down, end.
    private var primary: VisitAct {
        switch file.state.phase {
        case .waiting: .call
        case .called: .begin
        case .arrived: .send
        case .received, .ended: .end
        }
    }

    private func form(_ act: VisitAct) -> ActForm {
        var inputs: [ActForm.Input] = []
        switch act {
        case .call, .begin, .join:
            // One desk needs no choice.
            let refs = file.state.current?.leg.desks ?? []
            let mine = act == .join ? refs.filter { $0.desk != file.state.current?.desk } : refs
            if mine.count > 1 {
                inputs = [.init(name: "desk", kind: .radios(mine.map { option($0.desk, $0 == mine[0]) }))]
            } else if let only = mine.first {
                return ActForm(
                    name: act.name, action: "\(path)/\(act.rawValue)", inputs: [], version: file.state.version,
                    hidden: [(name: "desk", value: "\(only.desk)")], isPrimary: act == primary, family: .reception)
            }
        case .send, .pass:
            let here = act == .pass ? file.state.current?.desk : nil
            let desks = file.place.openDesks.filter { $0.number != here }
            inputs = [.init(name: "desks", kind: .checks(desks.map { option($0.number, false) }))]
            inputs.append(
                .init(
                    name: "together",
                    kind: .radios([
                        .init(value: "", label: words.text("reception.oneAfterAnother"), isSelected: true),
                        .init(value: "yes", label: words.text("reception.together")),
                    ]), isRequired: false))
            if act == .pass { inputs.append(.init(name: "word", kind: .text(rows: 2), isRequired: false)) }
        case .link: inputs = [.init(name: "number", kind: .line(most: 40))]
        case .end:
            inputs = [
                .init(name: "result", kind: .radios(results)),
                .init(name: "words", kind: .text(rows: 3), isRequired: false),
            ]
        case .miss, .next: break
        }
        return ActForm(
            name: act.name, action: "\(path)/\(act.rawValue)", inputs: inputs, version: file.state.version,
            isPrimary: act == primary, family: .reception)
    }

    /// Results that can be chosen now; the others would be refused.
    private var results: [ActForm.Option] {
        VisitResult.allCases.filter { result in
            switch result {
            case .taken: file.state.linked?.reporter != nil
            case .progress: file.state.linked != nil
            case .answered, .referred: true
            case .left: file.state.begunAt == nil
            }
        }.map { ActForm.Option(value: $0.rawValue, label: words.words.name("visitResult", $0)) }
    }

    private func option(_ desk: Int, _ isSelected: Bool) -> ActForm.Option {
        ActForm.Option(value: "\(desk)", label: words.desk(desk, of: file.place), isSelected: isSelected)
    }

    func fields(_ acts: Field) -> Fields {
        guard case .list(let all) = acts else { return [:] }
        let pairs = Array(zip(forms, all))
        let isOpen = file.state.phase != .ended && file.state.mayWork(viewer)
        let hall = "/desk/reception/place/\(file.place.id)"
        return [
            "submission": "", "backURL": .text(file.state.current.map { "\(hall)?desk=\($0.desk)" } ?? hall),
            "backText": .text(words.name(file.place.details.name)), "ticket": .text("\(file.state.ticket)"),
            "aloud": .text(words.aloud(file.state.ticket)),
            "phase": .text(words.words.name("visitPhase", file.state.phase)),
            "call": .text(
                file.state.phase == .called
                    ? file.state.current.map { words.call(file.state.ticket, to: $0.desk) } : nil),
            "about": .text(file.text(file.state.arrival.about?.id)), "facts": .list(facts), "stops": .list(stops),
            "hasStops": .flag(!file.state.stops.isEmpty),
            "slipURL": .text(viewer.may(.receive, on: nil) ? "\(path)/slip" : nil),
            "takeDownURL": .text(
                isOpen && file.state.linked == nil && viewer.may(.registerMatter, on: nil)
                    ? "/desk/new?visit=\(file.state.id)" : nil),
            "matter": .optional(file.state.linked.map(matter)),
            "nextActs": .list(pairs.filter(\.0.isPrimary).map(\.1)),
            "moreActs": .list(pairs.filter { !$0.0.isPrimary }.map(\.1)),
            "hasMoreActs": .flag(pairs.contains { !$0.0.isPrimary }),
            "result": .text(file.state.result.map { words.words.name("visitResult", $0) }),
            "resultWords": .text(
                file.state.result == nil || file.state.words == nil
                    ? nil : file.text(file.state.words) ?? words.text("story.textErased")),
            "trail": .list(file.entries.map(entry)),
        ]
    }

    private var facts: [Fields] {
        let arrival = file.state.arrival
        var rows: [(String, String)] = [
            ("reception.factArrived", words.words.dateTime(file.state.arrivedAt)),
            ("reception.factPeople", words.words.counted("reception.people", arrival.people)),
        ]
        if let slot = arrival.slot { rows.append(("reception.factSlot", words.words.time(slot))) }
        if let name = file.contact?.name { rows.append(("reception.factName", name)) }
        if let phone = file.contact?.phone { rows.append(("reception.factPhone", ContactMask.phone(phone))) }
        if !arrival.needs.isEmpty { rows.append(("reception.factNeeds", words.needs(arrival.needs))) }
        if let front = arrival.front { rows.append(("reception.factFront", words.words.name("frontReason", front))) }
        if let owner = file.state.owner {
            let who = words.words.list(owner.receivedBy.prefix(1).map(words.base.staff))
            rows.append(("reception.factOwner", "\(words.desk(owner.desk, of: file.place)) · \(who)"))
        }
        if arrival.people > Reception.mostRepresentatives {
            rows.append(
                (
                    "reception.factRepresentatives",
                    words.text("reception.representativesRule", ["n": "\(Reception.mostRepresentatives)"])
                ))
        }
        return rows.map { ["term": .text(words.text($0.0)), "text": .text($0.1)] }
    }

    /// The way through the hall, with who received whom.
    private var stops: [Fields] {
        file.state.stops.map { stop in
            let with = stop.leg.desks.filter { $0.desk != stop.desk }
            let who = words.words.list(stop.receivedBy.map(words.base.staff))
            return [
                "desk": .text(words.desk(stop.desk, of: file.place)),
                "with": .text(
                    with.isEmpty
                        ? nil
                        : words.text("reception.with", ["desks": words.words.list(with.map { words.desk($0.desk) })])),
                "phase": .text(words.text("visitPhase.\(stop.phase.rawValue)")),
                "isNow": .flag(stop.number == file.state.current?.number), "who": .text(who),
                "missed": .text(
                    stop.missed > 0 ? words.words.counted("reception.missedTimes", stop.missed) : nil),
                "word": .text(stop.word.map { file.text($0) ?? words.text("story.textErased") }),
            ]
        }
    }

    private func matter(_ linked: VisitEvent.Linked) -> Fields {
        [
            "number": .text(sees ? linked.matter.number : nil), "url": .text("/desk/matter/\(linked.matter.number)"),
            "readBack": .text(linked.readBack.map { words.words.name("confirmation", $0.how) }),
            "fingerprint": .text(linked.readBack.map { words.words.fingerprint(String($0.hash.prefix(16))) }),
        ]
    }

    private func entry(_ entry: RecordEntry<VisitEvent>) -> Fields {
        let desk: Int? =
            switch entry.event {
            case .called(let p), .begun(let p), .joined(let p): p.desk
            default: nil
            }
        let who = entry.stored.actor.staffID.map(words.base.staff) ?? words.text("reception.bySystem")
        return [
            "when": .text(words.words.time(entry.stored.occurredAt)),
            "iso": .text(words.words.iso(entry.stored.occurredAt)), "who": .text(who),
            "what": .text(
                words.text(
                    "visitEvent.\(entry.event.kind)", ["desk": desk.map { words.desk($0, of: file.place) } ?? ""])),
        ]
    }
}
