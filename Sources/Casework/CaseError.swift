public import Kernel

/// Why a command is not possible. Each has a sentence in the catalogues under `error.<code>`.
public enum CaseError: Error, Hashable, Sendable {
    /// The phase does not allow it.
    case notNow(CaseCommand.Name, CasePhase)
    /// A reason must be written.
    case reasonMissing(CaseCommand.Name)
    /// A reply that does not support the request must name its basis.
    case basisMissing
    /// An upheld objection must name another unit.
    case newUnitMissing
    /// The unit has it in hand already.
    case alreadyInHand
    /// The unit was not asked to help.
    case notAsked
    /// This resident has the reply already.
    case alreadyDelivered
    /// There is nothing to judge yet.
    case notDelivered
    /// The judgement can no longer be changed.
    case windowOver(LocalDate)
    /// The window is still open.
    case windowOpen
    /// Nobody waits for a call.
    case noCallBack
    /// A call at another time needs its day, before the time for judging is over; the last one its reason.
    case callBackDay
    /// This resident has withdrawn already.
    case alreadyWithdrawn
    /// A matter cannot be linked with itself.
    case linkToItself
    /// The link exists.
    case alreadyLinked
    /// A restriction must name who may still see the matter.
    case nobodyNamed
    /// There is no restriction to lift.
    case notRestricted
    /// The resident's data is erased already.
    case alreadyErased
    /// No such resident on this matter.
    case unknownReporter
    /// This member of staff must keep out of the matter (Art. 28).
    case recused
    /// The matter complains of this unit: it cannot handle it (Art. 28, 30).
    case unitAccused
    /// Nobody has decided yet what kind of matter it is.
    case triageMissing
    /// The category must be chosen.
    case sortMissing
    /// The rule pack does not know this route for this category.
    case routeUnknown
    /// The rule pack does not know this tier.
    case tierUnknown
    /// The organ to which the route leads must be named.
    case organMissing
    /// A block of the opinion letter is missing (Art. 32).
    case blockMissing(String)
    /// The reply must say what became of the suggestion (Art. 29).
    case adoptionMissing
    /// The kind of answer must be chosen (《政府信息公开条例》 Art. 36).
    case answerMissing
    /// What is carried out, or until when, must be said.
    case executionMissing
    /// On which day it was carried out must be said; not a day to come.
    case executionDay
    /// What is said to be done needs its proof, and what needs nothing its reason.
    case executionWords
    /// A promise of execution is open: the matter does not close before there is proof.
    case executionOpen
    /// There is no such open promise.
    case promiseUnknown
    /// A promise lies in the future.
    case promisePast
    /// This clock does not run.
    case clockNotRunning
    /// This clock cannot be extended.
    case noExtension
    /// More than the rule allows; at most so much is left.
    case extensionTooLong(Int)
    /// It was extended as often as the rule allows.
    case extensionUsed
    /// There is no wish for more time.
    case noExtensionWish
    /// After the second review the same facts and reasons are not taken up again (Art. 36).
    case concluded
    /// A review is running.
    case reviewRunning
    /// The deciding body must be another one.
    case sameBody
    /// There is nothing to be delivered.
    case nothingToDeliver
    /// A new decision must differ from the one that was sent back.
    case redoSame
    /// An application is sent back for completion once only (《政府信息公开条例》 Art. 30).
    case correctionUsed
    /// Nothing was asked to be completed.
    case noCorrection
    /// Nobody was asked.
    case nobodyConsulted
    /// Whoever was asked still has time until this day.
    case consultationRuns(LocalDate)
    /// At most five people speak for a group (Art. 20).
    case tooManyRepresentatives
    /// No hearing is called.
    case noHearing
    /// A hearing is called already.
    case hearingCalled
    /// Both sides must have agreed.
    case consentMissing
    /// The resident has not been told yet.
    case notTold
    /// The question is at the last step already.
    case lastStep
    /// To whom it is reported must be said.
    case addresseeMissing
    /// What was brought to the joint conference needs its decision (Art. 24).
    case conferenceMissing
    /// There is no such file on this matter, or it was taken back.
    case noAttachment
    /// This kind of case does not know it.
    case otherKind
    /// Only who wrote it can say whether it is shown.
    case notAuthor
    /// Something stands against showing it to everybody.
    case notPublishable(PublicationBar)
    /// It is not shown to everybody.
    case notPublished
    /// Something stands against merging the matter with this number.
    case cannotMerge(MergeBar, String)
    /// It goes on in the matter with this number: what is to be done is done there.
    case mergedAway(String)
    /// It is not merged.
    case notMerged
    /// The merge can no longer be taken back.
    case mergeFixed
    /// Something stands against dividing it.
    case cannotSplit(SplitBar)
    /// Nothing of theirs can be taken back: somebody has gone on with it, or somebody else sent it.
    case nothingToRecall
    /// The time for taking it back is over.
    case recallOver
    /// It has this tag.
    case alreadyTagged
    /// It does not have this tag.
    case notTagged
    /// It is not linked with that matter.
    case notLinked

