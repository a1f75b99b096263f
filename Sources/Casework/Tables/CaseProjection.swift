internal import Kernel
internal import Organisation
internal import Ledger
internal import Storage

/// The rows that a state projects to. A pure function of the state, so that `verify` can compare.
struct CaseProjection {
    /// One table's rows for a matter: the key column first.
    struct Rows: Hashable {
        let table: String
        let columns: [String]
        let rows: [[SQLValue]]
    }

    static let caseColumns = [
        "id", "number", "phase", "channel", "title_id", "place_id", "category", "area", "urgency", "received_unit",
        "responsible_unit", "lead_unit", "acting_unit", "handler_id", "due_on", "due_rule", "registered_at",
        "replied_at", "last_at", "last_kind", "reporters", "anonymous", "judgement", "judged_at", "judge_until",
        "reopenings", "restricted",
        "publishable", "source", "version", "kind", "sort", "route", "review_stage", "extension_asked", "due_at",
        "escalated", "group_size", "pack", "pack_version", "accepted_at", "outcome", "waits_until", "merged_into",
        "parent_id", "call_back_on",
    ]

    /// Stands where nothing is due, so that lists sort without NULL.
    static let noDueDate = LocalDate(daysSinceEpoch: 2_932_896)

    let cases: Rows
    let children: [Rows]
    /// What counts say of it.
    let facts: CaseFacts?
    private let id: CaseID

    init(_ state: CaseState) {
        let next = state.nextClock
        let facts = CaseFacts(state)
        self.facts = facts
        self.id = state.id
        // A review takes the place of the judgement; nothing waits for a window then.
        let mayJudge = [.replied, .delivered].contains(state.phase)
        let waiting =
            !mayJudge
            ? nil : state.reporters.filter { !$0.isSettled && $0.deliveredAt != nil }.compactMap(\.judgeUntil).min()
        let judgedAt = state.reporters.compactMap(\.judgedAt).max()
        let values: [any SQLConvertible] = [
            state.id, state.number, state.phase.rawValue, state.channel.rawValue, state.title.id, state.place?.id,
            state.category, state.area, state.urgency.rawValue, state.receivedBy, state.responsible, state.lead,
            state.actingUnit, state.handler, next?.start.due ?? Self.noDueDate, next?.start.rule, state.registeredAt,
            state.repliedAt,
            state.lastAt, state.lastKind, state.reporters.count, state.reporters.allSatisfy(\.details.anonymous),
            state.judgement?.rawValue, judgedAt, waiting, state.reopenings,
            state.restrictedTo != nil, state.publishable, state.source, state.version, state.kind.rawValue,
            state.triage?.sort?.rawValue, (state.route?.route ?? state.triage?.route)?.rawValue,
            state.reviews.last?.stage, state.extensionWish != nil, next?.start.dueAt,
            state.clocks.map { $0.endedAt == nil ? $0.escalations : 0 }.max() ?? 0, state.groupSize,
            state.pack, state.packVersion, state.acceptedAt, state.reply?.outcome.rawValue, state.waitsUntil,
            state.merged?.into, state.parent, state.callsOn,
        ]
        cases = Rows(table: "cases", columns: Self.caseColumns, rows: [values.map(\.sqlValue)])
        let id = state.id.sqlValue
        // The residents of a merged matter are those of the one that carries it.
        let present = state.phase == .merged ? [] : state.reporters
        let reporters = present.map { reporter -> [SQLValue] in
            let row: [any SQLConvertible] = [
                id, reporter.details.id, reporter.erased ? nil : reporter.details.person, reporter.codeHash,
                reporter.deliveredAt, reporter.judgement?.outcome.rawValue, reporter.withdrawn, reporter.erased,
                reporter.judgement?.attitude?.rawValue, reporter.judgement?.intake?.rawValue,
            ]
            return row.map(\.sqlValue)
        }
        let clocks = state.clocks.enumerated().map { position, clock -> [SQLValue] in
            let row: [any SQLConvertible] = [
                id, position, clock.start.rule, clock.start.from, clock.start.due, clock.start.provisional,
                clock.endedAt, clock.start.rolled, clock.start.extended ?? 0, clock.start.rested ?? 0,
                clock.start.calendar, clock.escalatesOn, clock.start.dueAt, clock.duty?.rawValue,
                clock.isWatched, clock.escalatesAt,
            ]
            return row.map(\.sqlValue)
        }
        let units = state.units.sorted().map { unit -> [SQLValue] in
            [id, unit.sqlValue, (state.openHelp(of: unit) != nil).sqlValue, state.partDue(of: unit).sqlValue]
        }
        let access = Set(state.restrictedTo ?? []).sorted().map { [id, $0.sqlValue] }
        let excluded =
            state.accusedStaff.sorted().map { [id, $0.sqlValue] }
            + state.accusedUnits.sorted().map { [id, $0.sqlValue] }
        let promises = state.promises.map { promise -> [SQLValue] in
            let row: [any SQLConvertible] = [
                id, promise.made.id, promise.made.kind.rawValue, promise.made.unit, promise.made.due, promise.at,
                promise.settled?.end.rawValue, promise.settled?.on,
            ]
            return row.map(\.sqlValue)
        }
        children =
            [
                Rows(
                    table: "reporters",
                    columns: [
                        "case_id", "id", "person_id", "code_hash", "delivered_at", "judgement", "withdrawn", "erased",
                        "attitude", "intake",
                    ],
                    rows: reporters),
                Rows(
                    table: "case_clocks",
                    columns: [
                        "case_id", "position", "rule", "from_on", "due_on", "provisional", "ended_at", "rolled_on",
                        "extended", "rested", "calendar", "escalates_on", "due_at", "duty", "watched",
                        "escalates_at",
                    ], rows: clocks),
                Rows(table: "case_units", columns: ["case_id", "unit_id", "helping", "due_on"], rows: units),
                Rows(table: "case_access", columns: ["case_id", "staff_id"], rows: access),
                Rows(table: "case_exclusions", columns: ["case_id", "excluded_id"], rows: excluded),
                Rows(
                    table: "case_promises",
                    columns: ["case_id", "id", "kind", "unit_id", "due_on", "made_at", "settled", "settled_on"],
                    rows: promises),
                Rows(
                    table: "case_tallies", columns: CaseFacts.columns,
                    rows: facts.map { [$0.row(of: state.id, due: next?.start.due)] } ?? []),
            ] + Self.history(of: state) + Self.open(of: state) + Self.many(state)
    }

