internal import Kernel
public import Organisation
internal import Storage

/// What another calendar would do to the clocks that run now.
public struct CalendarEffect: Sendable, Hashable {
    /// Running clocks whose day would move.
    public internal(set) var moves = 0
    /// Running clocks whose day is only provisional now and would be definite.
    public internal(set) var becomesDefinite = 0
    /// Running clocks that rest on a year without a notice.
    public internal(set) var provisional = 0
    /// Running clocks that were looked at.
    public internal(set) var looked = 0
    /// Whether there were more than are looked at for a page.
    public internal(set) var isCapped = false
}

/// How far the counting of running clocks under the present calendar is.
public struct RecountStand: Sendable, Hashable {
    /// The calendar that it counts with.
    public let calendar: String
    /// Matters whose days changed.
    public let changed: Int
    /// Whether all are counted.
    public let isFinished: Bool
}

extension Casework {
    private static let mostRested = 200

    /// Counts what a calendar would do to at most so many running clocks, in the order of their matters.
    public func effect(of calendar: WorkingCalendar, most: Int = 20_000) async throws -> CalendarEffect {
        let book = deadlines
        return try await database.read { tx in
            var effect = CalendarEffect()
            var matters = 0
            for row in try tx.rows(
                """
                SELECT k.rule, k.from_on, k.due_on, k.rolled_on, k.provisional, k.extended, k.rested, k.calendar,
                  c.pack, c.pack_version, c.id
                FROM case_clocks k JOIN cases c ON c.id = k.case_id
                WHERE k.ended_at IS NULL ORDER BY k.case_id, k.position LIMIT $1
                """, [most + 1])
            {
                guard effect.looked < most else {
                    effect.isCapped = true
                    break
                }
                effect.looked += 1
                let isProvisional = try row.bool(4)
                if isProvisional { effect.provisional += 1 }
                var start = ClockStart(
                    rule: try row.text(0), from: try row.date(1), due: try row.date(2),
                    rolled: try row.optionalDate(3), provisional: isProvisional,
                    calendar: try row.optionalText(7) ?? "", extended: try row.int(5))
                if try row.int(6) > 0 {
                    // When it stood still, its matter alone knows; so many are read and no more.
                    guard matters < Self.mostRested else {
                        effect.isCapped = true
                        continue
                    }
                    matters += 1
                    guard let whole = try load(try row.id(10), in: tx)?.runningClock(start.rule)?.start else {
                        continue
                    }
                    start = whole
                }
                let pack = book.packs.pack(id: try row.text(8), version: try row.int(9))
                let clocks = PackClocks(pack: pack, calendar: calendar, zone: book.zone)
                guard let next = clocks.recomputed(start) else { continue }
                if (next.due, next.rolled) != (start.due, start.rolled) { effect.moves += 1 }
                if isProvisional, !next.provisional { effect.becomesDefinite += 1 }
            }
            return effect
        }
    }

    /// How far the counting under the present calendar is.
    public func recountStand() async throws -> RecountStand? {
        try await database.read { tx in
            try tx.first(
                "SELECT stand, changed, finished_at FROM casework_progress WHERE name = $1", [Self.recomputing]
            ).map {
                RecountStand(
                    calendar: try $0.text(0), changed: try $0.int(1),
                    isFinished: try $0.optionalInstant(2) != nil)
            }
        }
    }
}
