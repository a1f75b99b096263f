import Casework
import Foundation
import Synchronization
import Testing
import Tools

@testable import Web

/// Poppler's tools read what WeasyPrint wrote. A missing tool is a failure.
enum PDFTools {
    static func run(_ tool: String, _ arguments: [String], _ pdf: [UInt8]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "jiaxin-\(UUID().uuidString).pdf")
        try Data(pdf).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/\(tool)")
        process.arguments = arguments.map { $0 == "FILE" ? file.path : $0 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(tool)")
        return String(decoding: bytes, as: UTF8.self)
    }

    static func text(of pdf: [UInt8]) throws -> String { try run("pdftotext", ["FILE", "-"], pdf) }
}

@Suite("PDFs", .serialized)
struct PDFTests {
    private func weasyPrint() throws -> WeasyPrintRenderer {
        try WeasyPrintRenderer(try TestSite.resources(), seconds: 180)
    }

    private func tool(_ script: String, seconds: Double = 5) -> WeasyPrintRenderer {
        // The tool gets no search path of its own.
        WeasyPrintRenderer(program: "/bin/sh", arguments: ["-c", "PATH=/usr/bin:/bin; \(script)"], seconds: seconds)
    }

    private func problem(_ renderer: WeasyPrintRenderer, _ input: [UInt8] = []) async -> PDFProblem? {
        do {
            _ = try await renderer.pdf(of: input)
            return nil
        } catch {
            return error as? PDFProblem
        }
    }

