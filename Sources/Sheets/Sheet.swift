public import Kernel

/// The two forms in which lists leave the house.
public enum SheetFormat: String, CaseIterable, Codable, Sendable {
    /// An Excel workbook: a first sheet that says what it is, then the rows with dates as dates.
    case xlsx
    /// Rows alone, for programs: UTF-8 with a mark, RFC 4180.
    case csv

    /// The media type.
    public var contentType: String {
        switch self {
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .csv: "text/csv; charset=utf-8"
        }
    }
}

/// A column of a sheet.
public struct SheetColumn: Hashable, Sendable {
    /// Its heading.
    public let title: String
    /// What stands in it, for the first sheet; empty where the heading says it all.
    public let meaning: String
    /// Its width in characters.
    public let width: Double

    /// A column.
    public init(_ title: String, meaning: String = "", width: Double = 16) {
        self.title = title
        self.meaning = meaning
        self.width = width
    }
}

/// One cell. Days and moments become cells that a spreadsheet can sort and compute with.
public enum SheetCell: Hashable, Sendable {
    case empty
    case text(String)
    case number(Int)
    /// A number with a fraction.
    case decimal(Double)
    case day(LocalDate)
    case moment(Instant)

    /// A text, or nothing.
    public static func text(_ text: String?) -> SheetCell { text.map { .text($0) } ?? .empty }
    /// A day, or nothing.
    public static func day(_ day: LocalDate?) -> SheetCell { day.map { .day($0) } ?? .empty }
}

/// A sheet of rows: its name in the workbook and its columns.
public struct Sheet: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its columns.
    public let columns: [SheetColumn]

    /// A sheet.
    public init(name: String, columns: [SheetColumn]) {
        self.name = name
        self.columns = columns
    }
}

/// The first sheet: what the list is, by which conditions, when, by whom, how many rows, what the columns mean.
public struct SheetAbout: Hashable, Sendable {
    /// One line of it.
    public struct Fact: Hashable, Sendable {
        /// What it is: "筛选".
        public let label: String
        /// What it says.
        public let text: String

        /// A line.
        public init(_ label: String, _ text: String) {
            self.label = label
            self.text = text
        }
    }

    /// The name of the sheet: "说明".
    public let name: String
    /// What the list is called.
    public let title: String
    /// The lines below the title.
    public let facts: [Fact]
    /// The heading above what the columns mean.
    public let columnsHeading: String

    /// A first sheet.
    public init(name: String, title: String, facts: [Fact], columnsHeading: String) {
        self.name = name
        self.title = title
        self.facts = facts
        self.columnsHeading = columnsHeading
    }
}

/// Why a file could not be written.
public enum SheetError: Error, Hashable, Sendable {
    /// The disk refused: full, or not allowed.
    case file
    /// Rows were added before a sheet was begun, or after the end.
    case order
}
