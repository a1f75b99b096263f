import Kernel
import Storage
import Testing

@testable import Organisation

@Suite struct SignInTests {
    @Test func theRightPasswordOpensASession() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let session = try await fixture.signIn.signIn(name: " Clerk ", password: Fixture.password)
            #expect(session.token.count == 64)
            #expect(!session.mustChangePassword)
            let found = try #require(try await fixture.sessions.session(token: session.token))
            #expect(found.staff == session.staff)
            #expect(found.csrf == session.csrf)
            let stored = try await fixture.database.read { tx in
                try tx.rows("SELECT token_hash FROM staff_sessions").map { hexadecimal(try $0.blob(0)) }
            }
            #expect(stored.count == 1)
            #expect(!stored.contains(session.token))
            try await fixture.sessions.signOut(token: session.token)
            #expect(try await fixture.sessions.session(token: session.token) == nil)
        }
    }

    @Test(arguments: ["", "short", String(repeating: "z", count: 64), "../../etc"])
    func noOtherTokenOpensAnything(token: String) async throws {
        try await withFixture { fixture in
            let staff = try await fixture.sessions.session(token: token)
            let resident = try await fixture.sessions.reporterSession(token: token)
            #expect(staff == nil && resident == nil)
        }
    }

    @Test func everyMissHasTheSameAnswer() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let wrong = PlainError(.invalid, "signIn.wrong", field: "password")
            // A name without a password, a wrong password, no such name, nothing at all.
            for (name, password) in [("handler", Fixture.password), ("clerk", "x"), ("nobody", "x"), ("", "")] {
                await #expect(throws: wrong) { try await fixture.signIn.signIn(name: name, password: password) }
            }
        }
    }

    @Test(arguments: ["clerk", "nobody"])
    func guessingIsSlowedDownButNeverLockedOut(name: String) async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            func attempt() async -> String? {
                await code { try await fixture.signIn.signIn(name: name, password: "guess") }
            }
            for _ in 1...5 { #expect(await attempt() == "signIn.wrong") }
            for minutes: Int64 in [1, 2, 4, 8, 15, 15, 15] {
                let wait = PlainError(.tooMany, "signIn.wait", field: "password", values: ["minutes": "\(minutes)"])
                await #expect(throws: wait) { try await fixture.signIn.signIn(name: name, password: "guess") }
                // Trying while waiting makes it no longer.
                fixture.clock.advance(seconds: minutes * 60 - 1)
                #expect(await attempt() == "signIn.wait")
                fixture.clock.advance(seconds: 1)
                #expect(await attempt() == "signIn.wrong")
            }
            fixture.clock.advance(minutes: 15)
            if name == "clerk" {
                _ = try await fixture.signIn.signIn(name: name, password: Fixture.password)
                for _ in 1...5 { #expect(await attempt() == "signIn.wrong") }
            }
        }
    }

    @Test func aQuietQuarterOfAnHourForgets() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            for _ in 1...3 {
                for _ in 1...4 {
                    #expect(
                        await code { try await fixture.signIn.signIn(name: "clerk", password: "x") } == "signIn.wrong")
                }
                fixture.clock.advance(minutes: 15)
            }
        }
    }

    @Test func manyGuessesAtOnceDoNotPassTheCount() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let codes = await withTaskGroup(of: String?.self) { group in
                for _ in 0..<12 {
                    group.addTask { await code { try await fixture.signIn.signIn(name: "clerk", password: "guess") } }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == "signIn.wrong" } == 5)
            #expect(codes.count { $0 == "signIn.wait" } == 7)
        }
    }

    @Test func sessionsEndWhenIdleAndAfterHalfADay() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let idle = try await fixture.signIn.signIn(name: "clerk", password: Fixture.password)
            fixture.clock.advance(minutes: 29)
            #expect(try await fixture.sessions.session(token: idle.token) != nil)
            fixture.clock.advance(minutes: 30)
            #expect(try await fixture.sessions.session(token: idle.token) == nil)
            let busy = try await fixture.signIn.signIn(name: "clerk", password: Fixture.password)
            for _ in 1..<36 {
                fixture.clock.advance(minutes: 20)
                #expect(try await fixture.sessions.session(token: busy.token) != nil)
            }
            fixture.clock.advance(minutes: 20)
            #expect(try await fixture.sessions.session(token: busy.token) == nil)
            fixture.clock.advance(minutes: 31)
            try await fixture.sessions.purge()
            let left = try await fixture.database.read { tx in
                try tx.first("SELECT COUNT(*) FROM staff_sessions")?.int(0)
            }
            #expect(left == 0)
        }
    }

    @Test func lastSeenIsWrittenOnceAMinute() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let session = try await fixture.signIn.signIn(name: "clerk", password: Fixture.password)
            func seen() async throws -> Int64? {
                try await fixture.database.read { tx in
                    try tx.first("SELECT last_seen_at FROM staff_sessions")?.int64(0)
                }
            }
            let first = try await seen()
            fixture.clock.advance(seconds: 59)
            _ = try await fixture.sessions.session(token: session.token)
            #expect(try await seen() == first)
            fixture.clock.advance(seconds: 1)
            _ = try await fixture.sessions.session(token: session.token)
            #expect(try await seen() == fixture.clock.now().milliseconds)
        }
    }

    @Test func whoLeavesIsSignedOut() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let session = try await fixture.signIn.signIn(name: "clerk", password: Fixture.password)
            try await fixture.store.deactivateStaff(session.staff, by: Fixture.actor)
            #expect(try await fixture.sessions.session(token: session.token) == nil)
            #expect(
                await code { try await fixture.signIn.signIn(name: "clerk", password: Fixture.password) }
                    == "signIn.wrong")
            try await fixture.store.reactivateStaff(session.staff, password: "another long one", by: Fixture.actor)
            let back = try await fixture.signIn.signIn(name: "clerk", password: "another long one")
            #expect(back.mustChangePassword)
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func aPasswordIsChangedByItsOwner() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let old = try await fixture.signIn.signIn(name: "clerk", password: Fixture.password)
            try await fixture.store.setPassword("set by somebody", for: old.staff, by: Fixture.actor)
            #expect(try await fixture.sessions.session(token: old.token) == nil)
            let first = try await fixture.signIn.signIn(name: "clerk", password: "set by somebody")
            #expect(first.mustChangePassword)
            func change(_ current: String, _ new: String) async -> String? {
                await code { try await fixture.signIn.changePassword(of: old.staff, from: current, to: new) }
            }
            #expect(await change("wrong one", "my own password") == "signIn.wrong")
            #expect(await change("set by somebody", "short") == "password.tooShort")
            #expect(await change("set by somebody", "set by somebody") == "password.same")
            let new = try await fixture.signIn.changePassword(
                of: old.staff, from: "set by somebody", to: "my own password")
            #expect(try await fixture.sessions.session(token: first.token) == nil)
            #expect(try await fixture.sessions.session(token: new.token) != nil)
            #expect(!(try await fixture.signIn.signIn(name: "clerk", password: "my own password")).mustChangePassword)
        }
    }

    @Test func residentsHaveSessionsOfTheirOwn() async throws {
        try await withFixture { fixture in
            let (reporter, caseID) = (ReporterID(rawValue: 5), CaseID(rawValue: 6))
            let opened = try await fixture.sessions.openReporterSession(reporter: reporter, case: caseID)
            let found = try #require(try await fixture.sessions.reporterSession(token: opened.token))
            #expect(found == ReporterSession(reporter: reporter, caseID: caseID, csrf: opened.csrf))
            #expect(try await fixture.sessions.session(token: opened.token) == nil)
            fixture.clock.advance(minutes: 29)
            #expect(try await fixture.sessions.reporterSession(token: opened.token) != nil)
            fixture.clock.advance(minutes: 29)
            #expect(try await fixture.sessions.reporterSession(token: opened.token) != nil)
            fixture.clock.advance(minutes: 30)
            #expect(try await fixture.sessions.reporterSession(token: opened.token) == nil)
            let again = try await fixture.sessions.openReporterSession(reporter: reporter, case: caseID)
            try await fixture.sessions.closeReporterSessions(of: reporter)
            #expect(try await fixture.sessions.reporterSession(token: again.token) == nil)
        }
    }

    @Test func scryptWithTheRealCostVerifies() async throws {
        let hasher = PasswordHasher()
        let credential = try await hasher.hash("correct horse battery")
        #expect(credential.parameters == .standard)
        #expect(credential.salt.count == 16)
        #expect(try await hasher.verify("correct horse battery", against: credential))
        // A cheaper stored cost stays readable.
        let cheap = try await PasswordHasher(parameters: Fixture.cheap).hash("correct horse battery")
        #expect(try await hasher.verify("correct horse battery", against: cheap))
        #expect(try await !hasher.verify("correct horse batter", against: cheap))
        #expect(try await !PasswordHasher(parameters: Fixture.cheap).verify("correct horse battery", against: nil))
    }

    @Test func oneTimePasswordsAreUsable() {
        let password = PasswordRules.random()
        #expect(PasswordRules.problem(with: password, signInName: "clerk") == nil)
        #expect(password.count == 19)
        #expect(password != PasswordRules.random())
    }
}
