public import Kernel
internal import Storage

/// Somebody who has the same matter open right now. Known only while it is true: nothing of it is kept.
public struct Colleague: Hashable, Sendable {
    /// Who.
    public let staff: StaffID
    /// Whether they are writing.
    public let isWriting: Bool
}

/// Which texts are offered: those of some units for some forms, on a day.
public struct CannedWish: Hashable, Sendable {
    let units: [UnitID]
    let forms: [DraftForm]
    let day: LocalDate

    /// - Parameter units: the units whose texts the person is offered.
    public init(of units: [UnitID], in forms: [DraftForm], on day: LocalDate) {
        self.units = units
        self.forms = forms
        self.day = day
    }
}

/// What the page of a matter needs from this room, read in one go.
public struct DeskState: Hashable, Sendable {
    /// The person's own drafts.
    public internal(set) var own: [Draft] = []
    /// Drafts of others.
    public internal(set) var others: [Draft] = []
    /// Who else is here.
    public internal(set) var colleagues: [Colleague] = []
    /// Texts that can be put into its forms.
    public internal(set) var offers: [CannedOffer] = []

    /// Nothing.
    public init() {}
}

extension Workbench {
    /// Seconds after which somebody who is not heard of is gone.
    public static let presenceSeconds: Int64 = 45

    /// A person's drafts on a matter, who else is here, and what others left, where the person follows them.
    ///
    /// - Parameters:
    ///   - predecessors: whose drafts may be opened; others' are not even read.
    ///   - wish: the texts to offer with it.
    public func state(
        of matter: CaseID, for staff: StaffID, predecessors: [StaffID], offering wish: CannedWish? = nil
    ) async throws -> DeskState {
        let now = clock.now()
        let authors = [staff] + predecessors.prefix(50)
        let marks = authors.indices.map { "$\($0 + 3)" }.joined(separator: ", ")
        return try await database.read { tx in
            var state = DeskState()
            let rows = try tx.rows(
                """
                SELECT 0, staff_id, form, revision, saved_at, sealed FROM desk_drafts
                WHERE case_id = $1 AND staff_id IN (\(marks))
                UNION ALL
                SELECT 1, staff_id, '', writing, until, NULL FROM desk_presence WHERE case_id = $1 AND until > $2
                """, [matter, now] + authors)
            for row in rows {
                let who: StaffID = try row.id(1)
                if try row.int(0) == 1 {
                    guard who != staff else { continue }
                    state.colleagues.append(Colleague(staff: who, isWriting: try row.bool(3)))
                    continue
                }
                guard let form = DraftForm(rawValue: try row.text(2)) else { continue }
                let draft = Draft(
                    author: who, form: form, revision: try row.int64(3), savedAt: try row.instant(4),
                    fields: try open(try row.blob(5), matter, who, form).fields)
                if who == staff { state.own.append(draft) } else { state.others.append(draft) }
            }
            state.colleagues.sort { $0.staff < $1.staff }
            state.others.sort { $0.savedAt > $1.savedAt }
            if let wish { state.offers = try offeredTexts(wish, to: staff, in: tx) }
            return state
        }
    }

    /// Notes that somebody has a matter open, and tells who else has.
    public func beHere(on matter: CaseID, as staff: StaffID, isWriting: Bool) async throws -> [Colleague] {
        let now = clock.now()
        let until = now.adding(seconds: Self.presenceSeconds)
        return try await database.write { tx in
            try tx.execute("DELETE FROM desk_presence WHERE case_id = $1 AND until <= $2", [matter, now])
            try tx.execute(
                """
                INSERT INTO desk_presence (case_id, staff_id, until, writing) VALUES ($1, $2, $3, $4)
                ON CONFLICT (case_id, staff_id) DO UPDATE SET until = excluded.until, writing = excluded.writing
                """, [matter, staff, until, isWriting])
            return try tx.rows(
                """
                SELECT staff_id, writing FROM desk_presence WHERE case_id = $1 AND staff_id <> $2
                ORDER BY staff_id LIMIT 20
                """, [matter, staff]
            ).map { Colleague(staff: try $0.id(0), isWriting: try $0.bool(1)) }
        }
    }

    /// Notes that somebody left a matter.
    public func leave(_ matter: CaseID, as staff: StaffID) async throws {
        try await database.write { tx in
            try tx.execute("DELETE FROM desk_presence WHERE case_id = $1 AND staff_id = $2", [matter, staff])
        }
    }
}
