internal import Casework

/// How the form of an act is named on the page, and which of its texts must never be lost.
extension MatterAct {
    /// How the fields of its form are named in the page: `rule-reason`, `ruleReason`, `ruleError`.
    var prefix: String {
        switch self {
        case .ruleObjection: "rule"
        case .helpAnswer: "helpAnswer"
        case .firstContact: "contact"
        case .judgeOnBehalf: "judge"
        case .addReporter: "addReporter"
        default: rawValue
        }
    }

    /// The fields in which somebody may have written more than a word.
    var texts: [String] {
        switch self {
        case .reply:
            ["request", "facts", "body", "basis", "remedies", "executionText"]
                + (1...3).flatMap { ["promiseText\($0)", "withheldWhat\($0)"] }
        case .note, .message, .addReporter: ["body"]
        case .helpAnswer, .assist, .reportUp, .askCorrection, .correct, .consult, .consultationAnswer, .rateHelper:
            ["text"]
        case .words, .judgeOnBehalf, .callBack: ["words"]
        case .helper: ["ask"]
        case .firstContact: ["result"]
        case .object: ["reason", "evidence"]
        case .triage, .accept: ["reason", "organ", "words"]
        case .callHearing: ["notice", "papers"]
        case .holdHearing: ["list", "minutes", "result"]
        case .promise: ["promise"]
        case .settlePromise: ["proof"]
        case .settle: ["terms"]
        case .decideReview: ["facts", "body", "basis"]
        case .shelve: ["mark"]
        case .deliver, .link, .notice, .deliverReview: []
        default: ["reason"]
        }
    }

    /// The element that an error of a field leads to.
    func anchor(of field: String?) -> String {
        guard let field else { return "" }
        switch (self, field) {
        case (_, let field) where field.hasPrefix("canned-"): return field
        case (.note, _), (.message, _), (.words, _), (.helpAnswer, _): return "\(rawValue)-body"
        case (.reply, "reply"): return "reply-body"
        case (.category, "category"): return "category-new"
        case (.dispatch, "entry"): return "dispatch-unit"
        case (.restrict, "staff"): return "restrict-reason"
        case (.addReporter, _): return "add-\(field)"
        case (.deliver, _), (.notice, _), (.deliverReview, _): return "act-\(rawValue)"
        case (.reveal, _), (.reissue, _): return "panel-people"
        case (.settlePromise, _), (.callBack, _), (.rateHelper, _), (.consultationAnswer, _), (.accused, "staff"):
            return "act-\(rawValue)"
        default: return "\(prefix)-\(field)"
        }
    }

    /// The kind of event by which somebody else may have done the same.
    var eventKind: String {
        switch self {
        case .dispatch: "dispatched"
        case .give: "handedOver"
        case .ruleObjection: "objectionRuled"
        case .accept: "accepted"
        case .object: "objected"
        case .reply: "replied"
        case .close: "closed"
        case .reopen: "reopened"
        case .category: "categorised"
        case .triage: "triaged"
        case .raiseDispute: "disputeRaised"
        case .askExtension: "extensionAsked"
        case .decideExtension: "extended"
        case .callHearing: "hearingCalled"
        case .holdHearing: "hearingHeld"
        case .settle: "settled"
        case .decideReview: "reviewDecided"
        case .askCorrection: "correctionAsked"
        case .consult: "consulted"
        case .consultationAnswer: "consultationAnswered"
        default: ""
        }
    }
}
