import Kernel
import Ledger
import Organisation
import Storage
import Testing

@testable import Casework

/// No. 4 of docs/never.md: whoever a matter complains of does not meet it, nor a sign of it, in any question that the
/// program can be asked, whatever roles they hold; nor do those who work in a unit that it complains of.
@Suite struct NeverAccusedTests {
    /// Somebody of the water bureau with a role over the whole county, as a seconded supervisor is.
    private static func seconded(_ county: County, _ name: String, _ roles: [Role]) async throws -> Viewer {
        let viewer = try await county.viewer(name)
        var staff = viewer.staff
        let office = try await county.unit("county")
        staff.grants += roles.map { RoleGrant(role: $0, unit: office) }
        return Viewer(staff: staff, organisation: viewer.organisation)
    }

    private static let everything: [Role] = [.receptionClerk, .dispatcher, .supervisor, .leader, .reviewer]

    /// Everything that one can ask, as a list of what came back that is more than nothing.
    private static func found(
        _ county: County, _ receipt: CaseReceipt, _ other: CaseReceipt, for viewer: Viewer
    ) async throws -> [String] {
        let casework = county.casework
        var found: [String] = []
        func note(_ what: String, _ isThere: Bool) { if isThere { found.append(what) } }
        for queue in WorkQueue.allCases {
            let page = try await casework.queue(QueueRequest(queue), for: viewer)
            note("queue \(queue)", page.rows.contains { $0.id == receipt.caseID })
        }
        let counts = try await casework.queueCounts(WorkQueue.allCases, for: viewer)
        for (queue, count) in counts {
            let listed = try await casework.queue(QueueRequest(queue), for: viewer).rows.count
            note("count \(queue)", count != listed)
        }
        if viewer.may(.search, on: nil) {
            note("search", !(try await casework.search("独一无二的阀门", for: viewer).hits.isEmpty))
            note("search count", try await casework.searchCount("独一无二的阀门", upTo: Casework.searchCap, for: viewer) > 0)
        }
        note("file", (try? await casework.file(number: receipt.number, for: viewer)) != nil)
        note("number", try await casework.visibleMatter(number: receipt.number, for: viewer) != nil)
        note("linked", !(try await casework.linkedMatters([receipt.caseID], for: viewer).isEmpty))
        if viewer.may(.lookUpPerson, on: nil) {
            let people = try await casework.lookUp(phone: "13800000099", identityNumber: nil, reason: "来电", by: viewer)
            note("person", !people.isEmpty)
        }
        let precedents = try await casework.precedents(category: "01.01.01", for: viewer)
        note("precedent", precedents.contains { $0.number == receipt.number || $0.reason == "独一无二的理由" })
        if viewer.may(.oversee, on: nil) {
            let report = try await casework.oversight(for: viewer)
            note(
                "oversight",
                report.units.contains { $0.open + $0.overdue + $0.answered > 0 } || !report.dueByDay.isEmpty)
            note("unsolved", !report.unsolved.isEmpty || report.unsolvedCount > 0)
            for measure in AnsweredRequest.Measure.allCases {
                guard measure != .judged || viewer.may(.seeJudgement, on: nil) else { continue }
                let list = try await casework.answeredMatters(AnsweredRequest(measure), for: viewer)
                note("\(measure)", list.rows.contains { $0.id == receipt.caseID })
            }
            let period = ReportPeriod(monthOf: casework.today)
            let lawful = try await casework.lawfulReport(period, for: viewer)
            note("report", lawful.received.total > 0 || lawful.answers.total > 0 || !lawful.moves.isEmpty)
            note("received", !(try await casework.receivedMatters(ReceivedRequest(period), for: viewer).rows.isEmpty))
            let days = casework.today.adding(days: -30)...casework.today
            for by in BreakdownDimension.allCases {
                let found = try await casework.breakdown(BreakdownRequest(by, days), for: viewer)
                note("breakdown", found.total.registered > 0 || found.total.overdue > 0)
            }
            let counted = try await casework.countedMatters(CountedRequest(days), for: viewer)
            note("counted", counted.rows.contains { $0.number == receipt.number })
            note("proposal", !(try await casework.catalogueProposals(for: viewer).isEmpty))
        }
        if viewer.may(.supervise, on: nil) {
            let findings = try await casework.supervisionFindings(CaseFindingRequest(), for: viewer)
            note("finding", !findings.items.isEmpty)
        }
        let state = try await county.state(receipt.caseID)
        note("commands", !casework.possibleCommands(on: state, for: viewer).isEmpty)
        let link = await plainCode {
            try await casework.link(other.caseID, to: receipt.number, kind: .related, by: viewer)
        }
        let none = await plainCode {
            try await casework.link(other.caseID, to: "9912-0000-0", kind: .related, by: viewer)
        }
        note("link \(link ?? "-")", link != none)
        let act = await plainCode {
            try await casework.note(receipt.caseID, text: "我来看看", submission: nil, by: viewer)
        }
        note("note \(act ?? "done")", act != "case.notFound")
        let reveal = await plainCode {
            _ = try await casework.reveal(
                receipt.caseID, reporter: receipt.reporterID, reason: "想知道是谁", by: viewer)
        }
        note("reveal \(reveal ?? "done")", reveal != "case.notFound")
        return found
    }

