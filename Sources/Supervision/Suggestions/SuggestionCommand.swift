public import Kernel
public import Ledger
public import Organisation

/// What somebody wants done with a suggestion. Texts are prepared before and referred to.
public enum SuggestionCommand: Hashable, Sendable {
    case reply(SuggestionAdoption, TextReference)
    case giveBack(TextReference, answerBy: LocalDate?)
    case withdraw(TextReference)
    case eraseTexts([TextID], TextReference)

    /// The name without the payload; permissions, errors and tests use it.
    public var name: Name {
        switch self {
        case .reply: .reply
        case .giveBack: .giveBack
        case .withdraw: .withdraw
        case .eraseTexts: .eraseTexts
        }
    }

    /// The kinds of command.
    public enum Name: String, CaseIterable, Sendable {
        case reply, giveBack, withdraw, eraseTexts

        /// The phases in which the command makes sense.
        public var phases: Set<SuggestionPhase> {
            switch self {
            case .reply: [.issued]
            case .giveBack: [.replied]
            case .withdraw: [.issued]
            case .eraseTexts: Set(SuggestionPhase.allCases)
            }
        }

        /// The permission that it needs on the unit.
        public var permission: Permission { self == .reply ? .answerSupervision : .supervise }
    }
}

extension Suggestion {
    /// What a command does, as events. Pure: no store, no clock of its own.
    package func decide(_ command: SuggestionCommand, on today: LocalDate) throws(SupervisionError) -> [SuggestionEvent]
    {
        guard command.name.phases.contains(phase) else {
            throw .notNow(command: command.name.rawValue, phase: phase.rawValue)
        }
        switch command {
        case .reply(let adoption, let text):
            return [.replied(.init(adoption: adoption, text: text, inTime: answerBy.map { today <= $0 }))]
        case .giveBack(let text, let answerBy):
            if let answerBy, answerBy < today { throw .dayOver(field: "answerBy") }
            return [.returned(.init(text: text, answerBy: answerBy))]
        case .withdraw(let text): return [.withdrawn(.init(text: text))]
        case .eraseTexts(let ids, let reason):
            guard !ids.isEmpty, texts.isSuperset(of: ids) else { throw .unknownText }
            return [.textsErased(.init(texts: ids, reason: reason))]
        }
    }

    func checkVisible(to viewer: Viewer) throws(PlainError) {
        guard SupervisionAccess.may(SupervisionAccess.reading, on: unit, viewer) else { throw Self.notFound }
    }

    func check(_ command: SuggestionCommand, by viewer: Viewer) throws(PlainError) {
        try SupervisionAccess.require(command.name.permission, on: unit, viewer)
    }

    /// What a viewer may do with it now; pages show forms for these only.
    public func possible(for viewer: Viewer) -> Set<SuggestionCommand.Name> {
        Set(
            SuggestionCommand.Name.allCases.filter {
                $0.phases.contains(phase) && viewer.may($0.permission, on: unit)
            })
    }
}
