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
        case .answerConsultation(let kind, let answer, let text, let position):
            let open = state.consultations.indices.filter { state.consultations[$0].answered == nil }
            guard let index = open.last(where: { state.consultations[$0].asked.kind == kind }),
                position.map({ open.contains($0) && state.consultations[$0].asked.kind == kind }) ?? true
            else { throw .nobodyConsulted }
            let asked = position ?? index
            // Nobody has said nothing while there is still time to say something.
            if answer == .silent, let until = state.until(state.consultations[asked]), clocks.date(of: now) <= until {
                throw .consultationRuns(until)
            }
            let answered = CaseEvent.consultationAnswered(
                .init(kind: kind, answer: answer, text: text, position: asked))
            let rest = open.filter { $0 != asked }.map { state.consultations[$0].asked.kind }
            return [answered] + runOn(state, asked: rest, on: clocks.date(of: now), clocks)
        default: throw .notNow(command.name, state.phase)
        }
    }

    /// Whoever was asked and said nothing in time is asked no longer: the organ decides (Art. 32), or silence is
    /// consent (Art. 34). The organ's own time runs on from the last day of theirs, whenever this is noticed.
    static func silence(in state: CaseState, at now: Instant, _ clocks: any CaseClocks) -> [CaseEvent] {
        let today = clocks.date(of: now)
        var events: [CaseEvent] = []
        var left = state
        // One after the other, in the order of their last days: what waits only for the first does not wait for all.
        while let (index, until) = left.firstSilent(on: today) {
            let kind = left.consultations[index].asked.kind
            let rest = left.consultations.indices.filter { $0 != index && left.consultations[$0].answered == nil }
            let next =
                [.consultationAnswered(.init(kind: kind, answer: .silent, text: nil, position: index))]
                + runOn(left, asked: rest.map { left.consultations[$0].asked.kind }, on: until, clocks)
            left = next.reduce(left) { $0.evolved(by: $1, actor: .system("clock"), at: now) }
            events += next
        }
        return events
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

extension CaseState {
    /// Of those whose time is over and who have said nothing the one whose time ended first.
    fileprivate func firstSilent(on today: LocalDate) -> (index: Int, until: LocalDate)? {
        consultations.indices.compactMap { index -> (index: Int, until: LocalDate)? in
            guard consultations[index].answered == nil, let until = until(consultations[index]), until < today else {
                return nil
            }
            return (index, until)
        }.min { $0.until < $1.until }
    }
}

extension ConsultationKind {
    /// Why the clock stands still meanwhile.
    var pause: PauseCause { self == .thirdParty ? .thirdParty : .otherOrgan }
}
