import Foundation
import Testing

@testable import Web

@Suite("Templates")
struct InfrastructureTemplateTests {
    private func render(
        _ sources: [String: String], _ fields: Fields, texts: [String: String] = [:], isStrict: Bool = true
    ) throws -> String {
        let parser = TemplateParser(
            sources: sources.mapValues { Array($0.utf8) }, texts: texts, language: "zh-Hans")
        var renderer = TemplateRenderer(
            try parser.parse("page"), fields, isStrict: isStrict, capacity: 256)
        try renderer.run()
        return String(decoding: renderer.output, as: UTF8.self)
    }

    private func render(_ page: String, _ fields: Fields, isStrict: Bool = true) throws -> String {
        try render(["page": page], fields, isStrict: isStrict)
    }

    private func fault(
        _ sources: [String: String], texts: [String: String] = [:], _ fields: Fields = [:]
    ) -> TemplateError? {
        do {
            _ = try render(sources, fields, texts: texts)
            return nil
        } catch {
            return error as? TemplateError
        }
    }

    @Test("what people typed is escaped, in text and in attributes")
    func escaping() throws {
        let typed = "<script>alert('1') & \"2\"</script>"
        let safe = "&lt;script&gt;alert(&#39;1&#39;) &amp; &quot;2&quot;&lt;/script&gt;"
        #expect(try render("<p title=\"{{a}}\">{{a}}</p>", ["a": .text(typed)]) == "<p title=\"\(safe)\">\(safe)</p>")
        #expect(try render("{{a}}", ["a": "王女士：一、路灯 🏮"]) == "王女士：一、路灯 🏮")
        #expect(try render("[{{a}}]", ["a": ""]) == "[]")
    }

    @Test("only safe HTML is written as it is")
    func html() throws {
        #expect(try render("{{{a}}}", ["a": .html(SafeHTML("<svg/>"))]) == "<svg/>")
        #expect(fault(["page": "{{{a}}}"], ["a": "<b>"])?.reason.contains("not safe HTML") == true)
        #expect(try render("x{{{a}}}", ["a": "<b>"], isStrict: false) == "x")
        #expect(fault(["page": "{{a}}"], ["a": .html(SafeHTML("<svg/>"))]) != nil)
    }

    @Test("sections over lists, groups, flags and texts; inverted ones")
    func sections() throws {
        let rows: Field = .list([["n": "1"], ["n": "2"]])
        #expect(try render("{{#rows}}<{{.n}}>{{/rows}}{{^rows}}none{{/rows}}", ["rows": rows]) == "<1><2>")
        #expect(try render("{{#rows}}x{{/rows}}{{^rows}}none{{/rows}}", ["rows": .list([])]) == "none")
        #expect(try render("{{#g}}{{.a}}{{b}}{{/g}}", ["g": .group(["a": "1"]), "b": "2"]) == "12")
        #expect(try render("{{#f}}yes{{/f}}{{^f}}no{{/f}}", ["f": true]) == "yes")
        #expect(try render("{{#f}}yes{{/f}}{{^f}}no{{/f}}", ["f": ""]) == "no")
        // A text makes no new place to look in: the item's own fields stay at hand.
        #expect(try render("{{#rows}}{{#.n}}{{.n}};{{/.n}}{{/rows}}", ["rows": rows]) == "1;2;")
    }

    @Test("dotted names, own names, and names looked for outward")
    func names() throws {
        let fields: Fields = [
            "unit": .group(["name": "水务局", "none": .flag(false)]), "page": "P",
            "rows": .list([["inner": .list([["a": "1"]]), "b": "2"]]),
        ]
        #expect(try render("{{unit.name}}", fields) == "水务局")
        #expect(try render("{{#rows}}{{#.inner}}{{.a}}{{b}}{{page}}{{/.inner}}{{/rows}}", fields) == "12P")
        #expect(fault(["page": "{{#rows}}{{.page}}{{/rows}}"], fields)?.reason.contains(".page") == true)
        #expect(try render("[{{unit.none.more}}]", fields) == "[]")
    }

