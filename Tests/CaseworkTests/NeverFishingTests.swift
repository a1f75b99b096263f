import Kernel
import Ledger
import Organisation
import Storage
import Testing

@testable import Casework

/// No. 8 and 9 of docs/never.md: silence is no praise, whoever is judged neither sees nor writes the verdict, and nothing
/// is ranked.
@Suite struct NeverFishingTests {
    @Test func silenceIsNoPraiseInAnyNumber() async throws {
        try await withCounty { county in
            for _ in 0..<3 { _ = try await county.answered() }
            let leader = try await Self.leader(county)
            county.clock.advance(days: 40)
            #expect(try await county.casework.endWindows() == 3)
            let line = try #require(try await county.casework.oversight(for: leader).units.first { $0.answered > 0 })
            #expect(line.answered == 3 && line.judged == 0)
            let period = ReportPeriod(monthOf: county.casework.today)
            for period in [period, period.previous] {
                let report = try await county.casework.lawfulReport(period, for: leader)
                #expect(report.verdicts == [:] && report.units.allSatisfy { $0.verdicts.isEmpty })
            }
            let numbers = try await county.casework.publicNumbers()
            #expect(numbers.map { $0.judged == 0 && $0.answered == 3 } != false)
            let rows = try await county.database.read { tx in
                try tx.rows("SELECT judgement, phase FROM cases").map { (try $0.optionalText(0), try $0.text(1)) }
            }
            #expect(rows.allSatisfy { $0.0 == nil && $0.1 == "unjudged" })
            // The resident can still speak afterwards.
            let silent = try await county.answered()
            county.clock.advance(days: 40)
            _ = try await county.casework.endWindows()
            try await county.casework.judge(
                silent.caseID, JudgementDraft(outcome: .notSolved), by: silent.reporterID)
            #expect(try await county.state(silent.caseID).judgement == .notSolved)
        }
    }

