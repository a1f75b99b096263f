internal import Kernel
internal import Organisation

/// Who may see and do what on one matter.
enum CaseAccess {
    /// Throws `notFound` unless the viewer may know that the matter exists.
    static func checkVisible(_ state: CaseState, to viewer: Viewer) throws {
        let hidden = PlainError(.notFound, "case.notFound")
        if let named = state.restrictedTo {
            guard named.contains(viewer.staff.id) else { throw hidden }
            return
        }
        guard state.units.contains(where: { viewer.may(.seeMatters, on: $0) }) else { throw hidden }
    }

    /// Throws unless the viewer may run the command on the matter now.
    static func check(
        _ command: CaseCommand.Name, on state: CaseState, by viewer: Viewer, recusal: any RecusalCheck
    ) throws {
        try checkVisible(state, to: viewer)
        if state.recused.contains(viewer.staff.id) { throw CaseError.recused.plain }
        if let reason = recusal.reason(against: viewer, in: state) { throw reason }
        guard let permission = command.permission, may(permission, command, on: state, viewer: viewer) else {
            throw PlainError(.forbidden, "permission.missing")
        }
    }

    static func may(
        _ permission: Permission, _ command: CaseCommand.Name, on state: CaseState, viewer: Viewer
    ) -> Bool {
        units(for: command, in: state).contains { viewer.may(permission, on: $0) }
    }

    /// The units whose people may run a command: an answer belongs to the responsible unit, an objection to the
    /// unit that was asked, a note to everybody who has to do with the matter.
    private static func units(for command: CaseCommand.Name, in state: CaseState) -> Set<UnitID> {
        switch command {
        case .dispatch, .ruleObjection: [state.receivedBy, state.responsible]
        case .accept, .object: [state.lead ?? state.receivedBy]
        case .askHelper, .reply, .message: [state.responsible]
        case .answerHelp: Set(state.helpers.map(\.unit))
        default: state.units
        }
    }
}

extension CaseCommand.Name {
    /// The permission that staff need; `nil` for what staff cannot do at all.
    var permission: Permission? {
        switch self {
        case .dispatch: .dispatch
        case .accept: .accept
        case .object: .object
        case .ruleObjection: .ruleOnObjection
        case .askHelper: .addHelper
        case .answerHelp, .note: .addNote
        case .contact: .recordContact
        case .message: .sendMessage
        case .addWords, .addReporter: .registerMatter
        case .reply: .reply
        case .deliver: .deliver
        case .judge: .recordJudgement
        case .endWindow: nil
        case .close: .close
        case .reopen: .reopen
        case .withdraw: .withdraw
        case .link: .linkMatters
        case .restrict, .unrestrict: .restrict
        case .reveal: .revealContact
        case .reissueCode: .reissueCode
        case .categorise: .dispatch
        case .recuse: .dispatch
        case .erasePerson: .restrict
        }
    }
}
