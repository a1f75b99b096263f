import Kernel
import Ledger
import Organisation
import Storage
import Testing

@testable import Casework

/// No. 2 and 5 of docs/never.md: nobody's next letter is stopped, and nobody's letters are a file.
@Suite struct NeverBlockTests {
    @Test func thePersonWhoWritesTwoHundredTimesIsTakenInTwoHundredTimes() async throws {
        try await withCounty { county in
            var registration = Registration(channel: .web, body: "同一件事，又来说一次。")
            registration.contact = Contact(
                name: "常来的人", phone: "13800000027", address: "槐荫巷 12 号", identityNumber: "110101199001010014")
            var numbers: Set<String> = []
            for index in 0..<200 {
                // With the same words, and now and then after an end of any kind.
                let receipt = try await county.casework.register(
                    registration, submission: "again-\(index)", by: .newReporter)
                numbers.insert(receipt.number)
                if index % 50 == 10 {
                    try await county.casework.withdraw(receipt.caseID, reason: "先不说了", by: receipt.reporterID)
                }
                if index % 50 == 20 {
                    _ = try await county.casework.erase(
                        receipt.caseID, reporter: receipt.reporterID, by: .system("erasure"))
                }
            }
            #expect(numbers.count == 200)
            let open = try await county.casework.queueCounts([.unassigned], for: try await county.viewer("watcher"))
            #expect(open[.unassigned] == 196)
        }
    }

    @Test func theEndOfAllRemediesIsNoEndForThePerson() async throws {
        try await withCounty { county in
            let all = try await county.oneInEachPhase()
            let concluded = try #require(all[.concluded])
            var registration = Registration(channel: .visit, body: "还是那件事，又有了新的情况。")
            registration.contact = Contact(name: "王女士", phone: "13800000027")
            registration.repeatOf = concluded.number
            let receipt = try await county.casework.register(registration, submission: "new", by: .newReporter)
            #expect(try await county.state(receipt.caseID).phase == .registered)
            try await county.casework.linkRepeat(receipt.caseID, by: try await county.viewer("dispatcher"))
            #expect(try await county.state(receipt.caseID).phase == .registered)
        }
    }

    @Test func aLookUpGivesNoHistory() async throws {
        try await withCounty { county in
            let all = try await county.oneInEachPhase()
            let clerk = try await county.viewer("clerk")
            let found = try await county.casework.lookUp(
                phone: "13800000027", identityNumber: nil, reason: "来电查进度", by: clerk)
            let shown = Set(found.flatMap(\.matters).map(\.number))
            for (phase, receipt) in all {
                // Whoever asks after a merged matter is shown the one in which it goes on, with their part in it.
                if phase == .merged {
                    let kept = try #require(try await county.state(receipt.caseID).merged)
                    #expect(shown.contains(kept.number) && !shown.contains(receipt.number))
                    let mine = found.filter { $0.matters.contains { $0.number == kept.number } }
                    #expect(mine.count == 2, "both who wrote")
                    continue
                }
                let isOver = [CasePhase.closed, .withdrawn, .concluded].contains(phase)
                #expect(shown.contains(receipt.number) == !isOver, "\(phase)")
            }
        }
    }

    @Test func aLookUpNeedsAReasonAndIsRecorded() async throws {
        try await withCounty { county in
            _ = try await county.register()
            let clerk = try await county.viewer("clerk")
            let code = await plainCode {
                _ = try await county.casework.lookUp(
                    phone: "13800000027", identityNumber: nil, reason: "  ", by: clerk)
            }
            #expect(code == "text.missing")
            func recorded() async throws -> Int {
                try await county.database.read { tx in
                    try tx.first("SELECT COUNT(*) FROM streams WHERE kind = 'lookup'")?.int(0) ?? 0
                }
            }
            #expect(try await recorded() == 0)
            _ = try await county.casework.lookUp(
                phone: "13800000027", identityNumber: nil, reason: "来电查进度", by: clerk)
            #expect(try await recorded() == 1)
        }
    }

