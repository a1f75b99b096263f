import Kernel
import Ledger
import Storage
import StorageTestKit
import Testing

@testable import Organisation

/// Who comes in by way of a provider, who is linked, and what is left in the history.
@Suite struct OpenIDTests {
    private static let issuer = "https://id.example"

    private func proven(_ subject: String, name: String? = nil, factor: Bool = false) -> ProvenIdentity {
        ProvenIdentity(
            identity: OpenIDIdentity(issuer: Self.issuer, subject: subject), hasSecondFactor: factor, signInName: name)
    }

    private func count(_ fixture: Fixture, _ table: String) async throws -> Int {
        try await fixture.database.read { tx in try tx.first("SELECT COUNT(*) FROM \(table)")?.int(0) ?? -1 }
    }

    @Test func onlyWhoeverIsLinkedComesIn() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let clerk = try await fixture.staff("clerk")
            let identity = OpenIDIdentity(issuer: Self.issuer, subject: "u-1")
            #expect(await code { try await fixture.signIn.signIn(proven: proven("u-1")) } == "openid.notLinked")
            // The claim is not even looked at unless the settings name it, which the proof then carries.
            #expect(await code { try await fixture.signIn.signIn(proven: proven("clerk")) } == "openid.notLinked")

            try await fixture.store.linkOpenID(identity, to: clerk.id, by: Fixture.actor)
            let session = try await fixture.signIn.signIn(proven: proven("u-1"))
            #expect(session.staff == clerk.id && !session.awaitsSecondFactor)
            #expect(try await fixture.sessions.session(token: session.token)?.origin == .provider)
            let stronger = try await fixture.signIn.signIn(proven: proven("u-1", factor: true))
            #expect(try await fixture.sessions.session(token: stronger.token)?.origin == .providerWithSecondFactor)
            // Another provider's account of the same name is another account.
            let foreign = ProvenIdentity(
                identity: OpenIDIdentity(issuer: "https://evil.example", subject: "u-1"), hasSecondFactor: true,
                signInName: "clerk")
            #expect(await code { try await fixture.signIn.signIn(proven: foreign) } == "openid.notLinked")

