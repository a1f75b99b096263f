import Kernel
import Testing

@testable import Web

@Suite("Forms")
struct InfrastructureFormTests {
    private func form(_ text: String) throws -> Form { try Form(urlEncoded: text.utf8) }

    private func multipart(_ text: String) throws -> Form {
        try Form(multipart: Array(text.replacing("\n", with: "\r\n").utf8), boundary: "x")
    }

    @Test("names and texts, repeated and empty")
    func plain() throws {
        let form = try form("a=1&b=%E4%BF%A1+%2B&a=2&empty=&only&=x&&c=d=e")
        #expect(form["a"] == "1")
        #expect(form.values("a") == ["1", "2"])
        #expect(form["b"] == "信 +")
        #expect(form["empty"] == "" && form["only"] == "" && form["gone"] == nil)
        #expect(form["c"] == "d=e")
        #expect(!form.isDamaged)
        #expect(try Form(urlEncoded: form.urlEncoded.utf8) == form)
    }

    @Test("flags, cases and identifiers")
    func values() throws {
        enum Way: String { case web, call }
        let form = try form("on=on&off=0&way=call&bad=fax&id=77&no=-1")
        #expect(form.flag("on") && !form.flag("off") && !form.flag("gone"))
        #expect(form.value("way", as: Way.self) == .call && form.value("bad", as: Way.self) == nil)
        #expect(form.id("id", of: Named.Case.self)?.rawValue == 77 && form.id("no", of: Named.Case.self) == nil)
    }

    @Test("a percent sign without digits stands for itself")
    func percent() throws {
        #expect(try form("a=100%&b=%zz&c=%4")["a"] == "100%")
        #expect(try form("a=100%&b=%zz&c=%4")["b"] == "%zz")
        #expect(try form("a=100%&b=%zz&c=%4")["c"] == "%4")
    }

    @Test("bytes that are no UTF-8 are told, and what can be read is kept")
    func damaged() throws {
        let form = try form("body=%C4%E3%BA%C3+hello&name=%E7%8E%8B")
        #expect(form.isDamaged)
        #expect(form.text("body").hasSuffix(" hello") && form["name"] == "王")
    }

    @Test("ten thousand fields are refused")
    func many() throws {
        let text = (0..<10_000).map { "k\($0)=v" }.joined(separator: "&")
        #expect(throws: PlainError(.invalid, "form.tooManyFields")) { try form(text) }
        #expect(throws: PlainError(.invalid, "form.malformed")) { try form(String(repeating: "k", count: 200) + "=1") }
    }

    @Test("the fields of multipart forms; files are left out")
    func parts() throws {
        let form = try multipart(
            """
            --x
            Content-Disposition: form-data; name="body"

            第一行
            第二行
            --x
            Content-Disposition: form-data; name="photo"; filename="a.jpg"
            Content-Type: image/jpeg

            \u{1}\u{2}--xx
            --x
            content-disposition: form-data; name=plain

            --x--
            """)
        #expect(form["body"] == "第一行\r\n第二行")
        #expect(form["photo"] == nil)
        #expect(form["plain"] == "")
        #expect(Form.boundary(of: "multipart/form-data; charset=utf-8; boundary=\"a b\"") == "a b")
    }

    @Test(
        "multipart forms that do not end, or begin, as announced",
        arguments: [
            "", "--x", "--y\n\n", "--x\n", "--x\nContent-Disposition: form-data; name=\"a\"\n\n1",
            "--x\nContent-Disposition: form-data\n\n1\n--x--", "--x\nNothing\n\n1\n--x--", "--x-",
            "--x\nContent-Disposition: form-data; name=\"a\"\n\n1\n--xzz",
        ])
    func broken(text: String) {
        #expect(throws: PlainError(.invalid, "form.malformed")) { try multipart(text) }
    }

    @Test("a boundary that is too long or missing")
    func boundaries() {
        let body = Array("----\r\n".utf8)
        #expect(throws: PlainError(.invalid, "form.malformed")) { try Form(multipart: body, boundary: "") }
        #expect(throws: PlainError(.invalid, "form.malformed")) {
            try Form(multipart: body, boundary: String(repeating: "x", count: 71))
        }
    }

    @Test("passwords and secrets are never kept, and not more than fits")
    func kept() {
        let form = Form([
            .init(name: "_csrf", value: "s"), .init(name: "password", value: "p"),
            .init(name: "newPassword", value: "p"),
            .init(name: "body", value: "信"), .init(name: "kept.body", value: "no"),
            .init(name: "huge", value: String(repeating: "x", count: 300 * 1024)),
        ])
        #expect(KeptForm(form).items == [.init(name: "body", value: "信")])
        #expect(KeptForm(carriedBy: form).items == [.init(name: "body", value: "no")])
        #expect(!KeptForm(Form([.init(name: "submission", value: "x")])).isWorthKeeping)
    }
}
