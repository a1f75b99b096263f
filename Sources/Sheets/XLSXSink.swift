internal import CXlsxWriter
internal import Kernel

/// An Excel workbook in constant memory: libxlsxwriter keeps each sheet in a nameless temporary file until the end.
/// Texts are always written as texts, so nothing in them is ever a formula.
final class XLSXSink: SheetSink {
    private let book: UnsafeMutablePointer<lxw_workbook>
    private let about: UnsafeMutablePointer<lxw_worksheet>
    private let zone: CivilZone
    private var isOpen = true
    private let bold, wrapped, head, day, moment: UnsafeMutablePointer<lxw_format>
    private var present: UnsafeMutablePointer<lxw_worksheet>?
    private var sheet: Sheet?
    private var row: UInt32 = 0
    private var part = 1

    /// A sheet of Excel ends at 1,048,576 rows; the list goes on in another.
    static let mostRows: UInt32 = 1_000_000
    /// The longest text of a cell is 32,767 signs of UTF-16.
    static let longest = 16_000

    init(path: String, about name: String, zone: CivilZone) throws {
        self.zone = zone
        var options = lxw_workbook_options(constant_memory: 1, tmpdir: nil, use_zip64: 0)
        guard let book = workbook_new_opt(path, &options) else { throw SheetError.file }
        guard let about = workbook_add_worksheet(book, Self.name(name)), let bold = workbook_add_format(book),
            let wrapped = workbook_add_format(book), let head = workbook_add_format(book),
            let day = workbook_add_format(book), let moment = workbook_add_format(book)
        else {
            lxw_workbook_free(book)
            throw SheetError.file
        }
        format_set_bold(bold)
        format_set_align(bold, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
        format_set_text_wrap(wrapped)
        format_set_align(wrapped, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
        format_set_bold(head)
        format_set_bg_color(head, 0xF3EDE1)
        format_set_bottom(head, UInt8(LXW_BORDER_THIN.rawValue))
        format_set_num_format(day, "yyyy-mm-dd")
        format_set_num_format(moment, "yyyy-mm-dd hh:mm")
        (self.book, self.about) = (book, about)
        (self.bold, self.wrapped, self.head, self.day, self.moment) = (bold, wrapped, head, day, moment)
    }

    deinit { if isOpen { lxw_workbook_free(book) } }

    func begin(_ sheet: Sheet) throws {
        endSheet()
        self.sheet = sheet
        part = 1
        try open(sheet, named: sheet.name)
    }

    private func open(_ sheet: Sheet, named name: String) throws {
        guard let made = workbook_add_worksheet(book, Self.name(name)) else { throw SheetError.file }
        present = made
        for (index, column) in sheet.columns.enumerated() {
            try check(worksheet_set_column(made, UInt16(index), UInt16(index), column.width, nil))
            try check(worksheet_write_string(made, 0, UInt16(index), column.title, head))
        }
        worksheet_freeze_panes(made, 1, 0)
        worksheet_repeat_rows(made, 0, 0)
        worksheet_set_landscape(made)
        row = 1
    }

    private func endSheet() {
        guard let present, let sheet, !sheet.columns.isEmpty else { return }
        worksheet_autofilter(present, 0, 0, max(row, 2) - 1, UInt16(sheet.columns.count - 1))
    }

    func append(_ cells: [SheetCell]) throws {
        guard let sheet else { throw SheetError.order }
        if row > Self.mostRows {
            endSheet()
            part += 1
            try open(sheet, named: "\(sheet.name) \(part)")
        }
        guard let present else { throw SheetError.order }
        for (index, cell) in cells.enumerated() { try check(write(cell, present, row, UInt16(index))) }
        row += 1
    }

    private func write(
        _ cell: SheetCell, _ sheet: UnsafeMutablePointer<lxw_worksheet>, _ row: UInt32, _ column: UInt16
    ) -> lxw_error {
        switch cell {
        case .empty: LXW_NO_ERROR
        case .text(let text):
            text.isEmpty ? LXW_NO_ERROR : worksheet_write_string(sheet, row, column, Self.plain(text), nil)
        case .number(let number): worksheet_write_number(sheet, row, column, Double(number), nil)
        case .decimal(let number): worksheet_write_number(sheet, row, column, number, nil)
        case .day(let day):
            worksheet_write_number(sheet, row, column, Double(day.daysSinceEpoch + Self.epoch), self.day)
        case .moment(let moment):
            worksheet_write_number(sheet, row, column, serial(moment), self.moment)
        }
    }

    /// Days from the day before 1900 to 1970, as spreadsheets count.
    private static let epoch = 25_569

    private func serial(_ moment: Instant) -> Double {
        let time = zone.timeOfDay(of: moment)
        let seconds = time.hour * 3600 + time.minute * 60 + time.second
        return Double(zone.date(of: moment).daysSinceEpoch + Self.epoch) + Double(seconds) / 86_400
    }

    func finish(_ about: SheetAbout, _ sheets: [Sheet]) throws {
        endSheet()
        try write(about, sheets)
        isOpen = false
        try check(workbook_close(book))
    }

    private func write(_ about: SheetAbout, _ sheets: [Sheet]) throws {
        try check(worksheet_set_column(self.about, 0, 0, 20, nil))
        try check(worksheet_set_column(self.about, 1, 1, 90, nil))
        var row: UInt32 = 0
        func line(_ label: String, _ text: String) throws {
            try check(worksheet_write_string(self.about, row, 0, Self.plain(label), bold))
            if !text.isEmpty { try check(worksheet_write_string(self.about, row, 1, Self.plain(text), wrapped)) }
            row += 1
        }
        try line(about.title, "")
        for fact in about.facts { try line(fact.label, fact.text) }
        for sheet in sheets where sheet.columns.contains(where: { !$0.meaning.isEmpty }) {
            row += 1
            try line(sheets.count > 1 ? "\(about.columnsHeading) · \(sheet.name)" : about.columnsHeading, "")
            for column in sheet.columns { try line(column.title, column.meaning) }
        }
    }

    private func check(_ result: lxw_error) throws {
        guard result == LXW_NO_ERROR else { throw SheetError.file }
    }

    /// What XML can hold, at most as long as a cell can be.
    static func plain(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(longest)
        where scalar.value >= 0x20 ? ![0xFFFE, 0xFFFF].contains(scalar.value) : scalar == "\n" || scalar == "\t" {
            out.append(scalar)
        }
        return String(out)
    }

    /// A name that Excel takes: at most 31 signs, none of those that have a meaning there.
    static func name(_ text: String) -> String { String(text.filter { !"[]:*?/\\'".contains($0) }.prefix(31)) }
}
