import Casework
import Kernel
import Organisation
import Testing

@testable import Web

/// Breakdowns, their lists, the map, kept reports and what tells itself anew.
@Suite struct OversightPagesTests {
    private func links(_ body: String, _ prefix: String) -> [(url: String, text: String)] {
        body.split(separator: "<a ").dropFirst().compactMap { part in
            guard let start = part.firstRange(of: "href=\"\(prefix)"),
                let end = part[start.upperBound...].firstIndex(of: "\""),
                let open = part.firstIndex(of: ">"), let close = part.firstRange(of: "</a>")
            else { return nil }
            let url = (prefix + part[start.upperBound..<end]).replacing("&amp;", with: "&")
            let text = part[part.index(after: open)..<close.lowerBound]
            return (url, String(text.split(separator: ">").last ?? text))
        }
    }

    @Test func everyNumberOpensAListOfItsLength() async throws {
        try await withDesk { county in
            for _ in 0..<3 { _ = try await county.letter() }
            _ = try await county.judged()
            let leader = try await county.web.signedIn("leader")
            for by in BreakdownDimension.allCases {
                for period in OversightPeriod.Kind.allCases where period != .own {
                    let page = try await leader.get("/oversight/by/\(by.rawValue)?period=\(period.rawValue)")
                    #expect(page.status == 200)
                    #expect(page.body.contains("data-column=\"unsolved\""))
                    let found = links(page.body, "/oversight/matters?")
                    #expect(found.count >= 8, "\(by) \(period)")
                    for link in found {
                        let list = try await leader.get(link.url)
                        // The days of the middle one lead to those of which it is the middle.
                        if link.text.hasSuffix("天") { continue }
                        let rows = list.body.split(separator: "<tr><th scope=\"row\">").count - 1
                        #expect(list.status == 200 && "\(rows)" == link.text, "\(link.url): \(rows), not \(link.text)")
                    }
                }
            }
        }
    }

    @Test func theFirstScreenLeadsToWhatWasAnsweredAndJudged() async throws {
        try await withDesk { county in
            let judged = try await county.judged()
            let leader = try await county.web.signedIn("leader")
            let found = links(try await leader.get("/oversight").body, "/oversight/answered?")
            #expect(found.map(\.text) == ["1", "0 天"], "judgements, and the days of the one in the middle: \(found)")
            for link in found {
                let list = try await leader.get(link.url)
                #expect(list.status == 200 && list.body.contains(judged.number))
                #expect(list.body.split(separator: "<tr><th scope=\"row\">").count - 1 == 1)
            }
            #expect(try await leader.get("/oversight/answered").status == 404)
        }
    }

    /// The table of units of a report: what was answered and judged has its list and its definition.
    @Test func aReportLeadsToWhatItsUnitsAnswered() async throws {
        try await withDesk { county in
            var judged: [String] = []
            for _ in 0..<10 { judged.append(try await county.judged().number) }
            let kept = try await county.judged()
            let leader = try await county.web.signedIn("leader")
            let supervisor = try await county.viewer("supervisor")
            try await county.casework.restrict(
                kept.caseID, to: [supervisor.staff.id], reason: "涉及个人隐私", by: supervisor)
            let page = try await leader.get("/oversight/report?period=2026-05")
            let found = links(page.body, "/oversight/answered?")
            #expect(found.count == 2, "answered, and the share of those solved: \(found)")
            #expect(found.first?.text == "10" && found.allSatisfy { $0.url.contains("period=2026-05") })
            for link in found {
                let list = try await leader.get(link.url)
                #expect(list.status == 200 && list.body.split(separator: "<tr><th scope=\"row\">").count - 1 == 10)
                #expect(list.body.contains("2026 年 五月") && !list.body.contains(kept.number), "\(link.url)")
                #expect(list.body.contains("/oversight/report?period=2026-05#units"))
                let name = try #require(list.body.firstMatch(of: /\/oversight\/definitions#([a-z-]+)/)).1
                #expect(try await leader.get("/oversight/definitions").body.contains("id=\"\(name)\""))
                let english = try await leader.get("\(link.url)&lang=en")
                #expect(english.status == 200 && !english.body.contains("report.list"))
                _ = try await leader.get("/oversight?lang=zh-Hans")
                let file = try await leader.submit(
                    list, to: "/desk/export",
                    [("list", String(link.url.dropFirst("/oversight/".count))), ("format", "csv")])
                #expect(file.status == 200 && judged.allSatisfy { file.body.contains($0) }, "\(file.status)")
            }
            #expect(page.body.contains("/oversight/definitions#report-judged"))
        }
    }

