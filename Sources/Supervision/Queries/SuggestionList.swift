public import Kernel
public import Organisation
internal import Storage

/// One line of the register of suggestions.
public struct SuggestionRow: Sendable, Hashable {
    /// The suggestion.
    public let id: SuggestionID
    /// Its number.
    public let number: DocumentNumber
    /// To whom.
    public let unit: UnitID
    /// Which kind.
    public let kind: SuggestionKind
    /// Where it stands.
    public let phase: SuggestionPhase
    /// What the unit said.
    public let adoption: SuggestionAdoption?
    /// By when it replies, where somebody set a day.
    public let answerBy: LocalDate?
    /// The words; empty when erased.
    public let text: String
    /// When it was made.
    public let issuedAt: Instant
}

/// A part of the register.
public struct SuggestionRequest: Sendable, Hashable {
    /// Only to this unit.
    public var unit: UnitID?
    /// Only this kind.
    public var kind: SuggestionKind?
    /// Only with this reply.
    public var adoption: SuggestionAdoption?
    /// Only those without a reply.
    public var isWaiting = false
    /// The last one seen; newer ones come first.
    public var after: SuggestionID?
    /// Lines on a page.
    public var limit = 25

    /// The whole register.
    public init() {}
}

extension Supervision {
    /// The register of suggestions in the subtree of somebody who watches, the newest first.
    public func suggestions(
        _ request: SuggestionRequest, for viewer: Viewer
    ) async throws -> (rows: [SuggestionRow], next: SuggestionID?) {
        try await suggestions(request, SupervisionAccess.scope(SupervisionAccess.watching, of: viewer))
    }

    /// Suggestions to the units for which somebody answers.
    public func suggestionsToAnswer(
        _ request: SuggestionRequest, for viewer: Viewer
    ) async throws -> (rows: [SuggestionRow], next: SuggestionID?) {
        try await suggestions(request, SupervisionAccess.scope([.answerSupervision], of: viewer))
    }

    private func suggestions(
        _ request: SuggestionRequest, _ scope: Visibility
    ) async throws -> (rows: [SuggestionRow], next: SuggestionID?) {
        let reach = scope.condition(column: "s.unit_id", firstPlaceholder: 1)
        var values = reach.values
        var parts = [reach.sql]
        func add(_ value: any SQLConvertible, _ condition: (String) -> String) {
            values.append(value)
            parts.append(condition("$\(values.count)"))
        }
        if let unit = request.unit { add(unit) { "s.unit_id = \($0)" } }
        if let kind = request.kind { add(kind.rawValue) { "s.kind = \($0)" } }
        if let adoption = request.adoption { add(adoption.rawValue) { "s.adoption = \($0)" } }
        if request.isWaiting { parts.append("s.phase = 'issued'") }
        if let after = request.after { add(after) { "s.id < \($0)" } }
        let (sql, bound) = (parts.joined(separator: " AND "), values)
        let rows = try await database.read { tx in
            try tx.rows(
                """
                SELECT s.id, s.year, s.sequence, s.unit_id, s.kind, s.phase, s.adoption, s.answer_by, x.body, s.issued_at
                FROM supervision_suggestions s LEFT JOIN texts x ON x.id = s.text_id
                WHERE \(sql) ORDER BY s.id DESC LIMIT \(request.limit + 1)
                """, bound
            ).map(SuggestionRow.init)
        }
        let shown = Array(rows.prefix(request.limit))
        return (shown, rows.count > request.limit ? shown.last?.id : nil)
    }
}

extension SuggestionRow {
    init(_ row: Row) throws {
        self.init(
            id: try row.id(0), number: DocumentNumber(year: try row.int(1), sequence: try row.int(2)),
            unit: try row.id(3), kind: SuggestionKind(rawValue: try row.text(4)) ?? .improveWork,
            phase: SuggestionPhase(rawValue: try row.text(5)) ?? .issued,
            adoption: try row.optionalText(6).flatMap(SuggestionAdoption.init), answerBy: try row.optionalDate(7),
            text: try row.optionalText(8) ?? "", issuedAt: try row.instant(9))
    }
}
