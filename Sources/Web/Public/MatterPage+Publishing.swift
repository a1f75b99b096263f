internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// What the page of a matter says of showing it to everybody.
extension MatterPage {
    var publishing: Fields {
        let key: String? =
            if let publication = state.publication {
                publication.waitsForReply ? "public.waitsShort" : "public.isPublic"
            } else if state.publicationBars.isEmpty {
                "public.isReady"
            } else {
                nil
            }
        return [
            "canPublish": .flag(can(.publish) || can(.unpublish)),
            "publishState": .text(key.map { words.text($0) } ?? ""),
        ]
    }

    /// Whether a resident agrees, and who may record that they say otherwise now.
    func consent(of reporter: CaseState.Reporter) -> Fields {
        let id = reporter.details.id
        let agrees = state.consents[id] ?? (state.reporters.first?.details.id == id ? state.publishable : true)
        return [
            "id": .text("\(id)"),
            "canConsent": .flag(can(.consent) && state.mayConsent(id) && !reporter.erased), "agrees": .flag(agrees),
            "consentWords": .text(words.text(agrees ? "public.hasAgreed" : "public.hasNotAgreed")),
        ]
    }

    /// Who wrote for a resident, and how they agreed.
    func helper(of reporter: CaseState.Reporter) -> String {
        guard let part = reporter.details.onBehalf else { return "" }
        let values = [
            "relation": words.words.name("helper.relation", part.relation),
            "consent": words.words.name("helper.consent", part.consent), "date": words.words.fullDate(part.agreedOn),
        ]
        let name = file.helpers[reporter.details.id]?.name
        return [name, words.text("helper.line", values)].compactMap { $0 }.joined(separator: words.text("story.comma"))
    }
}
