internal import Kernel
internal import Organisation

/// Who may see and do what on one matter.
enum CaseAccess {
    /// Throws `notFound` unless the viewer may know that the matter exists.
    static func checkVisible(_ state: CaseState, to viewer: Viewer) throws {
        let hidden = PlainError(.notFound, "case.notFound")
        guard !isKept(state, from: viewer) else { throw hidden }
        guard state.restrictedTo == nil else { return }
        guard state.units.contains(where: { viewer.may(.seeMatters, on: $0) }) else { throw hidden }
    }

    /// Whether somebody is kept out whatever their units are. Whom the matter complains of does not learn of it, nor does
    /// a unit that it complains of (Art. 30, 46), and nobody can let them in by naming them; a restriction keeps out
    /// everybody whom it does not name.
    static func isKept(_ state: CaseState, from viewer: Viewer) -> Bool {
        state.complains(ofStaff: viewer.staff.id) || state.complains(ofUnitOf: viewer)
            || state.restrictedTo.map { !$0.contains(viewer.staff.id) } ?? false
    }

    /// Whether the viewer may know that the matter exists.
    static func isVisible(_ state: CaseState, to viewer: Viewer) -> Bool {
        (try? checkVisible(state, to: viewer)) != nil
    }

    /// Throws unless the viewer may run the command on the matter now.
    static func check(
        _ command: CaseCommand.Name, on state: CaseState, by viewer: Viewer, recusal: any RecusalCheck
    ) throws {
        try checkPerson(state, viewer, recusal)
        guard mayRun(command, on: state, asking: viewer.may) else {
            throw PlainError(.forbidden, "permission.missing")
        }
        if isOwnQuestion(command, on: state, of: viewer) { throw PlainError(.forbidden, "dispute.otherPerson") }
    }

    /// Those of the commands that `check` lets the viewer run; what is about the person is asked once for all.
    static func allowed(
        _ commands: [CaseCommand.Name], on state: CaseState, by viewer: Viewer, recusal: any RecusalCheck
    ) -> Set<CaseCommand.Name> {
        guard (try? checkPerson(state, viewer, recusal)) != nil else { return [] }
        var known: [Permission: [UnitID: Bool]] = [:]
        return Set(
            commands.filter { command in
                guard !isOwnQuestion(command, on: state, of: viewer) else { return false }
                return mayRun(command, on: state) { permission, unit in
                    if let answer = known[permission]?[unit] { return answer }
                    let answer = viewer.may(permission, on: unit)
                    known[permission, default: [:]][unit] = answer
                    return answer
                }
            })
    }

    private static func checkPerson(_ state: CaseState, _ viewer: Viewer, _ recusal: any RecusalCheck) throws {
        try checkVisible(state, to: viewer)
        if state.recused.contains(viewer.staff.id) { throw CaseError.recused.plain }
        if let reason = recusal.reason(against: viewer, in: state) { throw reason }
    }

    /// Whoever asks the common superior does not answer in its place (Art. 24).
    private static func isOwnQuestion(_ command: CaseCommand.Name, on state: CaseState, of viewer: Viewer) -> Bool {
        guard command == .ruleObjection, let objection = state.objection, objection.step == .superior else {
            return false
        }
        return objection.raisedBy?.staffID == viewer.staff.id
    }

    private static func mayRun(
        _ command: CaseCommand.Name, on state: CaseState, asking may: (Permission, UnitID) -> Bool
    ) -> Bool {
        guard let permission = command.permission else { return false }
        return units(for: command, in: state).contains { may(permission, $0) }
    }

    /// The units whose people may run a command: an answer belongs to the responsible unit, an objection to the
    /// unit that was asked, a note to everybody who has to do with the matter.
    private static func units(for command: CaseCommand.Name, in state: CaseState) -> Set<UnitID> {
        switch command {
        case .dispatch: [state.receivedBy, state.responsible]
        // By agreement whoever sent it; then the common superior itself; the decision of a meeting is written down by
        // whoever sent it.
        case .ruleObjection: state.objection?.superior.map { [$0] } ?? [state.receivedBy, state.responsible]
        case .handOver: [state.responsible]
        case .accept, .object: [state.lead ?? state.receivedBy]
        case .askHelper, .reply, .message: [state.responsible]
        case .answerHelp: Set(state.helpers.map(\.unit))
        case .decideReview, .deliverReview: Set(state.reviews.last.map { [$0.body] } ?? [])
        case .callHearing, .holdHearing: state.openReview.map { [$0.body] } ?? [state.responsible]
        case .raiseDispute: [state.receivedBy, state.responsible]
        case .recall: state.undo?.kind == .assignment ? [state.responsible] : [state.receivedBy, state.responsible]
        case .askExtension, .extend, .refuseExtension, .promise, .settlePromise, .settle, .askCorrection, .consult,
            .answerConsultation:
            [state.responsible, state.actingUnit]
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
        case .judge, .callBack: .recordJudgement
        case .endWindow: nil
        case .close: .close
        case .reopen: .reopen
        case .withdraw: .withdraw
        case .link: .linkMatters
        case .restrict, .unrestrict: .restrict
        case .reveal: .revealContact
        case .reissueCode: .reissueCode
        case .categorise: .dispatch
        // Everybody may say of themselves that they must keep out; of others the use case asks for more.
        case .recuse: .addNote
        case .erasePerson: .restrict
        case .triage: .triage
        case .nameAccused: .dispatch
        case .raiseDispute: .ruleOnObjection
        case .rateHelper: .addNote
        case .askExtension: .accept
        case .extend, .refuseExtension: .extendClock
        // A single matter; who keeps staff hands all of somebody's work over without seeing it.
        case .handOver: .accept
        case .recompute, .escalate: nil
        case .callHearing, .holdHearing: .hear
        case .promise, .settlePromise: .reply
        case .settle: .mediate
        case .assist: .recordContact
        case .reportUp: .triage
        case .deliverNotice: .deliver
        // A resident's request told at the counter or on paper.
        case .askReview, .correct: .registerMatter
        case .decideReview: .review
        case .deliverReview: .deliver
        case .askCorrection, .consult, .answerConsultation: .reply
        // Told at the counter.
        case .consent: .registerMatter
        case .publish, .unpublish: .publish
        case .attach, .withdrawAttachment: .addNote
        case .mergeInto, .absorb, .takeBack, .release, .split, .becomePart: .dispatch
        case .followGuard: .restrict
        // Whoever takes paper in puts it away.
        case .shelve: .registerMatter
        // That it was this very person who sent it, the lifecycle knows.
        case .recall, .tag, .untag: .addNote
        case .unlink: .linkMatters
        }
    }
}
