internal import Foundation
internal import Kernel

/// Rows as text: UTF-8 with a mark, so that spreadsheets read it as such; fields and lines as RFC 4180 says. Several
/// sheets follow each other, each under its name.
final class CSVSink: SheetSink {
    private let handle: FileHandle
    private let zone: CivilZone
    private var buffer: [UInt8] = [0xEF, 0xBB, 0xBF]
    private var sheets = 0
    private static let flushed = 128 * 1024

    init(path: String, zone: CivilZone) throws {
        guard let handle = FileHandle(forWritingAtPath: path) else { throw SheetError.file }
        self.handle = handle
        self.zone = zone
    }

    func begin(_ sheet: Sheet) throws {
        sheets += 1
        if sheets > 1 { buffer += Array("\r\n\(Self.field(sheet.name))\r\n".utf8) }
        try line(sheet.columns.map { Self.field($0.title) })
    }

    func append(_ row: [SheetCell]) throws { try line(row.map(field)) }

    func finish(_ about: SheetAbout, _ sheets: [Sheet]) throws {
        try flush()
        try handle.close()
    }

    private func line(_ fields: [String]) throws {
        buffer += Array(fields.joined(separator: ",").utf8) + [0x0D, 0x0A]
        if buffer.count > Self.flushed { try flush() }
    }

    private func flush() throws {
        do { try handle.write(contentsOf: buffer) } catch { throw SheetError.file }
        buffer.removeAll(keepingCapacity: true)
    }

    private func field(_ cell: SheetCell) -> String {
        switch cell {
        case .empty: ""
        case .text(let text): Self.field(text)
        case .number(let number): "\(number)"
        case .decimal(let number): "\(number)"
        case .day(let day): "\(day)"
        case .moment(let moment): Self.text(of: moment, zone)
        }
    }

    static func text(of moment: Instant, _ zone: CivilZone) -> String {
        let time = zone.timeOfDay(of: moment)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(zone.date(of: moment)) \(two(time.hour)):\(two(time.minute))"
    }

    /// How formulas begin; spreadsheets take the full-width forms too.
    private static let beginnings = "=+-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}\t\r".unicodeScalars

    /// A text field. One that a spreadsheet would take for a formula gets a sign in front that makes it a text: letters
    /// come from strangers.
    static func field(_ text: String) -> String {
        var text = text
        if let first = text.unicodeScalars.first(where: { $0 != " " }), beginnings.contains(first) { text = "'" + text }
        guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}
