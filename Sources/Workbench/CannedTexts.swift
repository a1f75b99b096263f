public import Kernel
package import Storage

/// What stands in the form of a text that is kept ready.
public struct CannedDraft: Hashable, Sendable {
    /// What it is called in lists.
    public var name: String
    /// In which form it is offered.
    public var form: DraftForm
    /// The category that it fits; nothing for all.
    public var category: String?
    /// The unit whose people, and those of units below, are offered it.
    public var unit: UnitID
    /// Who answers for its being right.
    public var owner: StaffID
    /// The last day on which it is offered.
    public var validUntil: LocalDate
    /// The words, with fields and gaps.
    public var body: String
    /// Whether it is offered to its owner alone.
    public var isPersonal: Bool

    /// Stands for the owner of a text that came from another store, until somebody here answers for it.
    public static let nobody = StaffID(rawValue: 0)

    /// A text.
    public init(
        name: String, form: DraftForm, category: String?, unit: UnitID, owner: StaffID, validUntil: LocalDate,
        body: String, isPersonal: Bool = false
    ) {
        self.name = name
        self.form = form
        self.category = category
        self.unit = unit
        self.owner = owner
        self.validUntil = validUntil
        self.body = body
        self.isPersonal = isPersonal
    }
}

/// A text that is kept ready, in one of its versions.
public struct CannedText: Hashable, Sendable {
    /// Its identifier.
    public let id: CannedTextID
    /// Counts from one.
    public let version: Int
    /// What it says.
    public var draft: CannedDraft
    /// Whether it is offered no more. It is never deleted: replies refer to it.
    public var isRetired: Bool
    /// Who made this version.
    public let changedBy: StaffID
    /// When.
    public internal(set) var changedAt: Instant

    /// Whether it is offered on a day.
    public func isOffered(on day: LocalDate) -> Bool { !isRetired && draft.validUntil >= day }
}

/// A text that can be put into a form.
public struct CannedOffer: Hashable, Sendable {
    /// The text.
    public let id: CannedTextID
    /// What it is called.
    public let name: String
    /// In which form.
    public let form: DraftForm
    /// The category that it fits.
    public let category: String?
}

extension Workbench {
    /// For how long a text is offered unless somebody says otherwise, in days.
    public static let cannedDays = 182
    /// The longest time, in days.
    public static let longestCannedDays = 731
    /// The longest text, in characters.
    public static let longestCanned = 4_000
    /// The longest name.
    public static let longestCannedName = 40
    /// So many texts a unit, retired ones not counted.
    public static let mostCanned = 200

    private static let columns =
        "id, version, name, form, category, unit_id, owner_id, valid_until, body, retired, changed_by, changed_at, "
        + "personal"

    /// What is offered, by form and name.
    func offeredTexts(_ wish: CannedWish, to staff: StaffID, in tx: any ReadTransaction) throws -> [CannedOffer] {
        guard !wish.units.isEmpty, !wish.forms.isEmpty else { return [] }
        let marks = wish.units.indices.map { "$\($0 + 4)" }.joined(separator: ", ")
        return try tx.rows(
            """
            SELECT id, name, form, category FROM canned_texts
            WHERE unit_id IN (\(marks)) AND retired = $1 AND valid_until >= $2 AND (personal = $1 OR owner_id = $3)
            ORDER BY form, name, id LIMIT 400
            """, [false, wish.day, staff] + wish.units
        ).compactMap { row in
            guard let form = DraftForm(rawValue: try row.text(2)), wish.forms.contains(form) else { return nil }
            return CannedOffer(
                id: try row.id(0), name: try row.text(1), form: form, category: try row.optionalText(3))
        }
    }

