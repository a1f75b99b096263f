public import Kernel
public import Ledger
public import Organisation

/// What somebody wants done with a task. Texts are prepared before and referred to.
public enum TaskCommand: Hashable, Sendable {
    case urge(TextReference, due: LocalDate)
    case list(TextReference)
    case talk(TextReference, on: LocalDate)
    case circulate(TextReference, CircularScope)
    case orderRectification(TextReference, due: LocalDate)
    case moveDue(TextReference, due: LocalDate)
    case answer(TextReference)
    case accept(TextReference?)
    case sendBack(TextReference, due: LocalDate)
    case close(TaskResult, TextReference)
    case withdraw(TextReference)
    case eraseTexts([TextID], TextReference)

    /// The name without the payload; permissions, errors and tests use it.
    public var name: Name {
        switch self {
        case .urge: .urge
        case .list: .list
        case .talk: .talk
        case .circulate: .circulate
        case .orderRectification: .orderRectification
        case .moveDue: .moveDue
        case .answer: .answer
        case .accept: .accept
        case .sendBack: .sendBack
        case .close: .close
        case .withdraw: .withdraw
        case .eraseTexts: .eraseTexts
        }
    }

    /// The kinds of command.
    public enum Name: String, CaseIterable, Sendable {
        case urge, list, talk, circulate, orderRectification, moveDue, answer, accept, sendBack, close, withdraw,
            eraseTexts

        /// The phases in which the command makes sense. Anything else is told as `supervision.notNow`.
        public var phases: Set<TaskPhase> {
            switch self {
            case .urge, .moveDue, .answer: [.open]
            case .list, .talk, .circulate: [.open, .answered, .accepted]
            case .orderRectification: [.open, .answered]
            case .accept, .sendBack: [.answered]
            case .close: [.accepted]
            case .withdraw: [.open, .answered, .accepted, .setAside]
            // Words can be erased for as long as there are any.
            case .eraseTexts: Set(TaskPhase.allCases)
            }
        }

        /// The permission that it needs on the unit: Art. 39 gives listing, talk, circular and rectification to the
        /// joint conference; the answer is the unit's own.
        public var permission: Permission {
            switch self {
            case .urge, .moveDue, .accept, .sendBack, .close, .withdraw, .eraseTexts: .supervise
            case .list, .talk, .circulate, .orderRectification: .confer
            case .answer: .answerSupervision
            }
        }
    }
}

extension SupervisionTask {
    /// What a command does, as events. Pure: no store, no clock of its own.
    package func decide(_ command: TaskCommand, on today: LocalDate) throws(SupervisionError) -> [TaskEvent] {
        guard command.name.phases.contains(phase) else {
            throw .notNow(command: command.name.rawValue, phase: phase.rawValue)
        }
        switch command {
        case .urge(let text, let due):
            return [.urged(.init(text: text, due: try coming(due, today)))]
        case .list(let text):
            guard !isListed else { throw .alreadyListed }
            return [.listed(.init(text: text))]
        case .talk(let text, let on):
            guard on <= today else { throw .notYet(field: "on") }
            return [.talked(.init(on: on, text: text))]
        case .circulate(let text, let scope): return [.circulated(.init(scope: scope, text: text))]
        case .orderRectification(let text, let due):
            return [.rectificationOrdered(.init(text: text, due: try coming(due, today)))]
        case .moveDue(let text, let due): return [.dueMoved(.init(text: text, due: try coming(due, today)))]
        case .answer(let text): return [.answered(.init(text: text, inTime: today <= agreedDue))]
        case .accept(let text): return [.accepted(.init(text: text))]
        case .sendBack(let text, let due): return [.sentBack(.init(text: text, due: try coming(due, today)))]
        case .close(let result, let text): return [.closed(.init(result: result, text: text))]
        case .withdraw(let text): return [.withdrawn(.init(text: text))]
        case .eraseTexts(let ids, let reason):
            guard !ids.isEmpty, texts.isSuperset(of: ids) else { throw .unknownText }
            return [.textsErased(.init(texts: ids, reason: reason))]
        }
    }

    private func coming(_ due: LocalDate, _ today: LocalDate) throws(SupervisionError) -> LocalDate {
        guard due >= today else { throw .dayOver(field: "due") }
        return due
    }

    func checkVisible(to viewer: Viewer) throws(PlainError) {
        // The unit is not told of findings that led to nothing.
        let readers = phase == .setAside ? SupervisionAccess.watching : SupervisionAccess.reading
        guard SupervisionAccess.may(readers, on: unit, viewer) else { throw Self.notFound }
    }

    func check(_ command: TaskCommand, by viewer: Viewer) throws(PlainError) {
        try SupervisionAccess.require(command.name.permission, on: unit, viewer)
    }

    /// What a viewer may do with it now; pages show forms for these only.
    public func possible(for viewer: Viewer) -> Set<TaskCommand.Name> {
        Set(TaskCommand.Name.allCases.filter { $0.phases.contains(phase) && viewer.may($0.permission, on: unit) })
    }
}
