import HTTPTypes
import Kernel
import Logging
import Storage
import Testing

@testable import Web

@Suite("Answers")
struct InfrastructureHTTPTests {
    private let pages: [any PageRoutes] = [TestPages()]

    @Test("every route answers with every security header; so do errors")
    func headers() async throws {
        try await withSite(pages: pages) { web in
            var paths = web.web.inventory.filter { $0.method == "GET" }.map { entry in
                entry.template.replacing("{name}", with: web.site.assets.version).replacing("{file}", with: "desk.js")
                    .replacing("{code}", with: "409").replacing("{number}", with: "1")
            }
            paths += ["/nowhere", "/t/only-post", "/assets/none.js", "//", "/%"]
            for path in paths {
                let answer = try await web.browser.get(path)
                #expect(answer["Content-Security-Policy"]?.hasPrefix("default-src 'none'; style-src 'self'") == true)
                #expect(answer["X-Content-Type-Options"] == "nosniff", "\(path)")
                #expect(answer["Referrer-Policy"] == "no-referrer")
                #expect(answer["Cross-Origin-Opener-Policy"] == "same-origin")
                #expect(answer["Permissions-Policy"]?.contains("camera=()") == true)
                #expect(answer["x-request-id"]?.count == 16)
                #expect(answer["Strict-Transport-Security"] == nil)
                #expect(answer["x-queries"] == nil)
                if !path.hasPrefix("/assets/"), path != "/favicon.ico" {
                    #expect(answer["Cache-Control"] == "no-store", "\(path)")
                }
            }
        }
    }

    @Test("on an encrypted line cookies are marked and the browser stays on it")
    func secure() async throws {
        try await withSite(pages: pages) {
            $0.publicURL = "https://letters.example"
        } _: { web in
            let answer = try await web.browser.get("/t/form?lang=en&large=1&theme=dark")
            #expect(answer["Strict-Transport-Security"] == "max-age=31536000")
            let cookies = answer.headers[values: .setCookie]
            #expect(cookies.count == 4)
            for cookie in cookies {
                #expect(cookie.hasPrefix("__Host-"))
                #expect(cookie.contains("; Path=/"))
                #expect(cookie.hasSuffix("; HttpOnly; SameSite=Lax; Secure"))
            }
        }
    }

    @Test("language, size and colours from the address are remembered")
    func preferences() async throws {
        try await withSite(pages: pages) { web in
            let client = web.browser
            #expect(try await client.get("/t/matter/1").body == "1||zh-Hans")
            #expect(try await client.get("/t/matter/1", headers: ["Accept-Language": "en"]).body == "1||en")
            let page = try await client.get("/t/form?lang=en&large=1&theme=dark&x=1")
            #expect(page.body.contains("<html lang=\"en\" data-theme=\"dark\" class=\"large\">"))
            #expect(page["Content-Language"] == "en")
            #expect(page.body.contains("href=\"/t/form?x=1&amp;lang=zh-Hans\""))
            #expect(page.body.contains("href=\"/t/form?x=1&amp;large=0\""))
            #expect(client.cookie("lang") == "en" && client.cookie("large") == "1" && client.cookie("theme") == "dark")
            #expect(try await client.get("/t/matter/1").body == "1||en")
            _ = try await client.get("/t/form?lang=klingon&theme=%3Cb%3E")
            #expect(client.cookie("lang") == "en" && client.cookie("theme") == "dark")
        }
    }

    @Test("other methods get 405 in words; HEAD is answered like GET")
    func methods() async throws {
        try await withSite(pages: pages) { web in
            for method in [HTTPRequest.Method.put, .delete, .patch, .options] {
                let answer = try await web.browser.send(method, "/t/form")
                #expect(answer.status == 405)
                #expect(answer["Allow"] == "GET, HEAD, POST")
                #expect(answer.body.contains("这一页不能这样打开"))
            }
            #expect(try await web.browser.get("/t/only-post").status == 405)
            let head = try await web.browser.send(.head, "/t/form")
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(head["Content-Type"] == "text/html; charset=utf-8")
            #expect(try await web.browser.get("/nowhere").status == 404)
        }
    }

    @Test("parameters and queries are decoded")
    func decoding() async throws {
        try await withSite(pages: pages) { web in
            let answer = try await web.browser.get("/t/matter/a%2Bb+c%20%E4%BF%A1?q=%E8%B7%AF+%E7%81%AF")
            #expect(answer.body == "a+b+c 信|路 灯|zh-Hans")
        }
    }

