internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The panels of the lawful process: category and route with what the resident is told, promises, whom it complains of.
struct ProcessPanel {
    let page: MatterPage

    private var state: CaseState { page.state }
    private var words: MatterWords { page.words }
    private var file: CaseFile { page.file }

    func fields() -> Fields {
        let facts = facts()
        return [
            "hasProcess": .flag(!facts.isEmpty || told != nil), "processFacts": .list(facts),
            "routeTold": .optional(told), "hasPromises": .flag(!state.promises.isEmpty),
            "promises": .list(state.promises.map(promise)),
            "repeatOf": .optional(
                state.repeatOf.map { ["number": .text($0), "url": .text("/desk/matter/\($0)")] }),
        ]
    }

    private func facts() -> [Fields] {
        var rows: [(String, String)] = []
        if let triage = state.triage {
            rows.append(("proc.decided", words.decided(triage, of: state)))
            rows.append(("proc.decidedWhy", words.quoted(triage.reason, in: file)))
            if let entry = file.entries.last(where: { if case .triaged = $0.event { true } else { false } }) {
                let values = [
                    "who": words.actor(entry.stored.actor, in: file),
                    "when": words.words.relative(entry.stored.occurredAt, now: words.now),
                ]
                rows.append(("proc.decidedBy", words.text("proc.byWhen", values)))
            }
        }
        let accused =
            state.accusedStaff.sorted().map(words.staff) + words.outermost(state.accusedUnits.sorted()).map(words.unit)
        if !accused.isEmpty { rows.append(("proc.accusedNamed", words.words.list(accused))) }
        if let objection = state.objection {
            rows.append(("proc.disputeAt", words.words.name("disputeStep", objection.step)))
        }
        return rows.filter { !$0.1.isEmpty }.map { ["term": .text(words.text($0.0)), "text": .text($0.1)] }
    }

    /// What the resident reads about another lawful route.
    private var told: Fields? {
        guard let route = state.route else { return nil }
        let pack = words.pack(of: state)?.route(route.route)
        return [
            "route": .text(words.route(route.route, of: state)), "source": .text(pack.map(words.source)),
            "explanation": .text(pack?.explanation.text(isEnglish: words.isEnglish)),
            "organ": .text(words.quoted(route.organ, in: file)), "words": .text(words.quoted(route.words, in: file)),
            "number": .text(route.number), "numberURL": .text(route.number.map { "/desk/matter/\($0)" }),
        ]
    }

    /// How a promise stands today: shape and words, never colour alone.
    private func promise(_ promise: CaseState.Promise) -> Fields {
        let standing = promise.standing(on: words.today)
        let shape: String =
            switch standing {
            case .open: words.today.days(since: promise.made.due) >= -3 ? "near" : "plenty"
            case .kept: "done"
            case .late: "near"
            case .broken: "over"
            case .withdrawn: "pause"
            }
        return [
            "text": .text(words.quoted(promise.made.text, in: file)), "state": .text(shape),
            "words": .text(words.words.name("promiseStanding", standing)),
            "due": .text(words.text("clock.date", ["date": words.words.dateAndWeekday(promise.made.due)])),
            "unit": .text(words.unit(promise.made.unit)),
            "kind": .text(promise.made.kind == .execution ? words.text("proc.promiseExecution") : ""),
            "end": .text(words.quoted(promise.settled?.text, in: file)),
        ]
    }
}