            let admin = try await fixture.staff("admin")
            #expect(
                await code { try await fixture.store.linkOpenID(identity, to: admin.id, by: Fixture.actor) }
                    == "openid.taken")
            try await fixture.store.unlinkOpenID(of: clerk.id, by: Fixture.actor)
            #expect(try await fixture.sessions.session(token: session.token) == nil, "sessions end with the link")
            #expect(await code { try await fixture.signIn.signIn(proven: proven("u-1")) } == "openid.notLinked")
            #expect(try await fixture.verify() == [])
        }
    }

    @Test func whoeverLeftIsRefusedAndTheLinkIsGone() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let clerk = try await fixture.staff("clerk")
            try await fixture.store.linkOpenID(
                OpenIDIdentity(issuer: Self.issuer, subject: "u-1"), to: clerk.id, by: Fixture.actor)
            try await fixture.store.deactivateStaff(clerk.id, by: Fixture.actor)
            #expect(
                await code { try await fixture.signIn.signIn(proven: proven("u-1", name: "clerk")) }
                    == "openid.notLinked")
            #expect(try await count(fixture, "openid_links") == 0)
            #expect(
                await code {
                    try await fixture.store.linkOpenID(
                        OpenIDIdentity(issuer: Self.issuer, subject: "u-1"), to: clerk.id, by: Fixture.actor)
                } == "staff.hasLeft")
            try await fixture.store.reactivateStaff(clerk.id, password: Fixture.password, by: Fixture.actor)
            #expect(await code { try await fixture.signIn.signIn(proven: proven("u-1")) } == "openid.notLinked")
            #expect(try await fixture.verify() == [])
        }
    }

    @Test func aVouchedNameLinksOnceAndNobodyWhoSignsOrGivesRights() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            for (subject, name) in [("a", "admin"), ("b", "nobody"), ("c", ""), ("d", "  ")] {
                #expect(
                    await code { try await fixture.signIn.signIn(proven: proven(subject, name: name, factor: true)) }
                        == "openid.notLinked", "\(name)")
            }
            #expect(try await count(fixture, "openid_links") == 0)
            #expect(try await fixture.staff("admin").openID == nil)

            let session = try await fixture.signIn.signIn(proven: proven("u-1", name: " Clerk "))
            #expect(try await session.staff == fixture.staff("clerk").id)
            // From now on it is this account and no other that is called so.
            #expect(
                await code { try await fixture.signIn.signIn(proven: proven("u-2", name: "clerk")) }
                    == "openid.notLinked")
            // And the account is not somebody else's as well.
            #expect(
                try await fixture.signIn.signIn(proven: proven("u-1", name: "handler")).staff
                    == fixture.staff("clerk").id)
            #expect(try await fixture.staff("handler").openID == nil)
            #expect(try await fixture.verify() == [])
        }
    }

    @Test func theHistoryTellsTheLinkWithoutTheAccount() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let clerk = try await fixture.staff("clerk")
            let identity = OpenIDIdentity(issuer: Self.issuer, subject: "zhang.san@office")
            try await fixture.signIn.linkOpenID(identity, of: clerk.id)
            #expect(
                await code { try await fixture.signIn.unlinkOpenID(of: clerk.id, password: "wrong") } == "signIn.wrong")
            #expect(try await fixture.staff("clerk").openID == identity)
            try await fixture.signIn.unlinkOpenID(of: clerk.id, password: Fixture.password)
            let events = try await fixture.database.read { [events = fixture.events] tx in
                try events.events(of: StreamID(rawValue: clerk.id.rawValue), in: tx).map {
                    ($0.kind, $0.data, $0.actor)
                }
            }
            #expect(events.suffix(2).map(\.0) == ["openIDLinked", "openIDUnlinked"])
            #expect(events.suffix(2).allSatisfy { $0.2 == .staff(clerk.id, unit: clerk.unit) })
            #expect(!events.contains { $0.1.contains("zhang") || $0.1.contains("id.example") })
            #expect(try await fixture.verify() == [])
            // Verifying finds a link that no event knows.
            try await fixture.database.write { tx in
                try tx.execute(
                    "INSERT INTO openid_links (staff_id, issuer, subject) VALUES ($1, $2, $3)", [clerk.id, "x", "y"])
            }
            #expect(try await fixture.verify().count == 1)
        }
    }

    @Test func securityAdministratorsLinkWhomTheyManage() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            for (name, unit) in [("watcher", "county"), ("townadmin", "liuxi")] {
                try await fixture.store.setGrants(
                    [RoleGrant(role: .securityAdministrator, unit: try await fixture.unit(unit))],
                    for: try await fixture.staff(name).id, by: Fixture.actor)
            }
            let (security, town, system) = (
                try await fixture.staff("watcher"), try await fixture.staff("townadmin"),
                try await fixture.staff("admin")
            )
            let (clerk, handler) = (try await fixture.staff("clerk"), try await fixture.staff("handler"))
            func link(_ member: StaffMember, by actor: StaffMember, _ subject: String = "u") async -> String? {
                await code {
                    try await fixture.store.linkOpenID(
                        OpenIDIdentity(issuer: Self.issuer, subject: subject), to: member.id,
                        by: .staff(actor.id, unit: actor.unit))
                }
            }
            #expect(await link(handler, by: town) == "permission.denied")
            #expect(await link(handler, by: clerk) == "permission.denied")
            #expect(await link(handler, by: system) == "permission.denied", "makes accounts and opens none")
            #expect(await link(clerk, by: town) == nil)
            #expect(await link(handler, by: security, "v") == nil)
            #expect(await link(handler, by: security, "v") == nil, "twice is once")
            #expect(await link(handler, by: security, "") == "openid.subjectInvalid")
            #expect(await link(handler, by: security, String(repeating: "x", count: 256)) == "openid.subjectInvalid")
        }
    }

    @Test func theLocalSecondFactorIsAskedUnlessTheProvidersCounts() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let clerk = try await fixture.staff("clerk")
            let offer = try await fixture.signIn.offerSecondFactor(to: clerk.id)
            #expect(!offer.secret.isEmpty)
            let seed = try await fixture.database.read { tx in
                try tx.first("SELECT seed FROM second_factors").map { try $0.blob(0) }
            }
            let codes = OneTimeCode(
                seed: try fixture.keys.open(secret: try #require(seed), context: "second-factor:\(clerk.id)"))
            func now(_ shift: Int64 = 0) -> String {
                codes.code(step: OneTimeCode.step(at: fixture.clock.now()) + shift)
            }
            let made = try await fixture.signIn.confirmSecondFactor(of: clerk.id, code: now(), origin: .provider)
            #expect(try await fixture.sessions.session(token: made.session.token)?.origin == .provider)
            try await fixture.store.linkOpenID(
                OpenIDIdentity(issuer: Self.issuer, subject: "u-1"), to: clerk.id, by: Fixture.actor)

            let half = try await fixture.signIn.signIn(proven: proven("u-1"))
            #expect(half.awaitsSecondFactor)
            fixture.clock.advance(minutes: 1)
            let full = try await fixture.signIn.passSecondFactor(token: half.token, code: now())
            #expect(try await fixture.sessions.session(token: full.token)?.origin == .provider)
            let whole = try await fixture.signIn.signIn(proven: proven("u-1", factor: true))
            #expect(!whole.awaitsSecondFactor)
        }
    }

    @Test func comingInIsNotedForTheAuditAdministrator() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let clerk = try await fixture.staff("clerk")
            func noted() async throws -> [SignInLine.Outcome] {
                try await fixture.store.signIns(of: clerk.id).lines.map(\.outcome)
            }
            #expect(await code { try await fixture.signIn.signIn(proven: proven("u-1")) } == "openid.notLinked")
            #expect(try await noted() == [])
            try await fixture.store.linkOpenID(
                OpenIDIdentity(issuer: Self.issuer, subject: "u-1"), to: clerk.id, by: Fixture.actor)
            _ = try await fixture.signIn.signIn(proven: proven("u-1"))
            #expect(try await noted() == [.entered])

            // With a code awaited nobody is in yet.
            _ = try await fixture.signIn.offerSecondFactor(to: clerk.id)
            let seed = try await fixture.database.read { tx in
                try tx.first("SELECT seed FROM second_factors").map { try $0.blob(0) }
            }
            let codes = OneTimeCode(
                seed: try fixture.keys.open(secret: try #require(seed), context: "second-factor:\(clerk.id)"))
            func now() -> String { codes.code(step: OneTimeCode.step(at: fixture.clock.now())) }
            _ = try await fixture.signIn.confirmSecondFactor(of: clerk.id, code: now(), origin: .provider)
            let half = try await fixture.signIn.signIn(proven: proven("u-1"))
            #expect(half.awaitsSecondFactor)
            #expect(try await noted() == [.entered])
            fixture.clock.advance(minutes: 1)
            _ = try await fixture.signIn.passSecondFactor(token: half.token, code: now())
            #expect(try await noted() == [.entered, .entered])
        }
    }

    @Test func aPasswordThatMustBeChangedIsNobodysConcernThere() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let clerk = try await fixture.staff("clerk")
            try await fixture.store.setPassword("another long one", for: clerk.id, by: Fixture.actor)
            try await fixture.store.linkOpenID(
                OpenIDIdentity(issuer: Self.issuer, subject: "u-1"), to: clerk.id, by: Fixture.actor)
            #expect(try await fixture.signIn.signIn(name: "clerk", password: "another long one").mustChangePassword)
            #expect(try await !fixture.signIn.signIn(proven: proven("u-1")).mustChangePassword)
        }
    }

    @Test func passwordsForEmergenciesTellNothingWithoutThePassword() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let only: @Sendable (StaffMember) -> Bool = { $0.signInName == "admin" }
            func come(_ name: String, _ password: String) async -> String? {
                await code { try await fixture.signIn.signIn(name: name, password: password, where: only) }
            }
            #expect(await come("admin", Fixture.password) == nil)
            #expect(await come("clerk", Fixture.password) == "signIn.useProvider")
            #expect(await come("clerk", "wrong") == "signIn.wrong")
            #expect(await come("nobody", "wrong") == "signIn.wrong")
            #expect(try await count(fixture, "staff_sessions") == 1, "who was refused has no session")
        }
    }
}

