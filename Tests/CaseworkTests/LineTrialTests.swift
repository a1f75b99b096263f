import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// Trials of categories and units over a county small enough to count by hand.
@Suite struct LineTrialTests {
    private func run(_ county: County, _ part: RulebookPart, _ body: String, days: Int = 365) async throws
        -> (id: RuleTrialID, result: LineTrial)
    {
        let staff = try await county.viewer("dispatcher").staff.id
        let id = try await county.casework.trials.ask(
            part, body, since: county.clock.now().adding(days: -days), submission: "t-\(body)", by: staff)
        // In steps of two, as a long ledger would be read.
        try await county.casework.runTrial(batch: 2)
        let trial = try await county.casework.trials.trial(id)
        #expect(trial.finishedAt != nil)
        return (id, try DraftText.draft(trial.result))
    }

    private func tried(_ county: County, _ edit: CategoryEdit) async throws -> (id: RuleTrialID, result: LineTrial) {
        try await run(county, .categories, try DraftText.text(CategoryDraft.edit(edit)))
    }

    private func tried(_ county: County, _ change: PlannedChange) async throws -> (id: RuleTrialID, result: LineTrial) {
        try await run(county, .units, try DraftText.text(change))
    }

    /// Every number is the length of its list.
    private func check(
        _ county: County, _ trial: (id: RuleTrialID, result: LineTrial), as name: String = "watcher"
    ) async throws {
        let viewer = try await county.viewer(name)
        for (line, count) in trial.result.lines {
            let list = try await county.casework.triedMatters(trial.id, line: line, after: nil, for: viewer)
            #expect(list.matters.count == count, "\(line)")
        }
    }

    private func change(_ county: County, _ edits: CategoryEdit...) async throws {
        for edit in edits {
            try await county.store.changeCategories(
                from: county.casework.today, today: county.casework.today, reason: "试", submission: "\(edit)",
                by: .system("test")
            ) { try $0.categoryDifference(edit) }
        }
    }

    /// 水电 > 供水 > 停水 of the seed, 水电 > 供电 and 道路 besides; the catalogue gives 水电 to the water bureau.
    private func categories(_ county: County) async throws {
        try await change(
            county, .add(parent: "01", name: LocalizedName(zh: "供电")), .add(parent: nil, name: LocalizedName(zh: "道路")))
        let dispatcher = try await county.viewer("dispatcher")
        for category in ["01.01.01", "01.01.01", "01.01", "01.02", "02", nil] {
            let receipt = try await county.register()
            guard let category else { continue }
            try await county.casework.categorise(receipt.caseID, category: category, area: nil, by: dispatcher)
        }
    }

    @Test func aCategoryThatEndsHasASuccessorOrNone() async throws {
        try await withCounty { county in
            try await categories(county)
            let water = try await county.unit("water")
            let with = try await tried(county, .retire(code: "01.01", successor: "01.02"))
            #expect(with.result.looked == 6 && with.result.uncategorised == 1 && with.result.retiredBefore == 0)
            #expect(with.result.sum(.category) == 3)
            #expect(
                with.result.lines(.category, byCategory: true).map(\.line) == [
                    TrialLine(.category, category: "01.01.01", successor: "01.02"),
                    TrialLine(.category, category: "01.01", successor: "01.02"),
                ])
            // The entry names the category above, which stays: nothing goes elsewhere.
            #expect(with.result.sum(.proposal) == 0 && with.result.sum(.entry) == 0)
            try await check(county, with)

            let without = try await tried(county, .retire(code: "01", successor: nil))
            #expect(without.result.sum(.category) == 4)
            #expect(without.result.lines[TrialLine(.category, category: "01.01.01")] == 2)
            #expect(without.result.lines[TrialLine(.entry, entry: "1", from: water)] == 4)
            #expect(without.result.lines[TrialLine(.proposal, category: "01.02", from: water)] == 1)
            #expect(without.result.sum(.proposal) == 4)
            try await check(county, without)

            let elsewhere = try await tried(county, .retire(code: "01", successor: "02"))
            #expect(elsewhere.result.lines[TrialLine(.proposal, from: water)] == 4, "no entry holds for roads")
            try await check(county, elsewhere)

            let new = try await tried(county, .add(parent: "01", name: LocalizedName(zh: "供气")))
            #expect(new.result.lines.isEmpty && new.result.looked == 6)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func whatWasRetiredBeforeFollowsItsSuccessor() async throws {
        try await withCounty { county in
            try await categories(county)
            try await change(county, .retire(code: "01.02", successor: "02"))
            let trial = try await tried(county, .retire(code: "02", successor: "01.01"))
            #expect(trial.result.retiredBefore == 1)
            #expect(trial.result.lines[TrialLine(.category, category: "01.02", successor: "01.01")] == 1)
            #expect(trial.result.lines[TrialLine(.category, category: "02", successor: "01.01")] == 1)
            let water = try await county.unit("water")
            #expect(trial.result.lines[TrialLine(.proposal, to: water)] == 2, "roads had no entry, water has one")
            try await check(county, trial)
            // Once the rules changed, the numbers stay and the lists are closed.
            try await change(county, .retire(code: "02", successor: "01.01"))
            let watcher = try await county.viewer("watcher")
            let code = await plainCode {
                _ = try await county.casework.triedMatters(trial.id, line: .init(.category), after: nil, for: watcher)
            }
            #expect(code == "rulebook.trialOld")
            // What does not fit any more ends, and does not keep the next one waiting.
            let staff = try await county.viewer("dispatcher").staff.id
            let body = try DraftText.text(CategoryDraft.edit(.retire(code: "02", successor: nil)))
            let id = try await county.casework.trials.ask(
                .categories, body, since: Instant(milliseconds: 0), submission: "again", by: staff)
            #expect(try await county.casework.runTrial() == 0)
            let ended = try await county.casework.trials.trial(id)
            #expect(ended.finishedAt != nil && ended.result.isEmpty)
        }
    }

