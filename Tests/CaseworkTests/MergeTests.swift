import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

extension County {
    /// Merges one matter into another, as a dispatcher who looked at both.
    @discardableResult
    func merge(_ leaving: CaseID, into kept: CaseID, submission: String? = nil) async throws -> String {
        let versions = [
            leaving: try await state(leaving).version, kept: try await state(kept).version,
        ]
        return try await casework.merge(
            MergeDraft(kept: kept, leaving: [leaving], reason: "同一处路灯，已电话核对。", versions: versions),
            submission: submission ?? "m-\(UInt64.random(in: 0 ... .max))", by: try await viewer("dispatcher"))
    }

    func undo(_ id: CaseID) async throws {
        try await casework.undoMerge(
            id, reason: "来信人说不是同一处。", submission: "u-\(UInt64.random(in: 0 ... .max))",
            by: try await viewer("dispatcher"))
    }
}

/// The pure rules: whose days hold, what is refused, what comes back.
@Suite struct MergeRuleTests {
    private static func start(_ rule: String, _ due: Int) -> ClockStart {
        ClockStart(
            rule: rule, from: Life.day, due: Life.day.adding(days: due), rolled: nil, provisional: false, calendar: "c",
            ends: [.reply], owner: .authority)
    }

    @Test func theEarlierDayHoldsAndComesBackWithTheUndo() throws {
        var life = try Life.at(.inHand)
        let own = try #require(life.state.runningClock("XF-HANDLE")?.start)
        try life.run(.absorb(Life.absorbed([Self.start("XF-HANDLE", 5), Self.start("X-OTHER", 3)])))
        #expect(life.state.runningClock("XF-HANDLE")?.start.due == Life.day.adding(days: 5))
        #expect(life.state.runningClock("X-OTHER")?.isInherited == true)
        #expect(life.state.nextClock?.start.rule == "X-OTHER")
        try life.run(Life.command(.release))
        #expect(life.state.runningClock("XF-HANDLE")?.start == own)
        let gone = try #require(life.state.clocks.last { $0.start.rule == "X-OTHER" })
        #expect(gone.endedAt != nil && gone.duty == nil, "nobody kept or missed it here")
        #expect(life.state.reporters.count == 1 && life.state.absorbed.isEmpty)
    }

    @Test func aLaterDayGivesNobodyMoreTime() throws {
        var life = try Life.at(.inHand)
        let own = try #require(life.state.runningClock("XF-HANDLE")?.start)
        try life.run(.absorb(Life.absorbed([Self.start("XF-HANDLE", 4_000)])))
        #expect(life.state.runningClock("XF-HANDLE")?.start == own)
    }

    /// A clock that starts after the merge is held by the day that came with it.
    @Test func aClockThatStartsLaterIsHeldToo() throws {
        var life = try Life.at(.dispatched, then: .triage)
        try life.run(.absorb(Life.absorbed([Self.start("XF-HANDLE", 5)])))
        try life.run(.accept(handler: Life.handler))
        let clock = try #require(life.state.runningClock("XF-HANDLE"))
        #expect(clock.start.due == Life.day.adding(days: 5))
        let own = try #require(clock.own)
        #expect(own.due > clock.start.due)
        try life.run(Life.command(.release))
        #expect(life.state.runningClock("XF-HANDLE")?.start == clock.own)
    }

    @Test func withTwoTheEarliestHoldsUntilItLeaves() throws {
        var life = try Life.at(.inHand)
        try life.run(.absorb(Life.absorbed([Self.start("XF-HANDLE", 5)])))
        var third = Life.absorbed([Self.start("XF-HANDLE", 3)], reporter: 25)
        third.other = CaseID(rawValue: 8)
        try life.run(.absorb(third))
        #expect(life.state.runningClock("XF-HANDLE")?.start.due == Life.day.adding(days: 3))
        try life.run(.release(.init(other: third.other, otherNumber: "n", reason: Life.text(), texts: [])))
        #expect(life.state.runningClock("XF-HANDLE")?.start.due == Life.day.adding(days: 5))
    }

    @Test func whatHadRunOutStaysMissed() throws {
        var life = try Life.at(.inHand)
        life.wait(days: 400)
        try life.run(Life.command(.mergeInto))
        let clock = try #require(life.state.clocks.last { $0.start.rule == "XF-HANDLE" })
        #expect(clock.wasMissed && clock.duty != nil)
        #expect(life.state.nextClock == nil && life.state.phase == .merged)
    }

