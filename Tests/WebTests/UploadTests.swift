import Kernel
import Testing

@testable import Web

@Suite("Files of a form") struct UploadTests {
    private static let boundary = "----b0undary"

    private func body(_ parts: [(head: String, content: [UInt8])], ends: Bool = true) -> [UInt8] {
        var out: [UInt8] = []
        for part in parts {
            out += Array("--\(Self.boundary)\r\nContent-Disposition: form-data; \(part.head)\r\n\r\n".utf8)
            out += part.content + [0x0D, 0x0A]
        }
        return ends ? out + Array("--\(Self.boundary)--\r\n".utf8) : out
    }

    /// Parts as name, file and content, read in pieces of a size.
    private func read(_ bytes: [UInt8], by size: Int) throws -> (parts: [String], most: Int, isFinished: Bool) {
        var parser = try MultipartParser(boundary: Self.boundary)
        var (parts, content, most): ([String], [UInt8], Int) = ([], [], 0)
        for start in stride(from: 0, to: bytes.count, by: size) {
            parser.feed(bytes[start..<min(bytes.count, start + size)])
            while let piece = try parser.next() {
                switch piece {
                case .begin(let name, let file): parts.append("\(name)|\(file ?? "-")|")
                case .data(let data):
                    content += data
                    most = max(most, data.count)
                case .end:
                    parts[parts.count - 1] += String(decoding: content, as: UTF8.self)
                    content = []
                }
            }
        }
        return (parts, most, parser.isFinished)
    }

    @Test("however the bytes arrive, the parts are the same", arguments: [1, 2, 7, 64, 100_000])
    func pieces(_ size: Int) throws {
        let tricky = "a\r\nb\r\n--\(Self.boundary)x".dropLast(3) + "\r\n-"
        let bytes = body([
            (#"name="_csrf""#, Array("s".utf8)), (#"name="empty""#, []),
            (#"name="files"; filename="../a;b.jpg""#, Array(tricky.utf8)), (#"name="files"; filename="""#, []),
            (#"name="step""#, Array("send".utf8)),
        ])
        let found = try read(bytes, by: size)
        #expect(
            found.parts == [
                "_csrf|s".replacing("|", with: "|-|"), "empty|-|", "files|../a;b.jpg|\(tricky)", "files||",
                "step|-|send",
            ])
        #expect(found.isFinished)
    }

    @Test("a body that is cut off is not finished; one that is none is told at once")
    func broken() throws {
        let whole = body([(#"name="files"; filename="a.txt""#, Array("content".utf8))])
        for count in 1..<(whole.count - 4) {
            let isFinished = (try? read(Array(whole.prefix(count)), by: 10).isFinished) ?? false
            #expect(!isFinished)
        }
        for text in ["nothing", "--other\r\n\r\n", "--\(Self.boundary)xx"] {
            #expect(throws: PlainError.self) { try read(Array((text + "          ").utf8), by: 3) }
        }
        let head = "--\(Self.boundary)\r\n" + String(repeating: "X-A: b\r\n", count: 3_000)
        #expect(throws: PlainError.self) { try read(Array(head.utf8), by: 500) }
        #expect(throws: PlainError.self) { try MultipartParser(boundary: "") }
    }

    @Test(
        "parts of a file",
        arguments: [
            ("bytes=0-99", 0..<100), ("bytes=900-", 900..<1_000), ("bytes=-10", 990..<1_000), ("bytes=5-5", 5..<6),
            ("bytes=990-5000", 990..<1_000), ("bytes=1000-", 1_000..<1_000), ("bytes=0-1,5-6", nil),
            ("items=0-1", nil), ("bytes=9-5", nil), ("bytes=x-1", nil), ("bytes=-", nil),
        ])
    func ranges(_ header: String, _ range: Range<Int>?) {
        #expect(FileAnswer.range(header, of: 1_000) == range)
    }
}
