import Kernel
import Ledger
import Organisation
import Testing

@testable import Casework

@Suite("The paper original, and texts that were kept ready") struct PaperTests {
    @Test func paperIsPutAwayMovedAndFound() async throws {
        try await withCounty { county in
            let receipt = try await county.register()
            let clerk = try await county.viewer("clerk")
            try await county.casework.shelve(receipt.caseID, mark: "窗口待归档盒", submission: "s1", by: clerk)
            // Sent twice, it is once.
            try await county.casework.shelve(receipt.caseID, mark: "窗口待归档盒", submission: "s1", by: clerk)
            #expect(try await county.casework.search("待归档盒", for: clerk).hits.map(\.number) == [receipt.number])
            try await county.casework.shelve(
                receipt.caseID, mark: "2026-信-0148，东库 3 柜", submission: "s2", by: clerk)
            let file = try await county.casework.file(number: receipt.number, for: clerk)
            #expect(file.state.shelves.map { file.text($0.mark) } == ["窗口待归档盒", "2026-信-0148，东库 3 柜"])
            #expect(file.state.shelves.map(\.by) == [clerk.actor, clerk.actor])
            // Only where it is now is found; what was before stays in the history.
            #expect(try await county.casework.search("东库", for: clerk).hits.map(\.number) == [receipt.number])
            #expect(try await county.casework.search("待归档盒", for: clerk).hits.isEmpty)
            for entry in file.entries { #expect(!entry.stored.data.contains("东库")) }
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func theSameMarkAgainIsToldAndWhoHandlesDoesNotShelve() async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let clerk = try await county.viewer("clerk")
            let before = try await county.state(receipt.caseID).version
            try await county.casework.shelve(receipt.caseID, mark: "东库 3 柜", submission: "s1", by: clerk)
            // Whoever is writing the reply meanwhile is not disturbed.
            #expect(try await county.state(receipt.caseID).version == before)
            #expect(
                await plainCode {
                    try await county.casework.shelve(receipt.caseID, mark: " 东库 3 柜 ", submission: "s2", by: clerk)
                } == "shelf.same")
            #expect(
                await plainCode {
                    try await county.casework.shelve(receipt.caseID, mark: "\n", submission: "s3", by: clerk)
                } == "text.missing")
            let handler = try await county.viewer("handler")
            #expect(
                await plainCode {
                    try await county.casework.shelve(receipt.caseID, mark: "抽屉", submission: "s4", by: handler)
                } == "permission.missing")
        }
    }

    @Test(
        "gaps and fields that nobody filled are not sent",
        arguments: [
            ("[[哪天]]洗好了。", "canned.gap"), ("{{due}}前答复。", "canned.field"), ("洗好了]]", "canned.gap"),
            ("洗好了[[", "canned.gap"),
        ])
    func gaps(_ body: String, _ code: String) async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let handler = try await county.viewer("handler")
            let state = try await county.state(receipt.caseID)
            #expect(
                await plainCode {
                    try await county.casework.reply(
                        receipt.caseID, County.opinion(.solved, body), version: state.version, by: handler)
                } == code)
            #expect(
                await plainCode {
                    try await county.casework.sendMessage(receipt.caseID, text: body, submission: "m", by: handler)
                } == code)
            #expect(
                await plainCode {
                    try await county.casework.note(receipt.caseID, text: body, submission: "n", by: handler)
                } == code)
            #expect(try await county.state(receipt.caseID).reply == nil)
        }
    }

    @Test func whatWasUsedStandsInTheEventAsCodes() async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let handler = try await county.viewer("handler")
            let use = CannedUse(id: CannedTextID(rawValue: 71), version: 3, edited: false)
            try await county.casework.sendMessage(
                receipt.caseID, text: "需要多些时间。", canned: [use], submission: "m", by: handler)
            var draft = County.opinion()
            draft.canned = [use]
            try await county.casework.reply(
                receipt.caseID, draft, version: try await county.state(receipt.caseID).version, by: handler)
            let file = try await county.casework.file(number: receipt.number, for: handler)
            #expect(file.state.reply?.canned == [use])
            let stored = try #require(file.entries.last { $0.stored.kind == "replied" }).stored.data
            #expect(stored.contains(#""canned":[{"edited":false,"id":71,"version":3}]"#))
            let message = try #require(file.entries.first { $0.stored.kind == "messaged" })
            guard case .messaged(let p) = message.event else { return #expect(Bool(false)) }
            #expect(p.canned == [use])
            #expect(try await county.findings().isEmpty)
        }
    }
}
