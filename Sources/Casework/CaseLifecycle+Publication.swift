internal import Kernel

extension CaseLifecycle {
    /// Commands about what everybody may read.
    static func show(_ state: CaseState, _ command: CaseCommand) throws(CaseError) -> [CaseEvent] {
        switch command {
        case .consent(let reporter, let agrees):
            _ = try known(reporter, in: state)
            guard state.mayConsent(reporter) else { throw .notAuthor }
            let isAuthor = state.reporters.first?.details.id == reporter
            let now = isAuthor ? state.publishable : state.consents[reporter] ?? true
            return now == agrees ? [] : [.consented(.init(reporter: reporter, agrees: agrees))]
        case .publish(let published):
            if let bar = state.publicationBars.first { throw .notPublishable(bar) }
            guard published.reply == nil || state.reply != nil else { throw .nothingToDeliver }
            return [.published(published)]
        case .unpublish(let reason):
            guard state.publication != nil else { throw .notPublished }
            return [.unpublished(.init(text: reason))]
        default: throw .notNow(command.name, state.phase)
        }
    }
}
