internal import Kernel
internal import Organisation
internal import Storage

/// What was done in the period, whenever the matter was received.
extension ReportCount {
    mutating func answers(_ tx: any ReadTransaction) throws {
        let (condition, values) = scope.happened("replied_at", unit: "unit_id")
        for row in try tx.rows(
            """
            SELECT h.unit_id, h.outcome, h.adoption, h.answer IS NULL, COUNT(*)
            FROM case_answers h JOIN cases c ON c.id = h.case_id WHERE \(condition) AND c.restricted = 0
            GROUP BY h.unit_id, h.outcome, h.adoption, h.answer IS NULL
            """, values)
        {
            let count = try row.int(4)
            report.answers.total += count
            if let outcome = ReplyOutcome(rawValue: try row.text(1)), try row.bool(3) {
                report.answers.outcomes[outcome, default: 0] += count
            }
            if let adoption = try row.optionalText(2).flatMap(Adoption.init) {
                report.answers.adoptions[adoption, default: 0] += count
            }
            let unitID: UnitID = try row.id(0)
            report.answers.units[unitID, default: 0] += count
            unit(unitID) { $0.answered += count }
        }
    }

    /// Every application counts once, by its present answer.
    mutating func information(_ tx: any ReadTransaction) throws {
        let (condition, values) = scope.received()
        for row in try tx.rows(
            """
            SELECT a.answer, CASE WHEN a.withheld > 0 THEN 1 ELSE 0 END, c.phase, COUNT(*)
            FROM cases c LEFT JOIN case_answers a ON a.case_id = c.id
              AND NOT EXISTS (SELECT 1 FROM case_answers n WHERE n.case_id = a.case_id AND n.position > a.position)
            WHERE c.kind = 'information' AND \(condition)
            GROUP BY a.answer, CASE WHEN a.withheld > 0 THEN 1 ELSE 0 END, c.phase
            """, values)
        {
            let count = try row.int(3)
            report.information.received += count
            if let answer = try row.optionalText(0).flatMap(InformationAnswer.init) {
                report.information.answers[answer, default: 0] += count
                if try row.bool(1) { report.information.partial += count }
            } else if [CasePhase.routed, .withdrawn, .closed].map(\.rawValue).contains(try row.text(2)) {
                report.information.other += count
            }
        }
    }

    mutating func reviews(_ tx: any ReadTransaction) throws {
        let (asked, values) = scope.happened("asked_at", unit: "reply_unit")
        for row in try tx.rows(
            """
            SELECT h.stage, h.late, COUNT(*) FROM case_reviews h JOIN cases c ON c.id = h.case_id
            WHERE \(asked) AND c.restricted = 0 GROUP BY h.stage, h.late
            """, values)
        {
            let (stage, count) = (try row.int(0), try row.int(2))
            report.reviews[stage, default: .init()].asked += count
            if try row.bool(1) { report.reviews[stage, default: .init()].askedLate += count }
        }
        let (decided, decidedValues) = scope.happened("decided_at", unit: "reply_unit")
        for row in try tx.rows(
            """
            SELECT h.stage, h.outcome, h.reply_unit, COUNT(*) FROM case_reviews h JOIN cases c ON c.id = h.case_id
            WHERE \(decided) AND c.restricted = 0 GROUP BY h.stage, h.outcome, h.reply_unit
            """, decidedValues)
        {
            guard let outcome = try row.optionalText(1).flatMap(ReviewOutcome.init) else { continue }
            let (stage, count) = (try row.int(0), try row.int(3))
            report.reviews[stage, default: .init()].outcomes[outcome, default: 0] += count
            if outcome != .maintain, let answered: UnitID = try row.optionalID(2) {
                unit(answered) { $0.corrected += count }
            }
        }
    }

    mutating func verdicts(_ tx: any ReadTransaction) throws {
        let (condition, values) = scope.happened("judged_at", unit: "responsible_unit", key: "id")
        report.verdicts = [:]
        for row in try tx.rows(
            """
            SELECT h.responsible_unit, h.judgement, COUNT(*) FROM cases h
            WHERE \(condition) AND h.restricted = 0 GROUP BY h.responsible_unit, h.judgement
            """, values)
        {
            guard let verdict = try row.optionalText(1).flatMap(Judgement.init) else { continue }
            let count = try row.int(2)
            report.verdicts?[verdict, default: 0] += count
            unit(try row.id(0)) { $0.verdicts[verdict, default: 0] += count }
        }
    }

    /// The unit that answered and the office that took it in are judged apart (Art. 21).
    mutating func ratings(_ tx: any ReadTransaction) throws {
        for (of, rating) in [("responsible_unit", "attitude"), ("received_unit", "intake")] {
            let (condition, values) = scope.happened("judged_at", unit: of, key: "id")
            for row in try tx.rows(
                """
                SELECT h.\(of), r.\(rating), COUNT(*) FROM cases h JOIN reporters r ON r.case_id = h.id
                WHERE \(condition) AND h.restricted = 0 AND r.\(rating) IS NOT NULL GROUP BY h.\(of), r.\(rating)
                """, values)
            {
                guard let value = Attitude(rawValue: try row.text(1)) else { continue }
                let count = try row.int(2)
                unit(try row.id(0)) {
                    if rating == "intake" {
                        $0.intake[value, default: 0] += count
                    } else {
                        $0.treatment[value, default: 0] += count
                    }
                }
            }
        }
    }

    mutating func moves(_ tx: any ReadTransaction) throws {
        let (condition, values) = scope.happened("moved_at", unit: "unit_id")
        for row in try tx.rows(
            """
            SELECT h.kind, h.unit_id, COUNT(*) FROM case_moves h JOIN cases c ON c.id = h.case_id
            WHERE \(condition) AND c.restricted = 0 GROUP BY h.kind, h.unit_id
            """, values)
        {
            guard let kind = CaseMoveKind(rawValue: try row.text(0)) else { continue }
            let count = try row.int(2)
            report.moves[kind, default: 0] += count
            unit(try row.id(1)) { $0.moves[kind, default: 0] += count }
        }
    }

    mutating func rulings(_ tx: any ReadTransaction) throws {
        let (condition, values) = scope.happened("ruled_at", unit: "from_unit")
        for row in try tx.rows(
            """
            SELECT h.upheld, h.from_unit, COUNT(*) FROM case_rulings h JOIN cases c ON c.id = h.case_id
            WHERE \(condition) AND c.restricted = 0 GROUP BY h.upheld, h.from_unit
            """, values)
        {
            let (isUpheld, count) = (try row.bool(0), try row.int(2))
            unit(try row.id(1)) {
                if isUpheld { $0.objectionsUpheld += count } else { $0.objectionsRejected += count }
            }
        }
    }
}
