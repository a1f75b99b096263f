import Casework
import Kernel
import Organisation
import Testing
import Workbench

@testable import Web

@Suite("Workbench: a list and the place in it")
struct DeskPlaceTests {
    @Test("an address keeps conditions, order and place")
    func address() throws {
        let text =
            "unit?category=01.02&unit=7&channel=call&area=990101001&clock=near&sort=changed"
            + "&after=1779331320000.9&at=1779331320001.8&n=27"
        let place = try #require(ListPlace(text))
        #expect(place.text == text)
        #expect(place.start == 26)
        #expect(place.saved == "unit?category=01.02&unit=7&channel=call&area=990101001&clock=near&sort=changed")
        #expect(ListPlace("unit")?.text == "unit")
    }

    @Test(
        "what does not belong is left out",
        arguments: [
            ("mine?sort=changed&after=2026-05-21.9", "mine?sort=changed"), ("overdue?sort=changed", "overdue"),
            ("unit?clock=purple&channel=pigeon&n=-3", "unit"), ("unit?tag=troublemaker", "unit"),
        ])
    func strange(_ text: String, _ kept: String) throws {
        #expect(try #require(ListPlace(text)).text == kept)
    }

    @Test("strange lists are none", arguments: ["", "nobody", "//evil", "mine/../x"])
    func none(_ text: String) { #expect(ListPlace(text) == nil) }

    @Test("next and previous walk the same way in every order", arguments: QueueSort.allCases)
    func walk(_ sort: QueueSort) async throws {
        try await withDesk { county in
            for _ in 0..<28 {
                _ = try await county.letter()
                county.web.clock.advance(seconds: 60)
            }
            let dispatcher = try await county.web.signedIn("dispatcher")
            let list = "/desk/queue/unassigned?category=01&sort=\(sort.rawValue)"
            var way = [String]()
            var answer = try await dispatcher.get("/desk/queue/unassigned/next?category=01&sort=\(sort.rawValue)")
            while let location = answer["Location"], location.hasPrefix("/desk/matter/") {
                way.append(location)
                answer = try await dispatcher.get(Self.link("next", on: try await dispatcher.get(location)))
            }
            #expect(way.count == 28 && Set(way.map { $0.prefix { $0 != "?" } }).count == 28)
            #expect(answer["Location"]?.contains("done=queueEnd") == true)
            let page = try await dispatcher.get(list)
            let number = String(way[3].dropFirst(13).prefix { $0 != "?" })
            #expect(page.body.contains(number))
            // Back over the edge of the page, to the very same addresses.
            for index in [26, 25, 24, 23] {
                let before = try await dispatcher.get(Self.link("prev", on: try await dispatcher.get(way[index + 1])))
                #expect(before["Location"] == way[index])
            }
            // The way back leads to the page with this line.
            let back = try await dispatcher.get(Self.back(on: try await dispatcher.get(way[26])))
            #expect(back.body.contains("id=\"here\"") && back.body.split(separator: "<tr data-row").count - 1 == 3)
        }
    }

    @Test("filter, order and place survive every act")
    func survives() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            let handler = try await county.web.signedIn("handler")
            let place = "unit?category=01&sort=changed&at=1779331320000.5&n=1"
            let path = "/desk/matter/\(receipt.number)"
            let page = try await handler.get("\(path)?queue=\(Form.escaped(place))")
            #expect(page.hidden("queue")?.replacing("&amp;", with: "&") == place)
            let answer = try await handler.submit(page, to: "\(path)/note", [("body", "看过。"), ("queue", place)])
            #expect(answer["Location"] == "\(path)?queue=\(Form.escaped(place))&done=note")
            let preview = try await handler.submit(
                page, to: "\(path)/reply",
                [
                    ("outcome", "explained"), ("request", "查"), ("facts", "查了。"), ("body", "6 月 1 日洗。"),
                    ("basis", "甲规定"), ("step", "preview"), ("queue", place),
                ])
            #expect(preview.hidden("queue")?.replacing("&amp;", with: "&") == place)
        }
    }

    @Test("conditions narrow the list")
    func narrow() async throws {
        try await withDesk { county in
            _ = try await county.letter()
            let dispatcher = try await county.web.signedIn("dispatcher")
            func lines(_ query: String) async throws -> Int {
                let page = try await dispatcher.get("/desk/queue/unassigned?\(query)")
                #expect(page.status == 200)
                return page.body.split(separator: "<tr data-row").count - 1
            }
            #expect(try await lines("channel=web") == 1)
            #expect(try await lines("channel=call") == 0)
            #expect(try await lines("area=990101001") == 0)
            #expect(try await lines("clock=over") == 0)
            let tones = try await [
                lines("clock=today"), lines("clock=near"), lines("clock=plenty"), lines("clock=none"),
            ]
            #expect(tones.reduce(0, +) == 1)
        }
    }

    @Test("a list is kept under a name, shared with the unit, and taken away")
    func saved() async throws {
        try await withDesk { county in
            _ = try await county.letter()
            let dispatcher = try await county.web.signedIn("dispatcher")
            let page = try await dispatcher.get("/desk/queue/unassigned?category=01")
            let answer = try await dispatcher.submit(
                page, to: "/desk/filters", [("address", "unassigned?category=01"), ("name", "水电"), ("shared", "1")])
            #expect(answer["Location"] == "/desk/queue/unassigned?category=01&done=filterSaved")
            let colleague = try await county.web.signedIn("dispatcher2")
            let shared = try await colleague.get("/desk/queue/unassigned?category=01")
            #expect(shared.body.contains("<span>水电</span>") && shared.body.contains("存下的筛选"))
            let stranger = try await county.web.signedIn("stranger")
            #expect(!(try await stranger.get("/desk/queue/unit")).body.contains("<span>水电</span>"))
            let nameless = try await dispatcher.submit(
                page, to: "/desk/filters", [("address", "unassigned?category=01"), ("name", " ")])
            #expect(nameless["Location"] == "/desk/queue/unassigned?category=01&error=nameMissing")
            let id = try #require(shared.hidden("id"))
            _ = try await colleague.submit(
                shared, to: "/desk/filters/remove", [("id", id), ("address", "unassigned?category=01")])
            #expect(!(try await colleague.get("/desk/queue/unassigned")).body.contains("<span>水电</span>"))
        }
    }

    static func link(_ rel: String, on page: TestClient.Answer) -> String {
        guard let start = page.body.firstRange(of: "rel=\"\(rel)\" href=\"") else { return "/" }
        return String(page.body[start.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
    }

    static func back(on page: TestClient.Answer) -> String {
        guard let start = page.body.firstRange(of: "class=\"wb-back\" href=\"") else { return "/" }
        let href = String(page.body[start.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
        return String(href.prefix { $0 != "#" })
    }
}

@Suite("Workbench: drafts and who is here")
struct DeskDraftTests {
    @Test("a draft comes back, is not overwritten by an older one, and goes when it is sent")
    func drafts() async throws {
        try await withDesk { county in
            let path = "/desk/matter/\(try await county.accepted().number)"
            let first = try await county.web.signedIn("handler")
            let second = try await county.web.signedIn("handler")
            let page = try await first.get(path)
            let quiet = [("base", "0"), ("quiet", "1")]
            let saved = try await first.submit(page, to: "\(path)/draft?form=note", quiet + [("body", "看过台账<b>")])
            #expect(saved.body.hasPrefix("saved\n"))
            let other = try await second.get(path)
            #expect(other.body.contains("看过台账&lt;b&gt;</textarea>"))
            #expect(other.body.contains("的草稿"))
            let stale = try await second.submit(page, to: "\(path)/draft?form=note", quiet + [("body", "旧的")])
            // The page's secret is that of the other session, so it is taken from its own page.
            #expect(stale.status != 200)
            let older = try await second.submit(other, to: "\(path)/draft?form=note", quiet + [("body", "旧的")])
            #expect(older.body.hasPrefix("newer\n"))
            let byHand = try await second.submit(
                other, to: "\(path)/draft?form=note", [("base", "0"), ("draft", "keep"), ("body", "旧的")])
            #expect(byHand.status == 422 && byHand.body.contains("旧的</textarea>"))
            _ = try await first.submit(page, to: "\(path)/note", [("body", "看过台账。")])
            #expect(!(try await second.get(path)).body.contains("看过台账&lt;b&gt;</textarea>"))
            let gone = try await second.submit(
                other, to: "\(path)/draft?form=note", [("base", "5"), ("quiet", "1"), ("body", "旧的")])
            #expect(gone.body.hasPrefix("gone\n"))
        }
    }

    @Test("only who may see the matter keeps drafts there, and only the successor opens a colleague's")
    func rights() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            let path = "/desk/matter/\(receipt.number)"
            let stranger = try await county.web.signedIn("stranger")
            let away = try await stranger.get("/desk/queue/unit")
            let quiet = [("base", "0"), ("quiet", "1"), ("body", "x")]
            #expect(try await stranger.submit(away, to: "\(path)/draft?form=note", quiet).status == 404)
            #expect(try await stranger.submit(away, to: "\(path)/here", []).status == 404)

            let colleague = try await county.web.signedIn("handler2")
            let theirs = try await colleague.get(path)
            let kept = try await colleague.submit(theirs, to: "\(path)/draft?form=note", quiet)
            #expect(kept.body.hasPrefix("saved\n"))
            let author = "\(try await county.viewer("handler2").staff.id)"
            let handler = try await county.web.signedIn("handler")
            let page = try await handler.get(path)
            #expect(page.body.contains("经办乙") && page.body.contains("接着写"))
            let dispatcher = try await county.web.signedIn("dispatcher")
            let foreign = try await dispatcher.get(path)
            #expect(!foreign.body.contains("接着写"))
            let take = [("draft", "take"), ("from", author)]
            #expect(try await dispatcher.submit(foreign, to: "\(path)/draft?form=note", take).status == 403)
            #expect(try await handler.submit(page, to: "\(path)/draft?form=note", take).status == 303)
            #expect(try await handler.get(path).body.contains("x</textarea>"))
        }
    }

    @Test("who is here is said in words and forgotten")
    func presence() async throws {
        try await withDesk { county in
            let path = "/desk/matter/\(try await county.accepted().number)"
            let handler = try await county.web.signedIn("handler")
            let colleague = try await county.web.signedIn("handler2")
            let page = try await handler.get(path)
            #expect(try await handler.submit(page, to: "\(path)/here", []).body.isEmpty)
            let theirs = try await colleague.get(path)
            #expect(theirs.body.contains("经办甲也开着这一件"))
            #expect(try await colleague.submit(theirs, to: "\(path)/here", [("writing", "1")]).body == "经办甲也开着这一件")
            #expect(try await handler.submit(page, to: "\(path)/here", []).body == "经办乙正在这一件上写")
            _ = try await colleague.submit(theirs, to: "\(path)/here", [("leaving", "1")])
            #expect(try await handler.submit(page, to: "\(path)/here", []).body.isEmpty)
            county.web.clock.advance(seconds: 60)
            #expect(!(try await colleague.get(path)).body.contains("也开着这一件"))
        }
    }
}
