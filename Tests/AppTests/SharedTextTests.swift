import Casework
import Kernel
import Ledger
import Operations
import Organisation
import Storage
import StorageTestKit
import Testing
import Workbench

/// Texts that others rely on change with a reason and from a day on; text and record change in one transaction.
@Suite struct SharedTextTests {
    private struct Desk {
        let installation: Installation
        let keeper: Actor
        let staff: StaffID
        let unit: UnitID
        let today: LocalDate

        var organisation: OrganisationStore { installation.organisation }
        var workbench: Workbench { installation.workbench }

        func draft(_ name: String, _ body: String = "您好。[[哪天]]修好了。") -> CannedDraft {
            CannedDraft(
                name: name, form: .reply, category: nil, unit: unit, owner: staff, validUntil: today.adding(days: 90),
                body: body)
        }

        /// As a form does it.
        @discardableResult
        func commit(
            _ draft: CannedDraft, _ known: CannedText? = nil, isRetired: Bool = false, on days: Int = 0,
            submission: String? = nil
        ) async throws -> ChangeOutcome {
            let day = today.adding(days: days)
            let proposal = try workbench.proposal(
                draft, isRetired: isRetired, of: known, version: known?.version ?? 0, by: staff, from: day)
            let workbench = self.workbench
            return try await organisation.commit(
                ChangeOrder(
                    .readyText(proposal.change), because: "新的办法", on: day, today: today, submission: submission),
                by: keeper, preparing: { tx in try workbench.wait(proposal, in: tx) })
        }

        func text(_ name: String) async throws -> CannedText? {
            try await workbench.cannedTexts(of: [unit]).first { $0.draft.name == name }
        }

        func code(_ body: () async throws -> Void) async -> String {
            do {
                try await body()
                return ""
            } catch let error as PlainError {
                return error.code
            } catch {
                return "\(error)"
            }
        }
    }

    private func withDesk(_ body: (Desk) async throws -> Void) async throws {
        for engine in [Dialect.Engine.sqlite, .postgres] {
            try await withSettings(engine) { settings, _ in
                try await loadDemo(settings, matters: 1)
                try await withInstallation(settings, .existing) { installation in
                    let organisation = try await installation.organisation.current()
                    let root = try #require(organisation.roots.first)
                    let keeper = try #require(organisation.whoMay(.keepTexts, on: root).first?.staff)
                    try await body(
                        Desk(
                            installation: installation, keeper: .staff(keeper.id, unit: keeper.unit),
                            staff: keeper.id, unit: root, today: installation.casework.today))
                    #expect(try await StoreVerification(installation).run().differences == [])
                }
            }
        }
    }

    @Test func aTextComesChangesAndGoesWithItsReason() async throws {
        try await withDesk { desk in
            #expect(try await desk.commit(desk.draft("路灯"), submission: "one") == .done)
            #expect(try await desk.commit(desk.draft("路灯"), submission: "one") == .done, "sent twice")
            let first = try #require(try await desk.text("路灯"))
            #expect(try await desk.workbench.cannedTexts(of: [desk.unit]).count { $0.draft.name == "路灯" } == 1)
            #expect(await desk.code { try await desk.commit(first.draft, first) } == "change.nothing")
            #expect(try await desk.commit(desk.draft("路灯", "您好。灯修好了。"), first) == .done)
            #expect(await desk.code { try await desk.commit(desk.draft("灯"), first) } == "canned.changed")
            let second = try #require(try await desk.text("路灯"))
            #expect(second.version == 2 && second.draft.body == "您好。灯修好了。")
            #expect(try await desk.commit(second.draft, second, isRetired: true) == .done)
            #expect(try await desk.text("路灯") == nil)
            var wanted = HistoryRequest()
            wanted.topic = .vocabulary
            wanted.limit = 3
            let lines = try await desk.organisation.history(wanted).lines
            #expect(lines.allSatisfy { $0.kind == "readyTextChanged" && $0.reason == "新的办法" })
            #expect(lines.map { $0.changes.map(\.field) }.prefix(2) == [[.retired], [.words]])
            #expect(
                lines.last?.subject == .readyText("路灯") && lines.last?.changes.contains { $0.field == .title } == true)
            #expect(
                try await desk.organisation.reasons(ofText: first.id) == [1: "新的办法", 2: "新的办法", 3: "新的办法"])
            // The record names the words by their hash alone.
            let words = try await desk.installation.database.read { tx in
                try tx.rows("SELECT body FROM events WHERE kind = 'readyTextChanged'").map { try $0.text(0) }
            }
            #expect(words.count == 3 && !words.contains { $0.contains("修好了") })
        }
    }

    @Test func aLaterDayWaitsAndCanBeTakenBack() async throws {
        try await withDesk { desk in
            try await desk.commit(desk.draft("井盖"))
            let text = try #require(try await desk.text("井盖"))
            guard case .scheduled(let plan) = try await desk.commit(desk.draft("井盖", "新的话。"), text, on: 2) else {
                Issue.record("not scheduled")
                return
            }
            #expect(try await desk.text("井盖") == text)
            #expect(try await desk.workbench.waitingText(text.id)?.draft.body == "新的话。")
            #expect(await desk.code { try await desk.commit(desk.draft("井盖", "又改。"), text) } == "canned.waits")
            #expect(
                await desk.code {
                    try await desk.workbench.renewCanned(
                        text.id, until: desk.today.adding(days: 120), version: 1, by: desk.staff)
                } == "canned.waits")
            try await desk.organisation.withdraw(plan, because: "先不改", by: desk.keeper)
            #expect(try await desk.workbench.waitingText(text.id) == nil)
            try await desk.commit(desk.draft("井盖", "后天的话。"), text, on: 2)
            try await desk.commit(desk.draft("新井盖"), on: 2)
            let organisation = desk.organisation
            #expect(try await organisation.carryOutPlans(today: desk.today.adding(days: 1)) == 0)
            #expect(try await organisation.carryOutPlans(today: desk.today.adding(days: 2)) == 2)
            let now = try #require(try await desk.text("井盖"))
            #expect(now.version == 2 && now.draft.body == "后天的话。" && now.changedBy == desk.staff)
            #expect(try await desk.text("新井盖")?.version == 1)
            #expect(try await desk.workbench.waitingText(text.id) == nil)
            #expect(try await organisation.reasons(ofText: text.id)[2] == "新的办法")
        }
    }

    @Test func whoMayNotKeepTextsOfAUnitChangesNone() async throws {
        try await withDesk { desk in
            let organisation = try await desk.organisation.current()
            let handler = try #require(
                organisation.allStaff.first { member in
                    member.isActive && member.grants.map(\.role) == [.handler] && member.unit != desk.unit
                })
            let other = Desk(
                installation: desk.installation, keeper: .staff(handler.id, unit: handler.unit), staff: handler.id,
                unit: desk.unit, today: desk.today)
            #expect(await desk.code { try await other.commit(other.draft("别人的")) } == "permission.denied")
            #expect(try await desk.text("别人的") == nil, "nothing waits either")
            let left = try await desk.installation.database.read { try $0.first("SELECT 1 FROM canned_waiting") }
            #expect(left == nil)
        }
    }
}
