import Kernel
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// What Art. 40 lists, found from the tables.
@Suite struct FindingTests {
    private func findings(
        _ county: County, _ trigger: CaseFindingTrigger? = nil, as name: String = "watcher"
    ) async throws -> [CaseFinding] {
        var request = CaseFindingRequest()
        request.trigger = trigger
        return try await county.casework.supervisionFindings(request, for: try await county.viewer(name)).items
    }

    @Test func whatIsNotTakenUpOrAnsweredInTime() async throws {
        try await withCounty { county in
            let waiting = try await county.register()
            let inHand = try await county.accepted()
            #expect(try await findings(county).isEmpty)
            county.clock.advance(days: 15)
            #expect(try await findings(county, .notAcceptedInTime).isEmpty, "the last day is not over yet")
            county.clock.advance(days: 1)
            let late = try await findings(county, .notAcceptedInTime)
            #expect(late.map(\.caseID) == [waiting.caseID])
            let (office, water) = (try await county.unit("county"), try await county.unit("water"))
            #expect(late[0].number == waiting.number && late[0].unit == office)
            #expect(late[0].since == county.casework.today.adding(days: -1))
            #expect(late[0].facts == [.clockOver(rule: "XF-TRANSFER", on: late[0].since)])
            county.clock.advance(days: 60)
            let unanswered = try await findings(county, .notAnsweredInTime)
            #expect(unanswered.map(\.caseID) == [inHand.caseID] && unanswered[0].unit == water)
            // What is done is no finding any more.
            try await county.casework.reply(
                inHand.caseID, County.opinion(), version: 4, by: try await county.viewer("handler"))
            #expect(try await findings(county, .notAnsweredInTime).isEmpty)
            let watcher = try await county.viewer("watcher")
            #expect(try await county.casework.supervisionFinding(unanswered[0].key, for: watcher) == nil)
            #expect(try await county.casework.supervisionFinding(late[0].key, for: watcher) == late[0])
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func aPartThatIsNotDoneByItsDay() async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let id = receipt.caseID
            let (handler, roads) = (try await county.viewer("handler"), try await county.unit("roads"))
            let day = county.casework.today.adding(days: 4)
            try await county.casework.askHelper(id, unit: roads, ask: "封路半天", due: day, by: handler)
            let helper = try await county.viewer("roads")
            func list() async throws -> [LocalDate?] {
                try await county.casework.queue(QueueRequest(.helping), for: helper).rows.map(\.dueOn)
            }
            #expect(try await list() == [day], "the list of those who help follows the day of their part")
            county.clock.advance(days: 4)
            #expect(try await findings(county, .helpMissing).isEmpty, "the last day is not over yet")
            county.clock.advance(days: 1)
            let found = try await findings(county, .helpMissing)
            #expect(found.map(\.unit) == [roads] && found.map(\.since) == [day] && found[0].facts == [.helpDue(day)])
            try await county.casework.answerHelp(id, text: "已封", by: helper)
            #expect(try await findings(county, .helpMissing).isEmpty)
            #expect(try await list().isEmpty)
            // Nor is anything expected any more where the matter is over.
            try await county.casework.askHelper(
                id, unit: roads, ask: "再封半天", due: county.casework.today.adding(days: 2), by: handler)
            try await county.casework.withdraw(id, reason: nil, by: receipt.reporterID)
            county.clock.advance(days: 9)
            #expect(try await findings(county, .helpMissing).isEmpty)
            #expect(try await county.findings().isEmpty)
        }
    }

    /// The list of those who help goes by the day of their part, page by page, forward and back.
    @Test func theListOfThoseWhoHelpIsWalkedByTheDayOfTheirPart() async throws {
        try await withCounty { county in
            let (handler, helper) = (try await county.viewer("handler"), try await county.viewer("roads"))
            let (roads, today) = (try await county.unit("roads"), county.casework.today)
            var ids: [CaseID] = []
            // The later a matter came, the earlier its part is due; one has no day and goes by the matter's own.
            for days in [9, 5, nil, 2] as [Int?] {
                let id = try await county.accepted().caseID
                try await county.casework.askHelper(
                    id, unit: roads, ask: "封路", due: days.map { today.adding(days: $0) }, by: handler)
                ids.append(id)
            }
            let wanted = [ids[3], ids[1], ids[0], ids[2]]
            var request = QueueRequest(.helping)
            request.limit = 1
            var seen: [QueueRow] = []
            repeat {
                let page = try await county.casework.queue(request, for: helper)
                seen += page.rows
                request.after = page.next
            } while request.after != nil
            #expect(seen.map(\.id) == wanted)
            #expect(seen.prefix(3).map(\.dueOn) == [2, 5, 9].map { today.adding(days: $0) })
            request.after = seen[3].cursor(in: .due)
            request.isBackward = true
            request.limit = 3
            #expect(try await county.casework.queue(request, for: helper).rows.map(\.id) == Array(wanted.prefix(3)))
            var soon = QueueRequest(.helping)
            soon.due = today...today.adding(days: 5)
            #expect(try await county.casework.queueCounts([soon], for: helper) == [2])
        }
    }

