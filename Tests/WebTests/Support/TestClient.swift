import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Synchronization

@testable import Web

/// A browser without a network: it asks the responder, keeps cookies and reads what comes back.
final class TestClient: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let bytes: [UInt8]
        var body: String { String(decoding: bytes, as: UTF8.self) }

        /// The value of a hidden field of the page.
        func hidden(_ name: String) -> String? {
            guard let field = body.firstRange(of: "name=\"\(name)\" value=\"") else { return nil }
            return String(body[field.upperBound...].prefix { $0 != "\"" })
        }

        subscript(header: String) -> String? { HTTPField.Name(header).flatMap { headers[$0] } }
    }

    private let responder: WebResponder
    private let cookies = Mutex<[String: String]>([:])

    init(_ responder: WebResponder) { self.responder = responder }

    func cookie(_ name: String) -> String? { cookies.withLock { $0[name] } }

    func setCookie(_ name: String, _ value: String?) { cookies.withLock { $0[name] = value } }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send(.get, path, headers: headers)
    }

    func post(_ path: String, _ fields: [(String, String)], headers: [String: String] = [:]) async throws -> Answer {
        let body = Form(fields.map { Form.Item(name: $0.0, value: $0.1) }).urlEncoded
        return try await send(.post, path, headers: headers, body: Array(body.utf8))
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, headers: [String: String] = [:], body: [UInt8] = []
    ) async throws -> Answer {
        var fields = HTTPFields()
        if method == .post { fields[.contentType] = "application/x-www-form-urlencoded" }
        for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
        let jar = cookies.withLock { $0 }
        if !jar.isEmpty { fields[.cookie] = jar.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ") }
        let head = HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path, headerFields: fields)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body)))
        let context = WebContext(
            source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test")))
        let response = await responder.respond(to: request, context: context)
        for line in response.headers[values: .setCookie] {
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { continue }
            cookies.withLock { $0[String(pair[0])] = pair[1].isEmpty ? nil : String(pair[1]) }
        }
        let writer = Collector()
        try await response.body.write(writer)
        return Answer(
            status: response.status.code, headers: response.headers, bytes: writer.bytes.withLock { $0 })
    }

    private final class Collector: ResponseBodyWriter {
        let bytes = Mutex<[UInt8]>([])
        func write(_ buffer: ByteBuffer) async throws { bytes.withLock { $0 += buffer.readableBytesView } }
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}

/// Keeps log lines for tests.
final class LogBook: Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        let text: String
    }

    private let lines = Mutex<[Line]>([])

    var all: [Line] { lines.withLock { $0 } }
    var text: String { all.map(\.text).joined(separator: "\n") }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(book: self) }
        logger.logLevel = .trace
        return logger
    }

    private func add(_ line: Line) { lines.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            let merged = metadata.merging(event.metadata ?? [:]) { _, new in new }
            let fields = merged.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            book.add(Line(level: event.level, text: "\(event.level) \(event.message) \(fields)"))
        }
    }
}