    @Test func aVerdictHasNoDefault() {
        // Whoever makes a judgement says which; the four questions and the treatment stay open unless somebody answers.
        let draft = JudgementDraft(outcome: .partly)
        #expect(draft.attitude == nil && draft.words == nil)
        #expect(
            [draft.answers.supports, draft.answers.approves, draft.answers.pleased, draft.answers.agrees].allSatisfy {
                $0 == nil
            })
        #expect(Judgement.allCases.map(\.rawValue) == ["solved", "partly", "notSolved"])
    }

    @Test func whoAnsweredDoesNotWriteTheVerdictDown() async throws {
        try await withCounty { county in
            let receipt = try await county.answered()
            for name in ["handler", "handler2", "signer", "roads"] {
                let viewer = try await county.viewer(name)
                let code = await plainCode {
                    try await county.casework.recordJudgement(
                        receipt.caseID, JudgementDraft(outcome: .solved), of: receipt.reporterID, by: viewer)
                }
                let refusals = ["permission.missing", "case.notFound", "judgement.byHandler"]
                #expect(code.map(refusals.contains) == true, "\(name): \(code ?? "done")")
            }
            // Not with another hat on either.
            let handler = try await county.viewer("handler")
            var both = handler.staff
            both.grants = [
                RoleGrant(role: .approver, unit: handler.staff.unit),
                RoleGrant(role: .receptionClerk, unit: handler.staff.unit),
            ]
            let signer = Viewer(staff: both, organisation: handler.organisation)
            let code = await plainCode {
                try await county.casework.recordJudgement(
                    receipt.caseID, JudgementDraft(outcome: .solved), of: receipt.reporterID, by: signer)
            }
            #expect(code == "judgement.byHandler")
            try await county.casework.recordJudgement(
                receipt.caseID, JudgementDraft(outcome: .partly), of: receipt.reporterID,
                by: try await county.viewer("clerk"))
        }
    }

    /// The signer who handed the matter to a colleague after signing is still the one who is judged.
    @Test func whoSignedIsJudgedToo() async throws {
        try await withCounty { county in
            let receipt = try await county.answered()
            let handler = try await county.viewer("handler")
            try await county.casework.recuse(
                receipt.caseID, staff: try await county.viewer("handler2").staff.id, reason: "亲属",
                by: try await county.viewer("dispatcher"))
            let state = try await county.state(receipt.caseID)
            #expect(state.reply?.signer == handler.staff.id)
            #expect(!state.showsJudgement(to: handler))
        }
    }

    @Test func whoIsJudgedLearnsNumbersNotNames() async throws {
        try await withCounty { county in
            let receipt = try await county.answered()
            try await county.casework.judge(
                receipt.caseID, JudgementDraft(outcome: .notSolved, words: "灯还是不亮"), by: receipt.reporterID)
            let state = try await county.state(receipt.caseID)
            let handler = try await county.viewer("handler")
            let water = handler.staff.unit
            let office = try await county.unit("county")
            func viewer(_ unit: UnitID, _ grants: [RoleGrant]) -> Viewer {
                var staff = handler.staff
                staff.unit = unit
                staff.grants = grants
                return Viewer(staff: staff, organisation: handler.organisation)
            }
            let watching: [Role] = [.supervisor, .leader, .auditor]
            let ofTheUnit = watching.map { viewer(water, [RoleGrant(role: $0, unit: water)]) }
            // Head of the bureau and leader over the county at once; handler there and supervisor over the county.
            let twoHats = [
                viewer(water, [RoleGrant(role: .leader, unit: office)]),
                viewer(office, [RoleGrant(role: .handler, unit: water), RoleGrant(role: .supervisor, unit: office)]),
            ]
            for viewer in ofTheUnit + twoHats {
                #expect(!state.showsJudgement(to: viewer))
                #expect(try await county.casework.queue(QueueRequest(.unsolved), for: viewer).rows.isEmpty)
                let counts = try await county.casework.queueCounts([.unsolved], for: viewer)
                #expect(counts[.unsolved] == 0)
                for queue in WorkQueue.allCases {
                    let rows = try await county.casework.queue(QueueRequest(queue), for: viewer).rows
                    #expect(rows.allSatisfy { $0.judgement == nil }, "\(queue)")
                }
                if viewer.may(.oversee, on: nil) {
                    let period = ReportPeriod(monthOf: county.casework.today)
                    let rows = try await county.casework.receivedMatters(ReceivedRequest(period), for: viewer).rows
                    #expect(rows.allSatisfy { $0.judgement == nil })
                    let report = try await county.casework.oversight(for: viewer)
                    #expect(report.unsolved.isEmpty && report.unsolvedCount == 0)
                    #expect(report.units.map(\.notSolved).reduce(0, +) == 1, "but the number they learn")
                }
            }
            let watcher = try await county.viewer("watcher")
            #expect(state.showsJudgement(to: watcher))
            #expect(
                try await county.casework.queue(QueueRequest(.unsolved), for: watcher).rows.first?.judgement
                    == .notSolved)
        }
    }

    // MARK: No ranking

    private static func leader(_ county: County) async throws -> Viewer {
        let watcher = try await county.viewer("watcher")
        var staff = watcher.staff
        staff.grants = [RoleGrant(role: .leader, unit: try await county.unit("county"))]
        return Viewer(staff: staff, organisation: watcher.organisation)
    }

    /// The busiest unit comes last by its code, the best comes first by nothing: lists follow the codes.
    @Test func unitsStandInTheOrderOfTheirCodesWhateverTheirNumbers() async throws {
        try await withCounty { county in
            for code in ["zeta", "alpha", "mid"] {
                _ = try await county.store.addUnit(
                    NewUnit(
                        code: code, name: LocalizedName(zh: code), kind: .department,
                        parent: try await county.unit("county")), by: .system("test"))
            }
            let dispatcher = try await county.viewer("dispatcher")
            var order: [String] = []
            for (code, count) in [("zeta", 1), ("water", 9), ("alpha", 4), ("mid", 2)] {
                for _ in 0..<count {
                    let receipt = try await county.register("说说\(code)的事。")
                    try await county.casework.dispatch(
                        receipt.caseID, to: .unit(try await county.unit(code), reason: "归其管"), version: 1,
                        by: dispatcher)
                }
                order.append(code)
            }
            let leader = try await Self.leader(county)
            let organisation = try await county.store.current()
            let units = try await county.casework.oversight(for: leader).units
            let codes = units.map { organisation.unit($0.unit)?.code ?? "" }
            #expect(codes == ["alpha", "mid", "water", "zeta"] && units.map(\.open) == [4, 2, 9, 1])
            let report = try await county.casework.lawfulReport(
                ReportPeriod(monthOf: county.casework.today), for: leader)
            let lines = report.units.map { organisation.unit($0.unit)?.code ?? "" }
            #expect(lines == lines.sorted() && lines.count >= 4)
            let equality = report.equality.channels + report.equality.areas + report.equality.categories
            #expect(!equality.isEmpty)
            for lines in [report.equality.channels, report.equality.areas, report.equality.categories] {
                let codes = lines.compactMap(\.code)
                #expect(codes == codes.sorted())
            }
        }
    }

    /// A public table of promises follows the units' identifiers: who broke most does not stand on top.
    @Test func thePromiseBoardIsNoLeagueTable() async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let handler = try await county.viewer("handler")
            let day = county.casework.today.adding(days: 3)
            for index in 0..<3 {
                try await county.casework.promise(
                    receipt.caseID, PromiseDraft(kind: .other, text: "第 \(index) 件", due: day), submission: nil,
                    by: handler)
            }
            let other = try await county.register()
            try await county.casework.dispatch(
                other.caseID, to: .unit(try await county.unit("roads"), reason: "归其管"), version: 1,
                by: try await county.viewer("dispatcher"))
            let roads = try await county.viewer("roads")
            try await county.casework.accept(other.caseID, deciding: County.ordinary, version: 2, by: roads)
            try await county.casework.promise(
                other.caseID, PromiseDraft(kind: .other, text: "一件", due: day), submission: nil, by: roads)
            let board = try await county.casework.promiseBoard(from: county.casework.today, to: day)
            let shown = board.lines.map(\.unit)
            #expect(shown == shown.sorted() && board.lines.map(\.all) == [3, 1])
        }
    }

    /// Statements that order rows by a count would be the beginning of a league table; there are none.
    @Test func noStatementOrdersByACount() throws {
        for source in try NeverKit.sources() {
            let ranked = try NeverKit.found(
                "ORDER\\s+BY\\s+(COUNT|SUM|AVG)\\s*\\(|\\b(RANK|ROW_NUMBER|DENSE_RANK)\\s*\\(\\)", in: source.text)
            #expect(ranked.isEmpty, "\(source.path)")
        }
    }
}
