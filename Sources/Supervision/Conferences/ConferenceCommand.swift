public import Kernel
public import Ledger
public import Organisation

/// What somebody wants done with a meeting. Texts are prepared before and referred to.
public enum ConferenceCommand: Hashable, Sendable {
    case change(ConferenceEvent.Arranged)
    case addItem(title: TextReference, matter: MatterReference?)
    case dropItem(Int)
    case hold(units: [UnitID])
    case decide(item: Int, text: TextReference, owner: UnitID, due: LocalDate, responsible: UnitID?)
    case report(item: Int, DecisionOutcome, TextReference)
    case cancel(TextReference)
    case eraseTexts([TextID], TextReference)

    /// The name without the payload; permissions, errors and tests use it.
    public var name: Name {
        switch self {
        case .change: .change
        case .addItem: .addItem
        case .dropItem: .dropItem
        case .hold: .hold
        case .decide: .decide
        case .report: .report
        case .cancel: .cancel
        case .eraseTexts: .eraseTexts
        }
    }

    /// The kinds of command.
    public enum Name: String, CaseIterable, Sendable {
        case change, addItem, dropItem, hold, decide, report, cancel, eraseTexts

        /// The phases in which the command makes sense.
        public var phases: Set<ConferencePhase> {
            switch self {
            case .change, .dropItem, .hold, .cancel: [.planned]
            case .addItem: [.planned, .held]
            case .decide, .report: [.held]
            case .eraseTexts: Set(ConferencePhase.allCases)
            }
        }
    }
}

extension Conference {
    /// What a command does, as events. Pure: no store, no clock of its own.
    package func decide(_ command: ConferenceCommand, on today: LocalDate) throws(SupervisionError) -> [ConferenceEvent]
    {
        guard command.name.phases.contains(phase) else {
            throw .notNow(command: command.name.rawValue, phase: phase.rawValue)
        }
        switch command {
        case .change(let arranged):
            guard arranged.on >= today else { throw .dayOver(field: "on") }
            guard !arranged.units.isEmpty else { throw .nobodyInvited }
            return [.changed(arranged)]
        case .addItem(let title, let matter):
            return [.itemAdded(.init(item: lastItem + 1, title: title, matter: matter))]
        case .dropItem(let number):
            _ = try known(number)
            return [.itemDropped(.init(item: number))]
        case .hold(let units):
            guard on <= today else { throw .notYet(field: "units") }
            guard !units.isEmpty else { throw .nobodyInvited }
            return [.held(.init(units: units))]
        case .decide(let number, let text, let owner, let due, let responsible):
            let item = try known(number)
            // A decision can be put better until somebody reported on it; the history keeps both.
            guard item.decision?.outcome == nil else { throw .alreadyDecided }
            guard due >= today else { throw .dayOver(field: "due") }
            guard responsible == nil || item.matter != nil else { throw .matterMissing }
            return [.decided(.init(item: number, text: text, owner: owner, due: due, responsible: responsible))]
        case .report(let number, let outcome, let text):
            guard let decision = try known(number).decision else { throw .notDecided }
            guard decision.outcome != .done else { throw .alreadyDecided }
            return [.reported(.init(item: number, outcome: outcome, text: text))]
        case .cancel(let text): return [.cancelled(.init(text: text))]
        case .eraseTexts(let ids, let reason):
            guard !ids.isEmpty, texts.isSuperset(of: ids) else { throw .unknownText }
            return [.textsErased(.init(texts: ids, reason: reason))]
        }
    }

    private func known(_ number: Int) throws(SupervisionError) -> Item {
        guard let item = item(number) else { throw .unknownItem }
        return item
    }

    func checkVisible(to viewer: Viewer) throws(PlainError) {
        let isWatcher = SupervisionAccess.may(SupervisionAccess.watching, on: unit, viewer)
        let asked = Set(units + items.compactMap(\.decision?.owner))
        guard isWatcher || asked.contains(where: { SupervisionAccess.may(SupervisionAccess.reading, on: $0, viewer) })
        else { throw Self.notFound }
    }

    func check(_ command: ConferenceCommand, by viewer: Viewer) throws(PlainError) {
        // What came of a decision may be told by the unit that carries it out.
        if case .report(let number, _, _) = command, let owner = item(number)?.decision?.owner,
            viewer.may(.answerSupervision, on: owner)
        {
            return
        }
        try SupervisionAccess.require(.confer, on: unit, viewer)
    }

    /// What a viewer may do with the meeting as a whole; pages show forms for these only.
    public func possible(for viewer: Viewer) -> Set<ConferenceCommand.Name> {
        guard viewer.may(.confer, on: unit) else { return [] }
        return Set(ConferenceCommand.Name.allCases.filter { $0.phases.contains(phase) })
    }

    /// Whether a viewer may tell what came of a decision now.
    public func mayReport(on item: Item, _ viewer: Viewer) -> Bool {
        guard phase == .held, let decision = item.decision, decision.outcome != .done else { return false }
        return viewer.may(.confer, on: unit) || viewer.may(.answerSupervision, on: decision.owner)
    }
}
