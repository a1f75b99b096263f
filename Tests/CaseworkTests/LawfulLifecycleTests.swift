import Kernel
import Ledger
import Organisation
import Testing

@testable import Casework

/// Routes, clocks, remedies and promises, without a store.
@Suite struct LawfulLifecycleTests {
    private func running(_ life: Life) -> [String] {
        life.state.clocks.filter { $0.endedAt == nil }.map(\.start.rule)
    }

    // MARK: Routes (Art. 29–31)

    @Test(arguments: [LawfulRoute.litigation, .arbitration, .party, .administrative, .protection])
    func anotherLawfulRouteEndsTheClocksAndTellsWhereTo(_ route: LawfulRoute) throws {
        for phase in [CasePhase.registered, .dispatched, .inHand] {
            var life = try Life.at(phase)
            try life.run(Life.triage(route))
            #expect(life.state.phase == .routed && life.state.route?.route == route)
            #expect(life.state.nextClock == nil)
            // It does not close before the resident was told.
            #expect(throws: CaseError.notTold) { try life.run(.close(reason: Life.text())) }
            try life.run(.deliverNotice(.route, reporter: Life.reporter, method: .post))
            try life.run(.close(reason: Life.text()))
            #expect(life.state.phase == .closed)
        }
    }

    @Test func nobodyIsSentAwayWithoutBeingToldWhereTo() throws {
        var life = try Life()
        let bare = CaseCommand.triage(
            sort: .claim, route: .litigation, tier: nil, reason: Life.text(), told: RouteTold(), keptTo: [])
        #expect(throws: CaseError.organMissing) { try life.run(bare) }
    }

