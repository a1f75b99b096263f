import Kernel
import Ledger
import Organisation
import Storage
import Testing

@testable import Casework

/// No. 6 of docs/never.md: a machine moves days and ends windows; whatever decides about a matter is decided by somebody
/// with a name.
@Suite struct NeverMachineTests {
    /// Everything that the clock's job may ever write.
    private static let ofTheClock: Set<String> = ["escalated", "windowEnded"]

    @Test func whatRunsByItselfDecidesNothing() async throws {
        try await withCounty { county in
            let all = try await county.oneInEachPhase()
            var before: [CasePhase: CaseState] = [:]
            for (phase, receipt) in all { before[phase] = try await county.state(receipt.caseID) }
            for days in [0, 8, 40, 400, 4_000] {
                county.clock.advance(days: days)
                while try await county.casework.endWindows(limit: 200) == 200 {}
                _ = try await county.casework.escalateOverdue()
                _ = try await county.casework.recomputeClocks()
                _ = try await county.casework.rebuildProjections(force: true)
                try await county.casework.foldAllCounts()
                _ = try await county.casework.makeDueReports(fromHour: 0, try await county.store.current())
            }
            let kinds = try await county.kindsByActor()
            #expect(kinds["system clock"].map { $0.isSubset(of: Self.ofTheClock) } == true, "\(kinds)")
            #expect(
                kinds["system clock"]?.contains("escalated") == true
                    && kinds["system clock"]?.contains("windowEnded") == true)
            #expect(kinds.keys.filter { $0.hasPrefix("system") } == ["system clock"])
            for (phase, receipt) in all {
                let state = try await county.state(receipt.caseID)
                // Ten years of silence: nothing closed, routed, sent on, merged, sorted or answered by itself.
                #expect(state.phase == (phase == .delivered ? .unjudged : phase))
                let was = try #require(before[phase])
                #expect(state.category == was.category && state.triage == was.triage && state.route == was.route)
                #expect(state.reply == was.reply && state.links == was.links && state.lead == was.lead)
                #expect(state.handler == was.handler && state.responsible == was.responsible)
                #expect(state.reporters.map(\.judgement) == was.reporters.map(\.judgement))
                #expect(state.urgency == was.urgency && state.restrictedTo == was.restrictedTo)
            }
            #expect(try await county.findings().isEmpty)
        }
    }

    /// A matter in review has no window to end: the job does not turn around it for ever.
    @Test func theJobOfWindowsComesToAnEnd() async throws {
        try await withCounty { county in
            let all = try await county.oneInEachPhase()
            county.clock.advance(days: 60)
            #expect(try await county.casework.endWindows() == 1, "the delivered one")
            #expect(try await county.casework.endWindows() == 0)
            let reviewing = try #require(all[.reviewing])
            #expect(try await county.state(reviewing.caseID).phase == .reviewing)
        }
    }

    @Test func commandsWithoutAPermissionAreThoseOfTheClockAlone() {
        let free = CaseCommand.Name.allCases.filter { $0.permission == nil }
        #expect(free == [.endWindow, .recompute, .escalate])
    }

    /// Who may be the actor without being a member of staff or a resident: the places in the source, each with its name.
    @Test func theSystemActsAtThesePlacesOnly() throws {
        var places: [String: Set<String>] = [:]
        for source in try NeverKit.sources() {
            for match in try NeverKit.found("\\.system\\(\"([^\"]*)\"\\)", in: source.text) {
                places[match.group, default: []].insert(source.path)
            }
        }
        // In the room of matters: what ends and escalates, what counts days anew, what an old system's export tells.
        let ofMatters = places.mapValues { $0.filter { $0.hasPrefix("Casework/") } }.filter { !$0.value.isEmpty }
        #expect(
            ofMatters == [
                // The lifecycle looks ahead at what the clock's own silence of one party does to the next.
                "clock": [
                    "Casework/CaseLifecycle+Information.swift", "Casework/UseCases/EscalateCases.swift",
                    "Casework/UseCases/JudgeCase.swift",
                ],
                "calendar": ["Casework/UseCases/RecomputeClocks.swift"],
                "import": ["Casework/UseCases/ImportLetter.swift"],
            ])
        // Elsewhere: the operator's own commands, and counties that are made up for tests; files of the configuration
        // that the operator loads; changes of staff and of categories that somebody planned, on the day they named;
        // the forgetting of who came to a counter; and the link of somebody whom a provider vouched for. None of them
        // touches a matter.
        #expect(
            Set(places.filter { $0.value.contains { !$0.hasPrefix("Casework/") } }.keys).subtracting(["clock"])
                .isSubset(of: [
                    "operator", "erasure", "setup", "demo", "bench", "config", "schedule", "calendar", "forget",
                    "openid",
                ]))
    }

    @Test func anImportTellsWhatOthersDidAndNoMore() async throws {
        try await withCounty { county in
            let letter = ImportedLetter(
                source: "letters:1", title: "旧信", body: "路灯不亮。", writtenAt: county.clock.now().adding(days: -400),
                reply: "已修好。", repliedAt: county.clock.now().adding(days: -390))
            let told = try county.casework.chronicle(
                of: letter, number: "2504-0001-0", office: try await county.unit("county"))
            try await county.casework.write([told])
            #expect(
                try await county.kindsByActor() == [
                    "system import": ["registered", "replied", "delivered", "windowEnded"]
                ])
            #expect(told.state.phase == .unjudged && told.state.reply?.outcome == .unstated)
        }
    }

    /// What takes any actor instead of a person: taking a letter in, and erasing somebody at their wish.
    @Test func onlyRegistrationAndErasureTakeAnyActor() throws {
        var found: [String] = []
        for source in try NeverKit.sources() where source.path.hasPrefix("Casework/UseCases/") {
            let expression = "public func ([a-zA-Z]+)\\((?:(?!public func)[^{])*?by actor: Actor"
            found += try NeverKit.found(expression, in: source.text).map(\.group)
        }
        #expect(found.sorted() == ["erase", "register"])
    }

    @Test func everyDecisionNamesItsPerson() async throws {
        try await withCounty { county in
            _ = try await county.oneInEachPhase()
            let kinds = try await county.kindsByActor()
            let decisions: Set<String> = [
                "dispatched", "objectionRuled", "accepted", "triaged", "routed", "replied", "closed", "reviewDecided",
                "linked", "categorised", "extended", "restricted",
            ]
            let residents = try #require(kinds["resident"])
            #expect(residents.isDisjoint(with: decisions), "\(residents)")
            #expect(kinds["staff"].map { !$0.isDisjoint(with: decisions) } == true)
            for id in try await county.database.read({ tx in
                try tx.rows("SELECT id FROM streams WHERE kind = 'case'").map { try $0.id(0, Named.Stream.self) }
            }) {
                let events = county.events
                for event in try await county.database.read({ tx in try events.events(of: id, in: tx) })
                where decisions.contains(event.kind) {
                    #expect(event.actor.staffID != nil, "\(event.kind)")
                }
            }
        }
    }
}
