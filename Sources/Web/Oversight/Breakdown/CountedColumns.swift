internal import Casework
internal import Kernel
internal import Sheets

/// What is counted, as columns of a file, each with what it means.
struct CountedColumns {
    let measures: [CountedMeasure]
    let words: MatterWords

    func name(_ measure: CountedMeasure) -> String { words.text("by.measure.\(measure.rawValue)") }

    func meaning(_ measure: CountedMeasure) -> String {
        words.text("by.def.\(measure == .inTime ? "inTime" : measure.rawValue)")
    }

    func columns(by dimension: BreakdownDimension) -> [SheetColumn] {
        [SheetColumn(words.text("by.column.\(dimension.rawValue)"), width: 28)]
            + measures.map { SheetColumn(name($0), meaning: meaning($0), width: 12) }
            + [SheetColumn(words.text("by.measure.median"), meaning: words.text("by.def.median"), width: 12)]
    }

    func cells(_ name: String, _ numbers: CountedNumbers) -> [SheetCell] {
        func cell(_ number: Int?) -> SheetCell { number.map { SheetCell.number($0) } ?? .empty }
        return [.text(name)] + measures.map { cell($0.value(in: numbers)) } + [cell(numbers.medianDays)]
    }
}

extension Workbook {
    /// A sheet of one division, with its sum as the last row.
    func append(
        _ counted: CountedColumns, by dimension: BreakdownDimension, _ lines: [(name: String, numbers: CountedNumbers)],
        total: CountedNumbers
    ) throws {
        let title = counted.words.text("by.title.\(dimension.rawValue)")
        try begin(Sheet(name: title, columns: counted.columns(by: dimension)))
        try append(
            lines.map { counted.cells($0.name, $0.numbers) } + [counted.cells(counted.words.text("by.total"), total)])
    }
}
