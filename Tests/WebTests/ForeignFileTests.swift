import Casework
import HTTPTypes
import Kernel
import Storage
import StorageTestKit
import Testing

@testable import Web

/// Files of old office programs, and pictures that nothing here decodes, as residents send them.
@Suite("Portal: foreign files")
struct ForeignFileTests {
    /// Sends the page of a letter with one file, as a browser does.
    private func send(
        _ client: TestClient, _ page: TestClient.Answer, _ step: String, _ file: (name: String, bytes: [UInt8])?,
        _ more: [(String, String)] = []
    ) async throws -> TestClient.Answer {
        let hidden = ["_csrf", "submission", "version", "file"].compactMap { name in
            page.hidden(name).map { (name, $0) }
        }
        let fields =
            hidden + [
                ("body", "东街的路灯坏了三个星期。"), ("place", "东街"), ("name", "王女士"), ("phone", "0990-0000027"), ("step", step),
            ] + more
        var out: [UInt8] = []
        for (name, value) in fields {
            out += Array("--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        if let file {
            let head = "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"\(file.name)\"\r\n\r\n"
            out += Array(head.utf8) + file.bytes + Array("\r\n".utf8)
        }
        out += Array("--b--\r\n".utf8)
        return try await client.send(
            .post, "/write", headers: ["Content-Type": "multipart/form-data; boundary=b"], body: out)
    }

    @Test("an old document comes with the letter and is only ever saved", arguments: eachEngine)
    func office(_ engine: Dialect.Engine) async throws {
        try await withPortal(takesFiles: true, engine: engine) { county in
            let client = county.web.browser
            let bytes = ForeignFile.office(stream: "WordDocument")
            var page = try await client.get("/write")
            #expect(page.body.contains(".doc,") && page.body.contains(".wps") && !page.body.contains("heic"))
            page = try await send(client, page, "review", ("来信.doc", bytes))
            #expect(page.status == 200 && page.body.contains("来信.doc"))
            let sent = try await send(client, page, "send", nil)
            #expect(sent.status == 200)
            let number = try #require(sent.body.firstMatch(of: #/\d{4}-\d{4}-\d/#)).output
            let code = try #require(
                sent.body.matches(of: #/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/#).map { String($0.output) }
                    .first { !sent.body.contains("\($0)-") })
            let door = try await client.get("/follow")
            let opened = try await client.post(
                "/follow", [("_csrf", door.hidden("_csrf") ?? ""), ("number", String(number)), ("code", code)])
            #expect(opened.status == 303)
            let followed = try await client.get("/matter")
            let url = try #require(
                followed.body.firstMatch(of: #/\/matter\/attachment\/[^\/"]+\/original/#).map { String($0.output) },
                "\(number): \(followed.status)")
            let file = try await client.get(url)
            #expect(file.status == 200 && file.bytes == bytes)
            #expect(file["Content-Type"] == "application/msword")
            #expect(file["Content-Disposition"]?.hasPrefix("attachment; ") == true)
            #expect(file["X-Content-Type-Options"] == "nosniff")
            #expect(file["Content-Security-Policy"]?.contains("sandbox") == true)
            #expect(!followed.body.contains("/thumbnail"))
        }
    }

    @Test("a picture in HEIC is refused with what to do, and nothing typed is lost")
    func heic() async throws {
        try await withPortal(takesFiles: true) { county in
            let client = county.web.browser
            for (language, words) in [("zh-Hans", ["兼容性最佳", "截图"]), ("en", ["Most Compatible", "screenshot"])] {
                let page = try await client.get("/write?lang=\(language)")
                let answer = try await send(client, page, "review", ("IMG_0001.HEIC", ForeignFile.heic))
                #expect(answer.status == 422 && answer.body.contains("东街的路灯坏了三个星期"))
                for word in words { #expect(answer.body.contains(word), "\(language) \(word)") }
                #expect(answer.hidden("file") == nil)
            }
        }
    }
}