    /// A letter about the valve, in the hands of the water bureau after an objection that was not upheld, overdue.
    private static func letter(_ county: County) async throws -> CaseReceipt {
        var registration = Registration(channel: .visit, body: "水务局的人把独一无二的阀门弄坏了，还不承认。")
        registration.contact = Contact(name: "李女士", phone: "13800000099", address: "槐荫巷 1 号")
        registration.category = "01.01.01"
        let receipt = try await county.casework.register(registration, submission: "valve", by: .newReporter)
        let dispatcher = try await county.viewer("dispatcher")
        let handler = try await county.viewer("handler")
        try await county.casework.dispatch(
            receipt.caseID, to: .unit(try await county.unit("water"), reason: "归水务局管"), version: 1, by: dispatcher)
        try await county.casework.object(receipt.caseID, reason: "不归我们管", version: 2, by: handler)
        try await county.casework.ruleOnObjection(
            receipt.caseID, upheld: false, newUnit: nil, reason: "独一无二的理由", version: 3, by: dispatcher)
        try await county.casework.accept(
            receipt.caseID, deciding: County.ordinary, version: 4, by: try await county.viewer("handler2"))
        return receipt
    }

    @Test func whomAMatterComplainsOfFindsNoTraceOfIt() async throws {
        try await withCounty { county in
            let other = try await Self.other(county)
            let receipt = try await Self.letter(county)
            let handler = try await county.viewer("handler")
            let accused = try await Self.seconded(county, "handler", Self.everything)
            let counted = try await Self.found(county, receipt, other, for: accused)
            for what in [
                "queue all", "search", "search count", "file", "number", "linked", "person", "oversight", "report",
                "received", "commands",
            ] {
                #expect(counted.contains(what), "before it is said, they see it: \(what)")
            }
            #expect(!(try await Self.found(county, receipt, other, for: handler).isEmpty))
            try await county.casework.nameAccused(
                receipt.caseID, staff: [accused.staff.id], units: [], reason: "来信说的就是他",
                by: try await county.viewer("dispatcher"))
            county.clock.advance(days: 70)
            // Whoever checks what others did does not check a complaint about themselves.
            let auditor = try await Self.seconded(county, "handler", [.auditor])
            for viewer in [handler, accused, auditor] {
                #expect(try await Self.found(county, receipt, other, for: viewer) == [])
            }
            // Nobody lets them in by naming them.
            let watcher = try await county.viewer("watcher")
            try await county.casework.restrict(
                receipt.caseID, to: [accused.staff.id], reason: "误把他列入", by: watcher)
            for viewer in [handler, accused] {
                #expect(try await Self.found(county, receipt, other, for: viewer) == [])
            }
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func thoseOfTheUnitFindNoTraceOfItEither() async throws {
        try await withCounty { county in
            let station = try await county.store.addUnit(
                NewUnit(
                    code: "valves", name: LocalizedName(zh: "水务局阀门站"), kind: .station,
                    parent: try await county.unit("water")), by: .system("test"))
            let other = try await Self.other(county)
            let receipt = try await Self.letter(county)
            let watcher = try await county.viewer("watcher")
            try await county.casework.askHelper(
                receipt.caseID, unit: station, ask: "说明情况", due: nil, by: try await county.viewer("handler2"))
            // A promise that will be broken: a finding about the unit's own word, on a matter that complains of it.
            try await county.casework.promise(
                receipt.caseID,
                PromiseDraft(kind: .other, text: "三天内修好", due: county.casework.today.adding(days: 3)), submission: nil,
                by: try await county.viewer("handler2"))
            let inUnit = try await Self.seconded(county, "handler2", Self.everything)
            var below = inUnit.staff
            below.unit = station
            let inStation = Viewer(staff: below, organisation: inUnit.organisation)
            // From elsewhere, but with a role in the station below the unit alone.
            var guest = try await county.viewer("roads").staff
            guest.grants = [RoleGrant(role: .handler, unit: station)]
            let guestViewer = Viewer(staff: guest, organisation: try await county.store.current())
            let accused = [
                inUnit, inStation, guestViewer, try await county.viewer("handler"), try await county.viewer("signer"),
            ]
            for viewer in accused {
                #expect(!(try await Self.found(county, receipt, other, for: viewer).isEmpty), "before it is said")
            }
            try await county.casework.nameAccused(
                receipt.caseID, staff: [], units: [try await county.unit("water")], reason: "来信说的是整个局",
                by: try await county.viewer("dispatcher"))
            county.clock.advance(days: 70)
            for viewer in accused {
                #expect(try await Self.found(county, receipt, other, for: viewer) == [], "\(viewer.staff.signInName)")
            }
            // The unit, and what is below it, gets it back by no way.
            let dispatcher = try await county.viewer("dispatcher")
            for unit in [try await county.unit("water"), station] {
                let version = try await county.state(receipt.caseID).version
                let code = await plainCode {
                    try await county.casework.dispatch(
                        receipt.caseID, to: .grassroots(unit, reason: "还是给他们"), version: version, by: dispatcher)
                }
                #expect(code == "case.unitAccused")
            }
            // Those who watch are not led to press the unit about a complaint against it.
            let findings = try await county.casework.supervisionFindings(CaseFindingRequest(), for: watcher).items
            let ofUnit = findings.filter { $0.caseID == receipt.caseID && $0.unit != watcher.staff.unit }
            #expect(ofUnit == [])
            #expect(!findings.isEmpty, "but the office that has it now is found late")
            #expect(try await county.findings().isEmpty)
        }
    }

    /// A matter that only its own people see, for links.
    private static func other(_ county: County) async throws -> CaseReceipt {
        let receipt = try await county.register("别的事：桥上的灯。")
        try await county.casework.restrict(
            receipt.caseID, to: [], reason: "与本测试无关", by: try await county.viewer("dispatcher"))
        return receipt
    }

    /// The page of the resident tells nobody who is complained of, and the matter never goes to the accused as a copy:
    /// helpers, leads and reviewing bodies are refused.
    @Test func noCommandSendsItToTheUnitConcerned() throws {
        var life = try Life.at(.inHand)
        try life.run(.nameAccused(staff: [], units: [Life.third], home: Life.unit, reason: Life.text()))
        #expect(throws: CaseError.unitAccused) {
            try life.run(.askHelper(unit: Life.third, ask: Life.text(), due: nil))
        }
        var sent = try Life()
        try sent.run(.nameAccused(staff: [Life.handler], units: [Life.other], home: Life.unit, reason: Life.text()))
        #expect(throws: CaseError.unitAccused) { try sent.run(Life.command(.dispatch)) }
        try sent.run(Life.triage())
        #expect(throws: CaseError.recused) { try sent.run(.accept(handler: Life.handler)) }
        var review = try Life.at(.delivered)
        try review.run(.nameAccused(staff: [], units: [Life.third], home: Life.unit, reason: Life.text()))
        #expect(throws: CaseError.unitAccused) {
            try review.run(.askReview(reporter: Life.reporter, reason: Life.text(), body: Life.third))
        }
        #expect(!sent.state.units.contains(Life.other) && !review.state.units.contains(Life.third))
    }
}
