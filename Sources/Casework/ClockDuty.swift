internal import Organisation

/// What a clock asks of the offices, where somebody watches over it: reports and supervision count these. A unit's time
/// for objecting is no duty, and asking for what is missing in an application is none either.
public enum ClockDuty: String, Sendable, CaseIterable {
    /// Somebody takes the matter up, passes it on or says which route leads on.
    case acceptance
    /// The answer: to the letter, or to a request for review.
    case answer
}

extension ClockStart {
    /// What it asks; `nil` for time that belongs to somebody else and for clocks that nobody has to be reminded of.
    public var duty: ClockDuty? {
        guard isDuty else { return nil }
        guard let ends else {
            // Clocks of the first release carry no list: their names tell.
            if ["XF-TRANSFER", "XF-NOTIFY"].contains(where: rule.hasPrefix) { return .acceptance }
            let answers = ["XF-HANDLE", "XF-REVIEW", "XF-REREVIEW", "GI-ANSWER"]
            return answers.contains(where: rule.hasPrefix) ? .answer : nil
        }
        if ends.contains(.triage) { return .acceptance }
        if ends.contains(.acceptance) { return ends.contains(.route) ? .acceptance : nil }
        return ends.contains { [.reply, .reviewReply, .rereviewReply].contains($0) } ? .answer : nil
    }
}
