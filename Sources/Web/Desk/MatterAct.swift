internal import Casework
internal import Kernel
internal import Organisation

/// What forms on the page of a matter can ask for. The raw value is the end of the address.
enum MatterAct: String, CaseIterable, Sendable {
    case dispatch, give
    case ruleObjection = "rule-objection"
    case accept, object, helper
    case helpAnswer = "help-answer"
    case note
    case firstContact = "first-contact"
    case message, words, reply, deliver
    case judgeOnBehalf = "judge-on-behalf"
    case callBack = "call-back"
    case close, reopen, withdraw, link, category, restrict, unrestrict, recuse, reveal, reissue, shelve
    case addReporter = "add-reporter"
    // The lawful process: routes, time, remedies, promises, applications for information.
    case triage, accused, notice
    case raiseDispute = "raise-dispute"
    case rateHelper = "rate-helper"
    case askExtension = "ask-extension"
    case decideExtension = "extension"
    case callHearing = "call-hearing"
    case holdHearing = "hearing"
    case promise
    case settlePromise = "settle-promise"
    case settle = "settlement"
    case assist
    case reportUp = "report-up"
    case takeReview = "take-review"
    case decideReview = "review"
    case deliverReview = "deliver-review"
    case askCorrection = "ask-correction"
    case correct = "correction"
    case consult
    case consultationAnswer = "consultation-answer"
    // Small things that can be taken back.
    case recall, tag, untag, unlink

    /// The command that it runs.
    var command: CaseCommand.Name {
        switch self {
        case .dispatch: .dispatch
        case .give: .handOver
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
        case .callBack: .callBack
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
        case .shelve: .shelve
        case .addReporter: .addReporter
        default: lawfulCommand
        }
    }

    private var lawfulCommand: CaseCommand.Name {
        switch self {
        case .triage: .triage
        case .accused: .nameAccused
        case .notice: .deliverNotice
        case .raiseDispute: .raiseDispute
        case .rateHelper: .rateHelper
        case .askExtension: .askExtension
        case .decideExtension: .extend
        case .callHearing: .callHearing
        case .holdHearing: .holdHearing
        case .promise: .promise
        case .settlePromise: .settlePromise
        case .settle: .settle
        case .assist: .assist
        case .reportUp: .reportUp
        case .takeReview: .askReview
        case .decideReview: .decideReview
        case .deliverReview: .deliverReview
        case .askCorrection: .askCorrection
        case .correct: .correct
        case .consult: .consult
        case .recall: .recall
        case .tag: .tag
        case .untag: .untag
        case .unlink: .unlink
        default: .answerConsultation
        }
    }

    /// The permission without which the route is not there; the use case checks it again on the matter's own units.
    var permission: Permission {
        switch self {
        case .dispatch, .category, .accused: .dispatch
        case .ruleObjection, .raiseDispute: .ruleOnObjection
        case .accept, .give, .askExtension: .accept
        case .object: .object
        case .helper: .addHelper
        case .helpAnswer, .note, .rateHelper, .recuse: .addNote
        case .firstContact, .assist: .recordContact
        case .message: .sendMessage
        case .words, .addReporter, .takeReview, .correct, .shelve: .registerMatter
        case .reportUp: .triage
        case .reply, .promise, .settlePromise, .askCorrection, .consult, .consultationAnswer: .reply
        case .deliver, .notice, .deliverReview: .deliver
        case .judgeOnBehalf, .callBack: .recordJudgement
        case .close: .close
        case .reopen: .reopen
        case .withdraw: .withdraw
        case .link, .unlink: .linkMatters
        case .recall, .tag, .untag: .addNote
        case .restrict, .unrestrict: .restrict
        case .reveal: .revealContact
        case .reissue: .reissueCode
        case .triage: .triage
        case .decideExtension: .extendClock
        case .callHearing, .holdHearing: .hear
        case .settle: .mediate
        case .decideReview: .review
        }
    }
}
