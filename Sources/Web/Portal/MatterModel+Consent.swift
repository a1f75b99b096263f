internal import Casework
internal import Kernel

/// Whether everybody may read it.
extension MatterModel {
    var consent: Fields {
        let number = state.publication?.shown.number
        // Somebody whose matter cannot be shown in any case is not asked.
        let isPossible = state.publicationBars.allSatisfy { $0 == .noConsent }
        return [
            "mayConsent": .flag(isPossible && state.mayConsent(id)),
            "isAgreed": .flag(
                state.consents[id] ?? (state.reporters.first?.details.id == id ? state.publishable : true)),
            "publicURL": .text(number.map { "/matters/\($0)" }), "consentSubmission": request.newSubmission(),
        ]
    }
}
