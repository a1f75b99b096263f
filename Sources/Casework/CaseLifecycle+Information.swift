internal import Kernel
internal import Organisation

/// Applications for government information: completing them, asking others (《政府信息公开条例》 Art. 30, 32–34).
extension CaseLifecycle {
    static func apply(
        _ state: CaseState, _ command: CaseCommand, at now: Instant, clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        guard state.kind == .information else { throw .otherKind }
        switch command {
        case .askCorrection(let text):
            guard state.correction == nil else { throw .correctionUsed }
            return [.correctionAsked(.init(text: text))]
        case .correct(let id, let text):
            _ = try known(id, in: state)
            guard let correction = state.correction, correction.corrected == nil else { throw .noCorrection }
            return [
                .corrected(
                    .init(
                        reporter: id, text: text, clocks: clocks.start(on: .correction, at: now, state.clockFacts)))
            ]
        case .consult(let kind, let text):
            let started = clocks.start(on: .consultation, at: now, state.clockFacts)
            return [.consulted(.init(kind: kind, text: text, clocks: started))]
                + pause(state, kind == .thirdParty ? .thirdParty : .otherOrgan, at: now, clocks)
        case .answerConsultation(let kind, let answer, let text):
            let open = state.consultations.filter { $0.answered == nil }
            guard open.contains(where: { $0.asked.kind == kind }) else { throw .nobodyConsulted }
            let answered = CaseEvent.consultationAnswered(.init(kind: kind, answer: answer, text: text))
            // The clock runs on when the last of them has answered.
            let isLast = open.filter { $0.asked.kind == kind }.count == 1
            return [answered]
                + (isLast ? resume(state, kind == .thirdParty ? .thirdParty : .otherOrgan, at: now, clocks) : [])
        default: throw .notNow(command.name, state.phase)
        }
    }
}
