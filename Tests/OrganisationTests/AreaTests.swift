import Kernel
import Storage
import Testing

@testable import Organisation

/// Divisions are changed one by one, each change looked at first, dated and recorded with its reason.
@Suite struct AreaTests {
    private static let today = LocalDate(daysSinceEpoch: 20_717)

    private func admin(_ fixture: Fixture) async throws -> Actor {
        try await fixture.seed()
        let member = try await fixture.staff("admin")
        return .staff(member.id, unit: member.unit)
    }

    private func order(_ change: PlannedChange, on day: LocalDate = today, seen: String? = nil) -> ChangeOrder {
        ChangeOrder(change, because: "撤乡设镇", on: day, today: Self.today, seen: seen)
    }

    @Test func aDivisionIsAddedRenamedMovedRetiredAndBroughtBack() async throws {
        try await withFixture { fixture in
            let admin = try await admin(fixture)
            let store = fixture.store
            let new = Area(code: "990101102", name: LocalizedName(zh: "青石镇", en: "Qingshi"), parent: "990101")
            let shown = try await store.preview(.addArea(new), today: Self.today, by: admin)
            #expect(shown.changes.map(\.field) == [.code, .nameChinese, .nameEnglish, .within])
            #expect(shown.changes.allSatisfy { $0.subject == .area("990101102") })
            #expect(try await store.current().area("990101102") == nil, "looking adds nothing")
            #expect(try await store.commit(order(.addArea(new), seen: shown.fingerprint), by: admin) == .done)
            #expect(try await store.current().area("990101102") == new)
            let steps: [PlannedChange] = [
                .renameArea("990101102", LocalizedName(zh: "青石街道")), .moveArea("990101102", into: nil),
                .moveArea("990101100201", into: "990101102"), .retireArea("990101102"), .restoreArea("990101102"),
            ]
            for step in steps { #expect(try await store.commit(order(step), by: admin) == .done) }
            let organisation = try await store.current()
            #expect(organisation.area("990101102") == Area(code: "990101102", name: LocalizedName(zh: "青石街道")))
            #expect(
                organisation.area("990101100201")?.isRetired == true,
                "what lies inside was retired with it and stays so")
            let lines = try await store.history(ofArea: "990101102")
            let kinds = ["areaChanged", "areaChanged", "areaChanged", "areaChanged", "areaAdded"]
            #expect(lines.map(\.kind) == kinds && lines.allSatisfy { $0.reason == "撤乡设镇" && $0.actor == admin })
            #expect(
                lines.last?.changes == shown.changes && lines[3].changes.map(\.field) == [.nameChinese, .nameEnglish])
            let all = try await store.history(ofArea: nil)
            #expect(all.first == lines.first && all.last?.kind == "areasImported" && all.last?.changes == [])
            var wanted = HistoryRequest()
            wanted.topic = .rules
            #expect(try await store.history(wanted).lines.first?.subject == .area("990101102"))
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func retiringShowsEverythingInside() async throws {
        try await withFixture { fixture in
            let admin = try await admin(fixture)
            let shown = try await fixture.store.preview(.retireArea("990101100"), today: Self.today, by: admin)
            #expect(shown.changes.map(\.subject) == [.area("990101100"), .area("990101100201")])
            #expect(shown.changes.allSatisfy { $0.field == .retired && $0.after == .flag(true) })
            _ = try await fixture.store.commit(order(.retireArea("990101100")), by: admin)
            let organisation = try await fixture.store.current()
            #expect(organisation.areas(in: "990101").map(\.code) == ["990101101"])
            #expect(organisation.pathName(ofArea: "990101100201") == "青禾县 / 柳溪镇 / 柳溪镇上湾村", "old matters keep its name")
            #expect(organisation.catalogueEntry(id: "3", version: 1)?.area == "990101100")
        }
    }

    @Test func whatCannotBeIsRefused() async throws {
        try await withFixture { fixture in
            let admin = try await admin(fixture)
            let store = fixture.store
            func tried(_ change: PlannedChange) async -> String? {
                await code { try await store.preview(change, today: Self.today, by: admin) }
            }
            func new(_ code: String, _ name: String = "某镇", in parent: String? = "990101") -> PlannedChange {
                .addArea(Area(code: code, name: LocalizedName(zh: name), parent: parent))
            }
            #expect(await tried(new("990101100")) == "area.codeTaken")
            for wrong in ["", "99 01", "９９", "9901/1", String(repeating: "9", count: 41)] {
                #expect(await tried(new(wrong)) == "area.codeInvalid", "\(wrong)")
            }
            #expect(await tried(new("990101103", "")) == "area.nameInvalid")
            #expect(await tried(new("990101103", String(repeating: "长", count: 61))) == "area.nameInvalid")
            #expect(await tried(new("990101103", in: "88")) == "area.unknown")
            #expect(await tried(.renameArea("88", LocalizedName(zh: "某镇"))) == "area.unknown")
            for inside in ["990101", "990101100", "990101100201"] {
                #expect(await tried(.moveArea("990101", into: inside)) == "area.parentInside", "\(inside)")
            }
            #expect(await tried(.moveArea("990101101", into: "88")) == "area.unknown")
            #expect(await tried(.restoreArea("990101101")) == "area.inUse")
            _ = try await store.commit(order(.retireArea("990101100")), by: admin)
            #expect(await tried(new("990101100")) == "area.codeRetired")
            #expect(await tried(new("990101103", in: "990101100")) == "area.parentRetired")
            #expect(await tried(.moveArea("990101101", into: "990101100")) == "area.parentRetired")
            #expect(await tried(.moveArea("990101100", into: nil)) == "area.retired")
            #expect(await tried(.retireArea("990101100")) == "area.retired")
            #expect(await tried(.restoreArea("990101100201")) == "area.parentRetired")
            #expect(
                await code {
                    try await store.commit(order(.renameArea("990101101", LocalizedName(zh: "石桥镇"))), by: admin)
                } == "change.nothing")
            var parent = "990101"
            for level in 2...8 {
                _ = try await store.commit(order(new("L\(level)", in: parent)), by: admin)
                parent = "L\(level)"
            }
            #expect(await tried(new("L9", in: parent)) == "area.tooDeep")
            #expect(await tried(.moveArea("L2", into: "990101101")) == "area.tooDeep")
            let clerk = try await fixture.staff("clerk")
            #expect(
                await code {
                    try await store.commit(order(new("990101109")), by: .staff(clerk.id, unit: clerk.unit))
                } == "permission.denied")
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func aPlannedChangeOfADivisionHappensOnItsDay() async throws {
        try await withFixture { fixture in
            let admin = try await admin(fixture)
            let day = Self.today.adding(days: 3)
            let renamed = PlannedChange.renameArea("990101101", LocalizedName(zh: "石桥街道"))
            _ = try await fixture.store.commit(order(renamed, on: day), by: admin)
            #expect(try await fixture.otherStore().current().plans.map(\.change) == [renamed], "as it is read back")
            #expect(try await fixture.store.carryOutPlans(today: Self.today) == 0)
            #expect(try await fixture.store.carryOutPlans(today: day) == 1)
            #expect(try await fixture.store.current().area("990101101")?.name.zh == "石桥街道")
            #expect(try await fixture.store.history(ofArea: "990101101").first?.reason == "撤乡设镇")
            #expect(try await fixture.verify().isEmpty)
        }
    }
}