    @Test func clocksOfAMergedMatterNeverStopped() throws {
        var life = try Life.at(.inHand)
        let before = life.state
        try life.run(Life.command(.mergeInto))
        life.wait(days: 5)
        try life.run(.takeBack(reason: Life.text(), parts: before.reporters.map(MovedPart.init)))
        #expect(life.state.clocks == before.clocks && life.state.phase == .inHand)
        #expect(life.state.reporters == before.reporters && life.state.merged == nil)
    }

    @Test func afterAWeekItStays() throws {
        var life = try Life.at(.merged)
        life.wait(days: MergeRule.undoDays)
        let late = life
        try life.run(Life.command(.takeBack))
        var tooLate = late
        tooLate.wait(days: 1)
        #expect(throws: CaseError.mergeFixed) { try tooLate.run(Life.command(.takeBack)) }
    }

    @Test func whatLeftTheHouseFixesIt() throws {
        for name in [CaseCommand.Name.reply, .extend, .callHearing, .promise, .settle] {
            var life = try Life.at(.inHand, then: .absorb)
            try life.run(Life.command(name))
            #expect(throws: (any Error).self, "\(name)") { try life.run(Life.command(.release)) }
            #expect(life.state.absorbed.first?.isFixed == true, "\(name)")
        }
        for name in [CaseCommand.Name.message, .note, .addWords, .categorise] {
            var life = try Life.at(.inHand, then: .absorb)
            try life.run(Life.command(name))
            try life.run(Life.command(.release))
        }
    }

    @Test func whatWouldHarmIsRefused() throws {
        func bar(_ life: Life, _ command: CaseCommand.Name) -> MergeBar? {
            var life = life
            do {
                try life.run(Life.command(command))
                return nil
            } catch CaseError.cannotMerge(let bar, _) {
                return bar
            } catch {
                return nil
            }
        }
        for side in [CaseCommand.Name.mergeInto, .absorb] {
            #expect(try bar(Life.at(.registered, then: .restrict), side) == .restricted)
            #expect(try bar(Life.at(.registered, then: .nameAccused), side) == .accusation)
            #expect(try bar(Life(.information), side) == .information)
            #expect(try bar(Life.at(.registered, then: .becomePart), side) == .parts)
            #expect(try bar(Life.at(.registered, then: .split), side) == .parts)
        }
        #expect(try bar(Life.at(.inHand, then: .askHelper), .mergeInto) == .openWork)
        #expect(try bar(Life.at(.inHand, then: .callHearing), .mergeInto) == .openWork)
        #expect(try bar(Life.at(.inHand, then: .promise), .mergeInto) == .openWork)
        #expect(try bar(Life.at(.inHand, then: .askExtension), .mergeInto) == .openWork)
        #expect(try bar(Life.at(.inHand, then: .absorb), .mergeInto) == .carries)
        var reopened = try Life.at(.closed)
        try reopened.run(Life.command(.reopen))
        #expect(bar(reopened, .mergeInto) == .answered)
        #expect(bar(reopened, .absorb) == nil)
    }

    @Test func theOneThatIsFurtherIsKept() throws {
        let waiting = try Life.at(.registered).state
        var inHand = try Life.at(.inHand).state
        inHand.id = Life.second
        inHand.registeredAt = Life.start.adding(days: 3)
        #expect(MergeRule.bars(inHand, into: waiting) == [.behind])
        #expect(MergeRule.bars(waiting, into: inHand).isEmpty)
        #expect(MergeRule.kept(of: [waiting, inHand])?.id == inHand.id)
        var older = waiting
        older.id = CaseID(rawValue: 9)
        older.registeredAt = Life.start.adding(days: -1)
        #expect(MergeRule.kept(of: [waiting, older])?.id == older.id)
        var call = try Life(.hotline).state
        call.id = Life.second
        #expect(MergeRule.bars(call, into: waiting).contains(.kinds))
        #expect(MergeRule.bars(waiting, into: waiting).contains(.same))
    }

