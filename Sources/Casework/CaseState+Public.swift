public import Kernel
internal import Organisation

/// How a matter stands towards the public.
extension CaseState {
    /// What everybody reads.
    public struct Publication: Hashable, Sendable {
        /// As a clerk signed it; without the reply once another one was given.
        public var shown: CaseEvent.Published
        /// When.
        public var at: Instant
        /// A new reply waits to be approved for everybody.
        public var waitsForReply = false
    }

    /// A step that everybody may know: what was done, when, by which unit. Never by whom, never in whose words.
    public struct OpenStep: Hashable, Sendable {
        /// What was done.
        public var kind: OpenStepKind
        /// When.
        public var at: Instant
        /// The unit, where one did it.
        public var unit: UnitID?
    }

    /// Whether the author agrees that it is shown. Who wrote together with others can say no for all of them.
    public var isConsented: Bool {
        guard publishable else { return false }
        return reporters.allSatisfy { !($0.details.group != nil && consents[$0.details.id] == false) }
    }

    /// Everything that stands against showing it; empty where a clerk may.
    public var publicationBars: [PublicationBar] {
        var bars: [PublicationBar] = []
        if kind != .petition { bars.append(.otherKind) }
        if phase == .merged { bars.append(.merged) }
        if triage?.sort == .accusation || [triage?.route, route?.route].contains(.discipline)
            || !accusedStaff.isEmpty || !accusedUnits.isEmpty
        {
            bars.append(.accusation)
        }
        if restrictedTo != nil { bars.append(.restricted) }
        // Of those who joined in public or came with another matter nothing is shown, so their wish stands against
        // nothing.
        if reporters.contains(where: { $0.details.keepSecret && $0.details.neighbour != true && $0.origin == nil }) {
            bars.append(.secrecy)
        }
        if reporters.first?.withdrawn ?? true { bars.append(.withdrawn) }
        if reporters.first?.erased ?? true { bars.append(.erased) }
        if !isConsented { bars.append(.noConsent) }
        return bars
    }

    /// Whether somebody may say whether it is shown: the author, and who wrote together with the author.
    public func mayConsent(_ reporter: ReporterID) -> Bool {
        reporters.first?.details.id == reporter
            || reporters.contains { $0.details.id == reporter && $0.details.group != nil && $0.origin == nil }
    }

    /// What everybody is told of where it stands.
    public var openStanding: OpenStanding {
        switch phase {
        case .registered, .dispatched, .objected, .inHand: .open
        case .replied, .delivered, .judged, .unjudged, .reviewing, .reviewed: .answered
        case .closed, .withdrawn, .routed, .concluded, .merged: .closed
        }
    }

    /// The verdict for everybody: only when the matter is closed, so that nobody who handles it learns of it before.
    var openJudgement: Judgement? { [.closed, .concluded].contains(phase) ? judgement : nil }

    mutating func applyPublic(_ event: CaseEvent, at instant: Instant) {
        switch event {
        case .consented(let p):
            if reporters.first?.details.id == p.reporter { publishable = p.agrees }
            consents[p.reporter] = p.agrees
        case .published(let p):
            publicNumber = p.number
            publication = Publication(shown: p, at: instant)
        case .unpublished: publication = nil
        case .replied:
            // The public reads a reply only after somebody approved it for everybody.
            publication?.shown.reply = nil
            if publication != nil { publication?.waitsForReply = true }
        default: break
        }
        // Whatever stands against it later takes it away at once: no other step is needed.
        if publication != nil, !publicationBars.isEmpty { publication = nil }
        if let kind = OpenStepKind(event) {
            openSteps.append(OpenStep(kind: kind, at: instant, unit: unit(of: event)))
        }
    }

    private func unit(of event: CaseEvent) -> UnitID? {
        switch event {
        case .dispatched(let p): p.lead
        case .objectionRuled(let p): p.lead ?? lead
        case .accepted: responsible
        case .replied(let p): p.unit
        case .reviewDecided(let p): p.unit
        default: nil
        }
    }
}

/// Where a matter stands, in three words for everybody.
public enum OpenStanding: String, Sendable, CaseIterable {
    /// Nobody has answered yet.
    case open
    /// There is an answer.
    case answered
    /// It is closed.
    case closed
}

/// What everybody may know of a matter's course.
public enum OpenStepKind: String, Sendable, CaseIterable {
    case registered, dispatched, accepted, extended, replied, reviewed, reopened, closed

    init?(_ event: CaseEvent) {
        switch event {
        case .registered: self = .registered
        case .dispatched: self = .dispatched
        case .objectionRuled(let p) where p.upheld: self = .dispatched
        case .accepted: self = .accepted
        case .extended: self = .extended
        case .replied: self = .replied
        case .reviewDecided: self = .reviewed
        case .reopened: self = .reopened
        case .closed: self = .closed
        default: return nil
        }
    }
}
