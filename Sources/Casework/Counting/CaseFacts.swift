internal import Kernel
internal import Organisation
internal import Storage

/// What counts say of one matter. A pure function of its state; a matter that is kept to named people says nothing.
///
/// Areas end at the township, as in everything that is told about places.
struct CaseFacts: Hashable, Sendable {
    /// The day on which it was registered.
    let day: LocalDate
    /// The unit that answers for it.
    let unit: UnitID
    /// The township; empty where nobody said.
    let area: String
    /// The category; empty where nobody said.
    let category: String
    let channel: String
    /// Whether somebody still owes something.
    let isOpen: Bool
    /// Whether an answer was given after its day.
    let isLate: Bool
    /// Whether a resident said: not solved.
    let isUnsolved: Bool
    /// After how many days it was answered; nothing while it is not.
    let days: Int?

    /// Phases in which somebody still owes the resident something, up to the judgement.
    static let openPhases: [CasePhase] = [.registered, .dispatched, .objected, .inHand, .replied, .delivered]

    init?(_ state: CaseState, zone: CivilZone = .shanghai) {
        guard state.restrictedTo == nil else { return nil }
        day = zone.date(of: state.registeredAt)
        unit = state.responsible
        area = state.area.map { String($0.prefix(9)) } ?? ""
        category = state.category ?? ""
        channel = state.channel.rawValue
        isOpen = Self.openPhases.contains(state.phase)
        days = state.repliedAt.map {
            max(0, Int(($0.milliseconds - state.registeredAt.milliseconds) / 86_400_000))
        }
        isLate = days != nil && state.clocks.contains { $0.duty == .answer && $0.endedLate(zone) }
        isUnsolved = state.judgement == .notSolved
    }

    // MARK: As text

    /// One word for all of it: two matters with the same word are the same to every count.
    var word: String {
        let flags = "\(isOpen ? 1 : 0)\(isLate ? 1 : 0)\(isUnsolved ? 1 : 0)"
        return "\(day)|\(unit)|\(area)|\(category)|\(channel)|\(flags)|\(days.map { "\($0)" } ?? "")"
    }

    init?(word: String) {
        let parts = word.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 7, let day = LocalDate(parts[0]), let unit = UnitID(parts[1]) else { return nil }
        self.day = day
        self.unit = unit
        (area, category, channel) = (String(parts[2]), String(parts[3]), String(parts[4]))
        let flags = Array(parts[5].utf8)
        guard flags.count == 3 else { return nil }
        (isOpen, isLate, isUnsolved) = (flags[0] == 0x31, flags[1] == 0x31, flags[2] == 0x31)
        days = Int(parts[6])
    }

    // MARK: As a row

    static let columns = [
        "case_id", "day", "unit_id", "area", "category", "channel", "is_open", "is_late", "is_unsolved", "days",
        "due_on",
    ]

    /// The columns that are read back, in the order of `init(_:)`.
    static let read = "t.day, t.unit_id, t.area, t.category, t.channel, t.is_open, t.is_late, t.is_unsolved, t.days"

    func row(of id: CaseID, due: LocalDate?) -> [SQLValue] {
        let row: [any SQLConvertible] = [
            id, day, unit, area, category, channel, isOpen, isLate, isUnsolved, days ?? Self.unanswered, due,
        ]
        return row.map(\.sqlValue)
    }

    /// Stands where there is no answer, so that counting needs no NULL.
    static let unanswered = -1

    init(_ row: Row) throws {
        day = try row.date(0)
        unit = try row.id(1)
        (area, category, channel) = (try row.text(2), try row.text(3), try row.text(4))
        (isOpen, isLate, isUnsolved) = (try row.bool(5), try row.bool(6), try row.bool(7))
        let days = try row.int(8)
        self.days = days == Self.unanswered ? nil : days
    }
}

extension CaseState.Clock {
    /// Whether it ended after its day, or after its moment where its rule counts hours.
    fileprivate func endedLate(_ zone: CivilZone) -> Bool {
        guard let endedAt else { return false }
        return start.dueAt.map { $0 < endedAt } ?? (endedAt >= zone.instant(of: start.due.adding(days: 1)))
    }
}

extension CaseFacts {
    /// The statements that tell counts of a change, in the transaction of the change. Rows are a matter's own, so that
    /// nobody waits for anybody; what was taken back before it was counted adds up to nothing.
    static func changes(
        of id: CaseID, from old: CaseFacts?, to new: CaseFacts?
    ) -> [(String, [any SQLConvertible])] {
        guard old != new else { return [] }
        func change(_ facts: CaseFacts, _ number: Int) -> (String, [any SQLConvertible]) {
            (
                """
                INSERT INTO case_count_changes (case_id, facts, n) VALUES ($1, $2, $3)
                ON CONFLICT (case_id, facts) DO UPDATE SET n = case_count_changes.n + excluded.n
                """, [id, facts.word, number]
            )
        }
        return (old.map { [change($0, -1)] } ?? []) + (new.map { [change($0, 1)] } ?? [])
    }

    /// What counts were told of a matter so far.
    static func told(of id: CaseID, in tx: any ReadTransaction) throws -> CaseFacts? {
        try tx.first("SELECT \(read) FROM case_tallies t WHERE t.case_id = $1", [id]).map { try CaseFacts($0) }
    }
}