    /// Two answered by the water bureau, one under review, one only sent there, one at the county, one kept to named
    /// people, one of the year before.
    private func letters(_ county: County) async throws {
        let dispatcher = try await county.viewer("dispatcher")
        let water = try await county.unit("water")
        let old = try await county.register()
        try await county.casework.dispatch(
            old.caseID, to: .unit(water, reason: "归水务局管"), version: 1, by: dispatcher)
        county.clock.advance(days: 400)
        _ = try await county.answered()
        let reviewed = try await county.answered()
        try await county.casework.askReview(
            reviewed.caseID, reason: "还是不亮", submission: nil, by: reviewed.reporterID)
        let sent = try await county.register()
        try await county.casework.categorise(sent.caseID, category: "01.01", area: nil, by: dispatcher)
        try await county.casework.dispatch(
            sent.caseID, to: .entry(id: "1", version: 1), version: 2, by: dispatcher)
        _ = try await county.register()
        let kept = try await county.accepted()
        try await county.casework.restrict(
            kept.caseID, to: [try await county.viewer("watcher").staff.id], reason: "要保密",
            by: try await county.viewer("watcher"))
    }

    @Test func aUnitThatEndsHandsOver() async throws {
        try await withCounty { county in
            try await letters(county)
            let (water, roads) = (try await county.unit("water"), try await county.unit("roads"))
            let trial = try await tried(county, .endUnit(water, into: roads))
            let lines = trial.result.lines
            func count(_ measure: TrialLine.Measure, _ category: String? = nil) -> Int? {
                lines[TrialLine(measure, category: category, from: water, to: roads)]
            }
            #expect(trial.result.looked == 4, "neither the year before nor what is kept to named people")
            #expect(count(.dispatched) == 3 && count(.dispatched, "") == 2 && count(.dispatched, "01.01") == 1)
            #expect(count(.handled) == 2, "until it accepts, the county answers for what was sent")
            #expect(count(.received) == nil && count(.reviewed) == nil)
            #expect(count(.proposal) == 1 && lines[TrialLine(.entry, entry: "1", from: water, to: roads)] == 1)
            // Open work counts whenever it was registered: what was answered and what was sent, now and then.
            #expect(count(.openWork) == 3)
            #expect(trial.result.sum(.openReview) == 0 && trial.result.sum(.reviewBody) == 0)
            #expect(trial.result.sum(.grassroots) == 0)
            try await check(county, trial)

            // Into a township: departments' work would fall down there.
            let liuxi = try await county.unit("liuxi")
            let down = try await tried(county, .endUnit(water, into: liuxi))
            #expect(down.result.lines[TrialLine(.grassroots, from: water, to: liuxi)] == 1)
            #expect(down.result.lines[TrialLine(.grassrootsWork, from: water, to: liuxi)] == 2)
            try await check(county, down)
            #expect(try await county.store.current().unit(water)?.successor == nil)
        }
    }