    @Test(
        "an opinion letter is tagged, in its language, with its fonts, and holds the last day",
        arguments: Language.allCases)
    func opinion(_ language: Language) async throws {
        try await withDocuments { county in
            let receipt = try await county.letter()
            try await county.accepted(receipt)
            try await county.reply(receipt, DocumentCounty.opinion)
            let pdf = try await weasyPrint().pdf(of: try await county.paper("opinion", receipt, language))
            let text = try PDFTools.text(of: pdf)
            #expect(text.contains(language.isEnglish ? "Monday, 22 June 2026" : "2026 年 6 月 22 日（周一）"))
            #expect(text.contains(receipt.number))
            let info = try PDFTools.run("pdfinfo", ["FILE"], pdf)
            let title = language.isEnglish ? "Opinion on the petition" : "信访事项处理意见书"
            let line = try #require(info.split(separator: "\n").first { $0.hasPrefix("Title:") })
            #expect(line.dropFirst(6).drop { $0 == " " } == "\(title) \(receipt.number)")
            #expect(info.contains(#/Tagged: +yes/#) && info.contains("(A4)"))
            #expect(!info.contains("王某某"))
            let fonts = try PDFTools.run("pdffonts", ["FILE"], pdf).split(separator: "\n").dropFirst(2)
            #expect(
                !fonts.isEmpty && fonts.allSatisfy { $0.contains("Noto-Serif-CJK-SC") && $0.contains(#/yes yes yes/#) })
            #expect(String(decoding: pdf, as: UTF8.self).contains("/Lang (\(language.rawValue))"))
            // Subset: the two fonts have 50 MB.
            #expect(pdf.count < 1_000_000)
        }
    }

    /// The seal used to be carried onto a page of its own.
    @Test("a notice ends on its page, and no seal stands without words", arguments: Language.allCases)
    func pages(_ language: Language) async throws {
        try await withDocuments { county in
            let receipt = try await county.letter()
            try await county.accepted(receipt)
            let notice = try await weasyPrint().pdf(of: try await county.paper("acceptanceNotice", receipt, language))
            #expect(try PDFTools.run("pdfinfo", ["FILE"], notice).contains(#/Pages: +1\n/#))
            for times in [1, 4, 7, 10] {
                var draft = DocumentCounty.opinion
                draft.body = String(repeating: "水箱洗好了，请您放心，有事再找我们，我们还来看。\n", count: times)
                let other = try await county.letter()
                try await county.accepted(other)
                try await county.reply(other, draft)
                let pdf = try await weasyPrint().pdf(of: try await county.paper("opinion", other, language))
                let last = try PDFTools.text(of: pdf).split(separator: "\u{0C}").last ?? ""
                let remedies = language.isEnglish ? "If you do not agree" : "不同意怎么办"
                #expect(last.contains(remedies) && last.contains(language.isEnglish ? "Space for the seal" : "盖章处"))
            }
        }
    }

    @Test("nothing is fetched: not pictures, styles, fonts, attachments; not from the disk, not from the network")
    func fetchesNothing() async throws {
        let listener = try Listener()
        let there = "http://127.0.0.1:\(listener.port)"
        let html = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>x</title>
            <link rel="stylesheet" href="\(there)/a.css"><link rel="stylesheet" href="file:///etc/passwd">
            <link rel="attachment" href="file:///etc/passwd"><link rel="attachment" href="\(there)/b">
            <style>@import url("\(there)/c.css"); @font-face { font-family: f; src: url("\(there)/f.woff") }
            body { font-family: f, serif; background: url("\(there)/d.png"); content: url("file:///etc/passwd") }</style></head>
            <body><img src="\(there)/e.png"><img src="file:///etc/passwd"><img src="/etc/passwd"><object data="\(there)/g">
            </object><svg><image href="\(there)/h"/></svg><a rel="attachment" href="file:///etc/passwd">left</a></body></html>
            """
        let pdf = try await weasyPrint().pdf(of: Array(html.utf8))
        #expect(try PDFTools.text(of: pdf).contains("left"))
        #expect(try PDFTools.run("pdfdetach", ["-list", "FILE"], pdf).contains("0 embedded files"))
        #expect(try PDFTools.run("pdfimages", ["-list", "FILE"], pdf).split(separator: "\n").count <= 2)
        #expect(!listener.wasCalled)
    }

    @Test("hostile text as long as a reply may be is written out")
    func hostile() async throws {
        try await withDocuments { county in
            let receipt = try await county.letter()
            try await county.accepted(receipt)
            var draft = DocumentCounty.opinion
            // Marks of ready texts are refused in what is signed (`canned.gap`).
            draft.body = Hostile.signable
            try await county.reply(receipt, draft)
            let pdf = try await weasyPrint().pdf(of: try await county.paper("opinion", receipt))
            let text = try PDFTools.text(of: pdf).filter { !$0.isWhitespace }
            #expect(text.contains("<imgsrc=\"file:///etc/passwd\">"))
            #expect(text.components(separatedBy: "家信八千字没有句号").count > 600)
            #expect(!text.contains("root:"))
        }
    }

    @Test("eight at once all get theirs")
    func concurrency() async throws {
        let renderer = try weasyPrint()
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 1...8 {
                let html = "<!doctype html><html lang=\"zh-Hans\"><title>x</title><p>第 \(number) 份</p></html>"
                group.addTask { try PDFTools.text(of: try await renderer.pdf(of: Array(html.utf8))) }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1.filter { !$0.isWhitespace }) }
        }
        #expect(texts == Set((1...8).map { "第\($0)份" }))
    }

    @Test("a tool that is missing, fails, hangs, talks too much or talks nonsense")
    func failures() async throws {
        let much = [UInt8](repeating: 65, count: 1 << 20)
        #expect(await problem(WeasyPrintRenderer(program: "/nonexistent/python3", arguments: [])) == .missing)
        #expect(await problem(tool("exit 3"), much) == .missing)
        #expect(await problem(tool("exit 1"), much) == .failed)
        #expect(await problem(tool("kill -9 $$")) == .failed)
        #expect(await problem(tool("cat"), much) == .failed)
        #expect(await problem(WeasyPrintRenderer(program: "/usr/bin/yes", arguments: [])) == .tooLarge)
        let start = ContinuousClock.now
        #expect(await problem(tool("exec sleep 30", seconds: 0.3), much) == .stopped)
        #expect(await problem(tool("exec >&-; exec sleep 30", seconds: 0.3)) == .stopped)
        #expect(ContinuousClock.now - start < .seconds(10))
        // A tool that reads everything before it writes gets everything.
        let pdf = try await tool("printf '%%PDF-'; cat").pdf(of: much)
        #expect(pdf.count == much.count + 5)
    }

    @Test("nothing stays open after many runs")
    func leaks() async throws {
        func open() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
        let before = try open()
        for _ in 0..<100 { #expect(await problem(tool("exit 1")) == .failed) }
        // Other tests of this process open and close files too, but not a hundred.
        #expect(try open() < before + 60)
    }

    @Test("when the visitor leaves, the tool is ended")
    func cancellation() async throws {
        let mark = FileManager.default.temporaryDirectory.appending(path: "jiaxin-\(UUID().uuidString)").path
        let renderer = tool("sleep 1; touch \(mark)")
        let task = Task { await problem(renderer) }
        try await Task.sleep(for: .milliseconds(300))
        task.cancel()
        #expect(await task.value == .stopped)
        try await Task.sleep(for: .milliseconds(1_500))
        #expect(!FileManager.default.fileExists(atPath: mark))
    }

    @Test("two at a time, the others wait in order, too many are told at once, and who leaves frees the place")
    func turnstile() async throws {
        let turnstile = Turnstile(places: 2, mostWaiting: 3)
        let state = Running()
        // The work goes on until somebody opens the gate, however slow this machine is.
        let gate = Gate()
        func start() -> Task<Void, any Error> {
            Task {
                try await turnstile.pass {
                    state.begin()
                    while !gate.isOpen { await Task.yield() }
                    state.end()
                }
            }
        }
        var tasks = [start(), start()]
        while state.now < 2 { await Task.yield() }
        tasks += [start(), start(), start()]
        while await turnstile.queueLength < 3 { await Task.yield() }
        let sixth = await Task { try await turnstile.pass {} }.result
        #expect(throws: ToolProblem.busy) { try sixth.get() }
        tasks[4].cancel()
        while await turnstile.queueLength > 2 { await Task.yield() }
        gate.open()
        var gone = 0
        for task in tasks { if case .failure = await task.result { gone += 1 } }
        #expect(gone == 1)
        #expect(state.most == 2)
        // All places are free again.
        try await turnstile.pass {}
    }
}

/// A server that only notices whether anybody calls.
final class Listener: Sendable {
    let port: Int
    private let socketNumber: Int32

    init() throws {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                try #require(bind(number, pointer, length) == 0)
                try #require(listen(number, 16) == 0)
                try #require(getsockname(number, pointer, &length) == 0)
            }
        }
        socketNumber = number
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    /// Whether a connection waits to be taken.
    var wasCalled: Bool {
        var end = pollfd(fd: socketNumber, events: Int16(POLLIN), revents: 0)
        return poll(&end, 1, 50) > 0
    }

    deinit { close(socketNumber) }
}

/// How many run at once, and how many at most.
private final class Running: Sendable {
    private let state = Mutex((now: 0, most: 0))
    var now: Int { state.withLock { $0.now } }
    var most: Int { state.withLock { $0.most } }

    func begin() {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
    }

    func end() { state.withLock { $0.now -= 1 } }
}

/// Closed until somebody opens it.
private final class Gate: Sendable {
    private let state = Mutex(false)
    var isOpen: Bool { state.withLock { $0 } }
    func open() { state.withLock { $0 = true } }
}
