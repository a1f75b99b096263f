internal import Kernel
internal import Ledger
internal import Organisation

/// Why a matter is not divided. Each has a sentence: `error.case.cannotSplit.<bar>`.
public enum SplitBar: String, Hashable, Sendable, CaseIterable {
    /// Only named people may see it, or it reports misconduct: its parts would go to others.
    case guarded
    /// It is a part itself: a whole has one level of parts.
    case part
    /// Each application for information has one answer by law.
    case information
    /// It has an answer.
    case answered
    /// Too many parts.
    case many
}

/// How a matter is divided.
public enum SplitRule {
    /// How many parts a matter can have.
    public static let most = 20

    /// Everything that stands against dividing it.
    public static func bars(_ state: CaseState) -> [SplitBar] {
        var bars: [SplitBar] = []
        let isAccusation =
            state.triage?.sort == .accusation || !state.accusedStaff.isEmpty || !state.accusedUnits.isEmpty
        if state.restrictedTo != nil || isAccusation { bars.append(.guarded) }
        if state.part != nil { bars.append(.part) }
        if state.kind == .information { bars.append(.information) }
        if state.reply != nil { bars.append(.answered) }
        return bars
    }
}

extension CaseLifecycle {
    static func divide(_ state: CaseState, _ command: CaseCommand) throws(CaseError) -> [CaseEvent] {
        switch command {
        case .split(let split):
            if let bar = SplitRule.bars(state).first { throw .cannotSplit(bar) }
            guard state.parts.count + split.parts.count <= SplitRule.most else { throw .cannotSplit(.many) }
            return split.parts.isEmpty ? [] : [.split(split)]
        case .becomePart(let part):
            guard state.part == nil, part.other != state.id else { throw .cannotSplit(.part) }
            return [.partOf(part)]
        default: throw .notNow(command.name, state.phase)
        }
    }
}