    @Test("errors say what to do, in both languages, and never what broke")
    func errors() async throws {
        try await withSite(pages: pages) { web in
            for (path, status) in [
                ("/t/fail", 500), ("/t/engine", 500), ("/t/plain/503", 503), ("/t/plain/409", 409),
                ("/t/plain/403", 403), ("/t/plain/404", 404), ("/t/plain/429", 429), ("/t/plain/422", 422),
            ] {
                for language in ["zh-Hans", "en"] {
                    let answer = try await web.browser.get("\(path)?lang=\(language)")
                    #expect(answer.status == status, "\(path)")
                    #expect(answer.body.contains("<html lang=\"\(language)\""))
                    #expect(!answer.body.contains("13800000000") && !answer.body.contains("Secret"))
                    #expect(!answer.body.contains("42P01"))
                    #expect(answer.body.contains("E-") == (status >= 500), "\(path)")
                }
            }
            #expect(try await web.browser.get("/t/plain/429")["Retry-After"] == "30")
            let lines = web.log.all.filter { $0.level == .error }
            #expect(lines.count == 6)
            #expect(lines.allSatisfy { $0.text.contains("reference=E-") && $0.text.contains("request_id=") })
            #expect(web.log.text.contains("code=Secret") && web.log.text.contains("code=storage.engine.42P01"))
            #expect(!web.log.text.contains("13800000000"))
        }
    }

    @Test("log lines hold the route's template and nothing that people send")
    func logging() async throws {
        try await withSite(pages: pages) { web in
            let client = web.browser
            let page = try await client.get("/t/form?code=K7QM4TZP&name=wangnvshi")
            _ = try await client.get("/t/matter/2605-0121-6?q=secretword", headers: ["X-Forwarded-For": "198.51.100.7"])
            _ = try await client.post(
                "/t/form", [("_csrf", page.hidden("_csrf") ?? ""), ("phone", "13800000000"), ("body", "secretletter")])
            _ = try await client.get("/nowhere/13800000000")
            _ = try await client.send(HTTPRequest.Method("WANGNVSHI") ?? .get, "/t/form")
            let text = web.log.text
            for word in [
                "K7QM", "wangnvshi", "2605-0121", "secretword", "13800000000", "secretletter", "198.51", "WANG",
            ] {
                #expect(!text.contains(word), "\(word)")
            }
            #expect(text.contains("method=GET ms="))
            #expect(text.contains("route=/t/matter/{number} status=200"))
            #expect(text.contains("route=none status=404"))
        }
    }

    @Test("files are kept by browsers under their versioned address")
    func assets() async throws {
        try await withSite { web in
            let style = try await web.browser.get(web.site.assets.url("jiaxin.css"))
            #expect(style.status == 200 && style["Content-Type"] == "text/css; charset=utf-8")
            #expect(style["Cache-Control"] == "public, max-age=31536000, immutable")
            #expect(style.body.contains("--seal"))
            #expect(try await web.browser.get("/assets/old/desk.js")["Cache-Control"] == "public, max-age=300")
            #expect(
                try await web.browser.get("/assets/old/desk.js")["Content-Type"] == "text/javascript; charset=utf-8")
            #expect(try await web.browser.get("/favicon.ico")["Content-Type"] == "image/svg+xml")
            for path in ["/assets/x/..%2fCatalogues", "/assets/none.js", "/assets/x/%2e%2e/words.json"] {
                #expect(try await web.browser.get(path).status == 404)
            }
        }
    }

    @Test("health, and readiness that sees the store")
    func health() async throws {
        try await withSite { web in
            #expect(try await web.browser.get("/healthz").body == "ok\n")
            #expect(try await web.browser.get("/readyz").status == 200)
            await web.database.close()
            #expect(try await web.browser.get("/healthz").status == 200)
            let answer = try await web.browser.get("/readyz")
            #expect(answer.status == 503 && answer.body == "not ready\n")
            #expect(web.log.text.contains("code=storage.closed"))
        }
    }

    @Test("the cost of a page is told only where that is switched on")
    func queries() async throws {
        try await withSite(pages: pages) {
            $0.debugHeaders = true
        } _: { web in
            let (alive, ready) = (try await web.browser.get("/healthz"), try await web.browser.get("/readyz"))
            #expect(alive["x-queries"] == "0")
            #expect(ready["x-queries"] == "1")
        }
    }
}
