public import Kernel

/// One fact on which a finding rests, as codes: pages make a sentence of it.
public struct SupervisionEvidence: Codable, Hashable, Sendable {
    /// What kind of fact it is.
    public enum Kind: String, CaseIterable, Codable, Sendable {
        /// A clock ran out: `rule`, `on` its last day.
        case clockOver
        /// Objections of the unit that were rejected: `count`.
        case objectionsRejected
        /// Residents said "not solved" to its answers: `count`.
        case saidUnsolved
        /// After "do it again" the same came back: `count`.
        case redoRepeated
        /// What was granted was to be done by `on`.
        case executionDue
        /// A promise was to be kept by `on`.
        case promiseDue
        /// A notice was to be given by `on`, under `rule`.
        case noticeDue
        /// A part was to be done by this day.
        case helpDue
    }

    /// What kind of fact it is.
    public let kind: Kind
    /// The rule in the pack, `XF-HANDLE`.
    public let rule: String?
    /// The day that it is about.
    public let on: LocalDate?
    /// How often.
    public let count: Int?

    /// A fact.
    public init(_ kind: Kind, rule: String? = nil, on: LocalDate? = nil, count: Int? = nil) {
        self.kind = kind
        self.rule = rule
        self.on = on
        self.count = count
    }
}

/// What makes a finding the same finding: a task about it takes it off the list for good.
public struct FindingKey: Hashable, Sendable, Codable {
    /// The matter.
    public let caseID: CaseID
    /// What was found.
    public let trigger: SupervisionTrigger
    /// Since when; a new deadline that is missed again is a new finding.
    public let since: LocalDate

    /// Names a finding.
    public init(caseID: CaseID, trigger: SupervisionTrigger, since: LocalDate) {
        self.caseID = caseID
        self.trigger = trigger
        self.since = since
    }

    /// Reads `notAnsweredInTime.2026-05-03.123`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let trigger = SupervisionTrigger(rawValue: String(parts[0])),
            let since = LocalDate(parts[1]), let caseID = CaseID(parts[2])
        else { return nil }
        self.init(caseID: caseID, trigger: trigger, since: since)
    }

    /// The form in forms and addresses.
    public var code: String { "\(trigger.rawValue).\(since).\(caseID)" }
}

/// What the system found about a unit's work on a matter. It proposes; a named person decides.
public struct SupervisionFinding: Hashable, Sendable {
    /// The matter.
    public let caseID: CaseID
    /// Its readable number.
    public let number: String
    /// The unit whose turn it was.
    public let unit: UnitID
    /// What was found.
    public let trigger: SupervisionTrigger
    /// Since when.
    public let since: LocalDate
    /// The facts on which it rests.
    public let evidence: [SupervisionEvidence]

    /// A finding.
    public init(
        caseID: CaseID, number: String, unit: UnitID, trigger: SupervisionTrigger, since: LocalDate,
        evidence: [SupervisionEvidence]
    ) {
        self.caseID = caseID
        self.number = number
        self.unit = unit
        self.trigger = trigger
        self.since = since
        self.evidence = evidence
    }

    /// What makes it the same finding. Also the place in the list: findings are ordered by trigger (in the order of
    /// the enumeration), day and matter.
    public var key: FindingKey { FindingKey(caseID: caseID, trigger: trigger, since: since) }

    /// The matter.
    public var matter: MatterReference { MatterReference(id: caseID, number: number) }
}
