internal import Kernel
internal import Organisation
internal import Storage

/// Matters that complain of somebody, or of a unit, do not exist for them (《信访工作条例》 Art. 30, 46): every query over
/// matters leaves them out, also where it only counts.
extension Visibility {
    /// The condition on a column that holds a matter. Almost always an empty set, read once.
    func apart(_ column: String, firstPlaceholder: Int) -> (sql: String, values: [any SQLConvertible]) {
        (Self.apart(column, excluded.indices.map { "$\(firstPlaceholder + $0)" }), excluded)
    }

    /// The same with placeholders of one's own.
    static func apart(_ column: String, _ marks: [String]) -> String {
        "\(column) NOT IN (SELECT x.case_id FROM case_exclusions x WHERE x.excluded_id IN (\(marks.joined(separator: ", "))))"
    }

    /// Under which identifiers a matter may name them: their own, and those of the units in which they work.
    var excluded: [any SQLConvertible] { [staff] + home }
}
