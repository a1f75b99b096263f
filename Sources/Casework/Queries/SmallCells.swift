/// Hides small numbers of published tables, so that nobody is recognised in them, and as many others as it takes that
/// the small ones cannot be calculated from sums.
public enum SmallCells {
    /// Numbers from one up to this are small; nothing says nothing about anybody.
    public static let fewest = 5

    /// A table of numbers whose sums of rows and columns may be known: what may be shown, `nil` for the rest.
    ///
    /// A row or column in which something is hidden hides at least two numbers, and together they are not small.
    public static func shown(_ table: [[Int]]) -> [[Int?]] {
        var hidden = table.map { row in row.map { isSmall($0) } }
        var isStable = false
        while !isStable {
            isStable = true
            for row in table.indices {
                let cells = table[row].indices.map { (row, $0) }
                if hideOneMore(cells, table, &hidden) { isStable = false }
            }
            for column in (table.first ?? []).indices {
                let cells = table.indices.map { ($0, column) }
                if hideOneMore(cells, table, &hidden) { isStable = false }
            }
        }
        return table.indices.map { row in
            table[row].indices.map { hidden[row][$0] ? nil : table[row][$0] }
        }
    }

    /// A list of numbers whose sum may be known.
    public static func shown(_ list: [Int]) -> [Int?] { shown([list]).first ?? [] }

    /// Whether a number by itself may not be shown.
    public static func isSmall(_ number: Int) -> Bool { (1..<fewest).contains(number) }

    private static func hideOneMore(
        _ cells: [(row: Int, column: Int)], _ table: [[Int]], _ hidden: inout [[Bool]]
    ) -> Bool {
        // Of a single number nothing can be calculated that is not in the other direction's sums.
        guard cells.count > 1 else { return false }
        let out = cells.filter { hidden[$0.row][$0.column] }
        guard !out.isEmpty else { return false }
        let sum = out.reduce(0) { $0 + table[$1.row][$1.column] }
        guard out.count < 2 || sum < fewest else { return false }
        // The smallest that says something; where there is none, a zero keeps the others company.
        let rest = cells.filter { !hidden[$0.row][$0.column] }
        let next =
            rest.filter { table[$0.row][$0.column] > 0 }.min { table[$0.row][$0.column] < table[$1.row][$1.column] }
            ?? (out.count < 2 ? rest.first : nil)
        guard let next else { return false }
        hidden[next.row][next.column] = true
        return true
    }
}
