internal import Kernel
internal import Ledger
internal import Organisation
internal import Storage

extension CaseProjection {
    /// Rows that reports, precedents and supervision read. All of them only grow, except owed notices.
    static func history(of state: CaseState) -> [Rows] {
        [rulings(state), moves(state), answers(state), reviews(state), notices(state)]
    }

    private static func rulings(_ state: CaseState) -> Rows {
        Rows(
            table: "case_rulings",
            columns: [
                "case_id", "position", "category", "area", "upheld", "from_unit", "to_unit", "ruled_at", "reason_id",
                "step", "rejections",
            ],
            rows: state.rulings.enumerated().map { position, ruling in
                let row: [any SQLConvertible] = [
                    state.id, position, ruling.category, ruling.area, ruling.upheld, ruling.from, ruling.to, ruling.at,
                    ruling.reason.id, ruling.step.rawValue, ruling.upheld ? 0 : ruling.rejections,
                ]
                return row.map(\.sqlValue)
            })
    }

    private static func moves(_ state: CaseState) -> Rows {
        Rows(
            table: "case_moves", columns: ["case_id", "position", "kind", "from_unit", "unit_id", "moved_at"],
            rows: state.moves.enumerated().map { position, move in
                let row: [any SQLConvertible] = [
                    state.id, position, move.kind.rawValue, move.from, move.to, move.at,
                ]
                return row.map(\.sqlValue)
            })
    }

    private static func answers(_ state: CaseState) -> Rows {
        let weak = state.weakAnswers
        return Rows(
            table: "case_answers",
            columns: [
                "case_id", "position", "unit_id", "replied_at", "outcome", "adoption", "answer", "withheld",
                "after_redo", "repeats", "unsolved_at", "weak",
            ],
            rows: state.answers.enumerated().map { position, answer in
                let row: [any SQLConvertible] = [
                    state.id, position, answer.unit, answer.at, answer.outcome.rawValue, answer.adoption?.rawValue,
                    answer.answer?.rawValue, answer.withheld, answer.isAfterRedo, answer.repeatsResult,
                    answer.unsolvedAt, weak[position],
                ]
                return row.map(\.sqlValue)
            })
    }

    private static func reviews(_ state: CaseState) -> Rows {
        Rows(
            table: "case_reviews",
            columns: [
                "case_id", "position", "stage", "unit_id", "reply_unit", "asked_at", "late", "decided_at", "outcome",
            ],
            rows: state.reviews.enumerated().map { position, review in
                let answered = state.answers.last { $0.at <= review.at }?.unit
                let row: [any SQLConvertible] = [
                    state.id, position, review.stage, review.body, answered, review.at, review.asked.late,
                    review.decidedAt, review.decided?.outcome.rawValue,
                ]
                return row.map(\.sqlValue)
            })
    }

    private static func notices(_ state: CaseState) -> Rows {
        Rows(
            table: "case_notices", columns: ["case_id", "notice", "due_on", "rule"],
            rows: state.owedNotices.map { owed in
                let row: [any SQLConvertible] = [state.id, owed.notice.rawValue, owed.due, owed.rule]
                return row.map(\.sqlValue)
            })
    }
}