    @Test("a missing name is an error in tests, and nothing on a page")
    func missing() throws {
        let error = fault(["page": "one\n  {{gone}}"])
        #expect(
            error
                == TemplateError(
                    file: "page", line: 2, column: 3, reason: "nothing is called gone here (in page)"))
        #expect(try render("[{{gone}}{{#gone}}x{{/gone}}{{^gone}}y{{/gone}}]", [:], isStrict: false) == "[y]")
    }

    @Test("rows may have their fields in any order")
    func order() throws {
        let rows: Field = .list([["a": "1", "b": "2"], ["b": "4", "a": "3"], ["c": "", "b": "6", "a": "5"]])
        #expect(try render("{{#rows}}{{.a}}{{.b}} {{/rows}}", ["rows": rows]) == "12 34 56 ")
    }

    @Test("partials, and the end of circles")
    func partials() throws {
        let sources = ["page": "{{> parts/a}}!", "parts/a": "({{x}}{{> parts/b}})\n", "parts/b": "b"]
        #expect(try render(sources, ["x": "1"]) == "(1b)!")
        let circle = ["page": "{{> parts/a}}", "parts/a": "x\n {{> parts/b}}", "parts/b": "{{> parts/a}}"]
        let error = fault(circle)
        #expect(error?.file == "parts/b")
        #expect(error?.reason == "partials in a circle: page > parts/a > parts/b > parts/a")
        #expect(fault(["page": "{{> parts/none}}"])?.reason == "there is no partial parts/none")
    }

    @Test("texts of the catalogue, with their own variables")
    func texts() throws {
        let texts = ["a.hello": "您好，{{name}}", "a.nested": "[[a.hello]]"]
        #expect(try render(["page": "<p>[[a.hello]]</p>"], ["name": "<王>"], texts: texts) == "<p>您好，&lt;王&gt;</p>")
        let unknown = fault(["page": "\n<p>[[a.gone]]</p>"], texts: texts)
        #expect(
            unknown
                == TemplateError(
                    file: "page", line: 2, column: 4, reason: "the catalogue has no text a.gone"))
        #expect(fault(["page": "[[a.nested]]"], texts: texts) != nil)
        #expect(fault(["page": "[[a.hello]]"], texts: texts)?.file == "zh-Hans/a.json#a.hello")
    }

    @Test("comments and sections on lines of their own leave no trace")
    func standalone() throws {
        let page = "<ul>\n{{! note }}\n{{#rows}}\n<li>{{.a}}</li>\n{{/rows}}\n</ul>\n"
        let rows: Field = .list([["a": "1"], ["a": "2"]])
        #expect(try render(page, ["rows": rows]) == "<ul>\n<li>1</li>\n<li>2</li>\n</ul>\n")
        #expect(try render("a {{! b }} c", [:]) == "a  c")
    }

    @Test(
        "what is no template says where",
        arguments: [
            ("{{#a}}", 1, 1, "{{#a}} is not closed in this file"), ("a\n{{/a}}", 2, 1, "{{/a}} closes nothing"),
            ("{{#a}}\n{{#b}}{{/a}}", 2, 7, "{{/a}} closes {{#b}} of line 2"), ("信{{a", 1, 2, "{{ without }}"),
            ("[[a", 1, 1, "[[ without ]]"), ("{{=<% %>=}}", 1, 1, "{{=<% %>=}} is not understood"),
            ("{{a..b}}", 1, 1, "{{a..b}} is not understood"), ("{{.}}", 1, 1, "{{.}} is not understood"),
            ("{{}}", 1, 1, "{{}} is not understood"), ("{{<a}}", 1, 1, "{{<a}} is not understood"),
        ])
    func places(page: String, line: Int, column: Int, reason: String) throws {
        #expect(fault(["page": page]) == TemplateError(file: "page", line: line, column: column, reason: reason))
    }

    @Test("fields merge, the later wins")
    func merging() {
        var fields: Fields = ["a": "1", "b": "2"]
        fields.merge(["b": "3", "c": "4"])
        #expect(fields.names == ["a", "b", "c"])
        if case .text(let text)? = fields["b"] { #expect(text == "3") } else { Issue.record("b is gone") }
        fields["a"] = nil
        #expect(fields.names == ["b", "c"])
    }
}

