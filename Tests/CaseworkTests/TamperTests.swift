import Kernel
import Ledger
import Storage
import StorageTestKit
import Testing

@testable import Casework

@Suite struct TamperTests {
    struct Tampering: Sendable, CustomStringConvertible {
        let description: String
        let statements: [String]
        let kinds: Set<LedgerFinding.Kind>
    }

    static let all: [Tampering] = [
        .init(
            description: "an event's text is changed",
            statements: ["UPDATE events SET body = REPLACE(body, '\"channel\":\"web\"', '\"channel\":\"call\"')"],
            kinds: [.changedEvent]),
        .init(
            description: "an event's column is changed",
            statements: ["UPDATE events SET kind = 'noted' WHERE version = 1"],
            kinds: [.changedColumn]),
        .init(
            description: "an event in the middle is removed", statements: ["DELETE FROM events WHERE version = 2"],
            kinds: [.gap]),
        .init(
            description: "the newest event is removed",
            statements: ["DELETE FROM events WHERE version = (SELECT MAX(e.version) FROM events e)"],
            kinds: [.changedHead]),
        .init(
            description: "two events change places",
            statements: [
                "UPDATE events SET version = 900 WHERE version = 2", "UPDATE events SET version = 2 WHERE version = 3",
                "UPDATE events SET version = 3 WHERE version = 900",
            ], kinds: [.changedEvent]),
        .init(
            description: "the head is moved back",
            statements: ["UPDATE streams SET version = version - 1 WHERE version > 1"], kinds: [.changedHead]),
        .init(
            description: "a text is changed",
            statements: ["UPDATE texts SET body = 'x' WHERE body LIKE '槐荫巷的路灯半个月不亮，晚上%'"], kinds: [.changedText]),
        .init(
            description: "a text is blanked without an erasure",
            statements: ["UPDATE texts SET body = NULL, salt = NULL WHERE body LIKE '槐荫巷%'"], kinds: [.missingText]),
        .init(
            description: "a text is removed", statements: ["DELETE FROM texts WHERE body LIKE '槐荫巷%'"],
            kinds: [.missingText]),
        .init(
            description: "a text is slipped in",
            statements: [
                "INSERT INTO texts (id, stream_id, salt, body) SELECT 1, id, head_hash, 'x' FROM streams WHERE kind = 'case'"
            ],
            kinds: [.strayText]),
        .init(
            description: "a projection is changed", statements: ["UPDATE cases SET phase = 'closed'"],
            kinds: [.projection]),
        .init(
            description: "a clock is changed", statements: ["UPDATE case_clocks SET due_on = '2099-01-01'"],
            kinds: [.projection]),
        .init(
            description: "a judgement is slipped in", statements: ["UPDATE reporters SET judgement = 'solved'"],
            kinds: [.projection]),
        .init(
            description: "a stream is removed whole",
            statements: [
                "DELETE FROM case_units", "DELETE FROM case_exclusions", "DELETE FROM case_promises",
                "DELETE FROM case_rulings", "DELETE FROM case_moves", "DELETE FROM case_answers",
                "DELETE FROM case_reviews", "DELETE FROM case_notices", "DELETE FROM case_tags",
                "DELETE FROM case_recalls", "DELETE FROM case_tallies",
                "DELETE FROM case_clocks", "DELETE FROM case_access", "DELETE FROM reporters",
                "DELETE FROM cases",
                "DELETE FROM texts WHERE stream_id IN (SELECT id FROM streams WHERE kind = 'case')",
                "DELETE FROM events WHERE stream_id IN (SELECT id FROM streams WHERE kind = 'case')",
                "DELETE FROM streams WHERE kind = 'case'",
            ], kinds: [.tally]),
        .init(
            description: "a sealed count is changed", statements: ["UPDATE stream_tallies SET count = 7"],
            kinds: [.tally]),
    ]

    @Test(arguments: all)
    func everyKindOfTamperingIsFound(_ tampering: Tampering) async throws {
        try await withCounty { county in
            _ = try await county.accepted()
            county.clock.advance(seconds: 600)
            #expect(try await StreamTally(keys: county.keys).seal(county.database, now: county.clock.now()) > 0)
            #expect(try await county.findings() == [])
            try await county.database.write { tx in
                for statement in tampering.statements { try tx.execute(statement) }
            }
            let kinds = Set(try await county.findings().map(\.kind))
            #expect(kinds.isSuperset(of: tampering.kinds), "\(tampering): found \(kinds)")
        }
    }

    @Test func aWrongInstallationKeyIsRefused() async throws {
        try await withCounty { county in
            await #expect(throws: KeyError.wrongKey) {
                try await KeyRing.open(county.database, with: InstallationKey.random())
            }
        }
    }
}
