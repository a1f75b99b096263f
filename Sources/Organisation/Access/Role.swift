/// What a person is here for. A role is granted on a unit and holds for everything below it.
public enum Role: String, CaseIterable, Codable, Sendable {
    /// Takes letters, visits and calls, and hands out numbers.
    case receptionClerk
    /// Decides who is responsible.
    case dispatcher
    /// Finds out, helps and writes the reply.
    case handler
    /// Signs replies for a unit.
    case approver
    /// Watches over time and quality, closes and re-opens.
    case supervisor
    /// Reads what is late, unsolved or rising.
    case leader
    /// Checks what others did; changes nothing.
    case auditor
    /// Keeps staff and units; sees no matter.
    case administrator
    /// Decides reviews and second reviews (复查复核) of what another body answered.
    case reviewer
    /// Receives sealed reports for the discipline organ; sees nothing else.
    case sealedReceiver
}

/// What can be allowed.
public enum Permission: String, CaseIterable, Codable, Sendable {
    case registerMatter, seeMatters, dispatch, ruleOnObjection, accept, object, addNote, recordContact, sendMessage
    case addHelper, reply, deliver, recordJudgement, seeJudgement, close, reopen, withdraw, linkMatters, restrict
    case revealContact, reissueCode, search, lookUpPerson, oversee, manageStaff, manageOrganisation, audit
    case triage, extendClock, mediate, review, hear, supervise, answerSupervision, confer, manageRules, receiveSealed
    case publish
}