@Suite("Templates and catalogues as they are shipped")
struct InfrastructureCatalogueTests {
    @Test("every name of every template is in its sample")
    func samplesFit() throws {
        let library = try TemplateLibrary(try TestSite.resources(), isStrict: true, logger: LogBook().logger)
        let errors = TemplateCheck.unresolved(library, samples: try samples())
        #expect(errors.isEmpty, "\(TemplateErrors(errors: errors))")
    }

    @Test("every sample fills its page, in both languages")
    func samplesFill() throws {
        let library = try TemplateLibrary(try TestSite.resources(), isStrict: true, logger: LogBook().logger)
        for (name, fields) in try samples() {
            for language in Language.allCases {
                #expect(throws: Never.self, "\(name)") { try library.render(name, fields, language: language) }
            }
        }
    }

    @Test("both languages have the same keys with the same values")
    func languages() throws {
        let problems = TemplateCheck.catalogueProblems(try Catalogue(try TestSite.resources()))
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
    }

    @Test("no key is unused")
    func unused() throws {
        let resources = try TestSite.resources()
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/Web")
        let files = WebResources(folder: root)
        let texts = try files.files(in: ".").filter { $0.hasSuffix(".swift") }
            .map { String(decoding: try files.bytes($0), as: UTF8.self) }
        let unused = try TemplateCheck.unusedKeys(
            try Catalogue(resources), resources, families: Self.families(in: texts), in: texts)
        #expect(unused.isEmpty, "\(unused.joined(separator: "\n"))")
    }

    /// Beginnings of keys that the program puts together: `"phase.\(code)"`, `name("phase", code)`.
    private static func families(in texts: [String]) -> [String] {
        var out: Set<String> = ["field."]
        for text in texts {
            let pieces = text.split(separator: "\"", omittingEmptySubsequences: false)
            for (index, piece) in pieces.enumerated() {
                if let end = piece.firstRange(of: "\\(") {
                    let head = piece[..<end.lowerBound]
                    if head.contains("."), head.allSatisfy({ $0.isLetter || $0 == "." }) { out.insert(String(head)) }
                }
                if index > 0, pieces[index - 1].hasSuffix("name("), piece.allSatisfy({ $0.isLetter || $0 == "." }) {
                    out.insert("\(piece).")
                }
            }
        }
        return out.sorted()
    }

    @Test("every error code of the rooms has a sentence")
    func errors() throws {
        let catalogue = try Catalogue(try TestSite.resources())
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        let files = WebResources(folder: root)
        var codes: Set<String> = []
        for path in try files.files(in: ".") where path.hasSuffix(".swift") && !path.hasPrefix("Operations") {
            let text = String(decoding: try files.bytes(path), as: UTF8.self)
            for part in text.split(separator: "PlainError(").dropFirst() {
                let pieces = part.prefix(120).split(separator: "\"", omittingEmptySubsequences: false)
                guard pieces.count > 2, pieces[0].allSatisfy({ ". ,\n".contains($0) || $0.isLetter }) else { continue }
                codes.insert(String(pieces[1]))
            }
        }
        #expect(codes.count > 40)
        for code in codes.sorted() where !code.contains("\\") {
            for language in Language.allCases {
                #expect(catalogue.find("error.\(code)", language) != nil, "error.\(code) in \(language.rawValue)")
            }
        }
    }
}
