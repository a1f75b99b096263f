import Kernel
import Storage
import Testing

@testable import Organisation

/// Tags change with a reason and from a day on; what has not begun can be taken back.
@Suite struct TagTests {
    private static let today = LocalDate(daysSinceEpoch: 20_717)

    private func actor(_ fixture: Fixture, _ name: String) async throws -> Actor {
        let member = try await fixture.staff(name)
        return .staff(member.id, unit: member.unit)
    }

    private func order(_ change: PlannedChange, on day: LocalDate = today, seen: String? = nil) -> ChangeOrder {
        ChangeOrder(change, because: "入冬前统一叫法", on: day, today: Self.today, seen: seen)
    }

    @Test func aTagIsAddedRenamedRetiredAndTakenUpAgain() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let (store, keeper) = (fixture.store, try await actor(fixture, "watcher"))
            let new = NewTag(unit: try await fixture.unit("office"), name: LocalizedName(zh: "供暖季", en: "Heating"))
            let shown = try await store.preview(.addTag(new), today: Self.today, by: keeper)
            #expect(shown.changes.map(\.field) == [.nameChinese, .nameEnglish, .unit] && shown.newTags.count == 1)
            let again = try await store.preview(.addTag(new), today: Self.today, by: keeper)
            #expect(again.fingerprint == shown.fingerprint, "a new identifier is no other change")
            #expect(try await store.current().tags.isEmpty, "looking adds nothing")
            #expect(try await store.commit(order(.addTag(new), seen: shown.fingerprint), by: keeper) == .done)
            let tag = try #require(try await store.current().tags.first)
            let steps: [PlannedChange] = [
                .renameTag(tag.id, LocalizedName(zh: "供热季")), .retireTag(tag.id), .restoreTag(tag.id),
            ]
            for step in steps { #expect(try await store.commit(order(step), by: keeper) == .done) }
            #expect(try await store.current().tag(tag.id)?.name.zh == "供热季")
            var wanted = HistoryRequest()
            wanted.topic = .vocabulary
            let lines = try await store.history(wanted).lines
            #expect(lines.map(\.kind) == ["tagChanged", "tagChanged", "tagChanged", "tagAdded"])
            #expect(lines.allSatisfy { $0.reason == "入冬前统一叫法" && $0.actor == keeper && $0.subject == .tag(tag.id) })
            #expect(lines[1].changes.map(\.field) == [.retired])
            let refusals: [(PlannedChange, String)] = [
                (.restoreTag(tag.id), "change.nothing"), (.retireTag(TagID(rawValue: 9)), "tag.unknown"),
                (.addTag(NewTag(unit: new.unit, name: LocalizedName(zh: "缠访"))), "tag.aboutPerson"),
            ]
            for (change, expected) in refusals {
                #expect(await code { try await store.commit(order(change), by: keeper) } == expected)
            }
            _ = try await store.commit(
                order(.addTag(NewTag(unit: new.unit, name: LocalizedName(zh: "防汛")))), by: keeper)
            let taken = PlannedChange.renameTag(tag.id, LocalizedName(zh: "防汛"))
            #expect(await code { try await store.commit(order(taken), by: keeper) } == "tag.taken")
            #expect(
                await code {
                    try await store.commit(
                        ChangeOrder(.retireTag(tag.id), because: " ", on: Self.today, today: Self.today), by: keeper)
                } == "change.reasonMissing")
            let clerk = try await actor(fixture, "clerk")
            #expect(await code { try await store.commit(order(.retireTag(tag.id)), by: clerk) } == "permission.denied")
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func whatHasNotBegunIsTakenBackByWhoLooksAfterIt() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let (store, keeper) = (fixture.store, try await actor(fixture, "watcher"))
            let unit = try await fixture.unit("office")
            let day = Self.today.adding(days: 3)
            func plan(_ name: String) async throws -> PlanID {
                let change = PlannedChange.addTag(NewTag(unit: unit, name: LocalizedName(zh: name)))
                guard case .scheduled(let id) = try await store.commit(order(change, on: day), by: keeper) else {
                    throw StorageError.outcomeUnknown
                }
                return id
            }
            let (first, second, third) = (try await plan("供暖季"), try await plan("防汛"), try await plan("夜间"))
            #expect(try await store.current().tags.isEmpty)
            let clerk = try await actor(fixture, "clerk")
            #expect(await code { try await store.withdraw(first, because: "不", by: clerk) } == "permission.denied")
            try await store.withdraw(first, because: "先不加", by: try await actor(fixture, "admin"))
            try await store.withdraw(second, because: "先不加", by: keeper)
            #expect(await code { try await store.withdraw(first, because: "再", by: keeper) } == "change.gone")
            #expect(try await fixture.otherStore().current().plans.map(\.id) == [third])
            #expect(try await store.carryOutPlans(today: day.adding(days: -1)) == 0)
            #expect(try await store.carryOutPlans(today: day) == 1)
            #expect(try await store.current().tags.map(\.name.zh) == ["夜间"])
            var wanted = HistoryRequest()
            wanted.topic = .vocabulary
            #expect(try await store.history(wanted).lines.map(\.reason) == ["入冬前统一叫法"])
            #expect(try await fixture.verify().isEmpty)
        }
    }
}