@Suite struct OpenIDAttemptTests {
    private func attempt(_ state: String = "state-0123456789", kept: String? = "写好的信") -> OpenIDAttempt {
        OpenIDAttempt(
            question: IdentityQuestion(state: state, nonce: "n", verifier: "v"), next: "/desk",
            kept: kept.map { [OpenIDAttempt.Item(name: "body", value: $0)] } ?? [])
    }

    @Test func isTakenOnceByItsBrowserAndInTime() async throws {
        try await withFixture { fixture in
            let attempts = fixture.signIn.openIDAttempts
            #expect(try await attempts.keep(attempt(), browser: "mine"))
            #expect(try await attempts.take(state: "state-0123456789", browser: "another") == .none)
            #expect(try await attempts.take(state: "state-9876543210", browser: "mine") == .none)
            #expect(try await attempts.take(state: "", browser: "mine") == .none)
            #expect(try await attempts.take(state: "state-0123456789", browser: "") == .none)
            #expect(try await attempts.take(state: "state-0123456789", browser: "mine") == .fresh(attempt()))
            #expect(try await attempts.take(state: "state-0123456789", browser: "mine") == .none)

            // Two tabs of a browser; one of them waits too long, and what was typed there is not lost.
            try await attempts.keep(attempt("state-aaaaaaaaaa"), browser: "mine")
            fixture.clock.advance(minutes: 5)
            try await attempts.keep(attempt("state-bbbbbbbbbb", kept: nil), browser: "mine")
            fixture.clock.advance(minutes: 5)
            #expect(
                try await attempts.take(state: "state-aaaaaaaaaa", browser: "mine")
                    == .late(attempt("state-aaaaaaaaaa")))
            #expect(
                try await attempts.take(state: "state-bbbbbbbbbb", browser: "mine")
                    == .fresh(attempt("state-bbbbbbbbbb", kept: nil)))
        }
    }

    @Test func twoAnswersAtOnceAreOne() async throws {
        try await withFixture { fixture in
            let attempts = fixture.signIn.openIDAttempts
            try await attempts.keep(attempt(), browser: "mine")
            let found = try await withThrowingTaskGroup(of: OpenIDAttempts.Found.self) {
                group -> [OpenIDAttempts.Found] in
                for _ in 0..<8 { group.addTask { try await attempts.take(state: "state-0123456789", browser: "mine") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(found.filter { $0 != .none }.count == 1)
        }
    }

    @Test func liesSealedAndIsForgotten() async throws {
        try await withFixture { fixture in
            let attempts = fixture.signIn.openIDAttempts
            try await attempts.keep(attempt(), browser: "mine")
            let row = try await fixture.database.read { tx in
                try tx.first("SELECT state_hash, browser_hash, sealed FROM openid_attempts").map {
                    [try $0.blob(0), try $0.blob(1), try $0.blob(2)].map { String(decoding: $0, as: UTF8.self) }
                        .joined()
                }
            }
            let stored = try #require(row)
            for word in ["写好的信", "state-0123456789", "mine", "/desk", "nonce"] { #expect(!stored.contains(word)) }
            fixture.clock.advance(minutes: 59)
            try await fixture.sessions.purge()
            guard case .late = try await attempts.take(state: "state-0123456789", browser: "mine") else {
                Issue.record("what was typed was forgotten too early")
                return
            }
            try await attempts.keep(attempt(), browser: "mine")
            fixture.clock.advance(minutes: 61)
            try await fixture.sessions.purge()
            #expect(try await attempts.take(state: "state-0123456789", browser: "mine") == .none)
        }
    }

    @Test func nothingIsLookedThroughFromEndToEnd() async throws {
        try await withDatabase(.sqlite, migrations: Ledger.migrations + Organisation.migrations) { database in
            let asked: [(String, [any SQLConvertible])] = [
                (SignIn.linkedQuery, ["i", "s"]), (OpenIDAttempts.countQuery, []),
                (OpenIDAttempts.purgeStatement, [Instant(milliseconds: 5)]),
            ]
            for (sql, values) in asked {
                let plan = try await database.read { tx in
                    try tx.rows("EXPLAIN QUERY PLAN \(sql)", values).map { try $0.text(3) }
                }
                #expect(!plan.isEmpty && plan.allSatisfy { $0.hasPrefix("SEARCH") && $0.contains("USING") }, "\(plan)")
            }
        }
    }

    @Test func typedTextOfStrangersHasABound() async throws {
        try await withFixture { fixture in
            let (attempts, now) = (fixture.signIn.openIDAttempts, fixture.clock.now())
            try await fixture.database.write { tx in
                for index in 0..<OpenIDAttempts.mostForms {
                    try tx.execute(
                        """
                        INSERT INTO openid_attempts (state_hash, browser_hash, sealed, has_form, created_at)
                        VALUES ($1, $2, $2, $3, $4)
                        """, [Array("h\(index)".utf8), [UInt8(0)], true, now])
                }
            }
            #expect(try await !attempts.keep(attempt(), browser: "mine"))
            #expect(
                try await attempts.take(state: "state-0123456789", browser: "mine") == .fresh(attempt(kept: nil)),
                "the sign-in itself goes on")
        }
    }
}
