import Kernel
import Ledger
import Organisation
import Storage
import Testing

@testable import Casework

/// Taking back what was just sent, while nobody has gone on with it.
@Suite struct RecallTests {
    static let sender = Actor.staff(Life.handler, unit: Life.unit)
    static let receiver = Actor.staff(Life.judge, unit: Life.other)

    private func dispatched() throws -> (before: CaseState, life: Life) {
        var life = try Life.at(.registered)
        let before = life.state
        try life.run(.dispatch(lead: Life.other, entry: "1", entryVersion: 1, reason: nil), by: Self.sender)
        return (before, life)
    }

    @Test func everythingIsWhereItWasAndNobodyWinsTime() throws {
        var (before, life) = try dispatched()
        life.now = life.now.adding(seconds: 600)
        try life.run(.recall(by: Life.handler), by: Self.sender)
        let state = life.state
        #expect(state.phase == before.phase && state.lead == nil && state.responsible == before.responsible)
        #expect(state.moves == before.moves && state.openSteps == before.openSteps && state.units == before.units)
        // The clocks that ran before run again, from the same day to the same day.
        #expect(state.clocks.prefix(before.clocks.count).map(\.start) == before.clocks.map(\.start))
        #expect(state.clocks.prefix(before.clocks.count).map(\.endedAt) == before.clocks.map(\.endedAt))
        #expect(state.nextClock == before.nextClock)
        // What the unit's time was is neither kept nor missed.
        for clock in state.clocks.dropFirst(before.clocks.count) {
            #expect(clock.endedAt != nil && clock.isReplaced && clock.duty == nil && !clock.isWatched)
        }
        #expect(state.recalls.map(\.unit) == [Life.other])
        #expect(throws: CaseError.nothingToRecall) { try life.run(.recall(by: Life.handler), by: Self.sender) }
    }

    @Test func onlyWhoSentItAndOnlyForAWhile() throws {
        var (_, life) = try dispatched()
        #expect(throws: CaseError.nothingToRecall) { try life.run(.recall(by: Life.judge), by: Self.receiver) }
        life.now = life.now.adding(seconds: CaseLifecycle.recallSeconds + 1)
        #expect(throws: CaseError.recallOver) { try life.run(.recall(by: Life.handler), by: Self.sender) }
        #expect(life.state.recallable(by: Life.handler, at: life.now) == nil)
    }

    @Test func notWhenSomebodyHasGoneOnWithIt() throws {
        let acts: [(CaseCommand, Actor)] = [
            (.note(Life.text()), Self.receiver), (.object(reason: Life.text()), Self.receiver),
            (.addWords(reporter: Life.reporter, text: Life.text()), .reporter(Life.reporter)),
            (.contact(method: .phone, result: Life.text()), Self.sender),
            (.withdraw(reporter: Life.reporter, reason: nil), .reporter(Life.reporter)),
        ]
        for (command, actor) in acts {
            var (_, life) = try dispatched()
            try life.run(command, by: actor)
            #expect(life.state.undo == nil, "\(command.name)")
            #expect(throws: (any Error).self) { try life.run(.recall(by: Life.handler), by: Self.sender) }
        }
        // The sender's own marks stand in nobody's way.
        var (_, life) = try dispatched()
        try life.run(.tag(TagID(rawValue: 3)), by: Self.sender)
        try life.run(.note(Life.text()), by: Self.sender)
        try life.run(.recall(by: Life.handler), by: Self.sender)
        #expect(life.state.phase == .registered && life.state.tags == [TagID(rawValue: 3)])
    }

    @Test func aSecondDispatchGoesBackToTheFirst() throws {
        var (_, life) = try dispatched()
        let first = life.state
        life.now = life.now.adding(days: 2)
        try life.run(.dispatch(lead: Life.third, entry: nil, entryVersion: nil, reason: Life.text()), by: Self.sender)
        try life.run(.recall(by: Life.handler), by: Self.sender)
        #expect(life.state.phase == .dispatched && life.state.lead == Life.other)
        #expect(life.state.nextClock?.start == first.nextClock?.start)
    }

    /// Taking a matter up out of a dispute and back again does not end the dispute.
    @Test func anAssignmentOutOfADisputeGoesBackIntoIt() throws {
        var life = try Life.at(.objected)
        for _ in 0..<2 { try life.run(.raiseDispute(reason: Life.text(), superior: Life.unit)) }
        let before = life.state
        try life.run(Life.triage())
        try life.run(.accept(handler: StaffID(rawValue: 4_711)), by: Self.sender)
        #expect(life.state.objection == nil)
        try life.run(.recall(by: Life.handler), by: Self.sender)
        #expect(life.state.phase == .objected && life.state.objection == before.objection)
        #expect(throws: CaseError.conferenceMissing) { try life.run(Life.command(.ruleObjection)) }
    }

    @Test func theAccountThatWasAskedForComesBackToo() throws {
        var life = try Life.at(.registered)
        func send(_ day: LocalDate?, to unit: UnitID) -> CaseCommand {
            .dispatch(lead: unit, entry: "1", entryVersion: 1, reason: Life.text(), feedback: day)
        }
        try life.run(send(Life.day.adding(days: 5), to: Life.other), by: Self.sender)
        try life.run(send(nil, to: Life.third), by: Self.sender)
        #expect(life.state.feedback == nil)
        try life.run(.recall(by: Life.handler), by: Self.sender)
        #expect(life.state.lead == Life.other && life.state.feedback == Life.day.adding(days: 5))
    }

