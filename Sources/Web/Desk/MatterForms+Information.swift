internal import Casework
internal import Kernel
internal import Organisation

/// Applications for government information: completing them once, asking others.
extension MatterForms {
    private var state: CaseState { page.state }
    private var words: MatterWords { page.words }

    func informationForms() -> Fields {
        let isInformation = state.kind == .information
        let waits = state.correction.map { $0.corrected == nil } ?? false
        return [
            "askCorrection": .optional(
                isInformation && page.can(.askCorrection) && state.correction == nil
                    ? state(.askCorrection).fields(["text"]) : nil),
            "correction": .optional(isInformation && page.can(.correct) && waits ? correction() : nil),
            "consult": .optional(isInformation && page.can(.consult) ? consult() : nil),
            "consultations": .list(isInformation && page.can(.answerConsultation) ? consultations() : []),
        ]
    }

    private func correction() -> Fields {
        let typed = state(.correct)
        var fields = typed.fields(["text", "received"])
        fields["asked"] = .text(words.quoted(state.correction?.asked, in: page.file))
        fields["reporters"] = readers(typed)
        return fields
    }

    private func consult() -> Fields {
        let typed = state(.consult)
        var fields = typed.fields(["text"])
        fields["kinds"] = typed.options("kind", ConsultationKind.allCases, family: "consultation")
        return fields
    }

    /// Everybody who was asked and has not answered; silence is an answer only when it is recorded as one.
    private func consultations() -> [Fields] {
        var seen: Set<ConsultationKind> = []
        return state.consultations.filter { $0.answered == nil && seen.insert($0.asked.kind).inserted }.map { open in
            let typed = state(.consultationAnswer, "kind", open.asked.kind.rawValue)
            var fields = typed.fields(["text"])
            fields["kind"] = .text(open.asked.kind.rawValue)
            fields["who"] = .text(words.words.name("consultation", open.asked.kind))
            fields["asked"] = .text(words.quoted(open.asked.text, in: page.file))
            fields["hint"] = .text(words.text("proc.silence.\(open.asked.kind.rawValue)"))
            fields["answers"] = typed.options("answer", ConsultationAnswer.allCases, family: "consultationAnswer")
            return fields
        }
    }
}
