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
    /// Keeps units, accounts and the configuration; gives nobody a right and sees no matter. It is stored under the name
    /// that the one administrator of the first release had.
    case systemAdministrator = "administrator"
    /// Gives and takes roles, passwords and second factors; makes no account and sees no matter.
    case securityAdministrator
    /// Reads what the other two did, who signed in and who read; changes nothing and sees no matter.
    case auditAdministrator
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
    case publish, keepTexts, receive, planReception
    /// Adds words to the vocabulary of tags and retires them.
    case manageTags
    case seeAdministration, grantRoles, auditAdministration, seeLooks, lookAs
}

extension Role {
    /// The three administrators (三员): whoever is one of them is nothing else.
    public static let administrators: Set<Role> = [.systemAdministrator, .securityAdministrator, .auditAdministrator]

    /// Whether it is one of the three.
    public var isAdministrator: Bool { Self.administrators.contains(self) }
}
