import Kernel
import Ledger
import Organisation
import Storage
import Testing

@testable import Casework

/// The lawful process through the use cases, on both engines; every story ends with a clean `verify`.
@Suite struct LawfulLoopTests {
    @Test func refusedReviewedSecondReviewedFinalAndStillHelped() async throws {
        try await withCounty { county in
            let casework = county.casework
            let receipt = try await county.accepted()
            let id = receipt.caseID
            let handler = try await county.viewer("handler")
            try await casework.reply(id, County.opinion(.notSupported, "依规定不能更换。"), version: 4, by: handler)
            // The reader's own look is the delivery, and starts the thirty days.
            try await casework.noteRead(id, by: receipt.reporterID)
            try await casework.askReview(id, reason: "依据用错了。", submission: "r1", by: receipt.reporterID)
            try await casework.askReview(id, reason: "依据用错了。", submission: "r1", by: receipt.reporterID)
            var state = try await county.state(id)
            let office = try await county.unit("county")
            #expect(state.phase == .reviewing && state.reviews.count == 1 && state.openReview?.body == office)
            // The handler cannot decide over the own answer, nor can the one who is of another body.
            let draft = ReviewDraft(outcome: .maintain, facts: "查明无误。", body: "予以维持。", basis: "甲条例")
            for name in ["handler", "watcher", "city"] {
                let viewer = try await county.viewer(name)
                let code = await plainCode {
                    try await casework.decideReview(id, draft, version: state.version, by: viewer)
                }
                #expect(["permission.missing", "case.notFound", "case.sameBody"].contains(code), "\(name)")
            }
            let reviewer = try await county.viewer("reviewer")
            try await casework.decideReview(id, draft, version: state.version, by: reviewer)
            try await casework.noteRead(id, by: receipt.reporterID)
            county.clock.advance(days: 20)
            try await casework.askReview(id, reason: "还是不服。", submission: "r2", by: receipt.reporterID)
            state = try await county.state(id)
            #expect(state.openReview?.stage == 2)
            let city = try await county.viewer("city")
            try await casework.decideReview(id, draft, version: state.version, by: city)
            try await casework.noteRead(id, by: receipt.reporterID)
            state = try await county.state(id)
            #expect(state.phase == .concluded)
            let again = await plainCode {
                try await casework.askReview(id, reason: "再查。", submission: "r3", by: receipt.reporterID)
            }
            #expect(again == "case.concluded")
            try await casework.assist(id, text: "陪同申请临时救助。", submission: nil, by: handler)
            // New facts are a new matter, always.
            let newer = try await county.register("又有了新的证据：施工图。")
            #expect(newer.caseID != id)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func anOrderToDecideAnewIsNotMetByTheSameWords() async throws {
        try await withCounty { county in
            let casework = county.casework
            let receipt = try await county.accepted()
            let id = receipt.caseID
            let handler = try await county.viewer("handler")
            let old = "经查，槐荫巷路灯属于老旧线路，本年度没有列入改造计划，请您耐心等待下一年度安排。"
            try await casework.reply(id, County.opinion(.explained, old), version: 4, by: handler)
            try await casework.noteRead(id, by: receipt.reporterID)
            try await casework.askReview(id, reason: "没有说依据。", submission: nil, by: receipt.reporterID)
            var version = try await county.state(id).version
            try await casework.decideReview(
                id, ReviewDraft(outcome: .redo, facts: "遗漏请求。", body: "责令重新作出。", basis: "甲条例"),
                version: version, by: try await county.viewer("reviewer"))
            version = try await county.state(id).version
            let same = County.opinion(.explained, old.replacing("耐心", with: "安心"))
            let code = await plainCode { try await casework.reply(id, same, version: version, by: handler) }
            #expect(code == "case.redoSame")
            let other = County.opinion(.solved, "已经安排在六月三日更换六盏路灯，当天完成。")
            try await casework.reply(id, other, version: version, by: handler)
            #expect(try await county.state(id).phase == .replied)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func anotherRouteIsToldDeliveredAndOnlyThenClosed() async throws {
        try await withCounty { county in
            let casework = county.casework
            let receipt = try await county.register()
            let dispatcher = try await county.viewer("dispatcher")
            let draft = TriageDraft(
                sort: .claim, route: .litigation, reason: "法院已经立案", organ: "县人民法院诉讼服务中心", words: "材料替您保留。")
            try await casework.triage(receipt.caseID, draft, version: 1, by: dispatcher)
            let watcher = try await county.viewer("watcher")
            var version = try await county.state(receipt.caseID).version
            let early = await plainCode {
                try await casework.close(receipt.caseID, reason: "已告知", version: version, by: watcher)
            }
            #expect(early == "case.notTold")
            try await casework.noteRead(receipt.caseID, by: receipt.reporterID)
            version = try await county.state(receipt.caseID).version
            try await casework.close(receipt.caseID, reason: "已告知", version: version, by: watcher)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func nobodyAcceptsWithoutAHumanDecision() async throws {
        try await withCounty { county in
            let receipt = try await county.register()
            try await county.casework.dispatch(
                receipt.caseID, to: .unit(try await county.unit("water"), reason: "归水务局管"), version: 1,
                by: try await county.viewer("dispatcher"))
            let handler = try await county.viewer("handler")
            let code = await plainCode { try await county.casework.accept(receipt.caseID, version: 2, by: handler) }
            #expect(code == "case.triageMissing")
            #expect(try await county.state(receipt.caseID).phase == .dispatched)
        }
    }

    @Test func moreTimeIsAskedDecidedAndTold() async throws {
        try await withCounty { county in
            let casework = county.casework
            let receipt = try await county.accepted()
            let id = receipt.caseID
            let due = try #require(try await county.state(id).nextClock?.start.due)
            let handler = try await county.viewer("handler")
            try await casework.askExtension(id, rule: "XF-HANDLE", length: 20, reason: "等检测。", version: 4, by: handler)
            let signer = try await county.viewer("signer")
            #expect(try await casework.queue(QueueRequest(.toExtend), for: signer).rows.map(\.id) == [id])
            #expect(try await casework.queueCounts([.toExtend], for: signer) == [.toExtend: 1])
            let code = await plainCode {
                try await casework.extend(id, rule: "XF-HANDLE", length: 20, reason: "同意。", version: 5, by: handler)
            }
            #expect(code == "permission.missing")
            try await casework.extend(id, rule: "XF-HANDLE", length: 20, reason: "同意。", version: 5, by: signer)
            #expect(try await county.state(id).nextClock?.start.due == due.adding(days: 20))
            #expect(try await casework.queue(QueueRequest(.toExtend), for: signer).rows.isEmpty)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func aGroupHasFiveSpeakersAndEverybodyACode() async throws {
        try await withCounty { county in
            var registration = Registration(channel: .visit, body: "我们楼二十户的供暖问题。")
            registration.contact = Contact(name: "甲女士", phone: "13800000001")
            registration.groupSize = 20
            registration.others =
                (2...5).map { GroupMember(Contact(name: "代表\($0)", phone: "1380000000\($0)"), as: .representative) }
                + [GroupMember(Contact(name: "住户六", phone: "13800000006"), as: .member)]
            let receipt = try await county.casework.register(registration, submission: "g", by: .newReporter)
            let again = try await county.casework.register(registration, submission: "g", by: .newReporter)
            #expect(receipt.members.count == 5 && Set(receipt.members.map(\.code)).count == 5)
            #expect(again.number == receipt.number && again.members.map(\.code) == receipt.members.map(\.code))
            let state = try await county.state(receipt.caseID)
            #expect(state.reporters.count == 6 && state.representatives == 5 && state.groupSize == 20)
            for member in receipt.members {
                let found = try await county.casework.findReporter(number: receipt.number, code: "\(member.code)")
                #expect(found?.reporter == member.reporterID)
            }
            registration.others.append(GroupMember(Contact(name: "代表七"), as: .representative))
            let code = await plainCode {
                _ = try await county.casework.register(registration, submission: "h", by: .newReporter)
            }
            #expect(code == "case.tooManyRepresentatives")
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func whomItComplainsOfNeverMeetsIt() async throws {
        try await withCounty { county in
            let casework = county.casework
            let receipt = try await county.accepted()
            let id = receipt.caseID
            let handler = try await county.viewer("handler")
            #expect(try await casework.queue(QueueRequest(.unit), for: handler).rows.count == 1)
            let dispatcher = try await county.viewer("dispatcher")
            try await casework.nameAccused(id, staff: [handler.staff.id], units: [], reason: "来信投诉其态度", by: dispatcher)
            let code = await plainCode { _ = try await casework.file(number: receipt.number, for: handler) }
            #expect(code == "case.notFound")
            for queue in WorkQueue.allCases {
                #expect(try await casework.queue(QueueRequest(queue), for: handler).rows.isEmpty, "\(queue)")
            }
            #expect(try await casework.queueCounts([.unit, .all, .soon], for: handler).values.allSatisfy { $0 == 0 })
            #expect(try await casework.search("路灯", for: handler).hits.isEmpty)
            // A colleague goes on with it.
            let colleague = try await county.viewer("handler2")
            #expect(try await casework.queue(QueueRequest(.unit), for: colleague).rows.count == 1)
            // The whole unit is complained of: the matter goes back, and nobody there finds it.
            try await casework.nameAccused(
                id, staff: [], units: [try await county.unit("water")], reason: "投诉单位", by: dispatcher)
            let gone = await plainCode { _ = try await casework.file(number: receipt.number, for: colleague) }
            #expect(gone == "case.notFound")
            let state = try await county.state(id)
            let home = try await county.unit("county")
            #expect(state.phase == .registered && state.responsible == home)
            let back = await plainCode {
                try await casework.dispatch(
                    id, to: .unit(try await county.unit("water"), reason: "仍由其办"), version: state.version,
                    by: dispatcher)
            }
            #expect(back == "case.unitAccused")
            #expect(try await county.findings().isEmpty)
        }
    }

    /// A letter of a category that the catalogue gives to a department.
    private func aboutWater(_ county: County, _ dispatcher: Viewer) async throws -> CaseReceipt {
        let receipt = try await county.register()
        let category = dispatcher.organisation.categories.first { $0.name.zh == "停水" }?.code
        try await county.casework.categorise(receipt.caseID, category: category, area: nil, by: dispatcher)
        return receipt
    }

    @Test func departmentWorkIsNotPushedDown() async throws {
        try await withCounty { county in
            let casework = county.casework
            let dispatcher = try await county.viewer("dispatcher")
            let receipt = try await aboutWater(county, dispatcher)
            let town = try await county.unit("liuxi")
            let refused = await plainCode {
                try await casework.dispatch(
                    receipt.caseID, to: .unit(town, reason: "离得近"), version: 2, by: dispatcher)
            }
            #expect(refused == "dispatch.grassroots")
            let city = try await county.unit("city")
            let superior = await plainCode {
                try await casework.dispatch(
                    receipt.caseID, to: .unit(city, reason: "上级办"), version: 2, by: dispatcher)
            }
            #expect(superior == "unit.unknown")
            try await casework.dispatch(
                receipt.caseID, to: .grassroots(town, reason: "村内自建管网，镇里负责"), version: 2, by: dispatcher)
            #expect(try await county.state(receipt.caseID).lead == town)
        }
    }

    @Test func aRulingPushesNothingDownEither() async throws {
        try await withCounty { county in
            let casework = county.casework
            let dispatcher = try await county.viewer("dispatcher")
            let receipt = try await aboutWater(county, dispatcher)
            try await casework.dispatch(
                receipt.caseID, to: .unit(try await county.unit("water"), reason: "归水务局管"), version: 2, by: dispatcher)
            try await casework.object(
                receipt.caseID, reason: "离镇里近", version: 3, by: try await county.viewer("handler"))
            let town = try await county.unit("liuxi")
            func rule(isException: Bool) async -> String? {
                await plainCode {
                    try await casework.ruleOnObjection(
                        receipt.caseID, upheld: true, newUnit: town, reason: "村内自建管网，镇里负责",
                        isException: isException, version: 4, by: dispatcher)
                }
            }
            #expect(await rule(isException: false) == "dispatch.grassroots")
            #expect(await rule(isException: true) == nil)
            #expect(try await county.state(receipt.caseID).lead == town)
        }
    }

    @Test func theCommonSuperiorDecidesAndNotWhoAskedIt() async throws {
        try await withCounty { county in
            let casework = county.casework
            let (dispatcher, supervisor) = (try await county.viewer("dispatcher"), try await county.viewer("watcher"))
            let receipt = try await aboutWater(county, dispatcher)
            let (id, roads) = (receipt.caseID, try await county.unit("roads"))
            try await casework.dispatch(
                id, to: .unit(try await county.unit("water"), reason: "归水务局管"), version: 2, by: dispatcher)
            try await casework.object(id, reason: "路面归交通局", version: 3, by: try await county.viewer("handler"))
            try await casework.raiseDispute(id, reason: "谈不拢", version: 4, by: dispatcher)
            let objection = try #require(try await county.state(id).objection)
            let home = try await county.unit("county")
            #expect(objection.step == .superior && objection.superior == home)
            func rule(_ viewer: Viewer, _ conference: ConferenceID? = nil) async throws -> String? {
                let version = try await county.state(id).version
                return await plainCode {
                    try await casework.ruleOnObjection(
                        id, upheld: true, newUnit: roads, reason: "路面恢复由交通局负责", conference: conference,
                        version: version, by: viewer)
                }
            }
            #expect(try await rule(dispatcher) == "dispute.otherPerson")
            let state = try await county.state(id)
            #expect(!casework.possibleCommands(on: state, for: dispatcher).contains(.ruleObjection))
            // Higher still: only with a meeting.
            try await casework.raiseDispute(id, reason: "还是谈不拢", version: 5, by: supervisor)
            #expect(try await rule(supervisor) == "conference.missing")
            #expect(try await rule(supervisor, ConferenceID(rawValue: 3)) == nil)
            #expect(try await county.state(id).lead == roads)
        }
    }

    @Test func onlyTheHeadOfTheUnitGivesUpWhatWasSupported() async throws {
        try await withCounty { county in
            let casework = county.casework
            let handler = try await county.viewer("handler")
            let id = try await county.accepted().caseID
            var draft = County.opinion()
            draft.execution = .promised
            draft.promises = [PromiseDraft(kind: .execution, text: "换灯", due: casework.today.adding(days: 3))]
            try await casework.reply(id, draft, version: try await county.state(id).version, by: handler)
            let promise = try #require(try await county.state(id).openExecutions.first).made.id
            func withdraw(_ viewer: Viewer) async -> String? {
                await plainCode {
                    try await casework.settlePromise(
                        id, promise: promise, end: .withdrawn, text: "改线，灯杆已拆", by: viewer)
                }
            }
            #expect(await withdraw(handler) == "promise.headOnly")
            #expect(await withdraw(try await county.viewer("signer")) == nil)
            #expect(try await county.state(id).openExecutions.isEmpty)
        }
    }

    @Test func anApplicationForInformationRunsOnTheSameEngine() async throws {
        try await withCounty { county in
            let casework = county.casework
            var registration = Registration(channel: .web, body: "申请公开 2025 年道路养护合同。")
            registration.kind = .information
            registration.form = "电子件"
            registration.contact = Contact(name: "申请人甲", phone: "13800000031")
            registration.receivedBy = try await county.unit("roads")
            let receipt = try await casework.register(registration, submission: "i", by: .newReporter)
            let id = receipt.caseID
            let roads = try await county.viewer("roads")
            #expect(try await county.state(id).clocks.map(\.start.rule).sorted() == ["GI-ANSWER", "GI-CORRECT"])
            try await casework.accept(
                id, deciding: TriageDraft(sort: nil, route: .ordinary, reason: "属政府信息公开申请"), version: 1, by: roads)
            try await casework.consult(id, .thirdParty, text: "合同相对方，含商业秘密部分", version: 3, by: roads)
            county.clock.advance(days: 10)
            var version = try await county.state(id).version
            try await casework.answerConsultation(
                id, .thirdParty, answer: .objects, text: "单价属于商业秘密", version: version, by: roads)
            version = try await county.state(id).version
            var draft = ReplyDraft(outcome: .partly, body: "合同提供如下，单价部分不予公开。")
            draft.answer = .disclosed
            draft.withheld = [WithheldDraft(what: "第三页单价表", law: "gi-15")]
            try await casework.reply(id, draft, version: version, by: roads)
            try await casework.noteRead(id, by: receipt.reporterID)
            let rights = try await county.state(id).clocks.filter { $0.start.isRight }.map(\.start.rule)
            #expect(Set(rights) == ["FY-APPLY", "SS-SUE"])
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func rowsOfAnOlderProgramAreWrittenAnew() async throws {
        try await withCounty { county in
            let receipt = try await county.answered()
            try await county.database.write { tx in
                try tx.execute("UPDATE case_clocks SET calendar = NULL, escalates_on = NULL")
                try tx.execute("UPDATE cases SET sort = NULL, pack = ''")
                try tx.execute("DELETE FROM casework_progress")
            }
            #expect(try await !county.casework.verifyProjections().isEmpty)
            #expect(try await county.casework.rebuildProjections() == 1)
            #expect(try await county.casework.verifyProjections().isEmpty)
            #expect(try await county.casework.rebuildProjections() == 0)
            #expect(try await county.state(receipt.caseID).triage?.sort == .claim)
        }
    }
}