    @Test func aWrongPeriodIsSaidAndKept() async throws {
        try await withDesk { county in
            let leader = try await county.web.signedIn("leader")
            for (from, to, field) in [
                ("gestern", "2026-05-01", "from"), ("2026-05-02", "2026-05-01", "to"),
                ("2026-05-01", "2026-02-31", "to"),
                ("1990-01-01", "2026-05-01", "to"),
            ] {
                for path in ["/oversight/by/unit", "/oversight/map"] {
                    let page = try await leader.get("\(path)?period=own&from=\(from)&to=\(to)")
                    #expect(page.status == 422 && page.body.contains("id=\"\(field)-error\""))
                    #expect(page.body.contains("value=\"\(from)\"") && page.body.contains("value=\"\(to)\""))
                }
                #expect(try await leader.get("/oversight/by/unit/csv?period=own&from=\(from)&to=\(to)").status >= 400)
                #expect(try await leader.get("/oversight/matters?from=\(from)&to=\(to)").status >= 400)
            }
            #expect(try await leader.get("/oversight/by/person").status == 404)
            #expect(try await leader.get("/oversight/by/unit?unit=99&category=xx&channel=smoke&area=12").status == 200)
        }
    }

    @Test func theFileSaysWhatThePageSays() async throws {
        try await withDesk { county in
            _ = try await county.accepted()
            let leader = try await county.web.signedIn("leader")
            let file = try await leader.get("/oversight/by/unit/csv?period=year")
            let lines = file.body.split(separator: "\r\n").map(String.init)
            #expect(file.status == 200 && lines.contains { $0.hasPrefix("县水务局,1,0,0,0,1,0,0,") }, "\(lines)")
            #expect(lines.last?.hasPrefix("合计,1,") == true)
            let book = try await leader.get("/oversight/by/unit/xlsx?period=year")
            #expect(book.status == 200 && book.bytes.starts(with: Array("PK".utf8)))
            #expect(book["Content-Disposition"]?.hasPrefix("attachment; filename=\"by-unit-") == true)
            #expect(try await leader.get("/oversight/by/unit/exe?period=year").status == 404)
        }
    }