    @Test func wordsInCommonAreTold() {
        let first = "槐荫巷 12 号楼前的路灯半个月不亮，晚上看不见路。"
        let second = "我住槐荫巷 12 号楼前的路灯坏了，路灯半个月不亮，请派人修。"
        let words = CommonWords.of(first, second)
        #expect(words.contains("路灯半个月不亮") && words.contains("号楼前的路灯"))
        #expect(CommonWords.of("尊敬的领导您好", "尊敬的领导您好，停水").isEmpty)
        // What half the county writes says nothing, beside a place it stays.
        let (one, other) = ("梧桐苑的开发商不交房", "梧桐苑开发商拖了两年")
        #expect(CommonWords.of(one, other).contains("开发商"))
        #expect(CommonWords.of(one, other, usual: ["开发", "发商"]) == ["梧桐苑"])
        #expect(CommonWords.isSame("槐荫巷", "青禾县槐荫巷口"))
    }
}

/// Both matters together, on both engines.
@Suite struct MergeStoreTests {
    @Test func eachResidentKeepsNumberCodeReplyAndJudgement() async throws {
        try await withCounty { county in
            let (casework, dispatcher) = (county.casework, try await county.viewer("dispatcher"))
            let kept = try await county.register()
            county.clock.advance(days: 1)
            let own = try await county.register("12 号楼下面的路灯都坏了，老人摔过一跤。")
            let number = try await county.merge(own.caseID, into: kept.caseID, submission: "once")
            #expect(number == kept.number)
            let again = try await county.casework.merge(
                MergeDraft(kept: kept.caseID, leaving: [own.caseID], reason: "同", versions: [:]), submission: "once",
                by: dispatcher)
            #expect(again == kept.number, "sent twice is done once")
            #expect(try await county.state(own.caseID).phase == .merged)
            let found = try #require(try await casework.findReporter(number: own.number, code: own.code.description))
            #expect(found.id == kept.caseID && found.reporter == own.reporterID)
            #expect(try await casework.findReporter(number: kept.number, code: own.code.description) == nil)
            #expect(try await casework.findReporter(number: own.number, code: kept.code.description) == nil)
            let first = try #require(try await casework.findReporter(number: kept.number, code: kept.code.description))
            #expect(first.reporter == kept.reporterID)

            // The own words first; nothing of the other resident.
            let file = try await casework.file(kept.caseID, for: own.reporterID)
            #expect(file.state.number == own.number && file.letter(of: own.reporterID)?.contains("12 号楼") == true)
            #expect(file.contacts.keys.sorted() == [own.reporterID])
            #expect(!file.texts.values.contains { $0.contains("半个月不亮") })
            #expect(file.fingerprint == own.fingerprint)
            let others = try await casework.file(kept.caseID, for: kept.reporterID)
            #expect(!others.texts.values.contains { $0.contains("12 号楼") })

            try await casework.dispatch(
                kept.caseID, to: .unit(try await county.unit("water"), reason: "归水务局管"),
                version: try await county.state(kept.caseID).version, by: dispatcher)
            let handler = try await county.viewer("handler")
            try await casework.accept(
                kept.caseID, deciding: County.ordinary, version: try await county.state(kept.caseID).version,
                by: handler)
            // Who has the kept one in hand reads the merged letter, and its page.
            let page = try await casework.file(number: kept.number, for: handler)
            #expect(page.letter(of: own.reporterID)?.contains("12 号楼") == true)
            #expect(try await casework.file(number: own.number, for: handler).state.merged?.number == kept.number)
            try await casework.reply(
                kept.caseID, County.opinion(), version: try await county.state(kept.caseID).version, by: handler)
            try await casework.noteRead(kept.caseID, by: own.reporterID)
            let state = try await county.state(kept.caseID)
            #expect(state.phase == .replied, "the other one has not read it")
            try await casework.judge(kept.caseID, JudgementDraft(outcome: .notSolved), by: own.reporterID)
            try await casework.noteRead(kept.caseID, by: kept.reporterID)
            try await casework.judge(kept.caseID, JudgementDraft(outcome: .solved), by: kept.reporterID)
            let judged = try await county.state(kept.caseID)
            #expect(judged.phase == .judged && judged.judgement == .notSolved)
            let reply = try await casework.file(kept.caseID, for: own.reporterID)
            #expect(reply.text(reply.state.reply?.body) == "六盏灯都换好了。")
            let (_, code) = try await casework.reissueCode(
                kept.caseID, reporter: own.reporterID, reason: "凭身份证", submission: "new",
                by: try await county.viewer("clerk"))
            #expect(
                try await casework.findReporter(number: own.number, code: code.description)?.reporter == own.reporterID)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func itLeavesEveryListAndIsNeitherClosedNorSolved() async throws {
        try await withCounty { county in
            let dispatcher = try await county.viewer("dispatcher")
            let kept = try await county.register()
            let own = try await county.register("路灯坏了。")
            #expect(try await county.casework.queueCounts([.unassigned, .all], for: dispatcher)[.unassigned] == 2)
            try await county.merge(own.caseID, into: kept.caseID)
            for queue in WorkQueue.allCases {
                let rows = try await county.casework.queue(QueueRequest(queue), for: dispatcher).rows
                #expect(!rows.contains { $0.id == own.caseID }, "\(queue)")
            }
            let counts = try await county.casework.queueCounts([.unassigned, .all, .toClose], for: dispatcher)
            #expect(counts[.unassigned] == 1 && counts[.all] == 1 && counts[.toClose] == 0)
            let phase = try await county.database.read { tx in
                try tx.first("SELECT phase, judgement, outcome, replied_at FROM cases WHERE id = $1", [own.caseID])
            }
            #expect(try phase?.text(0) == "merged" && phase?.optionalText(1) == nil && phase?.optionalText(2) == nil)
        }
    }

    @Test func anUndoGivesBothBackAndTheWordsGoWithTheResident() async throws {
        try await withCounty { county in
            let casework = county.casework
            let own = try await county.register("水管漏水。")
            county.clock.advance(days: 3)
            let kept = try await county.register()
            let (before, keptBefore) = (try await county.state(own.caseID), try await county.state(kept.caseID))
            try await county.merge(own.caseID, into: kept.caseID)
            let clock = try #require(try await county.state(kept.caseID).nextClock)
            #expect(clock.start.due == before.nextClock?.start.due, "the earlier day holds")
            try await casework.addWords(
                kept.caseID, reporter: own.reporterID, text: "这不是同一件事，我说的是水管。", submission: "w")
            #expect(try await county.state(kept.caseID).lastKind == "worded", "it reaches the desk")
            county.clock.advance(days: 2)
            try await county.undo(own.caseID)
            let (after, keptAfter) = (try await county.state(own.caseID), try await county.state(kept.caseID))
            #expect(after.phase == before.phase && after.clocks == before.clocks)
            #expect(after.reporters == before.reporters)
            #expect(keptAfter.clocks.map(\.start) == keptBefore.clocks.map(\.start))
            #expect(keptAfter.nextClock?.start == keptBefore.nextClock?.start)
            #expect(keptAfter.reporters == keptBefore.reporters)
            let own2 = try await casework.file(own.caseID, for: own.reporterID)
            #expect(own2.texts.values.contains("这不是同一件事，我说的是水管。"))
            let keptFile = try await casework.file(number: kept.number, for: try await county.viewer("dispatcher"))
            #expect(!keptFile.texts.values.contains { $0.contains("水管") })
            let found = try await casework.findReporter(number: own.number, code: own.code.description)
            #expect(found?.id == own.caseID)
            let hits = try await casework.search("这不是同一件事", for: try await county.viewer("dispatcher"))
            #expect(hits.hits.map(\.number) == [own.number])
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func anOpenPageGoesOnReadingAndAnErasureReachesBoth() async throws {
        try await withCounty { county in
            let sessions = Sessions(database: county.database, keys: county.keys, clock: county.clock)
            let kept = try await county.register()
            let own = try await county.register("路灯坏了，我姓丁。")
            let session = try await sessions.openReporterSession(reporter: own.reporterID, case: own.caseID)
            try await county.merge(own.caseID, into: kept.caseID)
            #expect(try await sessions.reporterSession(token: session.token)?.caseID == kept.caseID)
            try await county.casework.addWords(
                kept.caseID, reporter: own.reporterID, text: "再说一句。", submission: "w2")
            let record = try await county.casework.erase(kept.caseID, reporter: own.reporterID, by: .system("test"))
            #expect(record.reporterID == own.reporterID)
            let left = try await county.database.read { tx in
                try tx.rows("SELECT body FROM texts WHERE body IS NOT NULL").map { try $0.text(0) }
            }
            #expect(!left.contains { $0.contains("丁") || $0.contains("再说一句") })
            #expect(try await county.state(own.caseID).reporters[0].erased)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func whoIsKeptFromOneIsKeptFromBoth() async throws {
        try await withCounty { county in
            let (casework, dispatcher) = (county.casework, try await county.viewer("dispatcher"))
            let kept = try await county.register()
            let own = try await county.register("路灯坏了。")
            try await county.merge(own.caseID, into: kept.caseID)
            let watcher = try await county.viewer("watcher")
            _ = try await casework.file(number: own.number, for: watcher)
            try await casework.restrict(kept.caseID, to: [], reason: "要保密", by: dispatcher)
            for number in [kept.number, own.number] {
                await #expect(throws: PlainError.self) { _ = try await casework.file(number: number, for: watcher) }
                _ = try await casework.file(number: number, for: dispatcher)
            }
            await #expect(throws: PlainError.self) { try await county.undo(own.caseID) }
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func whoeverChangesOneMeanwhileIsNotOverruled() async throws {
        try await withCounty { county in
            let dispatcher = try await county.viewer("dispatcher")
            let (kept, own) = (try await county.register(), try await county.register("路灯坏了。"))
            let draft = MergeDraft(
                kept: kept.caseID, leaving: [own.caseID], reason: "同", versions: [kept.caseID: 1, own.caseID: 1])
            try await county.casework.note(own.caseID, text: "先别动", submission: "n", by: dispatcher)
            await #expect(throws: VersionConflict.self) {
                try await county.casework.merge(draft, submission: "x", by: dispatcher)
            }
            let roads = try await county.viewer("roads")
            await #expect(throws: PlainError.self) {
                try await county.casework.merge(draft, submission: "y", by: roads)
            }
            #expect(try await county.state(own.caseID).phase == .registered)
        }
    }

    @Test func severalGoIntoOneAllOrNone() async throws {
        try await withCounty { county in
            let dispatcher = try await county.viewer("dispatcher")
            let kept = try await county.register()
            let (a, b) = (try await county.register("路灯坏了。"), try await county.register("路灯又坏了。"))
            func draft() async throws -> MergeDraft {
                var versions: [CaseID: Int] = [:]
                for id in [kept.caseID, a.caseID, b.caseID] { versions[id] = try await county.state(id).version }
                return MergeDraft(kept: kept.caseID, leaving: [a.caseID, b.caseID], reason: "同", versions: versions)
            }
            try await county.casework.restrict(b.caseID, to: [], reason: "保密", by: dispatcher)
            let barred = try await draft()
            await #expect(throws: PlainError.self) {
                try await county.casework.merge(barred, submission: "1", by: dispatcher)
            }
            #expect(try await county.state(a.caseID).phase == .registered)
            try await county.casework.unrestrict(b.caseID, reason: "可以了", by: dispatcher)
            try await county.casework.merge(try await draft(), submission: "2", by: dispatcher)
            #expect(try await county.state(kept.caseID).reporters.count == 3)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func suggestionsSayWhyAndKnowNothingOfPeople() async throws {
        try await withCounty { county in
            let dispatcher = try await county.viewer("dispatcher")
            let own = try await county.register("槐荫巷 12 号楼前的路灯半个月不亮，晚上看不见路。")
            let same = try await county.register("槐荫巷 12 号楼前的路灯不亮，老人不敢出门。")
            // The same resident with another matter: never suggested for that.
            let other = try await county.register("小学门口的招生名额怎么分配，什么时候公布？")
            let state = try await county.state(own.caseID)
            let found = try await county.casework.mergeSuggestions(for: state, viewer: dispatcher)
            #expect(found.map(\.id) == [same.caseID])
            #expect(found.first?.words.isEmpty == false)
            try await county.casework.link(own.caseID, to: other.number, kind: .related, by: dispatcher)
            let linked = try await county.casework.mergeSuggestions(
                for: try await county.state(own.caseID), viewer: dispatcher)
            #expect(linked.first?.id == other.caseID && linked.first?.link == .related)
            try await county.merge(same.caseID, into: own.caseID)
            let later = try await county.casework.mergeSuggestions(
                for: try await county.state(own.caseID), viewer: dispatcher)
            #expect(!later.contains { $0.id == same.caseID })
        }
    }
}