    @Test func aUnitThatMovesHasOtherDeciders() async throws {
        try await withCounty { county in
            try await letters(county)
            let (water, roads) = (try await county.unit("water"), try await county.unit("roads"))
            let (centre, city) = (try await county.unit("county"), try await county.unit("city"))
            let trial = try await tried(county, .moveUnit(water, under: roads))
            #expect(trial.result.lines[TrialLine(.reviewBody, from: centre, to: roads)] == 1)
            // The first review is the county's already; the second one goes on from there.
            #expect(trial.result.sum(.secondReview) == 0)
            #expect(trial.result.sum(.dispatched) == 0 && trial.result.sum(.openWork) == 0)
            #expect(trial.result.sum(.superior) == 0, "the county stands above both, now and then")
            try await check(county, trial)
            // A new body above the county takes the second review where its code comes first.
            let added = try await tried(
                county,
                .addUnit(NewUnit(code: "a-city", name: LocalizedName(zh: "新复核机构"), kind: .superior, parent: centre)))
            #expect(
                added.result.lines[TrialLine(.secondReview, from: city, to: PlannedChange.triedUnit)] == 1)
            try await check(county, added)
            // A bureau that becomes a street office is no department any more.
            let unit = try #require(try await county.store.current().unit(water))
            let street = NewUnit(code: unit.code, name: unit.name, kind: .street, parent: unit.parent)
            let kind = try await tried(county, .changeUnit(water, street))
            #expect(kind.result.lines[TrialLine(.grassroots, from: water, to: water)] == 1)
            #expect(kind.result.lines[TrialLine(.grassrootsWork, from: water, to: water)] == 2)
            try await check(county, kind)
        }
    }

    /// A township sends to the bureau; the county decides between them until the bureau hangs below the township, and
    /// nobody does once both are one.
    @Test func aDisputeHasAnotherSuperior() async throws {
        try await withCounty { county in
            let (water, liuxi) = (try await county.unit("water"), try await county.unit("liuxi"))
            let centre = try await county.unit("county")
            _ = try await county.store.addStaff(
                NewStaff(
                    signInName: "town", displayName: "镇办甲", unit: liuxi,
                    grants: [
                        RoleGrant(role: .receptionClerk, unit: liuxi), RoleGrant(role: .dispatcher, unit: liuxi),
                    ]), by: .system("test"))
            let town = try await county.viewer("town")
            var visit = Registration(channel: .visit, body: "来窗口说停水的事。")
            visit.receivedBy = liuxi
            let receipt = try await county.casework.register(visit, submission: "v", by: town.actor)
            try await county.casework.dispatch(
                receipt.caseID, to: .unit(water, reason: "归水务局管"), version: 1, by: town)
            #expect(try await county.state(receipt.caseID).receivedBy == liuxi)
            let trial = try await tried(county, .moveUnit(water, under: liuxi))
            #expect(trial.result.lines[TrialLine(.superior, from: centre, to: liuxi)] == 1)
            try await check(county, trial)
            let one = try await tried(county, .endUnit(water, into: liuxi))
            #expect(one.result.sum(.superior) == 0 && one.result.sum(.dispatched) == 1)
            // The township that ends: what it took in goes to its successor.
            let taken = try await tried(county, .endUnit(liuxi, into: centre))
            #expect(taken.result.lines[TrialLine(.received, from: liuxi, to: centre)] == 1)
            #expect(taken.result.lines[TrialLine(.handled, category: "", from: liuxi, to: centre)] == 1)
            try await check(county, taken)
        }
    }

    /// A server that goes on after units changed begins anew, so that no number is a mixture.
    @Test func whatChangedMeanwhileBeginsAnew() async throws {
        try await withCounty { county in
            try await letters(county)
            let (water, roads) = (try await county.unit("water"), try await county.unit("roads"))
            let staff = try await county.viewer("dispatcher").staff.id
            let id = try await county.casework.trials.ask(
                .units, try DraftText.text(PlannedChange.endUnit(water, into: roads)),
                since: Instant(milliseconds: 0), submission: "t", by: staff)
            let turn = Turn()
            try await county.casework.runTrial(batch: 2) { turn.first() }
            _ = try await county.store.addUnit(
                NewUnit(
                    code: "new", name: LocalizedName(zh: "新局"), kind: .department,
                    parent: try await county.unit("county")), by: .system("test"))
            county.clock.advance(seconds: 60)
            try await county.casework.runTrial(batch: 2)
            let trial = try await county.casework.trials.trial(id)
            let result: LineTrial = try DraftText.draft(trial.result)
            #expect(trial.finishedAt != nil && trial.looked == 5 && result.looked == 5)
            #expect(result.sum(.dispatched) == 4)
        }
    }

    /// Each step reads a span of keys, however long the ledger is.
    @Test func stepsReadSpansOfKeys() async throws {
        try await withDatabase(.sqlite, migrations: County.migrations) { database in
            for sql in Casework.triedUnitStatements {
                let lines = try await PlanTests().plan(sql, [0, 1_000], database)
                #expect(lines.contains { $0.hasPrefix("SEARCH") && $0.contains("case_id>?") }, "\(lines)")
                #expect(!lines.contains { $0.contains("TEMP B-TREE") }, "\(lines)")
            }
        }
    }
}
