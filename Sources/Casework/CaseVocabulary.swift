/// How a matter arrived. No channel has fewer rights (《信访工作条例》 Art. 17).
public enum Channel: String, Codable, Sendable, CaseIterable {
    /// Written on the portal.
    case web
    /// A paper letter.
    case letter
    /// Told at a counter.
    case visit
    /// Told on the telephone.
    case call
    /// A fax.
    case fax
    /// Found by staff on a visit to a home.
    case homeVisit
}

/// How pressing the matter is, by its content; never by who reports it or how often.
public enum MatterUrgency: String, Codable, Sendable, CaseIterable {
    /// Life, health or safety is in danger.
    case danger
    /// Cannot wait: water, power, heating, a deadline.
    case urgent
    /// Everything else.
    case normal
}

/// Where a matter stands. Every phase has words that staff and residents see.
public enum CasePhase: String, Codable, Sendable, CaseIterable {
    /// In the ledger, waiting to be dispatched.
    case registered
    /// Sent to a unit that has not yet answered for it.
    case dispatched
    /// The unit says that it is not responsible; somebody has to rule.
    case objected
    /// A unit has accepted it and works on it.
    case inHand
    /// The reply is signed, not yet delivered to everybody.
    case replied
    /// Everybody has the reply; the judgement is open.
    case delivered
    /// Everybody who wanted has judged.
    case judged
    /// The window for judging ended without a judgement. Silence is not satisfaction.
    case unjudged
    /// A named person has closed it.
    case closed
    /// The resident took it back.
    case withdrawn
    /// The resident is told which lawful route leads on; nothing more is decided here.
    case routed
    /// A review or second review is being decided.
    case reviewing
    /// The review is decided; the second review may be asked for, unless it was the second.
    case reviewed
    /// The second review is decided and delivered: the same facts and reasons are not taken up again (Art. 36). Help
    /// and mediation remain (Art. 37).
    case concluded
    /// It goes on in another matter, which carries its residents. Neither closed nor solved.
    case merged
}

/// The result that a reply states (《信访工作条例》 Art. 32: supported, explained, not supported).
public enum ReplyOutcome: String, Codable, Sendable, CaseIterable {
    /// Done as asked.
    case solved
    /// The rules do not allow or provide it; explained why.
    case explained
    /// Done in part.
    case partly
    /// Not supported.
    case notSupported
    /// The source of an imported letter does not say; never offered in forms.
    case unstated

    /// What a form offers.
    public static let offered: [ReplyOutcome] = [.solved, .explained, .partly, .notSupported]
}

/// The resident's own verdict.
public enum Judgement: String, Codable, Sendable, CaseIterable {
    /// It is solved.
    case solved
    /// Solved in part.
    case partly
    /// Not solved.
    case notSolved
}

/// How the resident was treated.
public enum Attitude: String, Codable, Sendable, CaseIterable {
    /// Well.
    case good
    /// Neither well nor badly.
    case fair
    /// Badly.
    case poor
}

/// What came of a call to ask how it went, where it brought no verdict.
public enum CallBackResult: String, Codable, Sendable, CaseIterable {
    /// Nobody answered.
    case notReached
    /// They asked to be called at another time.
    case later
    /// They do not wish to say.
    case declined
}

/// The four questions (拥护不拥护、赞成不赞成、高兴不高兴、答应不答应), each optional.
public struct FourAnswers: Codable, Hashable, Sendable {
    /// Do you support how it was handled?
    public var supports: Bool?
    /// Do you approve of the result?
    public var approves: Bool?
    /// Are you pleased?
    public var pleased: Bool?
    /// Do you agree to it?
    public var agrees: Bool?

    /// Answers; all may be missing.
    public init(supports: Bool? = nil, approves: Bool? = nil, pleased: Bool? = nil, agrees: Bool? = nil) {
        self.supports = supports
        self.approves = approves
        self.pleased = pleased
        self.agrees = agrees
    }
}

/// How a reply reached a resident.
public enum DeliveryMethod: String, Codable, Sendable, CaseIterable {
    /// Readable under number and code.
    case portal
    /// Handed over.
    case inPerson
    /// By post.
    case post
    /// Told on the telephone.
    case phone
    /// Brought to the home.
    case homeVisit
}

/// How two matters belong together.
public enum LinkKind: String, Codable, Sendable, CaseIterable {
    /// The same matter, raised again or by somebody else.
    case sameMatter
    /// Something to do with each other.
    case related
    /// The other one is the whole of which this one is a part: it closes after its parts.
    case parent
    /// The other one is a part of this one.
    case child
}
