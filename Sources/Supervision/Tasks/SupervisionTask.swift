public import Kernel
package import Ledger
internal import Storage

/// A task of supervision to a unit, as its events add up.
public struct SupervisionTask: Hashable, Sendable {
    /// Its identifier.
    public let id: SupervisionID
    /// Its number; nothing for a finding that was set aside.
    public let number: DocumentNumber?
    /// Who is asked.
    public let unit: UnitID
    /// Why, as a code.
    public let trigger: SupervisionTrigger
    /// The matter that it is about.
    public let matter: MatterReference?
    /// Since when, for what the system found.
    public let since: LocalDate?
    /// The facts on which it rests.
    public let evidence: [SupervisionEvidence]
    /// Why, in words.
    public let reason: TextID?
    /// Who opened it.
    public let openedBy: StaffID?
    /// When.
    public let openedAt: Instant
    /// Where it stands.
    public internal(set) var phase: TaskPhase
    /// By when the unit answers.
    public internal(set) var due: LocalDate
    /// By when it was to answer before it was urged: what counts as in time.
    var agreedDue: LocalDate
    /// What was done to press the unit, in order.
    public internal(set) var measures: [TakenMeasure] = []
    /// The unit's answers, in order.
    public internal(set) var answers: [TaskAnswer] = []
    /// What came of it.
    public internal(set) var result: TaskResult?
    /// When it ended.
    public internal(set) var closedAt: Instant?
    /// When something last happened.
    public internal(set) var lastAt: Instant
    /// What that was.
    public internal(set) var lastKind: String
    /// Words that are still there.
    var texts: Set<TextID>
    /// The number of its events.
    public package(set) var version = 1

    /// The finding that it takes off the list; nothing once it is taken back.
    public var finding: FindingKey? {
        guard phase != .withdrawn, let matter, let since else { return nil }
        return FindingKey(caseID: matter.id, trigger: trigger, since: since)
    }

    /// Whether it stands on the list (挂牌).
    public var isListed: Bool { measures.contains { $0.kind == .listing } && phase != .closed && phase != .withdrawn }
}

extension SupervisionTask: SupervisionRecord {
    package typealias Entity = Named.Supervision
    package typealias Event = TaskEvent
    package typealias Command = TaskCommand

    package static let streamKind = "supervision"
    package static let notFound = PlainError(.notFound, "supervision.notFound")

    var matters: [MatterReference] { [matter].compactMap { $0 } }

    package init?(id: SupervisionID, first event: TaskEvent, by actor: Actor, at instant: Instant) {
        let texts = Set(event.texts.map(\.id))
        switch event {
        case .opened(let p):
            self.init(
                id: id, number: p.number, unit: p.unit, trigger: p.trigger, matter: p.matter, since: p.since,
                evidence: p.evidence, reason: p.reason?.id, openedBy: actor.staffID, openedAt: instant, phase: .open,
                due: p.due, agreedDue: p.due, lastAt: instant, lastKind: event.kind, texts: texts)
        case .setAside(let p):
            self.init(
                id: id, number: nil, unit: p.unit, trigger: p.trigger, matter: p.matter, since: p.since,
                evidence: p.evidence, reason: p.reason.id, openedBy: actor.staffID, openedAt: instant,
                phase: .setAside, due: p.since, agreedDue: p.since, lastAt: instant, lastKind: event.kind, texts: texts)
        default: return nil
        }
    }

    package mutating func apply(_ event: TaskEvent, by actor: Actor, at instant: Instant) {
        lastAt = instant
        lastKind = event.kind
        texts.formUnion(event.texts.map(\.id))
        if let kind = event.measure {
            let paper = measures.count { $0.kind == kind } + 1
            measures.append(TakenMeasure(kind: kind, at: instant, version: version + 1, paper: paper))
        }
        switch event {
        case .opened, .setAside, .listed, .talked, .circulated: break
        case .urged(let p): due = p.due
        case .dueMoved(let p): (due, agreedDue) = (p.due, p.due)
        case .rectificationOrdered(let p):
            (due, agreedDue) = (p.due, p.due)
            phase = .open
        case .answered(let p):
            answers.append(TaskAnswer(text: p.text.id, at: instant, inTime: p.inTime))
            phase = .answered
        case .sentBack(let p):
            (due, agreedDue) = (p.due, p.due)
            phase = .open
        case .accepted: phase = .accepted
        case .closed(let p):
            phase = .closed
            result = p.result
            closedAt = instant
        case .withdrawn:
            phase = .withdrawn
            closedAt = instant
        case .textsErased(let p): texts.subtract(p.texts)
        }
    }

    package static let tables = [
        (name: "supervision_tasks", key: "id"), (name: "supervision_measures", key: "task_id"),
        (name: "supervision_findings", key: "task_id"),
    ]

    package var rows: [TableRows] {
        let task: [any SQLConvertible] = [
            id, number?.year, number?.sequence, unit, trigger.rawValue, matter?.id, matter?.number, phase.rawValue,
            TaskPhase.unfinished.contains(phase), due, reason, isListed, measures.count { $0.kind == .urge },
            measures.count, openedAt, answers.first?.at, answers.first?.inTime, closedAt, result?.rawValue, lastAt,
            lastKind, version,
        ]
        return [
            TableRows(
                Self.tables[0],
                [
                    "id", "year", "sequence", "unit_id", "trigger_code", "case_id", "matter_number", "phase",
                    "unfinished", "due_on", "reason_id", "listed", "urged", "measures", "opened_at", "answered_at",
                    "answered_in_time", "closed_at", "result", "last_at", "last_kind", "version",
                ], [task]),
            TableRows(
                Self.tables[1], ["task_id", "version", "kind", "taken_at", "unit_id"],
                measures.map { [id, $0.version, $0.kind.rawValue, $0.at, unit] }),
            TableRows(
                Self.tables[2], ["task_id", "case_id", "trigger_code", "since_on"],
                [finding].compactMap { $0 }.map { [id, $0.caseID, $0.trigger.rawValue, $0.since] }),
        ]
    }
}
