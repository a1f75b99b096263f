import Kernel
import Organisation
import Testing

@testable import Casework

@Suite struct PrecedentTests {
    /// A matter about water pipes that the water bureau does not want, decided by the dispatcher.
    @discardableResult
    private func ruling(
        _ county: County, upheld: Bool, restricted: Bool = false, category: String = "01.01"
    ) async throws -> CaseReceipt {
        let receipt = try await county.register()
        let dispatcher = try await county.viewer("dispatcher")
        try await county.casework.categorise(receipt.caseID, category: category, area: "990101", by: dispatcher)
        try await county.casework.dispatch(
            receipt.caseID, to: .unit(try await county.unit("water"), reason: "归水务局管"), version: 2, by: dispatcher)
        try await county.casework.object(
            receipt.caseID, reason: "路面归交通局", version: 3, by: try await county.viewer("handler"))
        try await county.casework.ruleOnObjection(
            receipt.caseID, upheld: upheld, newUnit: upheld ? try await county.unit("roads") : nil,
            reason: "管网改造后路面恢复由交通局负责", version: 4, by: dispatcher)
        if restricted {
            try await county.casework.restrict(
                receipt.caseID, to: [dispatcher.staff.id], reason: "只给经手的人看", by: dispatcher)
        }
        return receipt
    }

    @Test func earlierRulingsAreShownNextTime() async throws {
        try await withCounty { county in
            let first = try await ruling(county, upheld: true)
            county.clock.advance(days: 3)
            let second = try await ruling(county, upheld: false)
            try await ruling(county, upheld: true, restricted: true)
            try await ruling(county, upheld: true, category: "01")
            let dispatcher = try await county.viewer("dispatcher")
            let found = try await county.casework.precedents(category: "01.01", area: "990101", for: dispatcher)
            #expect(found.map(\.number) == [second.number, first.number], "newest first, restricted ones left out")
            #expect(found.map(\.upheld) == [false, true])
            let (water, roads) = (try await county.unit("water"), try await county.unit("roads"))
            #expect(found[1].from == water && found[1].to == roads)
            #expect(found[0].to == found[0].from, "it stays where it was")
            #expect(found[1].reason == "管网改造后路面恢复由交通局负责" && found[1].area == "990101")
            #expect(try await county.casework.precedents(category: "01.01", limit: 1, for: dispatcher).count == 1)
            #expect(try await county.casework.precedents(category: "02", for: dispatcher).isEmpty)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func whoMayNotSeeTheMatterSeesTheRulingOnly() async throws {
        try await withCounty { county in
            try await ruling(county, upheld: false)
            let stranger = try await county.viewer("roads")
            let found = try await county.casework.precedents(category: "01.01", for: stranger)
            #expect(found.count == 1 && found[0].number == nil && found[0].reason == nil)
            let code = await plainCode {
                _ = try await county.casework.precedents(category: "01.01", for: try await county.viewer("admin"))
            }
            #expect(code == "permission.missing")
        }
    }

    @Test func upheldRulingsAreProposedUntilTheCatalogueFollows() async throws {
        try await withCounty { county in
            let receipt = try await ruling(county, upheld: true)
            try await ruling(county, upheld: false)
            let watcher = try await county.viewer("watcher")
            let roads = try await county.unit("roads")
            let proposals = try await county.casework.catalogueProposals(for: watcher)
            let proposal = try #require(proposals.first)
            #expect(proposals.count == 1)
            #expect(proposal.category == "01.01" && proposal.area == "990101" && proposal.to == roads)
            #expect(proposal.now?.id == "1", "the broader entry sends it to the water bureau")
            #expect(proposal.rulings.map(\.number) == [receipt.number])
            #expect(
                proposal.line.id == "2" && proposal.line.unit == "roads",
                "a narrower entry stands beside the broader one")
            var line = proposal.line
            line.basis = "乙条例第二条"
            let present = CatalogueLine(id: "1", category: "01", unit: "water", basis: "甲条例第一条")
            _ = try await county.store.importCatalogue(
                [present, line], effectiveFrom: county.casework.today, by: .system("test"))
            #expect(try await county.casework.catalogueProposals(for: try await county.viewer("watcher")).isEmpty)
            let code = await plainCode {
                _ = try await county.casework.catalogueProposals(for: try await county.viewer("handler"))
            }
            #expect(code == "permission.missing")
        }
    }

    @Test func anEntryOfTheSameCategoryAndAreaIsChanged() async throws {
        try await withCounty { county in
            let own = CatalogueLine(
                id: "7", category: "01.01", area: "990101", unit: "water", helpers: ["roads", "liuxi"], basis: "丙条例第三条")
            _ = try await county.store.importCatalogue(
                [own], effectiveFrom: county.casework.today, by: .system("test"))
            try await ruling(county, upheld: true)
            let proposals = try await county.casework.catalogueProposals(for: try await county.viewer("watcher"))
            let line = try #require(proposals.first?.line)
            #expect(line.id == "7" && line.unit == "roads" && line.helpers == ["liuxi"])
            #expect(line.basis.isEmpty, "a person finds the legal basis")
        }
    }
}
