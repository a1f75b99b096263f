internal import Kernel
internal import Storage

extension CaseProjection {
    /// Rows of tags and of units from which a matter was taken back.
    static func many(_ state: CaseState) -> [Rows] {
        [
            Rows(
                table: "case_tags", columns: ["case_id", "tag_id"],
                rows: state.tags.sorted().map { [state.id.sqlValue, $0.sqlValue] }),
            Rows(
                table: "case_recalls", columns: ["case_id", "position", "unit_id", "recalled_at"],
                rows: state.recalls.enumerated().map { position, recall in
                    let row: [any SQLConvertible] = [state.id, position, recall.unit, recall.at]
                    return row.map(\.sqlValue)
                }),
        ]
    }
}
