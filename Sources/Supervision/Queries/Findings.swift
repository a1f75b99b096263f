internal import Kernel
public import Organisation
public import Storage

extension Supervision {
    /// What the system found and nobody dealt with yet. It only proposes: a named person makes a task of it.
    public func findings(
        _ request: FindingRequest, for viewer: Viewer
    ) async throws -> KeysetPage<SupervisionFinding, FindingKey> {
        guard viewer.may(.supervise, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        var out: [SupervisionFinding] = []
        var asked = request
        // Pages that are dealt with already are passed over, but not without end in one request.
        for _ in 0..<Self.mostPassedPages {
            let page = try await source.findings(asked, for: viewer)
            let taken = try await taken(page.items.map(\.key))
            out += page.items.filter { !taken.contains($0.key) && viewer.may(.supervise, on: $0.unit) }
            asked.after = page.next
            if page.next == nil || out.count >= request.limit { break }
        }
        guard out.count > request.limit else { return KeysetPage(items: out, next: asked.after) }
        let shown = Array(out.prefix(request.limit))
        return KeysetPage(items: shown, next: shown.last?.key)
    }

    private static let mostPassedPages = 10

    /// Which of these findings led to a task or were set aside.
    private func taken(_ keys: [FindingKey]) async throws -> Set<FindingKey> {
        guard !keys.isEmpty else { return [] }
        let matters = Set(keys.map(\.caseID)).sorted()
        let marks = matters.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        return try await database.read { tx in
            Set(
                try tx.rows(
                    "SELECT case_id, trigger_code, since_on FROM supervision_findings WHERE case_id IN (\(marks))",
                    matters
                ).compactMap { row in
                    guard let trigger = SupervisionTrigger(rawValue: try row.text(1)) else { return nil }
                    return FindingKey(caseID: try row.id(0), trigger: trigger, since: try row.date(2))
                })
        }
    }
}
