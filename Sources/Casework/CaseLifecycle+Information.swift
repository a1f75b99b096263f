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
                + pause(state, kind.pause, at: now, clocks)
        case .answerConsultation(let kind, let answer, let text):
            let open = state.consultations.filter { $0.answered == nil }
            guard open.contains(where: { $0.asked.kind == kind }) else { throw .nobodyConsulted }
            // Nobody has said nothing while there is still time to say something.
            if answer == .silent, let until = state.consultedUntil, clocks.date(of: now) <= until {
                throw .consultationRuns(until)
            }
            let answered = CaseEvent.consultationAnswered(.init(kind: kind, answer: answer, text: text))
            var rest = open.map(\.asked.kind)
            rest.remove(at: rest.firstIndex(of: kind) ?? 0)
            return [answered] + runOn(state, asked: rest, on: clocks.date(of: now), clocks)
        default: throw .notNow(command.name, state.phase)
        }
    }

    /// Whoever was asked and said nothing in time is asked no longer: the organ decides (Art. 32), or silence is
    /// consent (Art. 34). The organ's own time runs on from the last day of theirs, whenever this is noticed.
    static func silence(in state: CaseState, on today: LocalDate, _ clocks: any CaseClocks) -> [CaseEvent] {
        guard let until = state.consultedUntil, until < today else { return [] }
        let open = state.consultations.filter { $0.answered == nil }.map(\.asked.kind)
        let answers = open.map { CaseEvent.consultationAnswered(.init(kind: $0, answer: .silent, text: nil)) }
        return answers + runOn(state, asked: [], on: until, clocks)
    }

    /// Lets the clocks run on that stood still for those who were asked: each of them when nobody whom it waits for
    /// has still to answer, whoever was asked first.
    private static func runOn(
        _ state: CaseState, asked: [ConsultationKind], on day: LocalDate, _ clocks: any CaseClocks
    ) -> [CaseEvent] {
        let open = Set(asked.map(\.pause))
        return PauseCause.allCases.filter { [.thirdParty, .otherOrgan].contains($0) }.flatMap { cause in
            resume(state, cause, on: day, clocks) { open.isDisjoint(with: $0.suspends ?? []) }
        }
    }
}

extension ConsultationKind {
    /// Why the clock stands still meanwhile.
    var pause: PauseCause { self == .thirdParty ? .thirdParty : .otherOrgan }
}
