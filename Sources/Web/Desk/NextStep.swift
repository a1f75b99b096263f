internal import Casework
internal import Organisation

/// The one thing that this person should do now, on top of the page.
struct NextStep {
    let page: MatterPage

    private var state: CaseState { page.state }
    private var words: MatterWords { page.words }

    /// `href` and `text`; nothing where it is somebody else's turn.
    func fields() -> Fields? {
        guard let step = waiting ?? byPhase else { return nil }
        var sentence = words.text("work.next.\(step.key)")
        if let clock = state.nextClock, !["close", "tell", "keep"].contains(step.key) {
            let due = words.words.dateAndWeekday(words.due(clock.start, of: state))
            sentence += words.text("work.nextUntil", ["date": due])
        }
        return ["href": .text("#\(step.anchor)"), "text": .text(sentence)]
    }

    /// What waits for an answer inside a phase.
    private var waiting: (anchor: String, key: String)? {
        if let hearing = state.hearings.last, hearing.held == nil, page.can(.holdHearing),
            hearing.called.on <= words.today
        {
            return ("act-hearing", "hearing")
        }
        if let review = state.reviews.last, review.decided != nil, review.deliveredAt == nil, page.can(.deliverReview) {
            return ("act-deliver-review", "deliverReview")
        }
        let isJudged = [state.handler, state.reply?.signer].contains(page.viewer.staff.id)
        if page.can(.callBack), !isJudged,
            state.reporters.contains(where: { $0.callsOn.map { $0 <= words.today } ?? false })
        {
            return ("act-call-back", "callBack")
        }
        if state.extensionWish != nil, page.can(.extend) { return ("act-extension", "extension") }
        return nil
    }

    private var byPhase: (anchor: String, key: String)? {
        switch state.phase {
        case .registered where page.can(.dispatch): return ("act-dispatch", "dispatch")
        case .objected where page.can(.ruleObjection): return ("act-rule-objection", "rule")
        case .registered where page.can(.accept): return ("act-accept", "accept")
        case .dispatched where page.can(.accept): return ("act-accept", "accept")
        case .inHand where page.can(.reply): return ("write-reply", "reply")
        case .replied where page.can(.deliver): return ("act-deliver", "deliver")
        case .reviewing where page.can(.decideReview): return ("act-review", "review")
        case .routed where page.can(.deliverNotice) && isUntold: return ("act-notice", "tell")
        case .judged, .unjudged, .withdrawn, .routed, .concluded, .reviewed:
            if page.can(.settlePromise), !state.openExecutions.isEmpty { return ("act-settle-promise", "keep") }
            return page.can(.close) && state.openExecutions.isEmpty ? ("act-close", "close") : nil
        default: return nil
        }
    }

    private var isUntold: Bool {
        state.reporters.contains {
            !$0.withdrawn && !$0.erased && !$0.details.anonymous && !$0.notices.contains(.route)
        }
    }
}
