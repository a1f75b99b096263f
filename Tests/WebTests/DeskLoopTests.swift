import Casework
import Kernel
import Organisation
import Testing

@testable import Web

/// A letter through the workbench, page by page; every page is filled strictly, so a missing field fails.
@Suite("Workbench: the loop")
struct DeskLoopTests {
    @Test("from the letter to the closed matter, by forms alone")
    func loop() async throws {
        try await withDesk { county in
            let receipt = try await county.letter()
            let matter = "/desk/matter/\(receipt.number)"

            let dispatcher = try await county.web.signedIn("dispatcher")
            var page = try await dispatcher.get(matter)
            #expect(page.status == 200)
            #expect(page.body.contains("甲条例第一条"), "the catalogue's entry is offered")
            #expect(page.body.contains("138••••0027"))
            #expect(!page.body.contains("13800000027"))
            var answer = try await dispatcher.submit(page, to: "\(matter)/dispatch", [("entry", "1/1"), ("unit", "")])
            #expect(answer.status == 303, "\(answer.body.suffix(400))")
            #expect(answer["Location"] == "\(matter)?done=dispatch")
            #expect(try await dispatcher.get("\(matter)?done=dispatch").body.contains("交出去了"))

            let handler = try await county.web.signedIn("handler")
            page = try await handler.get("\(matter)?queue=incoming")
            #expect(page.body.contains("/desk/queue/incoming/next?at="))
            let decision = [("sort", "claim"), ("route", "ordinary"), ("reason", "供水归本单位管")]
            #expect(try await handler.submit(page, to: "\(matter)/accept", decision).status == 303)
            page = try await handler.get(matter)
            #expect(try await handler.submit(page, to: "\(matter)/note", [("body", "看过台账。")]).status == 303)
            page = try await handler.get(matter)
            for (act, fields) in [
                ("first-contact", [("how", "phone"), ("when", "2026-05-21T10:00"), ("result", "约好周三去看。")]),
                ("message", [("body", "周三上午到。")]),
                ("helper", [("unit", "\(try await county.unit("roads"))"), ("ask", "借车。")]),
            ] {
                answer = try await handler.submit(page, to: "\(matter)/\(act)", fields)
                #expect(answer.status == 303, "\(act): \(answer.body.suffix(300))")
            }
            page = try await handler.get(matter)
            let draft = [
                ("outcome", "explained"), ("request", "查清原因"), ("facts", "水箱八个月没有洗。"),
                ("body", "水箱 6 月 1 日洗。"), ("basis", "甲规定"), ("remedies", ""),
            ]
            let preview = try await handler.submit(page, to: "\(matter)/reply", draft + [("step", "preview")])
            #expect(preview.status == 200)
            #expect(preview.body.contains("王女士："))
            let edited = try await handler.submit(preview, to: "\(matter)/reply", draft + [("step", "edit")])
            #expect(edited.body.contains("水箱 6 月 1 日洗。</textarea>"))
            answer = try await handler.submit(preview, to: "\(matter)/reply", draft + [("step", "sign")])
            #expect(answer["Location"] == "\(matter)?done=reply")

            page = try await handler.get(matter)
            #expect(page.body.contains("act-deliver"))
            let deliver = [("reporter", "\(receipt.reporterID)"), ("how", "handed"), ("when", "")]
            #expect(try await handler.submit(page, to: "\(matter)/deliver", deliver).status == 303)

            let clerk = try await county.web.signedIn("clerk")
            page = try await clerk.get(matter)
            let judge = [("reporter", "\(receipt.reporterID)"), ("outcome", "partly"), ("words", "水清了一半。")]
            #expect(try await clerk.submit(page, to: "\(matter)/judge-on-behalf", judge).status == 303)
            let supervisor = try await county.web.signedIn("supervisor")
            page = try await supervisor.get(matter)
            #expect(page.body.contains("水清了一半。"))
            answer = try await supervisor.submit(page, to: "\(matter)/close", [("reason", "已经办好。")])
            #expect(answer.status == 303)
            for client in [dispatcher, handler, clerk, supervisor] {
                for language in ["zh-Hans", "en"] {
                    #expect(try await client.get("\(matter)?lang=\(language)").status == 200)
                }
            }
            for path in ["letter", "file", "slip"] {
                #expect(try await supervisor.get("\(matter)/\(path)").status == 200, "\(path)")
            }
        }
    }

    @Test("every queue, the search and the leaders' pages, empty and filled, in both languages")
    func lists() async throws {
        try await withDesk { county in
            for isFilled in [false, true] {
                if isFilled {
                    _ = try await county.letter("锦绣家园的路灯坏了。")
                    _ = try await county.accepted()
                    _ = try await county.judged()
                    county.web.clock.advance(seconds: 80 * 86_400)
                }
                let supervisor = try await county.web.signedIn("supervisor")
                for queue in WorkQueue.allCases {
                    let status =
                        [.accept, .reply, .deliver, .extendClock, .review].contains(queue.permission)
                    let answer = try await supervisor.get("\(queue.url)?lang=\(isFilled ? "en" : "zh-Hans")")
                    #expect(answer.status == (status ? 403 : 200), "\(queue)")
                }
                for kind in OversightKind.allCases {
                    #expect(try await supervisor.get("/oversight/list?kind=\(kind.rawValue)").status == 200)
                }
                let home = try await supervisor.get("/oversight")
                #expect(home.status == 200)
                #expect(home.body.contains("kind=overdue") == isFilled)
                #expect(try await supervisor.get("/oversight/definitions").status == 200)
                let found = try await supervisor.get("/desk/search?q=%E8%B7%AF%E7%81%AF")
                #expect(found.body.contains("<mark>") == isFilled)
                #expect(try await supervisor.get("/desk").status == 303)
            }
        }
    }