    @Test func anAssignmentGoesBackToTheUnit() throws {
        var (_, life) = try dispatched()
        try life.run(Life.triage(), by: Self.receiver)
        let before = life.state
        let head = StaffID(rawValue: 77)
        try life.run(.accept(handler: Life.handler), by: .staff(head, unit: Life.other))
        #expect(life.state.phase == .inHand)
        try life.run(.recall(by: head), by: .staff(head, unit: Life.other))
        let state = life.state
        #expect(state.phase == .dispatched && state.handler == nil && state.responsible == before.responsible)
        #expect(state.acceptedAt == nil && state.nextClock == before.nextClock)
        // Who takes a matter up themselves has begun with it.
        try life.run(.accept(handler: head), by: .staff(head, unit: Life.other))
        #expect(life.state.undo == nil)
    }

    @Test func theReceivingUnitIsToldAndSeesNoMore() async throws {
        try await withCounty { county in
            let receipt = try await county.register()
            let dispatcher = try await county.viewer("dispatcher")
            let handler = try await county.viewer("handler")
            let before = try await county.state(receipt.caseID)
            let row = try await county.clockRows(receipt.caseID)
            try await county.casework.dispatch(
                receipt.caseID, to: .unit(try await county.unit("water"), reason: "归水务局管"), version: 1, by: dispatcher)
            #expect(try await county.casework.file(number: receipt.number, for: handler).state.phase == .dispatched)
            county.clock.advance(seconds: 120)
            try await county.casework.recall(receipt.caseID, submission: "r", by: dispatcher)
            try await county.casework.recall(receipt.caseID, submission: "r", by: dispatcher)
            let code = await plainCode { _ = try await county.casework.file(number: receipt.number, for: handler) }
            #expect(code == "case.recalled")
            #expect(try await county.casework.recalledLately(for: handler).map(\.number) == [receipt.number])
            #expect(try await county.casework.queue(QueueRequest(.incoming), for: handler).rows.isEmpty)
            #expect(try await county.casework.recalledLately(for: try await county.viewer("roads")).isEmpty)
            let after = try await county.state(receipt.caseID)
            #expect(after.nextClock == before.nextClock && after.phase == .registered)
            #expect(try await county.clockRows(receipt.caseID).prefix(row.count) == row[...])
            // Whom it complains of learns nothing of it, not even this.
            try await county.casework.nameAccused(
                receipt.caseID, staff: [], units: [try await county.unit("water")], reason: "信里写的", by: dispatcher)
            let hidden = await plainCode { _ = try await county.casework.file(number: receipt.number, for: handler) }
            #expect(hidden == "case.notFound")
            #expect(try await county.casework.recalledLately(for: handler).isEmpty)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func tagsAndLinksComeAndGo() async throws {
        try await withCounty { county in
            let (first, second) = (try await county.register(), try await county.register("另一封说路灯的信，请一起看看。"))
            let dispatcher = try await county.viewer("dispatcher")
            let tag = try await county.store.addTag(
                LocalizedName(zh: "供暖季", en: "Heating"), of: try await county.unit("county"), by: dispatcher.actor)
            let own = try await county.store.addTag(
                LocalizedName(zh: "等施工"), of: try await county.unit("county"), by: dispatcher.actor)
            let viewer = try await county.viewer("dispatcher")
            try await county.casework.tag(first.caseID, tag, by: viewer)
            #expect(
                await plainCode { try await county.casework.tag(first.caseID, tag, by: viewer) } == "case.alreadyTagged"
            )
            try await county.casework.tag(first.caseID, own, by: viewer)
            var request = QueueRequest(.all)
            request.tag = tag
            let rows = try await county.casework.queue(request, for: viewer).rows
            #expect(rows.map(\.id) == [first.caseID] && Set(rows[0].tags) == [tag, own])
            try await county.store.changeTag(tag, isRetired: true, by: viewer.actor)
            let later = try await county.viewer("dispatcher")
            #expect(await plainCode { try await county.casework.tag(second.caseID, tag, by: later) } == "tag.unknown")
            try await county.casework.untag(first.caseID, tag, by: later)
            #expect(try await county.state(first.caseID).tags == [own])
            // A handler makes no words, and may put those of the county on own matters.
            let handler = try await county.viewer("handler")
            let denied = await plainCode {
                try await county.store.addTag(
                    LocalizedName(zh: "快办"), of: try await county.unit("water"), by: handler.actor)
            }
            #expect(denied == "permission.denied")

            try await county.casework.link(first.caseID, to: second.number, kind: .related, by: later)
            try await county.casework.unlink(first.caseID, from: second.caseID, by: later)
            #expect(try await county.state(first.caseID).links.isEmpty)
            #expect(try await county.state(second.caseID).links.isEmpty)
            #expect(try await county.findings().isEmpty)
        }
    }
}

extension County {
    /// Rule, first and last day and end of each clock, as the table has them.
    fileprivate func clockRows(_ id: CaseID) async throws -> [String] {
        try await database.read { tx in
            try tx.rows(
                """
                SELECT rule, from_on, due_on, COALESCE(ended_at, 0) FROM case_clocks WHERE case_id = $1 ORDER BY position
                """, [id]
            ).map { "\(try $0.text(0)) \(try $0.text(1)) \(try $0.text(2)) \(try $0.int64(3))" }
        }
    }
}
