internal import Casework
internal import Kernel
internal import Organisation

/// What forms on the page of a matter can ask for. The raw value is the end of the address.
enum MatterAct: String, CaseIterable, Sendable {
    case dispatch
    case ruleObjection = "rule-objection"
    case accept, object, helper
    case helpAnswer = "help-answer"
    case note
    case firstContact = "first-contact"
    case message, words, reply, deliver
    case judgeOnBehalf = "judge-on-behalf"
    case close, reopen, withdraw, link, category, restrict, unrestrict, recuse, reveal, reissue
    case addReporter = "add-reporter"

    /// The command that it runs.
    var command: CaseCommand.Name {
        switch self {
        case .dispatch: .dispatch
        case .ruleObjection: .ruleObjection
        case .accept: .accept
        case .object: .object
        case .helper: .askHelper
        case .helpAnswer: .answerHelp
        case .note: .note
        case .firstContact: .contact
        case .message: .message
        case .words: .addWords
        case .reply: .reply
        case .deliver: .deliver
        case .judgeOnBehalf: .judge
        case .close: .close
        case .reopen: .reopen
        case .withdraw: .withdraw
        case .link: .link
        case .category: .categorise
        case .restrict: .restrict
        case .unrestrict: .unrestrict
        case .recuse: .recuse
        case .reveal: .reveal
        case .reissue: .reissueCode
        case .addReporter: .addReporter
        }
    }

    /// The permission without which the route is not there; the use case checks it again on the matter's own units.
    var permission: Permission {
        switch self {
        case .dispatch, .category, .recuse: .dispatch
        case .ruleObjection: .ruleOnObjection
        case .accept: .accept
        case .object: .object
        case .helper: .addHelper
        case .helpAnswer, .note: .addNote
        case .firstContact: .recordContact
        case .message: .sendMessage
        case .words, .addReporter: .registerMatter
        case .reply: .reply
        case .deliver: .deliver
        case .judgeOnBehalf: .recordJudgement
        case .close: .close
        case .reopen: .reopen
        case .withdraw: .withdraw
        case .link: .linkMatters
        case .restrict, .unrestrict: .restrict
        case .reveal: .revealContact
        case .reissue: .reissueCode
        }
    }

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
        case .reply: ["body", "basis", "remedies"]
        case .note, .message, .addReporter: ["body"]
        case .helpAnswer: ["text"]
        case .words, .judgeOnBehalf: ["words"]
        case .helper: ["ask"]
        case .firstContact: ["result"]
        case .accept, .deliver, .link: []
        default: ["reason"]
        }
    }

    /// The element that an error of a field leads to.
    func anchor(of field: String?) -> String {
        guard let field else { return "" }
        switch (self, field) {
        case (.note, _), (.message, _), (.words, _), (.helpAnswer, _): return "\(rawValue)-body"
        case (.reply, "reply"): return "reply-body"
        case (.category, "category"): return "category-new"
        case (.dispatch, "entry"): return "dispatch-unit"
        case (.restrict, "staff"): return "restrict-reason"
        case (.addReporter, _): return "add-\(field)"
        case (.deliver, _): return "act-deliver"
        case (.reveal, _), (.reissue, _): return "panel-people"
        default: return "\(prefix)-\(field)"
        }
    }

    /// The kind of event by which somebody else may have done the same.
    var eventKind: String {
        switch self {
        case .dispatch: "dispatched"
        case .ruleObjection: "objectionRuled"
        case .accept: "accepted"
        case .object: "objected"
        case .reply: "replied"
        case .close: "closed"
        case .reopen: "reopened"
        case .category: "categorised"
        default: ""
        }
    }
}
