import Kernel
import Organisation
import Storage
import Testing

@testable import SealedReports

@Suite("Two persons, the log, the archive")
struct ExceptionTests {
    @Test("removing needs two persons, keeps the day and the reason for the reporter, and leaves nothing sealed")
    func removing() async throws {
        try await withSealed { county in
            let (sealed, first, second) = (county.sealed, try county.viewer("first"), try county.viewer("second"))
            let receipt = try await county.report()
            let id = try await county.only().id
            #expect(
                await code { try await sealed.askToRemove(id, because: .retention, by: first) } == "sealed.notFetched")
            try await sealed.markFetched(id, by: first)
            #expect(await code { try await sealed.agree(to: id, by: second) } == "sealed.noRequest")
            try await sealed.askToRemove(id, because: .sentUp, by: first)
            try await sealed.askToRemove(id, because: .sentUp, by: first)
            #expect(
                await code { try await sealed.askToRemove(id, because: .retention, by: second) }
                    == "sealed.requestWaits")
            #expect(await code { try await sealed.agree(to: id, by: first) } == "sealed.samePerson")
            #expect(await code { try await sealed.agree(to: id, by: try county.viewer("above")) } == "route.missing")
            #expect(try await sealed.file(id, for: second).request?.askedBy == first.staff.id)
            try await sealed.drop(requestFor: id, by: second)
            #expect(await code { try await sealed.agree(to: id, by: second) } == "sealed.noRequest")
            try await sealed.askToRemove(id, because: .sentUp, by: first)
            county.clock.advance(days: 3)
            try await sealed.agree(to: id, by: second)
            #expect(await code { try await sealed.file(id, for: first) } == "route.missing")
            #expect(try await sealed.list(for: first).items.isEmpty)
            let progress = try #require(try await sealed.progress(of: receipt.handle))
            #expect(progress.removedOn == LocalDate("2026-05-24") && progress.removedFor == "sentUp")
            #expect(await code { try await sealed.add("x", to: receipt.handle, submission: "w") } == "sealed.gone")
            let parts = try await county.database.read { tx in
                try tx.first("SELECT COUNT(*) FROM sealed_parts")?.int(0)
            }
            #expect(parts == 0)
            let (lines, check) = try await sealed.log(for: first)
            #expect(lines.map(\.act) == [.removed, .asked, .dropped, .asked, .fetched])
            #expect(lines.first?.staff == [first.staff.id, second.staff.id])
            #expect(check == SealedCheck(logIsWhole: true, reportsAreThere: true))
        }
    }

    @Test("readdressing: sealed anew by the organ, agreed to by a second person, and nothing is lost on the way")
    func readdressing() async throws {
        try await withSealed { county in
            let (sealed, first, second) = (county.sealed, try county.viewer("first"), try county.viewer("second"))
            let receipt = try await county.report()
            try await sealed.add("补充一句", to: receipt.handle, submission: "w1")
            let id = try await county.only().id
            try await sealed.markFetched(id, by: first)
            let pieces = try await sealed.file(id, for: first).parts.map(\.envelope)
            let anew = try pieces.map { piece in
                try Sealing.seal(
                    try Sealing.open(piece, with: county.key), piece.kind, of: id, to: county.otherKey.organ)
            }
            #expect(sealed.otherOrgans(than: county.key.organ.id).map(\.id) == [county.otherKey.organ.id])
            let incomplete = await code { try await sealed.askToReaddress(id, with: anew[0].bytes, by: first) }
            #expect(incomplete == "sealed.otherPieces")
            let unchanged = await code {
                try await sealed.askToReaddress(id, with: pieces.flatMap(\.bytes), by: first)
            }
            #expect(unchanged == "sealed.unknownOrgan")
            try await sealed.askToReaddress(id, with: anew.flatMap(\.bytes), by: first)
            // Words that come in between would be lost: the second person is told to begin anew.
            try await sealed.add("又一句", to: receipt.handle, submission: "w2")
            #expect(await code { try await sealed.agree(to: id, by: second) } == "sealed.otherPieces")
            try await sealed.drop(requestFor: id, by: first)
            try await sealed.markFetched(id, by: first)
            let all = try await sealed.file(id, for: first).parts.map(\.envelope).map { piece in
                try Sealing.seal(
                    try Sealing.open(piece, with: county.key), piece.kind, of: id, to: county.otherKey.organ)
            }
            try await sealed.askToReaddress(id, with: all.flatMap(\.bytes), by: first)
            try await sealed.agree(to: id, by: second)
            #expect(try await sealed.list(for: first).items.isEmpty)
            let file = try await sealed.file(id, for: try county.viewer("above"))
            #expect(file.line.state == .received && file.parts.count == 3)
            #expect(try county.open(file, with: county.otherKey).words == "他收了红包。")
            #expect(try await sealed.progress(of: receipt.handle)?.organ.id == county.otherKey.organ.id)
            #expect(try await sealed.log(for: try county.viewer("above")).lines.map(\.act) == [.readdressed])
        }
    }

    @Test("a row taken out or changed behind the program's back shows")
    func tampering() async throws {
        let acts: [(String, Bool, Bool)] = [
            ("DELETE FROM sealed_envelopes WHERE id = (SELECT MIN(id) FROM sealed_envelopes)", true, false),
            ("UPDATE sealed_envelopes SET received_on = '2026-05-01'", true, false),
            ("DELETE FROM sealed_log WHERE number = 2", false, true),
            ("DELETE FROM sealed_log WHERE number = 1", false, true),
            ("UPDATE sealed_log SET noted_on = '2026-01-01' WHERE number = 1", false, true),
            ("DELETE FROM sealed_heads", false, false),
            ("UPDATE sealed_heads SET value = (SELECT hash FROM sealed_log WHERE number = 1)", false, false),
        ]
        try await withSealed { county in
            let first = try county.viewer("first")
            for index in 0..<3 { _ = try await county.report(submission: "s\(index)") }
            for line in try await county.sealed.list(for: first).items {
                try await county.sealed.markFetched(line.id, by: first)
            }
            for (sql, log, reports) in acts {
                // Tried in a transaction that is not kept.
                var found: SealedCheck?
                let keys = county.sealed.keys
                do {
                    let check = try await county.database.write { tx -> SealedCheck in
                        try tx.execute(sql)
                        let check = try SealedLog(keys: keys).check(tx)
                        throw Found(check: check)
                    }
                    found = check
                } catch let error as Found {
                    found = error.check
                }
                #expect(found == SealedCheck(logIsWhole: log, reportsAreThere: reports), "\(sql)")
            }
        }
    }

    private struct Found: Error { let check: SealedCheck }

    @Test("the archive holds everything and fills an empty store of either engine")
    func archive() async throws {
        try await withSealed { county in
            let receipt = try await county.report()
            let id = try await county.only().id
            try await county.sealed.markFetched(id, by: try county.viewer("first"))
            try await county.sealed.askToRemove(id, because: .retention, by: try county.viewer("first"))
            let stream = try await SealedArchive.bytes(of: county.database)
            try await withEachStore { target in
                #expect(try await SealedArchive.isEmpty(target))
                try await SealedArchive.read(stream + [0, 0, 0], into: target)
                #expect(try await !SealedArchive.isEmpty(target))
                let restored = try await SealedReports(
                    database: target, keys: try await SealedKeys.open(target, wrapping: county.wrapping),
                    receiver: county.key.organ, clock: county.clock)
                #expect(try await restored.progress(of: receipt.handle)?.fetchedOn != nil)
                let file = try await restored.file(id, for: try county.viewer("first"))
                #expect(file.request?.reason == .retention)
                #expect(try county.open(file).words == "他收了红包。")
                #expect(
                    try await restored.log(for: try county.viewer("first")).check
                        == SealedCheck(logIsWhole: true, reportsAreThere: true))
            }
            try await withEachStore { target in
                for count in [0, 1, stream.count / 2, stream.count - 1] {
                    await #expect(throws: (any Error).self) {
                        try await SealedArchive.read(Array(stream.prefix(count)), into: target)
                    }
                    let isEmpty = try await SealedArchive.isEmpty(target)
                    #expect(isEmpty)
                }
            }
        }
    }
}
