import Kernel
import Ledger
import Storage
import Testing

@testable import Organisation

@Suite struct SecondFactorTests {
    /// RFC 6238, appendix B, SHA-1, the last six digits.
    @Test(arguments: [
        (Int64(59), "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
        (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ])
    func codesOfTheStandard(seconds: Int64, code: String) {
        let codes = OneTimeCode(seed: Array("12345678901234567890".utf8))
        #expect(codes.code(step: seconds / OneTimeCode.period) == code)
        #expect(codes.base32 == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    }

    @Test func digitsAreReadAsPeopleTypeThem() {
        #expect(OneTimeCode.digits(in: " 123 456 ") == "123456" && OneTimeCode.digits(in: "１２３-４５６") == "123456")
        for text in ["", "12345", "1234567", "12345a", "-"] { #expect(OneTimeCode.digits(in: text) == nil) }
    }

    @Test func theWholeWay() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let clerk = try await fixture.staff("clerk")
            let (signIn, sessions, clock) = (fixture.signIn, fixture.sessions, fixture.clock)
            let offer = try await signIn.offerSecondFactor(to: clerk.id)
            #expect(try await signIn.offerSecondFactor(to: clerk.id).secret == offer.secret, "loading the page again")
            let stored = try await fixture.database.read { tx in
                try tx.rows("SELECT seed FROM second_factors").map { try $0.blob(0) }
            }
            let seed = try fixture.keys.open(secret: stored[0], context: "second-factor:\(clerk.id)")
            #expect(OneTimeCode(seed: seed).base32 == offer.secret && !stored[0].starts(with: seed))
            func code(_ shift: Int64 = 0) -> String {
                OneTimeCode(seed: seed).code(step: OneTimeCode.step(at: clock.now()) + shift)
            }

            // Before it is confirmed the password is enough.
            let before = try await signIn.signIn(name: "clerk", password: Fixture.password)
            #expect(!before.awaitsSecondFactor)
            await #expect(throws: SignIn.wrongCode) {
                _ = try await signIn.confirmSecondFactor(of: clerk.id, code: code(5))
            }
            let made = try await signIn.confirmSecondFactor(of: clerk.id, code: code())
            #expect(Set(made.codes).count == SignIn.recoveryCodes)
            #expect(try await sessions.session(token: before.token) == nil, "other sessions end")
            #expect(try await sessions.session(token: made.session.token)?.awaitsSecondFactor == false)
            #expect(try await fixture.staff("clerk").hasSecondFactor)

            // The password alone opens nothing; a code is good once, and only about now.
            let half = try await signIn.signIn(name: "clerk", password: Fixture.password)
            #expect(half.awaitsSecondFactor)
            #expect(try await sessions.session(token: half.token)?.awaitsSecondFactor == true)
            for wrong in [code(), code(-3), code(3), "000000x", "", String(repeating: "1", count: 500)] {
                await #expect(throws: SignIn.wrongCode) {
                    _ = try await signIn.passSecondFactor(token: half.token, code: wrong)
                }
            }
            clock.advance(minutes: 16)
            await #expect(throws: PlainError.self) {
                _ = try await signIn.passSecondFactor(token: half.token, code: code())
            }
            let again = try await signIn.signIn(name: "clerk", password: Fixture.password)
            let full = try await signIn.passSecondFactor(token: again.token, code: code())
            #expect(try await sessions.session(token: again.token) == nil)
            #expect(try await sessions.session(token: full.token)?.awaitsSecondFactor == false)

            // A recovery code, once.
            let third = try await signIn.signIn(name: "clerk", password: Fixture.password)
            _ = try await signIn.passSecondFactor(token: third.token, code: made.codes[0].description.lowercased())
            let fourth = try await signIn.signIn(name: "clerk", password: Fixture.password)
            await #expect(throws: SignIn.wrongCode) {
                _ = try await signIn.passSecondFactor(token: fourth.token, code: made.codes[0].description)
            }
            #expect(try await signIn.recoveryCodesLeft(of: clerk.id) == SignIn.recoveryCodes - 1)
            clock.advance(minutes: 1)
            let renewed = try await signIn.renewRecoveryCodes(of: clerk.id, code: code())
            await #expect(throws: SignIn.wrongCode) {
                _ = try await signIn.passSecondFactor(token: fourth.token, code: made.codes[1].description)
            }
            _ = try await signIn.passSecondFactor(token: fourth.token, code: renewed[1].description)
            #expect(try await fixture.verify() == [])
        }
    }

    @Test func guessingCodesIsSlowedDown() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let clerk = try await fixture.staff("clerk")
            _ = try await fixture.signIn.offerSecondFactor(to: clerk.id)
            for _ in 0..<SignIn.freeFailures {
                await #expect(throws: SignIn.wrongCode) {
                    _ = try await fixture.signIn.confirmSecondFactor(of: clerk.id, code: "12345")
                }
            }
            let last = await #expect(throws: PlainError.self) {
                for _ in 0..<2 { _ = try? await fixture.signIn.confirmSecondFactor(of: clerk.id, code: "12345") }
                _ = try await fixture.signIn.confirmSecondFactor(of: clerk.id, code: "12345")
            }
            #expect(last?.code == "signIn.wait")
        }
    }

    @Test func theAdministratorTakesItAway() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let clerk = try await fixture.staff("clerk")
            let offer = try await fixture.signIn.offerSecondFactor(to: clerk.id)
            let seed = try await fixture.database.read { tx in
                try tx.first("SELECT seed FROM second_factors").map { try $0.blob(0) }
            }
            let codes = OneTimeCode(
                seed: try fixture.keys.open(secret: try #require(seed), context: "second-factor:\(clerk.id)"))
            #expect(codes.base32 == offer.secret)
            let made = try await fixture.signIn.confirmSecondFactor(
                of: clerk.id, code: codes.code(step: OneTimeCode.step(at: fixture.clock.now())))
            try await fixture.store.removeSecondFactor(of: clerk.id, by: Fixture.actor)
            #expect(try await fixture.sessions.session(token: made.session.token) == nil)
            let session = try await fixture.signIn.signIn(name: "clerk", password: Fixture.password)
            #expect(!session.awaitsSecondFactor)
            #expect(try await !fixture.staff("clerk").hasSecondFactor)
            #expect(try await fixture.verify() == [])
        }
    }
}