    @Test func onlyWhoWatchesSeesIt() async throws {
        try await withDesk { county in
            for name in ["clerk", "handler", "admin"] {
                let client = try await county.web.signedIn(name)
                for path in [
                    "/oversight/by/unit", "/oversight/by/unit/xlsx", "/oversight/matters", "/oversight/map",
                    "/oversight/answered?measure=answered", "/oversight/received?period=2026-05",
                    "/oversight/map/shapes",
                    "/oversight/promises", "/oversight/reports", "/oversight/reports/1", "/oversight/now",
                    "/oversight/live",
                ] { #expect(try await client.get(path).status == 403, "\(name) \(path)") }
            }
        }
    }

    @Test func theFirstScreenShowsPromisesAndItsPartAlone() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            var draft = DeskCounty.answer(.partly)
            draft.execution = .promised
            draft.promises = [
                PromiseDraft(kind: .execution, text: "月底前换好水箱", due: county.casework.today.adding(days: 1))
            ]
            try await county.casework.reply(
                receipt.caseID, draft, version: try await county.version(receipt),
                by: try await county.viewer("handler"))
            let leader = try await county.web.signedIn("leader")
            let home = try await leader.get("/oversight")
            #expect(
                home.body.contains("/oversight/promises?list=week")
                    && home.body.contains("data-live=\"/oversight/live\""))
            let list = try await leader.get("/oversight/promises?list=open")
            #expect(
                list.body.contains(receipt.number) && !list.body.contains("月底前换好水箱"), "promises without their words")
            let part = try await leader.get("/oversight/now")
            #expect(part.body.contains("data-live-region") && !part.body.contains("<body"))
            let queries = try #require(home["x-queries"].flatMap { Int($0) })
            #expect(queries <= 24, "\(queries)")
        }
    }

    @Test func keptReportsAreListedReadAndTakenAlong() async throws {
        try await withDesk { county in
            _ = try await county.judged()
            county.web.clock.advance(seconds: 8 * 86_400)
            let made = try await county.casework.makeDueReports(
                fromHour: 0, try await county.organisation.current())
            #expect(made == 2)
            let leader = try await county.web.signedIn("leader")
            let hint = try await leader.get("/oversight")
            #expect(hint.body.contains("class=\"ov-hint\""))
            let list = try await leader.get("/oversight/reports")
            let first = try #require(links(list.body, "/oversight/reports/").first { !$0.url.hasSuffix("csv") })
            let page = try await leader.get(first.url)
            #expect(page.status == 200 && page.body.contains("县水务局") && page.body.contains("period=own&amp;from="))
            let csv = try await leader.get(first.url + "/csv")
            #expect(csv.body.contains("县水务局,1,1,1,0,0,0,1,0"), "\(csv.body)")
            let book = try await leader.get(first.url + "/xlsx")
            #expect(book.status == 200 && book.body.hasPrefix("PK"))
            #expect(try await leader.get(first.url + "/pdf").status == 404)
            #expect(try await leader.get("/oversight/reports/5").status == 404)
        }
    }

    @Test func theMapAsksNobodyElseUnlessASettingSaysSo() async throws {
        for tiles in [nil, "https://tiles.example/{z}/{x}/{y}.png"] {
            try await withDesk(change: { $0.tileURL = tiles }) { county in
                let shape = AreaShape(
                    area: "990101001", geometry: "{\"type\":\"Point\",\"coordinates\":[0.1,0.2]}")
                try await county.casework.loadAreaShapes([shape], because: nil, by: .system("test"))
                let leader = try await county.web.signedIn("leader")
                let page = try await leader.get("/oversight/map")
                let policy = try #require(page["Content-Security-Policy"])
                #expect(policy.contains("img-src 'self' data: blob:\(tiles == nil ? "" : " https://tiles.example");"))
                #expect(policy.contains("script-src 'self';") && policy.contains("connect-src 'self';"))
                #expect(
                    page.body.contains("data-area=\"990101001\"")
                        && page.body.contains("data-map=\"/oversight/map/shapes\""))
                let other = try await leader.get("/oversight/by/area")
                #expect(other["Content-Security-Policy"]?.contains("tiles.example") == false)
                let shapes = try await leader.get("/oversight/map/shapes")
                #expect(shapes.body.contains("\"code\":\"990101001\"},\"geometry\":{\"type\":\"Point\""))
            }
        }
    }

    @Test func aPageThatAsksByItselfKeepsNoSession() async throws {
        try await withDesk { county in
            let leader = try await county.web.signedIn("leader")
            for _ in 0..<8 {
                #expect(try await leader.get("/oversight/now").status == 200)
                county.web.clock.advance(seconds: 250)
            }
            #expect(
                try await leader.get("/oversight/now").status != 200,
                "it ends after idling, however often the page asked")
            let other = try await county.web.signedIn("leader")
            for _ in 0..<9 {
                #expect(try await other.get("/oversight").status == 200)
                county.web.clock.advance(seconds: 250)
            }
        }
    }

    @Test func aPersonHasOnlySoManyLivePagesAndTheNewestCount() {
        let connections = LiveConnections()
        let (one, two) = (StaffID(rawValue: 1), StaffID(rawValue: 2))
        let pages = (0...LiveConnections.most).map { _ in connections.begin(one) }
        #expect(!connections.isOpen(pages[0], of: one))
        #expect(pages.dropFirst().allSatisfy { connections.isOpen($0, of: one) })
        let other = connections.begin(two)
        #expect(connections.isOpen(other, of: two) && !connections.isOpen(other, of: one))
        #expect(connections.count == LiveConnections.most + 1)
        for page in pages { connections.end(page, of: one) }
        connections.end(other, of: two)
        #expect(connections.count == 0)
    }
}