    /// What a person is told.
    public var plain: PlainError {
        switch self {
        case .notNow(let command, let phase):
            PlainError(.conflict, "case.notNow", values: ["command": command.rawValue, "phase": phase.rawValue])
        case .reasonMissing: PlainError(.invalid, "case.reasonMissing", field: "reason")
        case .basisMissing: PlainError(.invalid, "case.basisMissing", field: "basis")
        case .newUnitMissing: PlainError(.invalid, "case.newUnitMissing", field: "unit")
        case .alreadyInHand: PlainError(.conflict, "case.alreadyInHand", field: "unit")
        case .notAsked: PlainError(.conflict, "case.notAsked")
        case .alreadyDelivered: PlainError(.conflict, "case.alreadyDelivered")
        case .notDelivered: PlainError(.conflict, "case.notDelivered")
        case .windowOver(let date): PlainError(.conflict, "case.windowOver", values: ["date": date.description])
        case .windowOpen: PlainError(.conflict, "case.windowOpen")
        case .noCallBack: PlainError(.conflict, "case.noCallBack")
        case .callBackDay: PlainError(.invalid, "case.callBackDay", field: "again")
        case .alreadyWithdrawn: PlainError(.conflict, "case.alreadyWithdrawn")
        case .linkToItself: PlainError(.invalid, "case.linkToItself", field: "number")
        case .alreadyLinked: PlainError(.conflict, "case.alreadyLinked", field: "number")
        case .nobodyNamed: PlainError(.invalid, "case.nobodyNamed", field: "staff")
        case .notRestricted: PlainError(.conflict, "case.notRestricted")
        case .alreadyErased: PlainError(.conflict, "case.alreadyErased")
        case .unknownReporter: PlainError(.notFound, "case.unknownReporter")
        case .recused: PlainError(.forbidden, "case.recused")
        default: lawful
        }
    }

    private var lawful: PlainError {
        switch self {
        case .unitAccused: PlainError(.invalid, "case.unitAccused", field: "unit")
        case .triageMissing: PlainError(.invalid, "case.triageMissing", field: "route")
        case .sortMissing: PlainError(.invalid, "case.sortMissing", field: "sort")
        case .routeUnknown: PlainError(.invalid, "case.routeUnknown", field: "route")
        case .tierUnknown: PlainError(.invalid, "case.tierUnknown", field: "tier")
        case .organMissing: PlainError(.invalid, "case.organMissing", field: "organ")
        case .blockMissing(let field): PlainError(.invalid, "case.blockMissing.\(field)", field: field)
        case .adoptionMissing: PlainError(.invalid, "case.adoptionMissing", field: "adoption")
        case .answerMissing: PlainError(.invalid, "case.answerMissing", field: "answer")
        case .executionMissing: PlainError(.invalid, "case.executionMissing", field: "execution")
        case .executionDay: PlainError(.invalid, "case.executionDay", field: "executedOn")
        case .executionWords: PlainError(.invalid, "case.executionWords", field: "executionText")
        case .executionOpen: PlainError(.conflict, "case.executionOpen")
        case .promiseUnknown: PlainError(.conflict, "case.promiseUnknown")
        case .promisePast: PlainError(.invalid, "case.promisePast", field: "due")
        case .clockNotRunning: PlainError(.conflict, "case.clockNotRunning", field: "rule")
        case .noExtension: PlainError(.invalid, "case.noExtension", field: "rule")
        case .extensionTooLong(let left):
            PlainError(.invalid, "case.extensionTooLong", field: "length", values: ["left": "\(left)"])
        case .extensionUsed: PlainError(.invalid, "case.extensionUsed", field: "rule")
        case .noExtensionWish: PlainError(.conflict, "case.noExtensionWish")
        case .concluded: PlainError(.conflict, "case.concluded")
        case .reviewRunning: PlainError(.conflict, "case.reviewRunning")
        case .sameBody: PlainError(.forbidden, "case.sameBody")
        case .nothingToDeliver: PlainError(.conflict, "case.nothingToDeliver")
        case .redoSame: PlainError(.invalid, "case.redoSame", field: "reply")
        case .correctionUsed: PlainError(.conflict, "case.correctionUsed")
        case .noCorrection: PlainError(.conflict, "case.noCorrection")
        case .nobodyConsulted: PlainError(.conflict, "case.nobodyConsulted")
        case .consultationRuns(let until):
            PlainError(.invalid, "case.consultationRuns", field: "answer", values: ["date": "\(until)"])
        case .tooManyRepresentatives: PlainError(.invalid, "case.tooManyRepresentatives", field: "representatives")
        case .noHearing: PlainError(.conflict, "case.noHearing")
        case .hearingCalled: PlainError(.conflict, "case.hearingCalled")
        case .consentMissing: PlainError(.invalid, "case.consentMissing", field: "consent")
        case .notTold: PlainError(.conflict, "case.notTold")
        case .lastStep: PlainError(.conflict, "case.lastStep")
        case .addresseeMissing: PlainError(.invalid, "choice.missing", field: "to")
        case .conferenceMissing: PlainError(.invalid, "conference.missing", field: "conference")
        case .noAttachment: PlainError(.notFound, "case.noAttachment")
        case .notAuthor: PlainError(.forbidden, "case.notAuthor")
        case .notPublishable(let bar): PlainError(.conflict, "case.notPublishable.\(bar.rawValue)")
        case .notPublished: PlainError(.conflict, "case.notPublished")
        case .cannotMerge(let bar, let number):
            PlainError(.conflict, "case.cannotMerge.\(bar.rawValue)", field: "number", values: ["number": number])
        case .mergedAway(let number): PlainError(.conflict, "case.mergedAway", values: ["number": number])
        case .notMerged: PlainError(.conflict, "case.notMerged")
        case .mergeFixed: PlainError(.conflict, "case.mergeFixed")
        case .cannotSplit(let bar): PlainError(.conflict, "case.cannotSplit.\(bar.rawValue)")
        case .nothingToRecall: PlainError(.conflict, "case.nothingToRecall")
        case .recallOver: PlainError(.conflict, "case.recallOver")
        case .alreadyTagged: PlainError(.conflict, "case.alreadyTagged", field: "mark")
        case .notTagged: PlainError(.conflict, "case.notTagged", field: "mark")
        case .notLinked: PlainError(.conflict, "case.notLinked")
        default: PlainError(.conflict, "case.otherKind")
        }
    }
}