    /// Statements that bring the tables from `old` (nothing for a new matter) to this projection.
    func statements(replacing old: CaseProjection?) -> [(String, [any SQLConvertible])] {
        var out: [(String, [any SQLConvertible])] = []
        if let old {
            let changed = cases.columns.indices.filter { cases.rows[0][$0] != old.cases.rows[0][$0] }
            if !changed.isEmpty {
                let assignments = cases.columns.enumerated().dropFirst().map { "\($1) = $\($0 + 1)" }
                out.append(("UPDATE cases SET \(assignments.joined(separator: ", ")) WHERE id = $1", cases.rows[0]))
            }
        } else {
            out.append((insertion(cases), cases.rows[0]))
        }
        for (index, child) in children.enumerated() {
            let before = Set(old?.children[index].rows ?? [])
            let keyCount = 2
            let now = Set(child.rows)
            let keysNow = Set(now.map { Array($0.prefix(keyCount)) })
            for row in old?.children[index].rows ?? [] where !keysNow.contains(Array(row.prefix(keyCount))) {
                out.append(
                    (
                        "DELETE FROM \(child.table) WHERE \(child.columns[0]) = $1 AND \(child.columns[1]) = $2",
                        Array(row.prefix(keyCount))
                    ))
            }
            let keysBefore = Set(before.map { Array($0.prefix(keyCount)) })
            for row in child.rows where !before.contains(row) {
                let exists = keysBefore.contains(Array(row.prefix(keyCount)))
                out.append((exists ? update(child) : insertion(child), row))
            }
        }
        return out + CaseFacts.changes(of: id, from: old?.facts, to: facts)
    }

    /// Statements that write the row of the matter over and its child rows anew.
    ///
    /// - Parameter told: what counts were told of it so far.
    func rewriting(told: CaseFacts?) -> [(String, [any SQLConvertible])] {
        let assignments = cases.columns.enumerated().dropFirst().map { "\($1) = $\($0 + 1)" }
        var out: [(String, [any SQLConvertible])] = [
            ("UPDATE cases SET \(assignments.joined(separator: ", ")) WHERE id = $1", cases.rows[0])
        ]
        for child in children { out += child.rows.map { (insertion(child), $0) } }
        return out + CaseFacts.changes(of: id, from: told, to: facts)
    }

    private func insertion(_ rows: Rows) -> String {
        let places = rows.columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        return "INSERT INTO \(rows.table) (\(rows.columns.joined(separator: ", "))) VALUES (\(places))"
    }

    private func update(_ rows: Rows) -> String {
        let assignments = rows.columns.enumerated().dropFirst(2).map { "\($1) = $\($0 + 1)" }.joined(separator: ", ")
        return
            "UPDATE \(rows.table) SET \(assignments) WHERE \(rows.columns[0]) = $1 AND \(rows.columns[1]) = $2"
    }
}
