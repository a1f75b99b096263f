import Casework
import Kernel
import Ledger
import Organisation
import Testing

@testable import Web

/// Merging and splitting by the forms of their pages.
@Suite("Workbench: matters that are one, matters in parts")
struct MergePageTests {
    private static let second = "锦绣家园三号楼的水发黄半个月了，我家老人喝了不舒服。"

    @Test("suggestions say why, both sides stand next to each other, and nothing happens without a reason")
    func merging() async throws {
        try await withDesk { county in
            let kept = try await county.letter()
            let own = try await county.letter(Self.second)
            let desk = try await county.web.signedIn("dispatcher")
            let path = "/desk/matter/\(own.number)"
            #expect(try await desk.get(path).body.contains("\(path)/merge"))
            let choice = try await desk.get("\(path)/merge")
            #expect(choice.body.contains(kept.number) && choice.body.contains("水发黄半个月了"))
            #expect(try await desk.get("\(path)/merge?look=1").status == 422)
            let unknown = try await desk.get("\(path)/merge?other=2605-0999-9")
            #expect(unknown.status == 422 && unknown.body.contains("value=\"2605-0999-9\""))
            let page = try await desk.get("\(path)/merge?with=\(kept.number)")
            #expect(page.status == 200 && page.body.contains("锦绣家园三号楼的水发黄半个月了，请查一查。"))
            #expect(page.body.contains(Self.second) && page.body.contains("name=\"keep\" value=\"\(kept.number)\""))
            let fields = [
                ("with", kept.number), ("keep", kept.number), ("version-\(kept.number)", "1"),
                ("version-\(own.number)", "1"),
            ]
            let bare = try await desk.submit(page, to: "\(path)/merge", fields + [("reason", " ")])
            #expect(bare.status == 422 && bare.body.contains("id=\"reason-error\""))
            // Somebody wrote a note meanwhile: look again, with the reason kept.
            try await county.casework.note(
                own.caseID, text: "先别动", submission: nil, by: try await county.viewer("dispatcher2"))
            let stale = try await desk.submit(page, to: "\(path)/merge", fields + [("reason", "同一栋楼")])
            #expect(stale.status == 409 && stale.body.contains("同一栋楼</textarea>"))
            let again = fields.dropLast() + [("version-\(own.number)", "2"), ("reason", "同一栋楼")]
            let done = try await desk.submit(stale, to: "\(path)/merge", Array(again))
            #expect(done["Location"] == "/desk/matter/\(kept.number)?done=merged")
            // Its resident has moved along, so only the desk still sees the matter itself.
            let gone = try await county.casework.file(
                number: own.number, for: try await county.viewer("dispatcher")
            ).state
            #expect(gone.phase == .merged && gone.merged?.number == kept.number)
            let twice = try await desk.submit(stale, to: "\(path)/merge", Array(again))
            #expect(twice["Location"] == "/desk/matter/\(kept.number)?done=merged", "sent twice is done once")
            for language in ["zh-Hans", "en"] {
                let shown = try await desk.get("/desk/matter/\(kept.number)?lang=\(language)")
                #expect(shown.body.contains(Self.second) && shown.body.contains(own.number))
                let gone = try await desk.get("\(path)?lang=\(language)")
                #expect(gone.body.contains("/desk/matter/\(kept.number)") && gone.body.contains("\(path)/unmerge"))
                #expect(!gone.body.contains("\(path)/dispatch"))
            }
            let back = try await desk.submit(try await desk.get(path), to: "\(path)/unmerge", [("reason", "是两栋楼")])
            #expect(back["Location"] == "\(path)?done=unmerged")
            #expect(try await county.state(own).phase == .registered)
        }
    }

    @Test("what would harm is refused with a sentence, and linking stands beside it")
    func refusals() async throws {
        try await withDesk { county in
            let answered = try await county.judged()
            let own = try await county.letter(Self.second)
            let desk = try await county.web.signedIn("dispatcher")
            let page = try await desk.get("/desk/matter/\(own.number)/merge?other=\(answered.number)")
            #expect(page.body.contains("已经有答复") && !page.body.contains("id=\"merge-form\""))
            #expect(page.body.contains("/desk/matter/\(own.number)/link"))
            // A unit's own people do not merge.
            let handler = try await county.web.signedIn("handler")
            #expect(try await handler.get("/desk/matter/\(answered.number)/merge").status == 403)
        }
    }

    @Test("a pasted list becomes a table, and each line a matter with its unit")
    func splitting() async throws {
        try await withDesk { county in
            let whole = try await county.letter("停水三天，水还发黄。")
            let desk = try await county.web.signedIn("dispatcher")
            let path = "/desk/matter/\(whole.number)"
            let first = try await desk.get("\(path)/split")
            let few = try await desk.submit(first, to: "\(path)/split", [("step", "preview"), ("lines", "停水")])
            #expect(few.status == 422 && few.body.contains("停水</textarea>"))
            let list = "1、停水 @ 三号楼\n（2）水质发黄 @ 四号楼"
            let table = try await desk.submit(first, to: "\(path)/split", [("step", "preview"), ("lines", list)])
            #expect(table.body.contains("value=\"水质发黄\"") && table.body.contains("value=\"四号楼\""))
            let water = try await county.unit("water")
            let rows = [
                ("step", "split"), ("title1", "停水"), ("place1", "三号楼"), ("category1", ""),
                ("unit1", "\(water)"), ("entry1", ""), ("title2", "水质发黄"), ("place2", "四号楼"), ("unit2", ""),
            ]
            let bare = try await desk.submit(table, to: "\(path)/split", rows + [("reason", "")])
            #expect(bare.status == 422 && bare.body.contains("value=\"四号楼\""))
            let done = try await desk.submit(table, to: "\(path)/split", rows + [("reason", "两件事")])
            #expect(done["Location"] == "\(path)?done=split")
            _ = try await desk.submit(table, to: "\(path)/split", rows + [("reason", "两件事")])
            let state = try await county.state(whole)
            #expect(state.parts.count == 2)
            let page = try await desk.get(path)
            for part in state.parts { #expect(page.body.contains(part.number)) }
            let part = try await county.casework.file(
                number: state.parts[0].number, for: try await county.viewer("handler"))
            #expect(part.state.phase == .dispatched && part.state.lead == water)
            #expect(try await desk.get("/desk/matter/\(state.parts[0].number)/split").body.contains("本身就是一部分"))
        }
    }

    @Test("lines of a list lose their numbers and keep their places")
    func lines() {
        let rows = SplitModel.lines("1. 路灯 @ 东口\n（二）水压低＠12 号楼\n- 噪音\n\n  3）停车")
        #expect(rows.map(\.title) == ["路灯", "水压低", "噪音", "停车"])
        #expect(rows.map(\.place) == ["东口", "12 号楼", "", ""])
    }
}
