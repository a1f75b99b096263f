internal import Kernel
internal import Organisation
internal import Storage

/// Findings of one trigger, in the order of day and matter.
struct FindingQuery {
    let trigger: CaseFindingTrigger
    let viewer: Viewer
    let today: LocalDate
    let zone: CivilZone
    let limit: Int
    var unit: UnitID?
    var caseID: CaseID?
    var after: CaseFindingKey?

    /// The table `h` with what is wrong: its columns, its condition, and whether it knows a day or a moment.
    private struct Source {
        let table: String
        let unit: String
        let since: String
        let facts: String
        let condition: String
        let isMoment: Bool
    }

    private var source: Source {
        func clocks(_ duty: ClockDuty) -> Source {
            Source(
                table: "case_clocks", unit: "c.acting_unit", since: "due_on", facts: "h.rule, NULL",
                condition: "h.watched = 1 AND h.duty = '\(duty.rawValue)'", isMoment: false)
        }
        func promises(_ kind: PromiseKind) -> Source {
            Source(
                table: "case_promises", unit: "h.unit_id", since: "due_on", facts: "NULL, NULL",
                condition: "h.settled IS NULL AND h.kind = '\(kind.rawValue)'", isMoment: false)
        }
        switch trigger {
        case .notAcceptedInTime: return clocks(.acceptance)
        case .notAnsweredInTime: return clocks(.answer)
        case .objectedWithoutGround:
            return Source(
                table: "case_rulings", unit: "h.from_unit", since: "ruled_at", facts: "NULL, h.rejections",
                // Only the last one of a unit: it counts those before.
                condition: """
                    h.rejections > 1 AND NOT EXISTS (SELECT 1 FROM case_rulings n WHERE n.case_id = h.case_id
                      AND n.from_unit = h.from_unit AND n.position > h.position AND n.rejections > 1)
                    """, isMoment: true)
        case .answeredWithoutSubstance:
            return Source(
                table: "case_answers", unit: "h.unit_id", since: "unsolved_at",
                facts: "CASE WHEN h.after_redo = 1 AND h.repeats = 1 THEN 'repeats' ELSE NULL END, h.weak",
                condition: """
                    h.weak IS NOT NULL AND NOT EXISTS (SELECT 1 FROM case_answers n WHERE n.case_id = h.case_id
                      AND n.position > h.position AND n.weak IS NOT NULL)
                    """, isMoment: true)
        case .notExecuted: return promises(.execution)
        case .promiseBroken: return promises(.other)
        case .noticeMissing:
            return Source(
                table: "case_notices", unit: "c.responsible_unit", since: "due_on",
                facts: "h.notice || ' ' || h.rule, NULL",
                condition: "1 = 1", isMoment: false)
        case .helpMissing:
            // The sum keeps SQLite from reading all that a unit ever had to do with: what is wrong is far less.
            return Source(
                table: "case_units", unit: "(h.unit_id + 0)", since: "due_on", facts: "NULL, NULL",
                condition: "h.due_on IS NOT NULL", isMoment: false)
        }
    }

