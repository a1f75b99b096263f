public import Kernel
internal import Storage

extension Workbench {
    /// Keeps a new text ready.
    ///
    /// - Parameters:
    ///   - submission: the one-time name of the form; sent again, it makes no second text.
    ///   - today: the day on which it is checked.
    /// - Throws: `PlainErrors` with all that is wrong.
    public func addCanned(
        _ draft: CannedDraft, submission: String, by staff: StaffID, on today: LocalDate
    ) async throws -> CannedTextID {
        let draft = try checked(draft, on: today)
        let now = clock.now()
        let id: CannedTextID = ids.next()
        return try await database.write { tx in
            if let made = try submissions.find(tx, id: Self.once(submission)) { return CannedTextID(made) ?? id }
            let held = try tx.first(
                "SELECT COUNT(*) FROM canned_texts WHERE unit_id = $1 AND retired = $2", [draft.unit, false])
            guard try held?.int(0) ?? 0 < Self.mostCanned else {
                throw PlainError(.conflict, "canned.tooMany", field: "unit", values: ["n": "\(Self.mostCanned)"])
            }
            let made = CannedText(
                id: id, version: 1, draft: draft, isRetired: false, changedBy: staff, changedAt: now)
            try tx.execute(Self.insertion("canned_texts", "id"), made.values)
            try tx.execute(Self.insertion("canned_versions", "text_id"), made.values)
            try submissions.record(tx, id: Self.once(submission), result: "\(id)", at: now)
            return id
        }
    }

    /// Changes a text: a new version, the earlier ones stay.
    ///
    /// - Parameter version: the one that the form was made for.
    /// - Throws: `canned.changed` when somebody else was faster; `PlainErrors` with all that is wrong.
    public func changeCanned(
        _ id: CannedTextID, to draft: CannedDraft, version: Int, by staff: StaffID, on today: LocalDate
    ) async throws {
        let draft = try checked(draft, on: today)
        try await change(id, version: version, by: staff) { $0.draft = draft }
    }

    /// It is still right: offered until another day.
    public func renewCanned(
        _ id: CannedTextID, until day: LocalDate, version: Int, by staff: StaffID
    ) async throws {
        try await change(id, version: version, by: staff) { $0.draft.validUntil = day }
    }

    /// Offers a text no more, or again. Nothing is deleted: replies refer to it.
    public func retireCanned(_ id: CannedTextID, _ isRetired: Bool, version: Int, by staff: StaffID) async throws {
        try await change(id, version: version, by: staff) { $0.isRetired = isRetired }
    }

    private func change(
        _ id: CannedTextID, version: Int, by staff: StaffID, _ body: @escaping @Sendable (inout CannedText) -> Void
    ) async throws {
        let now = clock.now()
        try await database.write { tx in
            guard let old = try text(id, in: tx, isHeld: true) else { throw PlainError(.notFound, "canned.missing") }
            var wanted = old
            body(&wanted)
            // The same again is no new version, and a form that is sent twice is no conflict.
            guard wanted.draft != old.draft || wanted.isRetired != old.isRetired else { return }
            guard old.version == version else { throw PlainError(.conflict, "canned.changed") }
            let next = CannedText(
                id: id, version: old.version + 1, draft: wanted.draft, isRetired: wanted.isRetired, changedBy: staff,
                changedAt: now)
            let places = Self.columnNames.enumerated().map { "\($1) = $\($0 + 2)" }.joined(separator: ", ")
            let changed = try tx.execute(
                "UPDATE canned_texts SET \(places) WHERE id = $1 AND version = $\(Self.columnNames.count + 2)",
                next.values + [old.version])
            guard changed == 1 else { throw PlainError(.conflict, "canned.changed") }
            try tx.execute(Self.insertion("canned_versions", "text_id"), next.values)
        }
    }

    private static let columnNames = [
        "version", "name", "form", "category", "unit_id", "owner_id", "valid_until", "body", "retired", "changed_by",
        "changed_at",
    ]

    private static func insertion(_ table: String, _ key: String) -> String {
        let places = (1...(columnNames.count + 1)).map { "$\($0)" }.joined(separator: ", ")
        return "INSERT INTO \(table) (\(key), \(columnNames.joined(separator: ", "))) VALUES (\(places))"
    }

    private static func once(_ submission: String) -> String { "canned:\(submission)" }

    /// A text as it may be kept; all that is wrong is told at once.
    private func checked(_ draft: CannedDraft, on today: LocalDate) throws(PlainErrors) -> CannedDraft {
        var errors: [PlainError] = []
        func tell(_ code: String, _ field: String, _ values: [String: String] = [:]) {
            errors.append(PlainError(.invalid, code, field: field, values: values))
        }
        if draft.name.isEmpty { tell("canned.nameMissing", "name") }
        if draft.name.count > Self.longestCannedName {
            tell("text.tooLong", "name", ["most": "\(Self.longestCannedName)", "length": "\(draft.name.count)"])
        }
        if draft.body.isEmpty { tell("canned.bodyMissing", "body") }
        if draft.body.count > Self.longestCanned {
            tell("text.tooLong", "body", ["most": "\(Self.longestCanned)", "length": "\(draft.body.count)"])
        }
        if draft.validUntil < today { tell("canned.untilPast", "until") }
        if draft.validUntil > today.adding(days: Self.longestCannedDays) { tell("canned.untilFar", "until") }
        // A text for everybody is about nobody.
        if Self.namesSomebody(draft.body) || Self.namesSomebody(draft.name) { tell("canned.personal", "body") }
        do throws(PlainError) { _ = try CannedMarks(draft.body) } catch { errors.append(error) }
        guard errors.isEmpty else { throw PlainErrors(errors) }
        return draft
    }

    /// A mobile telephone or an identity number: eleven or eighteen digits in a row.
    private static func namesSomebody(_ text: String) -> Bool {
        text.split { !$0.isNumber && $0 != "X" && $0 != "x" }.contains {
            ($0.count == 11 && $0.hasPrefix("1")) || $0.count == 18
        }
    }
}

extension CannedText {
    /// The values of a row, the identifier first.
    fileprivate var values: [any SQLConvertible] {
        [
            id, version, draft.name, draft.form.rawValue, draft.category, draft.unit, draft.owner, draft.validUntil,
            draft.body, isRetired, changedBy, changedAt,
        ]
    }
}