    /// All texts of some units that somebody may see, by unit, form and name; personal ones are their owner's alone.
    public func cannedTexts(
        of units: [UnitID], for staff: StaffID = CannedDraft.nobody, retired: Bool = false
    ) async throws -> [CannedText] {
        guard !units.isEmpty else { return [] }
        let marks = units.indices.map { "$\($0 + 4)" }.joined(separator: ", ")
        return try await database.read { tx in
            try tx.rows(
                """
                SELECT \(Self.columns) FROM canned_texts WHERE retired = $1 AND unit_id IN (\(marks))
                  AND (personal = $2 OR owner_id = $3)
                ORDER BY unit_id, form, name, id LIMIT 600
                """, [retired, false, staff] + units
            ).map { try CannedText($0) }
        }
    }

    /// What somebody answers for and ends soon or has ended, and what nobody answers for yet: to be looked through.
    ///
    /// - Parameter units: those for which they may take over what nobody answers for.
    public func endingTexts(
        of owner: StaffID, before day: LocalDate, takingOver units: [UnitID] = []
    ) async throws -> [CannedText] {
        let marks = units.indices.map { "$\($0 + 3)" }.joined(separator: ", ")
        return try await database.read { tx in
            let open =
                units.isEmpty
                ? []
                : try tx.rows(
                    """
                    SELECT \(Self.columns) FROM canned_texts WHERE owner_id = $1 AND retired = $2 AND unit_id IN (\(marks))
                    ORDER BY valid_until, id LIMIT 200
                    """, [CannedDraft.nobody, false] + units
                ).map { try CannedText($0) }
            return try open
                + tx.rows(
                    """
                    SELECT \(Self.columns) FROM canned_texts WHERE owner_id = $1 AND retired = $2 AND valid_until < $3
                    ORDER BY valid_until, id LIMIT 200
                    """, [owner, false, day]
                ).map { try CannedText($0) }
        }
    }

    /// One text as it stands.
    public func cannedText(_ id: CannedTextID) async throws -> CannedText? {
        try await database.read { tx in try text(id, in: tx) }
    }

    /// Versions of texts that were used, in the order in which they are named; unknown ones are left out.
    public func cannedVersions(_ named: [(id: CannedTextID, version: Int)]) async throws -> [CannedText] {
        guard !named.isEmpty else { return [] }
        return try await database.read { tx in
            try named.compactMap { id, version in
                try tx.first(
                    "SELECT \(Self.versionColumns) FROM canned_versions WHERE text_id = $1 AND version = $2",
                    [id, version]
                ).map { try CannedText($0) }
            }
        }
    }

    /// The versions of a text, newest first.
    public func cannedHistory(of id: CannedTextID, limit: Int = 20) async throws -> [CannedText] {
        try await database.read { tx in
            try tx.rows(
                """
                SELECT \(Self.versionColumns) FROM canned_versions WHERE text_id = $1 ORDER BY version DESC LIMIT $2
                """, [id, limit]
            ).map { try CannedText($0) }
        }
    }

    /// All texts of units with the retired ones, in the order in which they were made.
    package func allCanned(in tx: any ReadTransaction) throws -> [CannedText] {
        try tx.rows("SELECT \(Self.columns) FROM canned_texts WHERE personal = $1 ORDER BY id", [false])
            .map { try CannedText($0) }
    }

    static let versionColumns = "text_" + columns

    func text(_ id: CannedTextID, in tx: any ReadTransaction, isHeld: Bool = false) throws -> CannedText? {
        try tx.first(
            "SELECT \(Self.columns) FROM canned_texts WHERE id = $1" + (isHeld ? tx.dialect.forUpdate : ""), [id]
        ).map { try CannedText($0) }
    }
}

extension CannedText {
    init(_ row: Row) throws {
        self.init(
            id: try row.id(0), version: try row.int(1),
            draft: CannedDraft(
                name: try row.text(2), form: DraftForm(rawValue: try row.text(3)) ?? .note,
                category: try row.optionalText(4), unit: try row.id(5), owner: try row.id(6),
                validUntil: try row.date(7), body: try row.text(8), isPersonal: try row.bool(12)),
            isRetired: try row.bool(9), changedBy: try row.id(10), changedAt: try row.instant(11))
    }
}
