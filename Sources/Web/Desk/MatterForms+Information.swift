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
        let open = state.consultations.enumerated().filter { $0.element.answered == nil }
        return open.enumerated().map { line, one in
            let (position, consultation) = one
            let typed = state(.consultationAnswer, "position", "\(position)")
            var fields = typed.fields(["text"])
            fields["anchor"] = .text(line == 0 ? "act-consultation-answer" : "act-consultation-answer-\(position)")
            fields["position"] = .text("\(position)")
            fields["kind"] = .text(consultation.asked.kind.rawValue)
            fields["who"] = .text(words.words.name("consultation", consultation.asked.kind))
            fields["asked"] = .text(words.quoted(consultation.asked.text, in: page.file))
            let until = state.until(consultation).map {
                words.text("clock.date", ["date": words.words.dateAndWeekday($0)])
            }
            fields["hint"] = .text(
                [until, words.text("proc.silence.\(consultation.asked.kind.rawValue)")].compactMap { $0 }
                    .joined(separator: words.text("story.semicolon")))
            fields["answers"] = typed.options("answer", ConsultationAnswer.allCases, family: "consultationAnswer")
            return fields
        }
    }
}
