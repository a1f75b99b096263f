import Casework
import Foundation
import Kernel
import Organisation
import Testing

@testable import Web

/// Changes of categories and units are tried where their difference is shown; the way on leads from the result.
@Suite("Trials of categories and units: pages") struct TrialPagesTests {
    private func letters(_ county: RulebookCounty) async throws {
        for (index, category) in ["01.01.01", "01.01.02", "01.01.02"].enumerated() {
            var registration = Registration(channel: .web, body: "第 \(index) 封信：水发黄。")
            registration.category = category
            let receipt = try await county.casework.register(
                registration, submission: "l\(index)", by: .newReporter)
            guard index > 0 else { continue }
            try await county.casework.dispatch(
                receipt.caseID, to: .entry(id: "1", version: 1), version: 1, by: try await county.viewer("dispatcher"))
        }
    }

    @Test("a category that would end: numbers for whoever keeps the tree, lists for whoever sees matters")
    func categories() async throws {
        try await withRulebook { county in
            try await letters(county)
            let admin = try await county.web.signedIn("admin")
            let form = try await admin.get("/admin/categories/line?code=01.01.02")
            let draft = try await admin.submit(
                form, to: "/admin/categories/line", [("act", "retire"), ("code", "01.01.02"), ("successor", "")])
            let page = try await admin.get(draft.next)
            #expect(page.body.contains("先试一试"))
            let trial = try await admin.fill(page, to: "\(draft.next)/trial", [("period", "1")])
            #expect(try await admin.get(trial.next).body.contains("正在试算"))
            #expect(try await county.casework.runTrial() == 3)
            for language in ["zh-Hans", "en"] {
                let result = try await admin.get("\(trial.next)?lang=\(language)")
                #expect(result.status == 200 && !result.body.contains("rulebook."), "\(language)")
                #expect(!result.body.contains("/matters?"), "numbers only")
            }
            let result = try await admin.get("\(trial.next)?lang=zh-Hans")
            #expect(result.body.contains("看了 3 件，2 件的类别会变：0 件有接替的类别，2 件没有"))
            #expect(result.body.contains("所以这里只有数") && result.body.contains("限看的事项"))
            #expect(try await admin.get("\(trial.next)/matters?measure=category").status == 403)
            #expect(try await admin.get(draft.next).body.contains(trial.next), "found again from the draft")

            let supervisor = try await county.web.signedIn("supervisor")
            let open = try await supervisor.get(trial.next)
            let links = open.body.matches(of: /href="([^"]+\/matters\?[^"]*)"[^>]*>(\d+)</)
            #expect(links.count >= 3)
            for link in links {
                let list = try await supervisor.get(String(link.1).replacing("&amp;", with: "&"))
                #expect(list.body.components(separatedBy: "/desk/matter/").count - 1 == Int(link.2), "\(link.1)")
            }
            // Once it is in force, the lists are closed and the page says why.
            let done = try await admin.fill(
                page, to: "\(draft.next)/load", [("from", "\(county.casework.today)"), ("reason", "合并类别")])
            #expect(done.status == 303)
            let later = try await supervisor.get(trial.next)
            #expect(later.body.contains("这是当时的结果") && !later.body.contains("/matters?"))
            #expect(try await supervisor.get("\(trial.next)/matters?measure=category").status == 409)
        }
    }

    @Test("a unit that would end: tried from the page that shows the difference, and the way on from the result")
    func units() async throws {
        try await withRulebook { county in
            try await letters(county)
            let organisation = try await county.organisation.current()
            let water = try #require(organisation.unit(code: "water")).id
            let roads = try #require(organisation.unit(code: "roads")).id
            let admin = try await county.web.signedIn("admin")
            let path = "/admin/units/\(water)/end"
            let form = try await admin.get(path)
            let typed = [("successor", "\(roads)"), ("reason", "机构改革"), ("effective", "\(county.casework.today)")]
            let shown = try await admin.submit(form, to: path, typed)
            #expect(shown.status == 200 && shown.body.contains("先试一试"))
            let trial = try await admin.fill(shown, to: "\(path)/trial", [("period", "1")])
            #expect(trial.status == 303 && trial.next.hasPrefix("/admin/trial/"), "\(trial.body.prefix(600))")
            #expect(try await county.organisation.current().unit(water)?.successor == nil, "nothing is changed")
            #expect(try await county.casework.runTrial() == 3)
            for language in ["en", "zh-Hans"] {
                let result = try await admin.get("\(trial.next)?lang=\(language)")
                #expect(result.status == 200 && !result.body.contains("rulebook."), "\(language)")
                #expect(!result.body.contains("/matters?"))
            }
            let result = try await admin.get(trial.next)
            #expect(result.body.contains("要移交的在办工作") && result.body.contains("派过去的"))
            #expect(result.body.contains("没有变化") && result.body.contains("由别人复查"))
            // The way on shows the difference with the reason that is typed now, and then does it.
            let again = [("reason", "试过了"), ("effective", "\(county.casework.today)")]
            let next = try await admin.fill(result, to: path, again)
            #expect(next.status == 200 && next.body.contains("试过了"))
            let done = try await admin.fill(next, to: path, [])
            #expect(done.status == 303)
            #expect(try await county.organisation.current().unit(water)?.successor == roads)

            let handler = try await county.web.signedIn("handler")
            #expect(try await handler.get(trial.next).status == 403)
            #expect(try await handler.submit(form, to: "\(path)/trial", typed).status == 403)
        }
    }

    @Test("what cannot be changed cannot be tried, and what changes no way offers no trial")
    func impossible() async throws {
        try await withRulebook { county in
            let organisation = try await county.organisation.current()
            let (water, office) = (
                try #require(organisation.unit(code: "water")), try #require(organisation.unit(code: "county"))
            )
            let admin = try await county.web.signedIn("admin")
            let path = "/admin/units/\(water.id)/end"
            let form = try await admin.get(path)
            let refused = try await admin.submit(
                form, to: "\(path)/trial", [("successor", "\(water.id)"), ("reason", "x"), ("period", "1")])
            #expect(refused.status == 422)
            let unknown = try await admin.submit(form, to: "\(path)/trial", [("successor", "7"), ("period", "1")])
            #expect([404, 422].contains(unknown.status))
            #expect(try await county.casework.trials.latest(.units).isEmpty)
            let change = "/admin/units/\(water.id)/change"
            let renamed = try await admin.submit(
                try await admin.get(change), to: change,
                [("nameZh", "县水利局"), ("kind", "department"), ("reason", "改名"), ("effective", "")])
            #expect(renamed.status == 200 && !renamed.body.contains("先试一试"))
            let add = "/admin/units/\(office.id)/add"
            let shown = try await admin.submit(
                try await admin.get(add), to: add,
                [
                    ("code", "market"), ("nameZh", "县市场监管局"), ("kind", "department"), ("reason", "新设"),
                    ("effective", "\(county.casework.today)"),
                ])
            let trial = try await admin.fill(shown, to: "\(add)/trial", [("period", "all")])
            #expect(try await county.casework.runTrial() == 0, "no matter at all")
            let result = try await admin.get(trial.next)
            #expect(result.body.contains("县市场监管局") && result.body.contains("name=\"code\" value=\"market\""))
        }
    }
}
