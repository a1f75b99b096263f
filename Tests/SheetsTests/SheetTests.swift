import Foundation
import Kernel
import Testing

@testable import Sheets

@Suite struct SheetTests {
    static let about = SheetAbout(
        name: "说明", title: "待分派", facts: [.init("筛选", "分类:供水"), .init("行数", "2")], columnsHeading: "各列说明")
    static let sheet = Sheet(
        name: "来信",
        columns: [
            .init("编号", meaning: "查询用"), .init("标题", width: 50), .init("期限"), .init("收到"), .init("人数"),
        ])

    private func whole(_ book: Workbook) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let piece = try await book.bytes(from: bytes.count)
            if piece.isEmpty { break }
            bytes += piece
        }
        #expect(await book.size == bytes.count)
        return bytes
    }

    private func made(_ format: SheetFormat) async throws -> Workbook {
        let book = try Workbook(format, about: "说明", zone: .shanghai)
        try await book.begin(Self.sheet)
        try await book.append([
            [
                .text("2605000017"), .text("水,\"发黄\"\n半个月"), .day(LocalDate("2026-06-03")),
                .moment(Instant(milliseconds: 1_779_331_320_000)), .number(3),
            ],
            [.text("2605000025"), .text("=HYPERLINK(\"http://x\")"), .empty, .empty, .number(1)],
        ])
        try await book.finish(Self.about)
        return book
    }

    @Test func commaSeparatedText() async throws {
        let text = String(decoding: try await whole(made(.csv)), as: UTF8.self)
        #expect(
            text == "\u{FEFF}编号,标题,期限,收到,人数\r\n2605000017,\"水,\"\"发黄\"\"\n半个月\",2026-06-03,2026-05-21 10:42,3\r\n"
                + "2605000025,\"'=HYPERLINK(\"\"http://x\"\")\",,,1\r\n")
    }

    @Test(arguments: ["=1+1", "+86", "-1", "@x", "\t=1", " =1", "\u{FF1D}1"])
    func nothingIsAFormula(_ text: String) { #expect(CSVSink.field(text).drop { $0 == "\"" }.hasPrefix("'")) }

    @Test func anExcelWorkbookIsAZipAndLeavesNothingBehind() async throws {
        func mine() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory()).filter {
                $0.hasPrefix("jiaxin-") && ($0.hasSuffix(".xlsx") || $0.hasSuffix(".csv"))
            }
        }
        let before = try Set(mine())
        let bytes = try await whole(made(.xlsx))
        #expect(bytes.starts(with: Array("PK".utf8)) && bytes.count > 4_000)
        // One that was never finished goes as well.
        do {
            let book = try Workbook(.xlsx, about: "说明", zone: .shanghai)
            try await book.begin(Self.sheet)
            #expect(try Set(mine()).subtracting(before).count == 1)
        }
        try await Task.sleep(for: .milliseconds(50))
        #expect(try Set(mine()).subtracting(before).isEmpty)
    }

    @Test func whatExcelCannotHoldIsLeftOut() {
        #expect(XLSXSink.plain("a\u{0}b\u{1B}c\nd\u{FFFF}") == "abc\nd")
        #expect(XLSXSink.plain(String(repeating: "水", count: 40_000)).count == 16_000)
        #expect(XLSXSink.name("[a]:*?/\\" + String(repeating: "b", count: 40)).count == 31)
    }

    @Test func rowsNeedASheet() async throws {
        let book = try Workbook(.csv, about: "说明", zone: .shanghai)
        await #expect(throws: SheetError.order) { try await book.append([[.number(1)]]) }
    }
}
