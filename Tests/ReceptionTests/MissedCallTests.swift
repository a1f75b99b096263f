import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Reception

/// Calls that nobody took: the order in which they are called back, what ends them, and that nothing stays.
@Suite struct MissedCallTests {
    private func details(_ phone: String, _ about: String? = nil, needs: [VisitNeed] = []) -> AppointmentDetails {
        AppointmentDetails(about: about, name: "李大爷", phone: phone, needs: needs)
    }

    @Test func theyAreCalledInTheirOrderAndOnceEach() async throws {
        try await withCounty { county in
            let (reception, clerk) = (county.reception, try await county.viewer("clerk"))
            let first = try await reception.addMissedCall(
                at: county.clock.now().adding(seconds: -600), details("0990-1234567", "说本地话", needs: [.dialect]),
                submission: "c1", by: clerk)
            let second = try await reception.addMissedCall(
                at: nil, details("13800000027"), submission: "c2", by: clerk)
            // Sent again, and the same number once more however it is written: no new line.
            let again = try await reception.addMissedCall(
                at: nil, details("13800000027"), submission: "c2", by: clerk)
            #expect(again == second)
            county.clock.advance(seconds: 60)
            let more = try await reception.addMissedCall(
                at: nil, details("138 0000 0027"), submission: "c3", by: clerk)
            #expect(more == second)
            var found = try await reception.missedCalls(for: clerk)
            #expect(found.calls.map(\.id) == [first, second] && found.count == 2)
            #expect(found.calls.map(\.calls) == [1, 2] && found.calls[0].details.needs == [.dialect])
            // Not reached: it goes behind what is to be called today.
            let tomorrow = reception.today.adding(days: 1)
            try await reception.noteTry(first, again: tomorrow, submission: "t1", by: clerk)
            try await reception.noteTry(first, again: tomorrow, submission: "t1", by: clerk)
            found = try await reception.missedCalls(for: clerk)
            #expect(found.calls.map(\.id) == [second, first] && found.calls[1].tries == 1)
            for day in [nil, reception.today.adding(days: -1), reception.today.adding(days: 15)] as [LocalDate?] {
                let code = await plainCode {
                    try await reception.noteTry(
                        first, again: day, submission: "t-\(day.map { "\($0)" } ?? "")", by: clerk)
                }
                #expect(code == "reception.againDay")
            }
            try await reception.endMissedCall(second, .registered("2605-0001-9"), submission: "e1", by: clerk)
            #expect(
                await plainCode {
                    try await reception.endMissedCall(
                        second, .answered, submission: "e2", by: try await county.viewer("clerk2"))
                } == "reception.callOver", "whoever comes second is told")
            try await reception.endMissedCall(first, .givenUp, submission: "e3", by: clerk)
            #expect(try await reception.missedCalls(for: clerk).calls.isEmpty)
            // What was known of the callers is gone; that there was a call is not.
            let left = try await county.database.read { tx in
                try tx.rows(
                    "SELECT state, matter_number, sealed IS NULL, phone_hash IS NULL FROM missed_calls ORDER BY id"
                ).map { (try $0.text(0), try $0.optionalText(1), try $0.bool(2), try $0.bool(3)) }
            }
            #expect(left.map(\.0) == ["givenUp", "registered"] && left.map(\.1) == [nil, "2605-0001-9"])
            #expect(left.allSatisfy { $0.2 && $0.3 })
            // The same number afterwards is a call of its own.
            _ = try await reception.addMissedCall(at: nil, details("13800000027"), submission: "c4", by: clerk)
            #expect(try await reception.missedCalls(for: clerk).calls.map(\.calls) == [1])
        }
    }

    @Test func anOfficeSeesItsOwnAndNothingIsKeptLong() async throws {
        try await withCounty { county in
            let (reception, clerk) = (county.reception, try await county.viewer("clerk"))
            let id = try await reception.addMissedCall(
                at: nil, details("13800000027", "想问停水"), submission: "c1", by: clerk)
            let water = try await county.viewer("water")
            #expect(try await reception.missedCalls(for: water).calls.isEmpty)
            #expect(try await reception.missedCall(id, for: water) == nil)
            #expect(
                await plainCode { try await reception.endMissedCall(id, .answered, submission: "w", by: water) }
                    == "reception.callOver")
            for name in ["leader", "auditor", "admin"] {
                let viewer = try await county.viewer(name)
                #expect(await plainCode { _ = try await reception.missedCalls(for: viewer) } == "permission.missing")
            }
            for (phone, wanted) in [("", "text.missing.phone"), ("12", "reception.phoneInvalid.phone")] {
                let code = await plainCode {
                    _ = try await reception.addMissedCall(
                        at: nil, details(phone), submission: "x\(phone)", by: clerk)
                }
                #expect(code == wanted)
            }
            // Nothing readable lies in the store.
            let sealed = try await county.database.read { tx in
                try tx.rows("SELECT sealed FROM missed_calls").map { try $0.blob(0) }
            }
            #expect(sealed.allSatisfy { !String(decoding: $0, as: UTF8.self).contains("13800000027") })
            county.clock.advance(days: 29)
            try await reception.keepHouse()
            #expect(try await reception.missedCalls(for: clerk).count == 1)
            county.clock.advance(days: 3)
            try await reception.keepHouse()
            #expect(try await reception.missedCalls(for: clerk).count == 0)
            let rows = try await county.database.read { tx in try tx.first("SELECT COUNT(*) FROM missed_calls")?.int(0)
            }
            #expect(rows == 0)
        }
    }
}