    /// The statement; days are compared with the cursor in SQL, moments from the start of its day on.
    var statement: (sql: String, values: [any SQLConvertible]) {
        let source = self.source
        var values: [any SQLConvertible] = []
        func bind(_ value: any SQLConvertible) -> String {
            values.append(value)
            return "$\(values.count)"
        }
        var parts = [source.condition, "c.restricted = 0"]
        if source.isMoment {
            if let after { parts.append("h.\(source.since) >= \(bind(zone.instant(of: after.since)))") }
        } else {
            parts.append("h.\(source.since) < \(bind(today))")
            if let after {
                let (since, id) = (bind(after.since), bind(after.caseID))
                parts.append("(h.\(source.since), h.case_id) > (\(since), \(id))")
            }
        }
        if let caseID { parts.append("h.case_id = \(bind(caseID))") }
        if let unit { parts.append("\(source.unit) = \(bind(unit))") }
        parts.append(Visibility.apart("h.case_id", viewer.visibility.excluded.map(bind)))
        if trigger == .answeredWithoutSubstance {
            let hidden = viewer.unitsOfHiddenJudgement.map(bind)
            if !hidden.isEmpty { parts.append("\(source.unit) NOT IN (\(hidden.joined(separator: ", ")))") }
        }
        // Nor is a unit pressed about a matter that complains of it: that would tell it of the complaint.
        parts.append(
            "NOT EXISTS (SELECT 1 FROM case_exclusions y WHERE y.case_id = h.case_id AND y.excluded_id = \(source.unit))"
        )
        if viewer.visibility.scope != .everything {
            let mine = viewer.visibility.condition(column: source.unit, firstPlaceholder: values.count + 1)
            values += mine.values
            let theirs = viewer.visibility.condition(column: "u.unit_id", firstPlaceholder: values.count + 1)
            values += theirs.values
            parts.append(mine.sql)
            parts.append("EXISTS (SELECT 1 FROM case_units u WHERE u.case_id = h.case_id AND \(theirs.sql))")
        }
        let most = source.isMoment ? "" : " LIMIT \(rowLimit)"
        let sql = """
            SELECT h.case_id, c.number, \(source.unit), h.\(source.since), \(source.facts)
            FROM \(source.table) h JOIN cases c ON c.id = h.case_id
            WHERE \(parts.joined(separator: " AND ")) ORDER BY h.\(source.since), h.case_id\(most)
            """
        return (sql, values)
    }

    /// A matter can have several rows on one day: two promises, two clocks.
    private var rowLimit: Int { (limit + 1) * 8 }

    /// The findings, one for each day and matter.
    func run(_ tx: any ReadTransaction) throws -> [CaseFinding] {
        let (sql, values) = statement
        let isMoment = source.isMoment
        var found: [CaseFinding] = []
        try tx.forEach(sql, values) { row in
            let next = try finding(row, isMoment: isMoment)
            if let last = found.last {
                if last.key == next.key {
                    found[found.count - 1].facts += next.facts.filter { !last.facts.contains($0) }
                    return true
                }
                // Moments of one day come in their own order, so a day is read to its end.
                if isMoment, last.since != next.since { found = ordered(found) }
                if found.count >= limit, !isMoment || last.since != next.since { return false }
            }
            found.append(next)
            return true
        }
        return Array(ordered(found).prefix(limit))
    }

    /// By day and matter, without what the page before has shown.
    private func ordered(_ found: [CaseFinding]) -> [CaseFinding] {
        var seen: Set<CaseFindingKey> = []
        return found.filter { item in
            let isNew = after.map { ($0.since, $0.caseID) < (item.since, item.caseID) } ?? true
            return isNew && seen.insert(item.key).inserted
        }.sorted { ($0.since, $0.caseID) < ($1.since, $1.caseID) }
    }

    private func finding(_ row: Row, isMoment: Bool) throws -> CaseFinding {
        let since = isMoment ? zone.date(of: try row.instant(3)) : try row.date(3)
        let (text, count) = (try row.optionalText(4), try row.optionalInt64(5).map(Int.init) ?? 0)
        return CaseFinding(
            caseID: try row.id(0), number: try row.text(1), unit: try row.id(2), trigger: trigger, since: since,
            facts: facts(since, text, count))
    }

    private func facts(_ since: LocalDate, _ text: String?, _ count: Int) -> [CaseFinding.Fact] {
        switch trigger {
        case .notAcceptedInTime, .notAnsweredInTime: return [.clockOver(rule: text ?? "", on: since)]
        case .objectedWithoutGround: return [.objectionsRejected(count)]
        case .answeredWithoutSubstance: return [.saidUnsolved(count)] + (text == nil ? [] : [.redoRepeated])
        case .notExecuted: return [.executionDue(since)]
        case .promiseBroken: return [.promiseDue(since)]
        case .helpMissing: return [.helpDue(since)]
        case .noticeMissing:
            let parts = (text ?? "").split(separator: " ").map(String.init)
            guard let notice = parts.first.flatMap(NoticeKind.init), let rule = parts.last else { return [] }
            return [.noticeDue(notice, rule: rule, on: since)]
        }
    }
}
