import Foundation
import Kernel
import Ledger
import Organisation
import Storage
import Testing

@testable import Casework

/// No. 7 of docs/never.md: nothing closes over somebody who was not told, nothing is dated back, and what a resident wrote
/// stays as it was written.
@Suite struct NeverCloseTests {
    /// Numbers that look random and are the same in every run.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static let second = ReporterID(rawValue: 22)

    /// A life of lawful steps in no sensible order, with two residents; every ending in it is looked at.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func noWayOfCommandsClosesOverSomebodyWhoWasNotTold(_ seed: UInt64) throws {
        var dice = Dice(state: seed &* 7_919)
        var endings: [CasePhase: Int] = [:]
        let starts = try [CasePhase.registered, .inHand, .replied, .delivered, .reviewed].map { phase in
            var life = try Life.at(phase)
            try life.run(.addReporter(Life.details(Self.second), channel: .visit, body: nil))
            return life
        }
        for _ in 0..<100 {
            var life = starts.randomElement(using: &dice) ?? starts[0]
            for _ in 0..<40 {
                let command = Self.command(in: life.state.phase, &dice)
                let before = life.state
                guard let events = try? life.run(command) else { continue }
                if events.contains(where: { if case .closed = $0 { true } else { false } }) {
                    endings[before.phase, default: 0] += 1
                    Self.expectTold(before)
                }
                if Int.random(in: 0..<4, using: &dice) == 0 { life.wait(days: Int.random(in: 1...40, using: &dice)) }
            }
        }
        #expect(endings.count >= 4, "the walk came to few endings: \(endings)")
    }

    private static func expectTold(_ state: CaseState) {
        for reporter in state.reporters where !reporter.withdrawn && !reporter.erased {
            switch state.phase {
            case .routed: #expect(reporter.notices.contains(.route), "not told of the other route")
            default: #expect(reporter.deliveredAt != nil, "\(state.phase): has no reply")
            }
        }
        if let review = state.reviews.last, review.decided != nil,
            let asker = state.reporters.first(where: { $0.details.id == review.asked.reporter }), !asker.withdrawn
        {
            #expect(review.deliveredAt != nil, "the decision was not delivered")
        }
        #expect(state.openExecutions.isEmpty)
        let isOver: Set<CasePhase> = [.judged, .unjudged, .withdrawn, .routed, .reviewed, .concluded]
        #expect(isOver.contains(state.phase))
    }

    private static func command(in phase: CasePhase, _ dice: inout Dice) -> CaseCommand {
        let reporter = Bool.random(using: &dice) ? Life.reporter : second
        let names: [CaseCommand.Name] = [
            .dispatch, .triage, .accept, .reply, .deliver, .deliver, .judge, .endWindow, .close, .close, .close,
            .reopen,
            .withdraw, .askReview, .decideReview, .deliverReview, .deliverNotice, .object, .ruleObjection,
        ]
        switch names.filter({ $0.phases.contains(phase) }).randomElement(using: &dice) ?? .close {
        case .deliver: return .deliver(reporter: reporter, method: .post)
        case .judge:
            let outcome = Judgement.allCases.randomElement(using: &dice) ?? .partly
            return .judge(
                .init(reporter: reporter, outcome: outcome, attitude: nil, answers: FourAnswers(), words: nil))
        case .endWindow: return .endWindow(reporter: reporter)
        case .withdraw: return .withdraw(reporter: reporter, reason: nil)
        case .triage: return Life.triage([LawfulRoute.ordinary, .litigation].randomElement(using: &dice) ?? .ordinary)
        case .deliverNotice: return .deliverNotice(.route, reporter: reporter, method: .post)
        case .askReview:
            let body = Bool.random(using: &dice) ? Life.third : Life.superior
            return .askReview(reporter: reporter, reason: Life.text(), body: body)
        case .decideReview:
            let outcome = ReviewOutcome.allCases.randomElement(using: &dice) ?? .maintain
            return .decideReview(Life.decision(outcome, by: Bool.random(using: &dice) ? Life.third : Life.superior))
        case .deliverReview: return .deliverReview(reporter: reporter, method: .post)
        case let name: return Life.command(name)
        }
    }

    @Test func onlyAnEndingCloses() throws {
        let closing = CasePhase.allCases.filter { CaseCommand.Name.close.phases.contains($0) }
        #expect(Set(closing) == [.judged, .unjudged, .withdrawn, .routed, .reviewed, .concluded])
        for phase in CasePhase.allCases where !closing.contains(phase) {
            var life = try Life.at(phase)
            #expect(throws: CaseError.self) { try life.run(.close(reason: Life.text())) }
        }
    }

    /// Where several wrote, the review of one does not swallow the reply to the others.
    @Test func theOthersHaveTheReplyBeforeItCloses() throws {
        var life = try Life.at(.replied)
        try life.run(.addReporter(Life.details(Self.second), channel: .visit, body: nil))
        try life.run(.deliver(reporter: Life.reporter, method: .post))
        try life.run(.askReview(reporter: Life.reporter, reason: Life.text(), body: Life.third))
        try life.run(.decideReview(Life.decision(.maintain)))
        try life.run(.deliverReview(reporter: Life.reporter, method: .post))
        #expect(throws: CaseError.notTold) { try life.run(.close(reason: Life.text())) }
        var later = life
        try later.run(.deliver(reporter: Self.second, method: .post))
        try later.run(.close(reason: Life.text()))
        try life.run(.askReview(reporter: Life.reporter, reason: Life.text(), body: Life.superior))
        try life.run(.decideReview(Life.decision(.maintain, by: Life.superior)))
        try life.run(.deliverReview(reporter: Life.reporter, method: .post))
        #expect(life.state.phase == .concluded)
        #expect(throws: CaseError.notTold) { try life.run(.close(reason: Life.text())) }
        try life.run(.deliver(reporter: Self.second, method: .post))
        try life.run(.close(reason: Life.text()))
    }

    // MARK: Dates

    @Test func aDeliveryIsNotDatedBackBehindTheReply() async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let handler = try await county.viewer("handler")
            county.clock.advance(days: 10)
            try await county.casework.reply(receipt.caseID, County.opinion(), version: 4, by: handler)
            let signed = county.clock.now()
            county.clock.advance(days: 2)
            for days in [-400, -3, -1] {
                let code = await plainCode {
                    try await county.casework.deliver(
                        receipt.caseID, to: receipt.reporterID, method: .post, at: signed.adding(days: days),
                        by: handler)
                }
                #expect(code == "date.tooEarly", "\(days)")
            }
            // On the day itself the time of day is not argued about; what was signed later was had later.
            try await county.casework.deliver(
                receipt.caseID, to: receipt.reporterID, method: .post, at: signed.adding(seconds: -60), by: handler)
            let state = try await county.state(receipt.caseID)
            #expect(state.reporters[0].deliveredAt == signed)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func whatIsSaidToHappenLaterHappensNow() async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let handler = try await county.viewer("handler")
            try await county.casework.reply(receipt.caseID, County.opinion(), version: 4, by: handler)
            let now = county.clock.now()
            try await county.casework.deliver(
                receipt.caseID, to: receipt.reporterID, method: .post, at: now.adding(days: 300), by: handler)
            #expect(try await county.state(receipt.caseID).reporters[0].deliveredAt == now)
        }
    }

    @Test func noticesAndDecisionsAreNotDatedBackEither() async throws {
        try await withCounty { county in
            let casework = county.casework
            let receipt = try await county.register()
            county.clock.advance(days: 9)
            let draft = TriageDraft(sort: .claim, route: .litigation, reason: "已立案", organ: "县人民法院")
            try await casework.triage(receipt.caseID, draft, version: 1, by: try await county.viewer("dispatcher"))
            let clerk = try await county.viewer("clerk")
            let notice = await plainCode {
                try await casework.deliverNotice(
                    receipt.caseID, .route, to: receipt.reporterID, method: .post,
                    at: county.clock.now().adding(days: -5), by: clerk)
            }
            #expect(notice == "date.tooEarly")
            let asked = try await county.answered()
            try await casework.askReview(asked.caseID, reason: "不服。", submission: nil, by: asked.reporterID)
            county.clock.advance(days: 9)
            try await casework.decideReview(
                asked.caseID, ReviewDraft(outcome: .maintain, facts: "无误。", body: "维持。", basis: "甲条例"),
                version: try await county.state(asked.caseID).version, by: try await county.viewer("reviewer"))
            let decision = await plainCode {
                try await casework.deliverReview(
                    asked.caseID, to: asked.reporterID, method: .post, at: county.clock.now().adding(days: -5),
                    by: clerk)
            }
            #expect(decision == "date.tooEarly")
            let contact = await plainCode {
                try await casework.recordContact(
                    asked.caseID, method: .phone, result: "说过了", at: county.clock.now().adding(days: -90), by: clerk)
            }
            #expect(contact == "date.tooEarly", "before there was a letter at all")
        }
    }

    /// Whatever day is stated, the store writes down when it was told.
    @Test func whenItWasRecordedIsTheServersToSay() async throws {
        try await withCounty { county in
            var registration = Registration(channel: .letter, body: "信在路上走了几天。")
            registration.occurredAt = county.clock.now().adding(days: -6)
            let receipt = try await county.casework.register(registration, submission: "l", by: .newReporter)
            let file = try await county.casework.file(receipt.caseID, for: receipt.reporterID)
            let stored = try #require(file.entries.first).stored
            #expect(stored.recordedAt == county.clock.now() && stored.occurredAt == county.clock.now().adding(days: -6))
            var later = registration
            later.occurredAt = county.clock.now().adding(days: 6)
            let future = try await county.casework.register(later, submission: "f", by: .newReporter)
            #expect(try await county.state(future.caseID).registeredAt == county.clock.now())
        }
    }

    // MARK: Words

    @Test func theFirstWordsStayAsTheyWereWritten() async throws {
        try await withCounty { county in
            let words = "  第一行，有错别子。\n第二行：请不要改。"
            let receipt = try await county.register(words)
            let fingerprint = receipt.fingerprint
            let clerk = try await county.viewer("clerk")
            let dispatcher = try await county.viewer("dispatcher")
            try await county.casework.addWords(
                receipt.caseID, reporter: receipt.reporterID, text: "更正：错别字。", submission: nil)
            try await county.casework.note(receipt.caseID, text: "整理如下", submission: nil, by: clerk)
            try await county.casework.categorise(receipt.caseID, category: "01.01", area: nil, by: dispatcher)
            try await county.casework.dispatch(
                receipt.caseID, to: .unit(try await county.unit("water"), reason: "归水务局管"), version: 4,
                by: dispatcher)
            let file = try await county.casework.file(receipt.caseID, for: receipt.reporterID)
            #expect(file.letter(of: receipt.reporterID) == PlainText.cleaned(words))
            #expect(file.fingerprint == fingerprint)
            #expect(try await county.findings().isEmpty)
            // Somebody with the database in hand is found out.
            try await county.database.write { tx in
                try tx.execute("UPDATE texts SET body = $1 WHERE id = $2", ["第一行。", file.state.body.id])
            }
            #expect(!(try await county.findings().isEmpty))
        }
    }

    /// Every statement of the program that changes or deletes what was recorded. A new one is argued for here.
    @Test func recordsAreChangedAtThesePlacesOnly() throws {
        let tables = "events|texts|streams|stream_tallies|persons|person_lookup"
        var found: Set<String> = []
        for source in try NeverKit.sources() {
            let expression = "(UPDATE|DELETE\\s+FROM|TRUNCATE|DROP\\s+TABLE)\\s+(\(tables))\\b"
            for match in try NeverKit.found(expression, in: source.text) {
                found.insert("\(source.path): \(match.whole)")
            }
        }
        #expect(
            found == [
                // The head of a chain moves on.
                "Ledger/EventStore.swift: UPDATE streams",
                // A person is forgotten at their wish: the text goes, its hash stays.
                "Ledger/TextStore.swift: UPDATE texts", "Ledger/PersonVault.swift: UPDATE persons",
                "Ledger/PersonVault.swift: DELETE FROM person_lookup",
            ])
    }
}
