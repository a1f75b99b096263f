internal import Kernel
internal import Organisation

/// The signed answer and what the law wants in it.
extension CaseLifecycle {
    static func sign(
        _ state: CaseState, _ reply: CaseEvent.Replied, _ promises: [CaseEvent.Promised], at now: Instant,
        clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        if let signer = reply.signer {
            guard !state.recused.contains(signer), !state.complains(ofStaff: signer) else { throw .recused }
        }
        guard state.isTriaged || !clocks.asksTriage else { throw .triageMissing }
        // An answer that does not give what was asked must say on what it rests (Art. 32).
        if [.explained, .notSupported].contains(reply.outcome), reply.basis == nil, reply.law?.isEmpty ?? true {
            throw .basisMissing
        }
        switch (state.kind, state.triage?.sort) {
        case (.petition, .claim): try checkOpinion(reply, promises, today: clocks.date(of: now))
        case (_, .suggestion): guard reply.adoption != nil else { throw .adoptionMissing }
        case (.information, _): try checkInformation(reply)
        default: break
        }
        let today = clocks.date(of: now)
        guard promises.allSatisfy({ $0.due >= today }) else { throw .promisePast }
        return [.replied(reply)] + promises.map(CaseEvent.promised)
    }

    /// 信访处理意见书: request, facts and reasons, opinion with its basis, result, execution (Art. 32).
    private static func checkOpinion(
        _ reply: CaseEvent.Replied, _ promises: [CaseEvent.Promised], today: LocalDate
    ) throws(CaseError) {
        guard reply.request != nil else { throw .blockMissing("request") }
        guard reply.facts != nil else { throw .blockMissing("facts") }
        guard [.solved, .partly].contains(reply.outcome) else { return }
        switch reply.execution {
        case nil: throw .executionMissing
        case .promised: guard promises.contains(where: { $0.kind == .execution }) else { throw .executionMissing }
        case .done:
            guard let day = reply.executedOn, day <= today else { throw .executionDay }
            guard reply.executionWords != nil else { throw .executionWords }
        case .notNeeded: guard reply.executionWords != nil else { throw .executionWords }
        }
    }

    private static func checkInformation(_ reply: CaseEvent.Replied) throws(CaseError) {
        guard reply.answer != nil else { throw .answerMissing }
        // A part is kept back only by a rule that is named (Art. 37).
        if (reply.withheld ?? []).contains(where: { $0.law.isEmpty }) { throw .basisMissing }
        if reply.answer == .refused, reply.basis == nil, reply.law?.isEmpty ?? true { throw .basisMissing }
    }
}
