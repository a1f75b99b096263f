internal import Casework
internal import Kernel
internal import Organisation
internal import Storage
internal import Supervision

/// What supervision may know of residents' matters, asked of the casework. The two rooms know nothing of each other:
/// here their words are put side by side.
struct CaseworkFindings: SupervisionSource {
    let casework: Casework

    func findings(
        _ request: FindingRequest, for viewer: Viewer
    ) async throws -> KeysetPage<SupervisionFinding, FindingKey> {
        var wanted = CaseFindingRequest()
        wanted.unit = request.unit
        wanted.limit = request.limit
        if let trigger = request.trigger {
            // What only a person can say, the casework cannot find.
            guard let known = CaseFindingTrigger(rawValue: trigger.rawValue) else {
                return KeysetPage(items: [], next: nil)
            }
            wanted.trigger = known
        }
        wanted.after = request.after.flatMap(Self.key)
        let page = try await casework.supervisionFindings(wanted, for: viewer)
        return KeysetPage(items: page.items.compactMap(Self.finding), next: page.next.flatMap(Self.key))
    }

    func finding(_ key: FindingKey, for viewer: Viewer) async throws -> SupervisionFinding? {
        guard let known = Self.key(key) else { return nil }
        return try await casework.supervisionFinding(known, for: viewer).flatMap(Self.finding)
    }

    func matter(number: String, for viewer: Viewer) async throws -> SupervisedMatter? {
        try await casework.visibleMatter(number: number, for: viewer).map {
            SupervisedMatter(
                reference: MatterReference(id: $0.id, number: $0.number), unit: $0.unit, accused: $0.accused)
        }
    }

    func visible(_ matters: Set<CaseID>, for viewer: Viewer) async throws -> Set<CaseID> {
        var out: Set<CaseID> = []
        let ids = matters.sorted()
        for start in stride(from: 0, to: ids.count, by: Self.chunk) {
            let part = Array(ids[start..<min(start + Self.chunk, ids.count)])
            out.formUnion(try await casework.linkedMatters(part, for: viewer).map(\.id))
        }
        return out
    }

    /// What `linkedMatters` answers at once.
    private static let chunk = 50

    private static func key(_ key: FindingKey) -> CaseFindingKey? {
        CaseFindingTrigger(rawValue: key.trigger.rawValue).map {
            CaseFindingKey(trigger: $0, since: key.since, caseID: key.caseID)
        }
    }

    private static func key(_ key: CaseFindingKey) -> FindingKey? {
        SupervisionTrigger(rawValue: key.trigger.rawValue).map {
            FindingKey(caseID: key.caseID, trigger: $0, since: key.since)
        }
    }

    private static func finding(_ found: CaseFinding) -> SupervisionFinding? {
        SupervisionTrigger(rawValue: found.trigger.rawValue).map {
            SupervisionFinding(
                caseID: found.caseID, number: found.number, unit: found.unit, trigger: $0, since: found.since,
                evidence: found.facts.map(evidence))
        }
    }

    private static func evidence(_ fact: CaseFinding.Fact) -> SupervisionEvidence {
        switch fact {
        case .clockOver(let rule, let day): SupervisionEvidence(.clockOver, rule: rule, on: day)
        case .objectionsRejected(let count): SupervisionEvidence(.objectionsRejected, count: count)
        case .saidUnsolved(let count): SupervisionEvidence(.saidUnsolved, count: count)
        case .redoRepeated: SupervisionEvidence(.redoRepeated, count: 1)
        case .executionDue(let day): SupervisionEvidence(.executionDue, on: day)
        case .promiseDue(let day): SupervisionEvidence(.promiseDue, on: day)
        case .helpDue(let day): SupervisionEvidence(.helpDue, on: day)
        case .noticeDue(_, let rule, let day): SupervisionEvidence(.noticeDue, rule: rule, on: day)
        }
    }
}
