public import Kernel
package import Storage

extension Workbench {
    /// Keeps a new text ready. Those for others come by a `proposal`, which the organisation records with its reason.
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
            try checkRoom(in: draft.unit, in: tx)
            try insert(
                CannedText(id: id, version: 1, draft: draft, isRetired: false, changedBy: staff, changedAt: now),
                in: tx)
            try submissions.record(tx, id: Self.once(submission), result: "\(id)", at: now)
            return id
        }
    }

    func checkRoom(in unit: UnitID, in tx: any ReadTransaction) throws {
        let held = try tx.first(
            "SELECT COUNT(*) FROM canned_texts WHERE unit_id = $1 AND retired = $2", [unit, false])
        guard try held?.int(0) ?? 0 < Self.mostCanned else {
            throw PlainError(.conflict, "canned.tooMany", field: "unit", values: ["n": "\(Self.mostCanned)"])
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
        try await change(id, version: version, by: staff) { text in
            text.draft.validUntil = day
            // Whoever says that it is still right answers for it.
            if text.draft.owner == CannedDraft.nobody { text.draft.owner = staff }
        }
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
            try checkNothingWaits(for: id, in: tx)
            let next = CannedText(
                id: id, version: old.version + 1, draft: wanted.draft, isRetired: wanted.isRetired, changedBy: staff,
                changedAt: now)
            try put(next, in: tx)
        }
    }

    /// Writes texts of another store: new ones, and later versions of those that are here.
    package func bringIn(
        _ texts: [(known: CannedText?, draft: CannedDraft, isRetired: Bool)], by staff: StaffID?,
        in tx: any Transaction
    ) throws {
        let (by, now) = (staff ?? CannedDraft.nobody, clock.now())
        for (known, draft, isRetired) in texts {
            let next = CannedText(
                id: known?.id ?? ids.next(), version: (known?.version ?? 0) + 1, draft: draft, isRetired: isRetired,
                changedBy: by, changedAt: now)
            try known == nil ? insert(next, in: tx) : put(next, in: tx)
        }
    }

    func insert(_ text: CannedText, in tx: any Transaction) throws {
        try tx.execute(Self.insertion("canned_texts", "id"), text.values)
        try tx.execute(Self.insertion("canned_versions", "text_id"), text.values)
    }

    /// Puts a version in the place of the one before it.
    func put(_ text: CannedText, in tx: any Transaction) throws {
        let places = Self.columnNames.enumerated().map { "\($1) = $\($0 + 2)" }.joined(separator: ", ")
        let changed = try tx.execute(
            "UPDATE canned_texts SET \(places) WHERE id = $1 AND version = $\(Self.columnNames.count + 2)",
            text.values + [text.version - 1])
        guard changed == 1 else { throw PlainError(.conflict, "canned.changed") }
        try tx.execute(Self.insertion("canned_versions", "text_id"), text.values)
    }

    private static let columnNames = [
        "version", "name", "form", "category", "unit_id", "owner_id", "valid_until", "body", "retired", "changed_by",
        "changed_at", "personal",
    ]

    static func insertion(_ table: String, _ key: String) -> String {
        let places = (1...(columnNames.count + key.count(where: { $0 == "," }) + 1)).map { "$\($0)" }.joined(
            separator: ", ")
        return "INSERT INTO \(table) (\(key), \(columnNames.joined(separator: ", "))) VALUES (\(places))"
    }

    private static func once(_ submission: String) -> String { "canned:\(submission)" }

    /// A text as it may be kept; all that is wrong is told at once.
    func checked(_ draft: CannedDraft, on today: LocalDate) throws(PlainErrors) -> CannedDraft {
        var errors = Self.faults(in: draft)
        if draft.validUntil < today { errors.append(PlainError(.invalid, "canned.untilPast", field: "until")) }
        if draft.validUntil > today.adding(days: Self.longestCannedDays) {
            errors.append(PlainError(.invalid, "canned.untilFar", field: "until"))
        }
        guard errors.isEmpty else { throw PlainErrors(errors) }
        return draft
    }

    /// What is wrong with the words of a text, whatever the day.
    package static func faults(in draft: CannedDraft) -> [PlainError] {
        var errors: [PlainError] = []
        func tell(_ code: String, _ field: String, _ values: [String: String] = [:]) {
            errors.append(PlainError(.invalid, code, field: field, values: values))
        }
        if draft.name.isEmpty { tell("canned.nameMissing", "name") }
        if draft.name.count > longestCannedName {
            tell("text.tooLong", "name", ["most": "\(longestCannedName)", "length": "\(draft.name.count)"])
        }
        if draft.body.isEmpty { tell("canned.bodyMissing", "body") }
        if draft.body.count > longestCanned {
            tell("text.tooLong", "body", ["most": "\(longestCanned)", "length": "\(draft.body.count)"])
        }
        // A text for everybody is about nobody.
        if namesSomebody(draft.body) || namesSomebody(draft.name) { tell("canned.personal", "body") }
        do throws(PlainError) { _ = try CannedMarks(draft.body) } catch { errors.append(error) }
        return errors
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
    var values: [any SQLConvertible] {
        [
            id, version, draft.name, draft.form.rawValue, draft.category, draft.unit, draft.owner, draft.validUntil,
            draft.body, isRetired, changedBy, changedAt, draft.isPersonal,
        ]
    }
}