    /// Whoever was granted nothing sees nothing; an administrator, who grants, sees nothing either.
    @Test func aRoleThatWasGrantedNothingSeesNothing() async throws {
        try await withCounty { county in
            _ = try await county.oneInEachPhase()
            let admin = try await county.viewer("admin")
            var nobody = admin.staff
            nobody.grants = []
            for viewer in [admin, Viewer(staff: nobody, organisation: admin.organisation)] {
                for queue in WorkQueue.allCases {
                    #expect(try await county.casework.queue(QueueRequest(queue), for: viewer).rows.isEmpty)
                }
                let counts = try await county.casework.queueCounts(WorkQueue.allCases, for: viewer)
                #expect(counts.values.allSatisfy { $0 == 0 })
                for code in [
                    await plainCode { _ = try await county.casework.search("路灯", for: viewer) },
                    await plainCode { _ = try await county.casework.oversight(for: viewer) },
                    await plainCode {
                        _ = try await county.casework.lookUp(
                            phone: "13800000027", identityNumber: nil, reason: "想知道", by: viewer)
                    },
                    await plainCode { _ = try await county.casework.precedents(category: "01", for: viewer) },
                ] {
                    #expect(code == "permission.missing")
                }
            }
        }
    }

    /// A township's desk does not learn who lives behind a number that wrote elsewhere.
    @Test func aNumberOpensOnlyWhatOneMayKnow() async throws {
        try await withCounty { county in
            _ = try await county.register()
            let clerk = try await county.viewer("clerk")
            let liuxi = try await county.unit("liuxi")
            var other = clerk.staff
            other.unit = liuxi
            other.grants = [RoleGrant(role: .receptionClerk, unit: liuxi)]
            let elsewhere = Viewer(staff: other, organisation: clerk.organisation)
            let known = try await county.casework.lookUp(
                phone: "13800000027", identityNumber: nil, reason: "来电", by: clerk)
            #expect(known.count == 1)
            let unknown = try await county.casework.lookUp(
                phone: "13800000027", identityNumber: nil, reason: "来电", by: elsewhere)
            #expect(unknown.isEmpty, "neither the matter nor the name behind the number")
        }
    }

    @Test func contactKeptSecretIsNotFoundByItsNumberEither() async throws {
        try await withCounty { county in
            var registration = Registration(channel: .web, body: "水务局的车堵了路口。")
            registration.contact = Contact(name: "王女士", phone: "13800000028", address: "槐荫巷 12 号")
            registration.keepSecret = true
            let receipt = try await county.casework.register(registration, submission: "k", by: .newReporter)
            let water = try await county.unit("water")
            try await county.casework.dispatch(
                receipt.caseID, to: .unit(water, reason: "试"), version: 1, by: try await county.viewer("dispatcher"))
            let clerk = try await county.viewer("clerk")
            var handling = clerk.staff
            handling.unit = water
            handling.grants = [RoleGrant(role: .receptionClerk, unit: water)]
            let found = try await county.casework.lookUp(
                phone: "13800000028", identityNumber: nil, reason: "来电",
                by: Viewer(staff: handling, organisation: clerk.organisation))
            #expect(found.isEmpty)
            let taken = try await county.casework.lookUp(
                phone: "13800000028", identityNumber: nil, reason: "来电", by: clerk)
            #expect(taken.count == 1)
        }
    }

    @Test func anonymousStaysAnonymous() async throws {
        try await withCounty { county in
            var registration = Registration(channel: .web, body: "不想留名，说一件事：桥栏杆松了。")
            registration.anonymous = true
            registration.contact = Contact(
                name: "写了又不留", phone: "13812345678", address: "哪里哪里", identityNumber: "110101199001010014")
            let receipt = try await county.casework.register(registration, submission: "anon", by: .newReporter)
            let dispatcher = try await county.viewer("dispatcher")
            _ = try await county.casework.addReporter(
                receipt.caseID, registration, submission: "anon2", by: dispatcher)
            let state = try await county.state(receipt.caseID)
            #expect(state.reporters.allSatisfy { $0.details.anonymous && $0.details.person == nil })
            let rows = try await county.database.read { tx in
                try (
                    tx.first("SELECT COUNT(*) FROM persons")?.int(0),
                    tx.first("SELECT COUNT(*) FROM person_lookup")?.int(0)
                )
            }
            #expect(rows.0 == 0 && rows.1 == 0, "nothing to find an author by")
            let shown = try await county.casework.reveal(
                receipt.caseID, reporter: receipt.reporterID, reason: "想知道是谁", by: dispatcher)
            #expect(shown == nil)
            let texts = try await county.database.read { tx in
                try tx.rows("SELECT body FROM texts").map { try $0.optionalText(0) ?? "" }.joined()
            }
            for word in ["写了又不留", "13812345678", "哪里哪里", "110101199001010014"] {
                #expect(!texts.contains(word))
            }
        }
    }
}
