/// What became of a suggestion (Art. 29): an answer is always owed.
public enum Adoption: String, Codable, Sendable, CaseIterable {
    /// Taken up as a whole.
    case adopted
    /// Taken up in part.
    case partlyAdopted
    /// Not taken up; the reply says why.
    case notAdopted
}

/// The seven answers to an application for information (《政府信息公开条例》 Art. 36).
public enum InformationAnswer: String, Codable, Sendable, CaseIterable {
    /// It is public already: where and how it can be had.
    case alreadyPublic
    /// It is given, or it is said how and when.
    case disclosed
    /// It is not disclosed, with reasons.
    case refused
    /// It does not exist after a search.
    case absent
    /// Another organ holds it: which one, and how to reach it.
    case otherOrgan
    /// The same application was answered before.
    case repeated
    /// A register with rules of its own (trade, land): how to apply there.
    case specialRules
}

/// How a supported request is carried out (Art. 32).
public enum Execution: String, Codable, Sendable, CaseIterable {
    /// It is done; the reply says how it can be seen.
    case done
    /// It will be done by a stated day, which becomes a promise.
    case promised
    /// There is nothing to carry out.
    case notNeeded
}

/// The result of a review.
public enum ReviewOutcome: String, Codable, Sendable, CaseIterable {
    /// The opinion stands.
    case maintain
    /// The opinion is revoked; the decision says what holds instead.
    case revoke
    /// The opinion is changed.
    case change
    /// The organ must decide anew, and differently.
    case redo

    /// Whether the decision itself is carried out: one that stands changes nothing, a new one says it for itself.
    public var needsExecution: Bool { self == .revoke || self == .change }
}

/// What a promise is about.
public enum PromiseKind: String, Codable, Sendable, CaseIterable {
    /// The execution of a supported request; the matter stays open until there is proof.
    case execution
    /// Anything else that a reply or message promised.
    case other
}

/// How a promise ended.
public enum PromiseEnd: String, Codable, Sendable, CaseIterable {
    /// Kept; whether in time follows from the day.
    case kept
    /// Withdrawn, with a reason that the resident reads.
    case withdrawn
}

/// How a promise stands on a day.
public enum PromiseStanding: String, Codable, Sendable, CaseIterable {
    /// Its day has not come.
    case open
    /// Kept in time.
    case kept
    /// Kept after its day.
    case late
    /// Its day is over and it is not kept.
    case broken
    /// Withdrawn with a reason.
    case withdrawn
}

/// The steps by which units settle who is responsible (Art. 24).
public enum DisputeStep: String, Codable, Sendable, CaseIterable {
    /// The sender and the units agree.
    case agree
    /// The common superior decides.
    case superior
    /// The joint conference decides.
    case conference
}

/// To whom an important and urgent matter is reported at once (Art. 22 (1), 25).
public enum ReportAddressee: String, Codable, Sendable, CaseIterable {
    /// The own Party committee and government.
    case own
    /// The next level's bureau of letters and visits.
    case nextLevel
    /// The national bureau.
    case national
}

/// Why a unit was asked for its part.
public enum HelperKind: String, Codable, Sendable, CaseIterable {
    /// The lead asks another unit for help.
    case help
    /// A township calls a department (吹哨报到).
    case callOut
}

/// Which side rates working together.
public enum HelperSide: String, Codable, Sendable, CaseIterable {
    /// The unit that asked rates the one that came.
    case caller
    /// The unit that came rates the one that asked.
    case called
}

/// An agreement between the resident and the unit (Art. 33).
public enum SettlementKind: String, Codable, Sendable, CaseIterable {
    /// With the help of a mediator: 调解协议书.
    case mediation
    /// Between the two alone: 和解协议书.
    case settlement
}

/// Papers whose delivery is recorded one by one.
public enum NoticeKind: String, Codable, Sendable, CaseIterable {
    /// It was taken up, by whom, in which procedure, until when (Art. 23).
    case acceptance
    /// Another lawful route leads on.
    case route
    /// The time was extended, by whom and why (Art. 34).
    case `extension`
    /// A hearing takes place.
    case hearing
    /// The agreement.
    case settlement
    /// An application must be completed.
    case correction
}

/// Who is asked before information is given (《政府信息公开条例》 Art. 32, 34).
public enum ConsultationKind: String, Codable, Sendable, CaseIterable {
    /// A person or firm whom it concerns.
    case thirdParty
    /// An organ that took part in making it.
    case otherOrgan
}

/// What the one who was asked says.
public enum ConsultationAnswer: String, Codable, Sendable, CaseIterable {
    /// Agrees.
    case agrees
    /// Objects, with reasons.
    case objects
    /// Said nothing in time: the organ decides (third party), or it counts as consent (other organ).
    case silent
}

/// A resident's part in a visit by several (Art. 20).
public enum GroupRole: String, Codable, Sendable, CaseIterable {
    /// One of at most five who speak for all.
    case representative
    /// One of those who are told the result.
    case member
}

/// Limits of a visit by several.
public enum GroupVisit {
    /// At most so many representatives (Art. 20).
    public static let mostRepresentatives = 5
}
