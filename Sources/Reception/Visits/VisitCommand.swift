package import Kernel
public import Ledger

/// What somebody wants done with a visit. Texts are prepared before and referred to.
public enum VisitCommand: Hashable, Sendable {
    case send([VisitLeg])
    case call(desk: Int)
    case miss
    case begin(desk: Int)
    case join(desk: Int)
    case pass([VisitLeg], word: TextReference?)
    case next
    case link(VisitEvent.Linked)
    case end(VisitResult, words: TextReference?)
    case forget

    /// The name without the payload; pages and tests use it.
    public var name: Name {
        switch self {
        case .send: .send
        case .call: .call
        case .miss: .miss
        case .begin: .begin
        case .join: .join
        case .pass: .pass
        case .next: .next
        case .link: .link
        case .end: .end
        case .forget: .forget
        }
    }

    /// The kinds of command.
    public enum Name: String, CaseIterable, Sendable {
        case send, call, miss, begin, join, pass, next, link, end, forget

        /// The phases in which the command makes sense.
        public var phases: Set<VisitPhase> {
            switch self {
            case .send: [.arrived, .waiting, .received]
            case .call: [.waiting]
            case .miss: [.called]
            case .begin: [.waiting, .called]
            case .join, .pass, .next: [.received]
            case .link, .end: [.arrived, .waiting, .called, .received]
            case .forget: Set(VisitPhase.allCases)
            }
        }
    }
}

extension Visit {
    /// What a command does, as events.
    package func decide(_ command: VisitCommand, on today: LocalDate) throws(ReceptionError) -> [VisitEvent] {
        guard command.name.phases.contains(phase) else {
            throw .notNow(command: command.name.rawValue, phase: phase.rawValue)
        }
        switch command {
        case .send(let legs):
            guard !legs.isEmpty else { throw .deskMissing }
            return [.sent(.init(legs: legs))]
        case .call(let desk):
            try check(desk)
            return [.called(.init(desk: desk))]
        case .miss: return [.missed]
        case .begin(let desk):
            try check(desk)
            return [.begun(.init(desk: desk))]
        case .join(let desk):
            try check(desk)
            return [.joined(.init(desk: desk))]
        case .pass(let legs, let word):
            guard !legs.isEmpty else { throw .deskMissing }
            return [.passed(.init(legs: legs, word: word))]
        case .next:
            guard hasLater else { throw .noFurtherDesk }
            return [.movedOn]
        case .link(let link):
            if let linked, linked.matter.id != link.matter.id { throw .otherMatter }
            return linked == link ? [] : [.matterLinked(link)]
        case .end(let result, let words):
            try check(result, words)
            return [.ended(.init(result: result, words: words))]
        case .forget:
            guard person != nil || !texts.isEmpty else { return [] }
            return [.forgotten(.init(texts: texts.sorted(), person: person))]
        }
    }

    /// The visit stands in the line of this desk.
    private func check(_ desk: Int) throws(ReceptionError) {
        guard let current, current.leg.desks.contains(where: { $0.desk == desk }) else { throw .notAtThisDesk }
    }

    /// Each result needs what makes it one.
    private func check(_ result: VisitResult, _ words: TextReference?) throws(ReceptionError) {
        switch result {
        case .taken: guard linked?.reporter != nil else { throw .matterMissing }
        case .progress: guard linked != nil else { throw .matterMissing }
        case .answered, .referred: guard words != nil else { throw .wordsMissing }
        case .left: guard begunAt == nil else { throw .wasReceived }
        }
        if result != .left, [.waiting, .called].contains(phase), begunAt == nil { throw .notReceived }
    }
}
