import Casework
import Foundation
import Kernel
import Testing

@testable import Operations

@Suite struct CSVReaderTests {
    private func records(_ text: String) -> [CSVRecord] { records(Array(text.utf8)) }

    private func records(_ bytes: [UInt8]) -> [CSVRecord] {
        var reader = CSVReader(bytes)
        var out: [CSVRecord] = []
        while let record = reader.next() { out.append(record) }
        return out
    }

    private func texts(_ record: CSVRecord) -> [String] { record.fields.map { String(decoding: $0, as: UTF8.self) } }

    @Test func quotedFieldsHoldCommasQuotesAndLines() {
        let found = records("a,b\r\n\"x,1\",\"he said \"\"no\"\"\nand left\"\r\n\r\nlast,\n")
        #expect(found.map(texts) == [["a", "b"], ["x,1", "he said \"no\"\nand left"], ["last", ""]])
        #expect(found.map(\.line) == [1, 2, 5])
        #expect(found.allSatisfy { $0.problem == nil })
    }

    @Test func aByteOrderMarkIsNoText() {
        #expect(records([0xEF, 0xBB, 0xBF] + Array("a,b".utf8)).map(texts) == [["a", "b"]])
    }

    @Test func aWrongQuoteSpoilsItsOwnRowOnly() {
        let found = records("a,b\n1,x\"y\n2,\"ok\"tail\n3,\"fine\"\n")
        #expect(found.map(\.line) == [1, 2, 3, 4])
        #expect(found.map { $0.problem != nil } == [false, true, true, false])
        #expect(texts(found[3]) == ["3", "fine"])
    }

    @Test func anOpenQuoteDoesNotSwallowTheFile() {
        let found = records("a,b\n1,\"never closed\n2,x\n3,y\n")
        #expect(found.map(\.line) == [1, 2, 3, 4])
        #expect(found[1].problem == "a quote is never closed")
        #expect(texts(found[3]) == ["3", "y"])
    }

    @Test func anythingEnds() {
        for text in ["", "\n\n", "\"", "\"\"", ",", "a\"", "\r", "\"a\r\nb"] { _ = records(text) }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let bytes = (0..<80).map { _ in
                [0x22, 0x2C, 0x0A, 0x0D, 0x61, 0xE6][Int.random(in: 0...5, using: &random)] as UInt8
            }
            _ = records(bytes)
        }
    }
}

@Suite struct LetterFileTests {
    static let header = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间"
    static let now = demoNow

    static func row(
        _ number: String, written: String = "2019/4/25 9:32:09", body: String = "路灯不亮", reply: String = "已修好",
        replied: String = "2019-05-10 14:56:53"
    ) -> String { "\(number),A1,主题,\(written),\(body),\(reply),\(replied)" }

    private func read(_ bytes: [UInt8]) throws -> (letters: [String], rejected: [LetterFile.Rejected]) {
        var file = try LetterFile(bytes: bytes, zone: .shanghai, now: Self.now)
        var letters: [String] = []
        var rejected: [LetterFile.Rejected] = []
        while let row = file.next() {
            switch row {
            case .letter(let letter): letters.append("\(letter.source)|\(letter.title)|\(letter.body)")
            case .rejected(let row): rejected.append(row)
            }
        }
        return (letters, rejected)
    }

    private func gb18030(_ text: String) throws -> [UInt8] {
        let converter = iconv_open("GB18030", "UTF-8")
        defer { iconv_close(converter) }
        var input = Array(text.utf8CString.dropLast())
        var output = [CChar](repeating: 0, count: input.count * 2)
        var (inputLeft, outputLeft) = (input.count, output.count)
        input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                var (from, to) = (source.baseAddress, target.baseAddress)
                _ = iconv(converter, &from, &inputLeft, &to, &outputLeft)
            }
        }
        try #require(inputLeft == 0)
        return output.dropLast(outputLeft).map { UInt8(bitPattern: $0) }
    }

    @Test func columnsAreFoundInAnyOrderAndBodiesAreTrimmed() throws {
        let text = "答复时间,留言详情,留言主题,留言时间,答复意见,留言编号\n2019/5/10 14:56:53,\"\n\t\t路灯不亮\n\t\",灯,2019-04-25 09:32:09,已修好,7\n"
        let (letters, rejected) = try read(Array(text.utf8))
        #expect(letters == ["letters:7|灯|路灯不亮"])
        #expect(rejected.isEmpty)
    }

    @Test func bothEncodingsGiveTheSame() throws {
        let text = Self.header + "\n" + Self.row("1") + "\n" + Self.row("2", body: "水管漏了") + "\n"
        let utf8 = try read(Array(text.utf8))
        #expect(utf8.letters.count == 2)
        #expect(try read(try gb18030(text)).letters == utf8.letters)
        #expect(try read([0xEF, 0xBB, 0xBF] + Array(text.utf8)).letters == utf8.letters)
    }

    @Test func badRowsAreToldWithLineAndReason() throws {
        let rows = [
            Self.row("1"), Self.row("2", written: "25.4.2019"), Self.row("", body: "x"), Self.row("4", body: " "),
            "5,too,few", Self.row("6", replied: "2019/2/30 10:00:00"), Self.row("7", replied: "2018/1/1 10:00:00"),
            Self.row("8", replied: "2099/1/1 10:00:00"), Self.row("9", body: "a\u{0}b"), Self.row("10", body: "x\"y"),
            Self.row("11"),
        ]
        let (letters, rejected) = try read(Array(([Self.header] + rows).joined(separator: "\n").utf8))
        #expect(letters.map { $0.split(separator: "|")[0] } == ["letters:1", "letters:11"])
        #expect(rejected.map(\.line) == [3, 4, 5, 6, 7, 8, 9, 10, 11])
        #expect(rejected[3].reason == "the row has 3 fields, the header 7")
        #expect(rejected[7].reason.contains("NUL"))
    }

    @Test func aRowInAnotherEncodingIsRejectedAlone() throws {
        var bytes = Array((Self.header + "\n" + Self.row("1") + "\n").utf8)
        bytes += try gb18030(Self.row("2", body: "水管漏了，路灯不亮")) + [0x0A] + Array(Self.row("3").utf8)
        let (letters, rejected) = try read(bytes)
        #expect(letters.count == 2)
        #expect(rejected.map(\.line) == [3])
        #expect(rejected[0].reason.contains("UTF-8"))
    }

    @Test func filesThatAreNoneAreRefused() throws {
        for bytes in [[], Array("a,b,c\n1,2,3".utf8), [0xFF, 0xFE, 0x41, 0x00], Array("留言编号,留言主题\n1,2".utf8)] {
            #expect(throws: Trouble.self) { try read(bytes) }
        }
    }

    @Test func momentsAreLocalTime() throws {
        let expected = CivilZone.shanghai.instant(
            of: try #require(LocalDate(year: 2019, month: 4, day: 5)), hour: 9, minute: 2, second: 9)
        #expect(LetterFile.moment("2019/4/5 9:02:09", .shanghai) == expected)
        #expect(LetterFile.moment("2019-04-05T09:02:09", .shanghai) == expected)
        for wrong in ["", "2019/4/5", "2019/4/31 1:00", "2019/4/5 25:00", "2019/4/5 1", "x 1:1", "2019/4/5 1:00:61"] {
            #expect(LetterFile.moment(wrong, .shanghai) == nil)
        }
    }
}