    @Test("pages cost few statements")
    func statements() async throws {
        try await withDesk { county in
            let receipt = try await county.judged()
            let handler = try await county.web.signedIn("handler")
            _ = try await handler.get("/desk/queue/unit")
            let queue = try await handler.get("/desk/queue/unit")
            #expect(Int(queue["x-queries"] ?? "") ?? 99 <= 3)
            let matter = try await handler.get("/desk/matter/\(receipt.number)")
            // One of them reads the texts that are kept ready for the forms on the page.
            #expect(Int(matter["x-queries"] ?? "") ?? 99 <= 7)
        }
    }

    @Test("a list of several pages keeps its filter, and 'next' walks through it")
    func paging() async throws {
        try await withDesk { county in
            for _ in 0..<30 { _ = try await county.letter() }
            let dispatcher = try await county.web.signedIn("dispatcher")
            let first = try await dispatcher.get("/desk/queue/unassigned?category=01")
            #expect(first.body.contains("/desk/queue/unassigned?category=01&amp;after="))
            let start = try #require(first.body.firstRange(of: "rel=\"next\" href=\""))
            let next = String(first.body[start.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
            let second = try await dispatcher.get(next)
            #expect(second.body.split(separator: "<tr data-row").count - 1 == 5)
            #expect(second.body.contains("href=\"/desk/queue/unassigned?category=01\""))
            let jump = try await dispatcher.get("/desk/queue/unassigned/next")
            #expect(jump["Location"]?.hasPrefix("/desk/matter/2605-0001-") == true)
        }
    }
}

@Suite("Workbench: page models")
struct DeskModelTests {
    @Test("a matter's page gives exactly the names of its sample")
    func names() async throws {
        try await withDesk { county in
            let receipt = try await county.judged()
            let viewer = try await county.viewer("supervisor")
            let file = try await county.casework.file(number: receipt.number, for: viewer)
            let words = MatterWords(
                words: county.web.site.words(.chinese), organisation: viewer.organisation,
                book: county.casework.deadlines, now: county.web.clock.now(), countyName: "青禾县")
            let page = MatterPage(
                file: file, viewer: viewer, words: words,
                possible: county.casework.possibleCommands(on: file.state, for: viewer))
            let sample = try #require(try samples()["desk/matter"])
            let given = Set(page.fields(submission: "s").names)
            #expect(given.subtracting(sample.names) == [])
            let frame: Set<String> = [
                "lang", "isEnglish", "title", "theme", "large", "countyName", "hotline", "csrf", "path", "assetVersion",
                "stylesheet", "script", "otherLanguageURL", "largeURL", "notice", "hasErrors", "errors", "staffName",
                "unitName", "roleNames", "canRegister", "canOversee", "canFindPeople", "onOversight", "onPeople",
                "queueGroups", "query", "nowText", "canSupervise", "isSupervised", "onSupervision", "onAsked",
                "lookText", "canSeeLooks", "canAdminister", "onAdmin", "canKeepTexts", "onTexts", "canReceive",
                "onReception",
            ]
            // The page adds them where files are kept.
            let files: Set<String> = [
                "takesFiles", "fileAccept", "fileMost", "fileMostCount", "fileMostBytes", "fileErrors", "filesError",
                "keptFiles", "hasKeptFiles", "canAttach", "attachOpen", "attachShown", "attachReporters", "files",
                "hasFiles",
            ]
            #expect(Set(sample.names).subtracting(given).subtracting(frame).subtracting(files) == [])
        }
    }

    @Test("masks keep what identifies a person")
    func masks() {
        #expect(ContactMask.phone("138 0000 0027") == "138••••0027")
        #expect(ContactMask.phone("12345") == "••••")
        #expect(ContactMask.phone("0990-0000011") == "099••••0011")
        #expect(ContactMask.address("锦绣家园三号楼二单元") == "锦绣家园三••••")
        #expect(!ContactMask.identity("990101199001011234").contains("9"))
    }

    @Test("times of day: read, refused, never in the future")
    func times() throws {
        let now = Instant(milliseconds: 1_779_331_320_000)
        let text = LocalTime.text(now, .shanghai)
        #expect(try LocalTime.instant(text, .shanghai, now: now, field: "when") == now)
        #expect(try LocalTime.instant("", .shanghai, now: now, field: "when") == nil)
        for wrong in ["gestern", "2026-05-21T25:00", "2026-02-30T10:00", "2026-05-21T10"] {
            #expect(throws: PlainError(.invalid, "date.invalid", field: "when")) {
                try LocalTime.instant(wrong, .shanghai, now: now, field: "when")
            }
        }
        #expect(throws: PlainError(.invalid, "date.future", field: "when")) {
            try LocalTime.instant("2027-01-01T00:00", .shanghai, now: now, field: "when")
        }
    }

    @Test("an interval that statisticians know")
    func wilson() {
        let (low, high) = OversightModel.wilson(8, of: 10)
        #expect([low, high] == [49, 94])
        #expect(OversightModel.wilson(0, of: 0).high == 100)
    }

    @Test("what was searched for is marked, and nothing is lost")
    func marks() {
        let pieces = SearchPageMarks.texts("早上水发黄，晚上水也发黄", "水发黄")
        #expect(pieces.joined() == "早上水发黄，晚上水也发黄")
        #expect(pieces.contains("水发黄"))
    }
}

private enum SearchPageMarks {
    static func texts(_ snippet: String, _ query: String) -> [String] {
        Desk.marked(snippet, query).compactMap { piece in
            if case .text(let text)? = piece["text"] { text } else { nil }
        }
    }
}