    /// Art. 22 (3): whoever sends a matter may want an account by a day; the signed answer is one.
    @Test func anAccountThatWasAskedForAndDidNotCome() async throws {
        try await withCounty { county in
            let (dispatcher, water) = (try await county.viewer("dispatcher"), try await county.unit("water"))
            let receipt = try await county.register()
            let past = await plainCode {
                try await county.casework.dispatch(
                    receipt.caseID, to: .unit(water, reason: "交办"),
                    feedback: county.casework.today.adding(days: -1), version: 1, by: dispatcher)
            }
            #expect(past == "date.past")
            let day = county.casework.today.adding(days: 7)
            try await county.casework.dispatch(
                receipt.caseID, to: .unit(water, reason: "交办"), feedback: day, version: 1, by: dispatcher)
            #expect(try await county.state(receipt.caseID).feedback == day)
            county.clock.advance(days: 8)
            let found = try await findings(county, .helpMissing)
            #expect(found.map(\.unit) == [water] && found.map(\.since) == [day])
            let handler = try await county.viewer("handler")
            #expect(try await county.casework.queue(QueueRequest(.helping), for: handler).rows.isEmpty, "no help")
            try await county.casework.accept(
                receipt.caseID, deciding: County.ordinary, version: 2, by: handler)
            try await county.casework.reply(receipt.caseID, County.opinion(), version: 4, by: handler)
            #expect(try await findings(county, .helpMissing).isEmpty)
            // It was given: work that begins anew owes none of the old day.
            try await county.casework.noteReplyRead(receipt.caseID, by: receipt.reporterID)
            try await county.casework.reopen(receipt.caseID, reason: "还没修好", by: receipt.reporterID)
            #expect(try await county.state(receipt.caseID).phase == .inHand)
            #expect(try await findings(county, .helpMissing).isEmpty)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func aMissedNoticeAndAPromise() async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let handler = try await county.viewer("handler")
            for kind in PromiseKind.allCases {
                try await county.casework.promise(
                    receipt.caseID,
                    PromiseDraft(kind: kind, text: "装好三盏灯", due: county.casework.today.adding(days: 20)),
                    submission: nil, by: handler)
            }
            county.clock.advance(days: 16)
            let missing = try await findings(county)
            #expect(missing.map(\.trigger) == [.noticeMissing])
            let since = missing[0].since
            #expect(missing[0].facts == [.noticeDue(.acceptance, rule: "XF-NOTIFY-TRANSFERRED", on: since)])
            try await county.casework.noteRead(receipt.caseID, by: receipt.reporterID)
            #expect(try await findings(county).isEmpty, "reading the page under number and code is having the notice")
            county.clock.advance(days: 5)
            let broken = try await findings(county)
            #expect(broken.map(\.trigger) == [.notExecuted, .promiseBroken])
            #expect(broken.map(\.facts) == [[.executionDue(broken[0].since)], [.promiseDue(broken[0].since)]])
            let state = try await county.state(receipt.caseID)
            try await county.casework.settlePromise(
                receipt.caseID, promise: state.promises[0].made.id, end: .kept, text: "三盏灯亮了", by: handler)
            #expect(try await findings(county).map(\.trigger) == [.promiseBroken])
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func objectingTwiceWithoutGround() async throws {
        try await withCounty { county in
            let receipt = try await county.register()
            let (dispatcher, handler) = (try await county.viewer("dispatcher"), try await county.viewer("handler"))
            let water = try await county.unit("water")
            try await county.casework.dispatch(
                receipt.caseID, to: .unit(water, reason: "归水务局管"), version: 1, by: dispatcher)
            for round in 1...3 {
                let version = try await county.state(receipt.caseID).version
                try await county.casework.object(receipt.caseID, reason: "不归我们", version: version, by: handler)
                try await county.casework.ruleOnObjection(
                    receipt.caseID, upheld: false, newUnit: nil, reason: "三定方案写明", version: version + 1, by: dispatcher)
                let found = try await findings(county, .objectedWithoutGround)
                #expect(found.count == (round > 1 ? 1 : 0), "the last ruling counts those before")
                #expect(found.first?.facts == (round > 1 ? [.objectionsRejected(round)] : nil))
                #expect(found.first.map { $0.unit == water } ?? true)
            }
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func answersWithoutSubstance() async throws {
        try await withCounty { county in
            let receipt = try await county.answered()
            let handler = try await county.viewer("handler")
            try await county.casework.judge(
                receipt.caseID, JudgementDraft(outcome: .notSolved), by: receipt.reporterID)
            #expect(try await findings(county, .answeredWithoutSubstance).isEmpty)
            try await county.casework.reopen(receipt.caseID, reason: "灯还是不亮", by: receipt.reporterID)
            let version = try await county.state(receipt.caseID).version
            var reply = County.opinion()
            reply.body = "又换了三盏。"
            try await county.casework.reply(receipt.caseID, reply, version: version, by: handler)
            try await county.casework.noteReplyRead(receipt.caseID, by: receipt.reporterID)
            try await county.casework.judge(
                receipt.caseID, JudgementDraft(outcome: .notSolved), by: receipt.reporterID)
            let found = try await findings(county, .answeredWithoutSubstance)
            #expect(found.map(\.facts) == [[.saidUnsolved(2)]])
            #expect(found.first?.unit == (try await county.unit("water")))
            // The resident changes the verdict while the window is open.
            try await county.casework.judge(receipt.caseID, JudgementDraft(outcome: .partly), by: receipt.reporterID)
            #expect(try await findings(county, .answeredWithoutSubstance).isEmpty)
            #expect(try await county.findings().isEmpty)
        }
    }

    /// A page never shows what is not the viewer's to know, and whoever is complained of sees nothing of it.
    @Test func findingsFollowVisibility() async throws {
        try await withCounty { county in
            let restricted = try await county.register()
            let accusing = try await county.register()
            let open = try await county.register()
            let dispatcher = try await county.viewer("dispatcher")
            let watcher = try await county.viewer("watcher")
            try await county.casework.restrict(
                restricted.caseID, to: [dispatcher.staff.id], reason: "只给经手的人看", by: dispatcher)
            try await county.casework.nameAccused(
                accusing.caseID, staff: [watcher.staff.id], units: [], reason: "信里写了他", by: dispatcher)
            county.clock.advance(days: 20)
            #expect(try await findings(county).map(\.caseID) == [open.caseID])
            #expect(try await county.casework.visibleMatter(number: open.number, for: watcher)?.id == open.caseID)
            #expect(try await county.casework.visibleMatter(number: accusing.number, for: watcher) == nil)
            for name in ["handler", "dispatcher", "admin", "clerk"] {
                let code = await plainCode { _ = try await findings(county, as: name) }
                #expect(code == "permission.missing", "\(name)")
            }
        }
    }

    @Test(arguments: [1, 2, 3, 7])
    func pagesJoinWithoutGapOrRepeat(_ limit: Int) async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            let county = try await County(database)
            for day in 0..<9 {
                _ = try await county.register()
                _ = try await county.accepted()
                if day % 3 == 0 { county.clock.advance(days: 1) }
            }
            county.clock.advance(days: 90)
            let watcher = try await county.viewer("watcher")
            let whole = try await county.casework.supervisionFindings(after: nil, limit: 1_000, for: watcher)
            #expect(whole.items.count == 27 && whole.next == nil, "nine not taken up, nine unanswered, nine notices")
            var (seen, after): ([CaseFinding], CaseFindingKey?) = ([], nil)
            repeat {
                let page = try await county.casework.supervisionFindings(after: after, limit: limit, for: watcher)
                #expect(page.items.count <= limit)
                seen += page.items
                after = page.next
            } while after != nil
            #expect(seen == whole.items)
            let water = try await county.unit("water")
            var narrowed = CaseFindingRequest()
            narrowed.unit = water
            narrowed.limit = 100
            let waters = try await county.casework.supervisionFindings(narrowed, for: watcher).items
            #expect(waters == whole.items.filter { $0.unit == water } && waters.count == 18)
        }
    }
}
