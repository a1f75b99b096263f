/// Who may do what: the whole table, in one place. Nothing else in the program names a role to decide.
extension Role {
    /// What the role allows inside its unit's subtree.
    public var allowed: Set<Permission> {
        switch self {
        case .receptionClerk:
            [
                .registerMatter, .seeMatters, .search, .lookUpPerson, .revealContact, .reissueCode, .recordContact,
                .deliver, .recordJudgement, .withdraw, .addNote, .restrict, .receive,
            ]
        case .dispatcher:
            [
                .registerMatter, .seeMatters, .search, .lookUpPerson, .revealContact, .recordContact, .addNote,
                .sendMessage, .dispatch, .ruleOnObjection, .addHelper, .linkMatters, .restrict, .reopen, .withdraw,
                .triage, .mediate, .publish, .keepTexts, .manageTags, .receive, .planReception,
            ]
        case .handler:
            [
                .seeMatters, .search, .accept, .object, .addNote, .recordContact, .sendMessage, .addHelper, .reply,
                .deliver, .linkMatters, .revealContact, .restrict, .triage, .mediate, .answerSupervision, .keepTexts,
                .receive,
            ]
        case .approver:
            [
                .seeMatters, .search, .accept, .object, .addNote, .recordContact, .sendMessage, .addHelper, .reply,
                .deliver, .revealContact, .restrict, .triage, .extendClock, .mediate, .hear,
                .answerSupervision, .keepTexts, .seeLooks, .receive,
            ]
        case .supervisor:
            [
                .seeMatters, .search, .seeJudgement, .recordJudgement, .close, .reopen, .oversee, .restrict,
                .ruleOnObjection, .dispatch, .addNote, .recordContact, .linkMatters, .revealContact, .triage,
                .supervise, .confer, .publish, .manageTags, .planReception,
            ]
        case .leader:
            [.seeMatters, .search, .seeJudgement, .oversee, .confer]
        case .auditor:
            [.audit, .seeMatters, .search, .seeJudgement, .oversee]
        case .systemAdministrator:
            [.manageStaff, .manageOrganisation, .manageRules, .seeAdministration, .lookAs]
        case .securityAdministrator:
            [.grantRoles, .seeAdministration, .seeLooks, .lookAs]
        case .auditAdministrator:
            [.auditAdministration, .seeAdministration, .seeLooks]
        case .reviewer:
            [
                .seeMatters, .search, .review, .hear, .addNote, .recordContact, .sendMessage, .deliver, .revealContact,
                .restrict, .mediate,
            ]
        case .sealedReceiver: [.receiveSealed]
        }
    }

    /// Whether whoever holds it gives a one-time code beside the password: they sign for a unit or give out rights.
    public var needsSecondFactor: Bool {
        switch self {
        case .systemAdministrator, .securityAdministrator, .auditAdministrator, .approver: true
        case .receptionClerk, .dispatcher, .handler, .supervisor, .leader, .auditor, .reviewer, .sealedReceiver: false
        }
    }

    /// What the role forbids inside its unit's subtree, whatever else the person holds: who handles matters must
    /// not see or write down how residents judged them, who audits changes nothing, and the three administrators do
    /// their own part only.
    public var denied: Set<Permission> {
        switch self {
        case .handler: [.seeJudgement, .recordJudgement]
        case .auditor: Set(Permission.allCases).subtracting(Role.auditor.allowed)
        case .systemAdministrator, .securityAdministrator, .auditAdministrator:
            Set(Permission.allCases).subtracting(allowed)
        case .sealedReceiver: Set(Permission.allCases).subtracting([.receiveSealed])
        case .receptionClerk, .dispatcher, .approver, .supervisor, .leader, .reviewer: []
        }
    }
}
