import Casework
import Kernel
import Organisation
import Testing

@testable import Web

/// The reply of each kind of matter, applications for information, and the desk form.
@Suite("Workbench: replies and registration")
struct DeskReplyTests {
    private func path(_ receipt: CaseReceipt) -> String { "/desk/matter/\(receipt.number)" }

    @Test("an opinion letter says everything that is missing, beside its field, and its preview shows all")
    func opinion() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            let handler = try await county.web.signedIn("handler")
            var page = try await handler.get(path(receipt))
            #expect(page.body.contains("id=\"reply-request\"") && !page.body.contains("id=\"reply-answer\""))
            page = try await handler.submit(
                page, to: "\(path(receipt))/reply", [("outcome", "solved"), ("body", " "), ("step", "preview")])
            for anchor in ["reply-body", "reply-request", "reply-facts", "reply-execution"] {
                #expect(page.body.contains("href=\"#\(anchor)\""), "\(anchor)")
            }
            let draft = [
                ("outcome", "partly"), ("request", "洗水箱"), ("facts", "八个月没有洗。"), ("body", "六月一日洗。"),
                ("law", "XF-32"), ("law", "没有这一条的"), ("execution", "promised"), ("executionDue", "2020-01-01"),
                ("promiseText1", "送水"), ("promiseDue1", ""), ("step", "preview"),
            ]
            page = try await handler.submit(page, to: "\(path(receipt))/reply", draft)
            #expect(page.status == 422)
            for anchor in ["reply-law", "reply-executionDue", "reply-promiseDue1"] {
                #expect(page.body.contains("href=\"#\(anchor)\""), "\(anchor)")
            }
            #expect(page.body.contains("value=\"没有这一条的\"") && page.body.contains("value=\"送水\""))
            let right = [
                ("outcome", "partly"), ("request", "洗水箱"), ("facts", "八个月没有洗。"), ("body", "六月一日洗。"),
                ("law", "XF-32"), ("law", "《信访工作条例》第 34 条"), ("execution", "promised"),
                ("executionDue", "2026-06-01"), ("promiseText1", "送水"), ("promiseDue1", "2026-05-22"),
            ]
            let preview = try await handler.submit(page, to: "\(path(receipt))/reply", right + [("step", "preview")])
            for text in ["洗水箱", "八个月没有洗。", "《信访工作条例》第 32 条", "送水，最晚 5 月 22 日", "落实答复里支持的事项"] {
                #expect(preview.body.contains(text), "\(text)")
            }
            #expect(
                try await handler.submit(preview, to: "\(path(receipt))/reply", right + [("step", "sign")]).status
                    == 303)
            let reply = try #require(try await county.state(receipt).reply)
            #expect(reply.law == ["XF-32", "XF-34"])
            page = try await handler.get(path(receipt))
            #expect(page.body.contains("八个月没有洗。") && page.body.contains("《信访工作条例》第 34 条"))
            for part in ["?lang=en", "/letter", "/file"] {
                #expect(try await handler.get(path(receipt) + part).status == 200)
            }
        }
    }

    @Test("two people sign at once: both opinions stand side by side")
    func conflict() async throws {
        try await withDesk { county in
            let receipt = try await county.accepted()
            let (first, second) = (try await county.web.signedIn("handler"), try await county.web.signedIn("handler2"))
            let (one, two) = (try await first.get(path(receipt)), try await second.get(path(receipt)))
            func draft(_ facts: String) -> [(String, String)] {
                [
                    ("outcome", "solved"), ("request", "洗水箱"), ("facts", facts), ("body", "洗好了，\(facts)"),
                    ("execution", "done"), ("executedOn", "2026-05-01"), ("executionText", "照片归档"),
                    ("step", "sign"),
                ]
            }
            #expect(try await first.submit(one, to: "\(path(receipt))/reply", draft("甲查的。")).status == 303)
            let shown = try await second.submit(two, to: "\(path(receipt))/reply", draft("乙查的。"))
            #expect(shown.status == 409)
            #expect(shown.body.contains("甲查的。") && shown.body.contains("乙查的。"))
        }
    }

    @Test("a suggestion is answered with its adoption")
    func suggestion() async throws {
        try await withDesk { county in
            let receipt = try await county.letter("建议在公园装一排健身器材。")
            try await county.casework.dispatch(
                receipt.caseID, to: .entry(id: "1", version: 1), version: 1, by: try await county.viewer("dispatcher"))
            try await county.casework.accept(
                receipt.caseID, deciding: TriageDraft(sort: .suggestion, route: .ordinary, reason: "建议"),
                version: 2, by: try await county.viewer("handler"))
            let handler = try await county.web.signedIn("handler")
            var page = try await handler.get(path(receipt))
            #expect(page.body.contains("name=\"adoption\"") && !page.body.contains("name=\"outcome\""))
            page = try await handler.submit(page, to: "\(path(receipt))/reply", [("body", "谢谢建议。"), ("step", "sign")])
            #expect(page.status == 422 && page.body.contains("href=\"#reply-adoption\""))
            let answer = try await handler.submit(
                page, to: "\(path(receipt))/reply", [("adoption", "adopted"), ("body", "六月装。"), ("step", "sign")])
            #expect(answer.status == 303, "\(answer.body.suffix(300))")
            #expect(try await county.state(receipt).reply?.outcome == .solved)
        }
    }

    @Test("an application for information: registered at the desk, completed once, others asked, parts kept back")
    func information() async throws {
        try await withDesk { county in
            let clerk = try await county.web.signedIn("clerk")
            var page = try await clerk.get("/desk/new")
            #expect(page.body.contains("name=\"kind\" value=\"information\""))
            let letter = [
                ("channel", "visit"), ("kind", "information"), ("name", "王某"), ("body", "申请公开二次供水检测报告。"),
                ("infoForm", "电子的"), ("urgency", "normal"), ("readBack", "yes"), ("step", "save"),
            ]
            page = try await clerk.submit(page, to: "/desk/new", letter)
            #expect(page.status == 200, "\(page.body.suffix(400))")
            let viewer = try await county.viewer("dispatcher")
            let found = try await county.casework.search("检测报告", for: viewer)
            let number = try #require(found.hits.first?.number)
            let file = try await county.casework.file(number: number, for: viewer)
            #expect(file.state.kind == .information && file.text(file.state.form) == "电子的")
            let (matter, id) = ("/desk/matter/\(number)", file.state.id)
            try await county.casework.dispatch(
                id, to: .unit(try await county.unit("water"), reason: "它有"), version: 1, by: viewer)

            let handler = try await county.web.signedIn("handler")
            page = try await handler.get(matter)
            #expect(page.body.contains("政府信息公开申请") && !page.body.contains("name=\"sort\""))
            #expect(
                try await handler.submit(page, to: "\(matter)/accept", [("route", "ordinary"), ("reason", "本局有")])
                    .status == 303)
            page = try await handler.get(matter)
            #expect(try await handler.submit(page, to: "\(matter)/ask-correction", [("text", "哪一年的")]).status == 303)
            page = try await handler.get(matter)
            #expect(!page.body.contains("id=\"act-ask-correction\""))
            page = try await clerk.get(matter)
            let reporter = "\(file.state.reporters[0].details.id)"
            #expect(
                try await clerk.submit(
                    page, to: "\(matter)/correction", [("reporter", reporter), ("text", "2025 年的"), ("received", "")]
                ).status == 303)
            page = try await handler.get(matter)
            #expect(
                try await handler.submit(page, to: "\(matter)/consult", [("kind", "thirdParty"), ("text", "物业公司")])
                    .status == 303)
            page = try await handler.get(matter)
            #expect(page.body.contains("征求第三方意见") && page.body.contains("暂停"))
            // A second one of the same kind: each has a form and an answer of its own.
            #expect(
                try await handler.submit(page, to: "\(matter)/consult", [("kind", "thirdParty"), ("text", "业委会")])
                    .status == 303)
            page = try await handler.get(matter)
            for mark in ["name=\"position\" value=\"0\"", "name=\"position\" value=\"1\"", "act-consultation-answer-1"]
            {
                #expect(page.body.contains(mark), "\(mark)")
            }
            let wrong = try await handler.submit(
                page, to: "\(matter)/consultation-answer",
                [("kind", "thirdParty"), ("position", "7"), ("answer", "agrees")])
            #expect(wrong.status == 422 || wrong.status == 409)
            #expect(
                try await handler.submit(
                    page, to: "\(matter)/consultation-answer",
                    [("kind", "thirdParty"), ("position", "0"), ("answer", "agrees")]
                ).status == 303)
            let half = try await county.casework.file(number: number, for: viewer).state
            #expect(half.consultations.map { $0.answered != nil } == [true, false], "the one that was meant")
            page = try await handler.get(matter)
            var answer = try await handler.submit(
                page, to: "\(matter)/consultation-answer",
                [("kind", "thirdParty"), ("answer", "objects"), ("text", "")])
            #expect(answer.status == 422)
            answer = try await handler.submit(
                page, to: "\(matter)/consultation-answer",
                [("kind", "thirdParty"), ("answer", "objects"), ("text", "涉及账号")])
            #expect(answer.status == 303)
            page = try await handler.get(matter)
            answer = try await handler.submit(
                page, to: "\(matter)/reply",
                [
                    ("answer", "disclosed"), ("body", "报告附后。"), ("withheldWhat1", "账号"), ("withheldLaw1", ""),
                    ("step", "sign"),
                ])
            #expect(answer.status == 422 && answer.body.contains("href=\"#reply-withheldLaw1\""))
            answer = try await handler.submit(
                page, to: "\(matter)/reply",
                [
                    ("answer", "disclosed"), ("body", "报告附后。"), ("withheldWhat1", "账号"), ("withheldLaw1", "GI-15"),
                    ("law", "GI-36"), ("step", "sign"),
                ])
            #expect(answer.status == 303, "\(answer.body.suffix(300))")
            let state = try await county.casework.file(number: number, for: viewer).state
            #expect(state.reply?.answer == .disclosed && state.reply?.outcome == .partly)
            for language in ["zh-Hans", "en"] {
                #expect(try await handler.get("\(matter)?lang=\(language)").status == 200)
            }
        }
    }

    @Test("a visit by several: at most five speak, everybody gets a slip with an own code")
    func group() async throws {
        try await withDesk { county in
            let clerk = try await county.web.signedIn("clerk")
            let letter = [
                ("channel", "visit"), ("name", "张某"), ("body", "工钱拖了三个月。"), ("urgency", "normal"), ("readBack", "yes"),
                ("step", "save"), ("repName2", "李某"), ("repPhone2", "13900000001"),
                ("members", "赵某，13900000002\n\n钱某"),
            ]
            var page = try await clerk.submit(
                try await clerk.get("/desk/new"), to: "/desk/new", letter + [("groupSize", "3")])
            #expect(page.status == 422 && page.body.contains("href=\"#groupSize\""))
            // Whoever is named first is the first of the five who may speak (Art. 20).
            let rows = page.body.split(separator: "name=\"repName").dropFirst().map { $0.prefix(1) }
            #expect(rows == ["2", "3", "4", "5"])
            #expect(page.body.contains("赵某，13900000002") && page.body.contains("value=\"李某\""))
            page = try await clerk.submit(page, to: "/desk/new", letter + [("groupSize", "12")])
            #expect(page.status == 200, "\(page.body.suffix(500))")
            #expect(page.body.split(separator: "class=\"slip\"").count - 1 == 4)
            for name in ["李某", "赵某", "钱某"] { #expect(page.body.contains(name)) }
            let codes = page.body.matches(of: #/[0-9A-Z]{4}-[0-9A-Z]{4}(?![-0-9A-Z])/#).map { String($0.output) }
            #expect(Set(codes).count == 4)
            let viewer = try await county.viewer("dispatcher")
            let number = try #require(try await county.casework.search("工钱", for: viewer).hits.first?.number)
            page = try await county.web.signedIn("dispatcher").get("/desk/matter/\(number)")
            #expect(page.body.contains("12 人") && page.body.contains("代表"))
        }
    }

    @Test("somebody who comes again is told how far it is, and is registered all the same, tied to the earlier matter")
    func repeated() async throws {
        try await withDesk { county in
            let earlier = try await county.accepted()
            let clerk = try await county.web.signedIn("clerk")
            let letter = [
                ("channel", "call"), ("name", "王女士"), ("body", "水还是黄的，来问问。"), ("urgency", "normal"),
                ("readBack", "yes"),
            ]
            var page = try await clerk.get("/desk/new")
            page = try await clerk.submit(
                page, to: "/desk/new", letter + [("repeatOf", "2605-9999-9"), ("step", "find")])
            #expect(page.status == 422 && page.body.contains("href=\"#repeatOf\""))
            page = try await clerk.submit(
                page, to: "/desk/new", letter + [("repeatOf", earlier.number), ("step", "find")])
            #expect(page.body.contains("他说过的那一件") && page.body.contains("县水务局"))
            page = try await clerk.submit(
                page, to: "/desk/new", letter + [("repeatOf", earlier.number), ("step", "save")])
            #expect(page.status == 200 && page.body.contains("念给他听"), "\(page.body.suffix(400))")
            page = try await county.web.signedIn("handler").get("/desk/matter/\(earlier.number)")
            #expect(page.body.contains("同一件事"), "whoever has it in hand sees that she came again")
        }
    }
}