    @Test func categoryAndRouteMustFitThePack() throws {
        var life = try Life()
        #expect(throws: CaseError.sortMissing) {
            try life.run(
                .triage(sort: nil, route: .ordinary, tier: nil, reason: Life.text(), told: RouteTold(), keptTo: []))
        }
        #expect(throws: CaseError.routeUnknown) { try life.run(Life.triage(.discipline, sort: .claim)) }
        #expect(throws: CaseError.routeUnknown) { try life.run(Life.triage(.ordinary, sort: .accusation)) }
        #expect(throws: CaseError.tierUnknown) {
            try life.run(
                .triage(
                    sort: .claim, route: .ordinary, tier: "h2", reason: Life.text(), told: RouteTold(), keptTo: []))
        }
    }

    @Test func anAccusationLeavesEveryListAtOnce() throws {
        var life = try Life()
        try life.run(Life.triage(.discipline, sort: .accusation))
        #expect(life.state.phase == .routed && life.state.restrictedTo == [Life.handler])
    }

    @Test func onlyOrdinaryClaimsHaveTheSixtyDays() throws {
        #expect(running(try Life.at(.inHand)) == ["XF-HANDLE"])
        var suggestion = try Life.at(.dispatched)
        try suggestion.run(Life.triage(.ordinary, sort: .suggestion))
        try suggestion.run(.accept(handler: Life.handler))
        #expect(!running(suggestion).contains("XF-HANDLE"))
        var reply = Life.reply
        #expect(throws: CaseError.adoptionMissing) { try suggestion.run(.reply(reply)) }
        reply.adoption = .partlyAdopted
        try suggestion.run(.reply(reply))
    }

    @Test func aRouteThatWasWrongCanBeTakenBack() throws {
        var life = try Life.at(.routed)
        try life.run(.reopen(reporter: Life.reporter, reason: Life.text()))
        #expect(life.state.phase == .registered && life.state.triage == nil && running(life) == ["XF-TRANSFER"])
    }

    // MARK: Who must keep out (Art. 28, 30)

    @Test func whoIsComplainedOfCannotHandleSignOrLead() throws {
        var life = try Life.at(.dispatched)
        try life.run(Life.triage())
        try life.run(.nameAccused(staff: [Life.handler], units: [], home: Life.unit, reason: Life.text()))
        #expect(throws: CaseError.recused) { try life.run(.accept(handler: Life.handler)) }
        var inHand = try Life.at(.inHand)
        try inHand.run(.nameAccused(staff: [Life.handler], units: [], home: Life.unit, reason: Life.text()))
        #expect(inHand.state.handler == nil)
        #expect(throws: CaseError.recused) { try inHand.run(.reply(Life.reply)) }
    }

    @Test func aUnitThatIsComplainedOfLosesTheMatter() throws {
        for phase in [CasePhase.dispatched, .objected, .inHand] {
            var life = try Life.at(phase)
            try life.run(.nameAccused(staff: [], units: [Life.other], home: Life.unit, reason: Life.text()))
            #expect(life.state.phase == .registered && life.state.responsible == Life.unit)
            #expect(!life.state.units.contains(Life.other))
            #expect(running(life) == ["XF-TRANSFER"])
            #expect(throws: CaseError.unitAccused) { try life.run(Life.command(.dispatch)) }
        }
        var life = try Life.at(.objected)
        try life.run(.nameAccused(staff: [], units: [Life.third], home: Life.unit, reason: Life.text()))
        #expect(throws: CaseError.unitAccused) { try life.run(Life.command(.ruleObjection)) }
    }

    // MARK: Who is responsible (Art. 23, 24)

    @Test func anObjectionAfterFiveWorkingDaysIsMarkedLate() throws {
        var early = try Life.at(.dispatched)
        try early.run(.object(reason: Life.text(), evidence: Life.text(101)))
        #expect(early.state.objection?.late == false)
        var late = try Life.at(.dispatched)
        late.wait(days: 20)
        try late.run(.object(reason: Life.text()))
        #expect(late.state.objection?.late == true)
        // The unit stays responsible until the sender agrees.
        #expect(late.state.responsible == Life.unit && late.state.lead == Life.other)
    }

    @Test func disputesGoUpThreeSteps() throws {
        var life = try Life.at(.objected)
        #expect(life.state.objection?.step == .agree)
        try life.run(.raiseDispute(reason: Life.text(), superior: Life.unit))
        #expect(life.state.objection?.step == .superior && life.state.objection?.superior == Life.unit)
        #expect(life.state.objection?.raisedBy != nil)
        try life.run(.raiseDispute(reason: Life.text(), superior: Life.unit))
        #expect(life.state.objection?.step == .conference && life.state.objection?.superior == nil)
        #expect(throws: CaseError.lastStep) { try life.run(.raiseDispute(reason: Life.text())) }
        // What was brought to the conference rests on a meeting.
        #expect(throws: CaseError.conferenceMissing) { try life.run(Life.command(.ruleObjection)) }
        let events = try life.run(
            .ruleObjection(
                upheld: true, lead: Life.third, reason: Life.text(), conference: ConferenceID(rawValue: 9)))
        guard case .objectionRuled(let ruling) = events.first else { throw CaseError.lastStep }
        #expect(ruling.step == .conference && life.state.objection == nil)
    }

    @Test func withoutACommonSuperiorTheConferenceIsNext() throws {
        var life = try Life.at(.objected)
        try life.run(.raiseDispute(reason: Life.text(), superior: nil))
        #expect(life.state.objection?.step == .conference)
        // The units may agree at any step: whoever objected takes the matter up.
        try life.run(Life.triage())
        try life.run(Life.command(.accept))
        #expect(life.state.phase == .inHand && life.state.objection == nil && life.state.responsible == Life.other)
    }

    @Test func bothSidesOfACallAreRated() throws {
        var life = try Life.at(.inHand)
        try life.run(.askHelper(unit: Life.third, ask: Life.text(), due: nil, kind: .callOut, by: Life.other))
        #expect(throws: CaseError.notAsked) { try life.run(Life.command(.rateHelper)) }
        try life.run(Life.command(.answerHelp))
        try life.run(.rateHelper(unit: Life.third, side: .caller, rating: .good, text: nil))
        try life.run(.rateHelper(unit: Life.third, side: .called, rating: .poor, text: nil))
        #expect(life.state.helpers[0].ratings == [.caller: .good, .called: .poor])
    }

    // MARK: Time (Art. 34, 36)

    @Test func extensionsStayWithinTheRule() throws {
        var life = try Life.at(.inHand)
        let due = try #require(life.state.nextClock?.start.due)
        func extend(_ days: Int) -> CaseCommand { .extend(rule: "XF-HANDLE", length: days, reason: Life.text()) }
        #expect(throws: CaseError.extensionTooLong(30)) { try life.run(extend(31)) }
        #expect(throws: CaseError.extensionTooLong(30)) { try life.run(extend(0)) }
        try life.run(.askExtension(rule: "XF-HANDLE", length: 30, reason: Life.text()))
        #expect(life.state.extensionWish != nil)
        try life.run(extend(30))
        #expect(life.state.nextClock?.start.due == due.adding(days: 30) && life.state.extensionWish == nil)
        #expect(throws: CaseError.extensionUsed) { try life.run(extend(1)) }
        #expect(throws: CaseError.clockNotRunning) {
            try life.run(.extend(rule: "XF-REVIEW", length: 5, reason: Life.text()))
        }
        var review = try Life.at(.reviewing)
        review.state.phase = .inHand
        #expect(throws: CaseError.noExtension) {
            try review.run(.extend(rule: "XF-REVIEW", length: 5, reason: Life.text()))
        }
    }

    @Test func aHearingStopsOnlyTheSecondReview() throws {
        var handling = try Life.at(.inHand)
        let due = handling.state.nextClock?.start.due
        try handling.run(Life.command(.callHearing))
        handling.wait(days: 10)
        try handling.run(Life.command(.holdHearing))
        #expect(handling.state.nextClock?.start.due == due)

        var second = try Life.at(.reviewed)
        try second.run(.deliverReview(reporter: Life.reporter, method: .post))
        try second.run(.askReview(reporter: Life.reporter, reason: Life.text(), body: Life.superior))
        let before = try #require(second.state.nextClock?.start.due)
        try second.run(Life.command(.callHearing))
        #expect(second.state.nextClock == nil && second.state.runningClock("XF-REREVIEW")?.paused?.cause == .hearing)
        #expect(throws: CaseError.hearingCalled) {
            try second.run(.decideReview(Life.decision(.maintain, by: Life.superior)))
        }
        second.wait(days: 12)
        try second.run(Life.command(.holdHearing))
        #expect(second.state.nextClock?.start.due == before.adding(days: 12))
    }

    @Test func whoeverIsFurtherUpHearsOfAClockThatHasRunOut() throws {
        var life = try Life.at(.inHand)
        #expect(try life.run(.escalate).isEmpty)
        life.wait(days: 61)
        try life.run(.escalate)
        #expect(life.state.clocks.last?.escalations == 1)
        #expect(try life.run(.escalate).isEmpty)
        life.wait(days: 30)
        // After a long stop one event for the highest step, not one for each.
        let events = try life.run(.escalate)
        #expect(events.count == 1 && life.state.clocks.last?.escalatesOn == nil)
    }

    // MARK: Review, second review, end (Art. 35, 36)

    @Test func anotherBodyDecidesEachTime() throws {
        var life = try Life.at(.delivered)
        let ask = { CaseCommand.askReview(reporter: Life.reporter, reason: Life.text(), body: $0) }
        #expect(throws: CaseError.sameBody) { try life.run(ask(Life.other)) }
        try life.run(ask(Life.third))
        #expect(running(life) == ["XF-REVIEW"] && life.state.actingUnit == Life.third)
        #expect(throws: CaseError.sameBody) { try life.run(.decideReview(Life.decision(.maintain, by: Life.other))) }
        var own = Life.decision(.maintain)
        own.signer = Life.handler
        #expect(throws: CaseError.recused) { try life.run(.decideReview(own)) }
        try life.run(.decideReview(Life.decision(.change)))
        #expect(life.state.phase == .reviewed)
        // The right to go on begins with the delivery, not with the signature.
        #expect(throws: CaseError.notDelivered) { try life.run(ask(Life.superior)) }
        try life.run(.deliverReview(reporter: Life.reporter, method: .post))
        #expect(running(life) == ["XF-ASK-REREVIEW"])
        #expect(throws: CaseError.sameBody) { try life.run(ask(Life.third)) }
        try life.run(ask(Life.superior))
        #expect(running(life) == ["XF-REREVIEW"])
    }

    @Test func afterTheSecondReviewNothingBeginsAnewButHelpRemains() throws {
        var life = try Life.at(.concluded)
        #expect(throws: CaseError.concluded) { try life.run(Life.command(.askReview)) }
        #expect(throws: CaseError.concluded) { try life.run(Life.command(.reopen)) }
        try life.run(Life.command(.assist))
        try life.run(Life.command(.settle))
        try life.run(Life.command(.addWords))
        try life.run(Life.command(.message))
    }

    @Test func aLateRequestIsRegisteredAllTheSame() throws {
        var life = try Life.at(.delivered)
        life.wait(days: 200)
        try life.run(.askReview(reporter: Life.reporter, reason: Life.text(), body: Life.third))
        #expect(life.state.openReview?.asked.late == true)
        var inTime = try Life.at(.delivered)
        inTime.wait(days: 30)
        try inTime.run(.askReview(reporter: Life.reporter, reason: Life.text(), body: Life.third))
        #expect(inTime.state.openReview?.asked.late == false)
    }

    @Test func anOrderToDecideAnewStartsTheClockAndTheRemediesAgain() throws {
        var life = try Life.at(.reviewing)
        try life.run(.decideReview(Life.decision(.redo)))
        #expect(life.state.phase == .inHand && running(life).contains("XF-HANDLE"))
        #expect(life.state.redoOf == Life.reply && life.state.reporters[0].deliveredAt == nil)
        var again = Life.reply
        again.body = Life.text(90)
        try life.run(.reply(again))
        try life.run(.deliver(reporter: Life.reporter, method: .post))
        #expect(life.state.redoOf == nil && life.state.remedies.isEmpty)
        try life.run(.askReview(reporter: Life.reporter, reason: Life.text(), body: Life.third))
        #expect(life.state.openReview?.stage == 1)
    }

    // MARK: Opinion, execution, promises (Art. 32)

    @Test func anOpinionHasAllItsBlocks() throws {
        var life = try Life.at(.inHand)
        var reply = Life.reply
        reply.request = nil
        #expect(throws: CaseError.blockMissing("request")) { try life.run(.reply(reply)) }
        reply = Life.reply
        reply.facts = nil
        #expect(throws: CaseError.blockMissing("facts")) { try life.run(.reply(reply)) }
        reply = Life.reply
        reply.execution = nil
        #expect(throws: CaseError.executionMissing) { try life.run(.reply(reply)) }
        reply.execution = .promised
        #expect(throws: CaseError.executionMissing) { try life.run(.reply(reply)) }
    }

    @Test func doneHasADayAndProofAndNothingToDoHasAReason() throws {
        var life = try Life.at(.inHand)
        var reply = Life.reply
        reply.executedOn = nil
        #expect(throws: CaseError.executionDay) { try life.run(.reply(reply)) }
        reply.executedOn = Life.day.adding(days: 400)
        #expect(throws: CaseError.executionDay) { try life.run(.reply(reply)) }
        reply = Life.reply
        reply.executionWords = nil
        #expect(throws: CaseError.executionWords) { try life.run(.reply(reply)) }
        reply.execution = .notNeeded
        #expect(throws: CaseError.executionWords) { try life.run(.reply(reply)) }
        reply.executionWords = Life.text(53)
        try life.run(.reply(reply))
    }

    /// Two wrote; one had the answer weeks before the other. Each has thirty days of their own (Art. 35).
    @Test func whetherAReviewIsLateFollowsTheResidentsOwnDay() throws {
        var life = try Life.at(.inHand)
        let other = ReporterID(rawValue: 22)
        try life.run(.addReporter(Life.details(other), channel: .visit, body: nil))
        try life.run(.reply(Life.reply))
        try life.run(.deliver(reporter: Life.reporter, method: .post))
        life.wait(days: 20)
        try life.run(.deliver(reporter: other, method: .post))
        life.wait(days: 20)
        var second = life
        try life.run(.askReview(reporter: Life.reporter, reason: Life.text(), body: Life.third))
        #expect(life.state.openReview?.asked.late == true, "forty days after their own delivery")
        try second.run(.askReview(reporter: other, reason: Life.text(), body: Life.third))
        #expect(second.state.openReview?.asked.late == false)
    }

    @Test(arguments: [ReviewOutcome.revoke, .change])
    func whatAReviewChangesIsCarriedOut(_ outcome: ReviewOutcome) throws {
        var life = try Life.at(.reviewing)
        var decision = Life.decision(outcome)
        (decision.execution, decision.executionWords) = (nil, nil)
        #expect(throws: CaseError.executionMissing) { try life.run(.decideReview(decision)) }
        decision.execution = .done
        #expect(throws: CaseError.executionMissing) { try life.run(.decideReview(decision)) }
        decision.execution = .notNeeded
        #expect(throws: CaseError.executionWords) { try life.run(.decideReview(decision)) }
        decision.execution = .promised
        #expect(throws: CaseError.executionMissing) { try life.run(.decideReview(decision)) }
        let id = PromiseID(rawValue: 7)
        decision.promise = .init(
            id: id, kind: .execution, text: Life.text(), due: Life.day.adding(days: -1), unit: Life.other)
        #expect(throws: CaseError.promisePast) { try life.run(.decideReview(decision)) }
        decision.promise?.due = Life.day.adding(days: 400)
        try life.run(.decideReview(decision))
        #expect(life.state.phase == .reviewed && life.state.openExecutions.map(\.made.id) == [id])
        try life.run(.deliverReview(reporter: Life.reporter, method: .post))
        #expect(throws: CaseError.executionOpen) { try life.run(.close(reason: Life.text())) }
        try life.run(.settlePromise(id: id, end: .kept, text: Life.text()))
        try life.run(.close(reason: Life.text()))
    }

    @Test func aSupportedRequestDoesNotCloseBeforeThereIsProof() throws {
        var life = try Life.at(.inHand)
        var reply = Life.reply
        reply.execution = .promised
        let promise = CaseEvent.Promised(
            id: PromiseID(rawValue: 5), kind: .execution, text: Life.text(), due: Life.day.adding(days: 10),
            unit: Life.other)
        try life.run(.reply(reply, promises: [promise]))
        try life.run(.deliver(reporter: Life.reporter, method: .post))
        try life.run(.judge(Life.judged(.solved)))
        #expect(throws: CaseError.executionOpen) { try life.run(.close(reason: Life.text())) }
        #expect(life.state.promises[0].standing(on: Life.day.adding(days: 11)) == .broken)
        life.wait(days: 12)
        try life.run(.settlePromise(id: promise.id, end: .kept, text: Life.text()))
        #expect(life.state.promises[0].standing(on: Life.day.adding(days: 20)) == .late)
        try life.run(.close(reason: Life.text()))
        #expect(throws: CaseError.promiseUnknown) {
            try life.run(.settlePromise(id: promise.id, end: .withdrawn, text: Life.text()))
        }
    }

    // MARK: Information (《政府信息公开条例》)

    @Test func theSameEngineAnswersApplicationsForInformation() throws {
        var life = try Life(.information)
        #expect(Set(running(life)) == ["GI-CORRECT", "GI-ANSWER"])
        try life.run(.askCorrection(Life.text()))
        #expect(throws: CaseError.correctionUsed) { try life.run(.askCorrection(Life.text())) }
        #expect(!running(life).contains("GI-ANSWER"))
        life.wait(days: 3)
        try life.run(.correct(reporter: Life.reporter, text: Life.text()))
        #expect(running(life) == ["GI-ANSWER-CORRECTED"])
        let due = try #require(life.state.nextClock?.start.due)
        try life.run(Life.command(.consult))
        #expect(life.state.runningClock("GI-ANSWER-CORRECTED")?.paused?.cause == .thirdParty)
        life.wait(days: 14)
        try life.run(.answerConsultation(kind: .thirdParty, answer: .objects, text: Life.text()))
        #expect(life.state.nextClock.map { $0.start.due > due } == true)
        try life.run(Life.triage(.ordinary))
        try life.run(.accept(handler: Life.handler))
        var reply = CaseEvent.Replied(
            outcome: .partly, body: Life.text(), basis: nil, remedies: nil, unit: Life.unit, signer: Life.handler)
        #expect(throws: CaseError.answerMissing) { try life.run(.reply(reply)) }
        reply.answer = .disclosed
        reply.withheld = [CaseEvent.Withheld(what: Life.text(), law: "")]
        #expect(throws: CaseError.basisMissing) { try life.run(.reply(reply)) }
        reply.withheld = [CaseEvent.Withheld(what: Life.text(), law: "gi-15")]
        try life.run(.reply(reply))
        try life.run(.deliver(reporter: Life.reporter, method: .post))
        #expect(Set(running(life)) == ["FY-APPLY", "SS-SUE"] && life.state.nextClock == nil)
        #expect(throws: CaseError.otherKind) { try life.run(Life.command(.askReview)) }
    }

    @Test func petitionsKnowNoCompletionOfApplications() throws {
        var life = try Life()
        for name in [CaseCommand.Name.askCorrection, .consult] {
            #expect(throws: CaseError.otherKind) { try life.run(Life.command(name)) }
        }
    }

    // MARK: Groups (Art. 20)

    @Test func atMostFiveSpeakForAll() throws {
        var life = try Life()
        for index in 1...6 {
            let details = ReporterDetails(
                id: ReporterID(rawValue: Int64(100 + index)), person: nil, anonymous: false, keepSecret: false,
                noReply: false, needs: [], codeHash: "0\(index)", group: .representative)
            let add = CaseCommand.addReporter(details, channel: .visit, body: nil)
            if index <= 5 {
                try life.run(add)
            } else {
                #expect(throws: CaseError.tooManyRepresentatives) { try life.run(add) }
            }
        }
    }

    // MARK: A decision that says the same again

    @Test func aNewDecisionMustDiffer() {
        let old = "经查，您反映的路灯由县城市管理局负责，本月不具备更换条件，请您耐心等待。"
        #expect(SameDecision.isSame(old, old))
        #expect(SameDecision.isSame(old + "！", old))
        #expect(SameDecision.isSame(old.replacing("请您", with: "望您"), old))
        #expect(!SameDecision.isSame("已经安排在六月三日更换六盏路灯，当天完成，逾期由我局书面说明。", old))
        #expect(!SameDecision.isSame("", old))
    }
}
