import Kernel
import Ledger
import Organisation
import Storage
import Testing

@testable import SealedReports

@Suite("Sealed reports")
struct ReportTests {
    @Test("the whole way: written, fetched, answered, more words, answered again")
    func loop() async throws {
        try await withSealed { county in
            let (sealed, first) = (county.sealed, try county.viewer("first"))
            let code = try await county.report()
            var line = try await county.only()
            #expect(line.state == .received && line.receivedOn == LocalDate("2026-05-21"))
            let report = try county.open(try await sealed.file(line.id, for: first))
            #expect(report.words == "他收了红包。" && report.accused == "某局某科长" && report.named)
            #expect(report.name == "欧阳测试" && report.contact == "13800000000" && report.sealedBy == .server)
            #expect(base64Bytes(report.replyKey) == code.replyKey)

            county.clock.advance(days: 1)
            try await sealed.markFetched(line.id, by: first)
            try await sealed.markFetched(line.id, by: first)
            var progress = try #require(try await sealed.progress(of: code.handle))
            #expect(progress.fetchedOn == LocalDate("2026-05-22") && progress.answers.isEmpty)

            let letter = try SealedLetters.bytes(of: OrganAnswer("已受理，请放心。"))
            let answer = try Sealing.sealAnswer(letter, to: line.id, replyKey: code.replyKey)
            try await sealed.answer(line.id, with: answer.bytes, submission: "a1", by: first)
            try await sealed.answer(line.id, with: answer.bytes, submission: "a1", by: first)
            progress = try #require(try await sealed.progress(of: code.handle, replyKey: code.replyKey))
            #expect(progress.answers.map(\.text) == ["已受理，请放心。"])
            #expect(try await sealed.progress(of: code.handle)?.answers.first?.text == nil, "only the code opens it")
            #expect(try await county.only().state == .answered)

            try await sealed.add("还有一件事。", to: code.handle, submission: "w1")
            try await sealed.add("还有一件事。", to: code.handle, submission: "w1")
            line = try await county.only()
            #expect(line.state == .added)
            let file = try await sealed.file(line.id, for: first)
            #expect(file.parts.map(\.envelope.kind) == [.report, .answer, .words])
            let added = try SealedLetters.read(
                try Sealing.open(file.parts[2].envelope, with: county.key), as: AddedWords.self)
            #expect(added.words == "还有一件事。")
            #expect(try SealedEnvelope.all(in: file.bytes) == file.parts.map(\.envelope))
            try await sealed.markFetched(line.id, by: first)
            #expect(try await county.only().state == .answered)
            let (lines, check) = try await sealed.log(for: first)
            #expect(lines.map(\.act) == [.fetched, .answered, .fetched])
            #expect(check == SealedCheck(logIsWhole: true, reportsAreThere: true))
        }
    }

    @Test("nothing of what was written, of who or of when stands in the store")
    func nothingPlain() async throws {
        try await withSealed { county in
            let code = try await county.report("记号零七一三", submission: "the-form's-name")
            let bytes = try await everything(in: county.database)
            let plain = [
                "记号零七一三", "某局某科长", "欧阳测试", "13800000000", "the-form's-name", code.symbols, code.description,
                code.handle.description,
            ].map { Array($0.utf8) }
            for part in plain + [code.replyKey, code.handle.bytes] { #expect(!holds(bytes, part)) }
            // No moment: neither the milliseconds nor the seconds of now, in any column.
            for part in ["1779331320", "10:42"] { #expect(!holds(bytes, Array(part.utf8))) }
            let columns = try await county.database.read { tx in
                try tx.rows("SELECT received_on FROM sealed_envelopes").map { try $0.text(0) }
            }
            #expect(columns == ["2026-05-21"])
        }
    }

    @Test("the same form gives the same receipt; with other words it is refused")
    func repeats() async throws {
        try await withSealed { county in
            let code = try await county.report(submission: "s1")
            #expect(try await county.report(submission: "s1") == code)
            #expect(
                await SealedReportsTests.code { try await county.report("别的话", submission: "s1") }
                    == "sealed.sentAlready")
            #expect(try await county.report(submission: "s2") != code)
            #expect(try await county.sealed.list(for: try county.viewer("first")).items.count == 2)
            // Which forms were sent is forgotten after a day.
            try await county.sealed.keepHouse()
            #expect(try await county.report(submission: "s1") == code)
            county.clock.advance(days: 2)
            try await county.sealed.keepHouse()
            let left = try await county.database.read { tx in
                try tx.first("SELECT COUNT(*) FROM sealed_submissions")?.int(0)
            }
            #expect(left == 0)
        }
    }

    @Test("many presses at once make one report")
    func race() async throws {
        try await withSealed { county in
            let codes = try await withThrowingTaskGroup(of: ReceiptCode.self) { group in
                for _ in 0..<8 { group.addTask { try await county.report(submission: "tap") } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(codes.count == 1)
            #expect(try await county.sealed.list(for: try county.viewer("first")).items.count == 1)
            #expect(try await county.sealed.log(for: try county.viewer("first")).check.reportsAreThere)
        }
    }

    @Test("what a browser sealed is checked as far as it can be")
    func browser() async throws {
        try await withSealed { county in
            let code = try #require(ReceiptCode(bytes: randomBytes(20)))
            let id = try #require(EnvelopeID(bytes: randomBytes(16)))
            let good = try Sealing.seal(Array("{}".utf8), .report, of: id, to: county.key.organ)
            func send(_ bytes: [UInt8], _ submission: String = "b1") async -> String? {
                await SealedReportsTests.code {
                    try await county.sealed.submit(sealed: bytes, handle: code.handle, submission: submission)
                }
            }
            #expect(await send(Array("words in the clear".utf8)) == "sealed.notAnEnvelope")
            let other = try Sealing.seal([], .report, of: id, to: county.otherKey.organ)
            #expect(await send(other.bytes) == "sealed.otherKey")
            let words = try Sealing.seal([], .words, of: id, to: county.key.organ)
            #expect(await send(words.bytes) == "sealed.notAnEnvelope")
            var noPoint = good.bytes
            noPoint[40] ^= 1
            #expect(await send(noPoint) == "sealed.notAnEnvelope")
            #expect(await send(good.bytes) == nil)
            #expect(await send(good.bytes) == nil, "sent again")
            #expect(try await county.sealed.progress(of: code.handle)?.id == id)
            // Somebody else's handle finds nothing, and added words must belong to the report.
            let stranger = try #require(ReceiptCode(bytes: randomBytes(20)))
            #expect(try await county.sealed.progress(of: stranger.handle) == nil)
            #expect(
                await SealedReportsTests.code {
                    try await county.sealed.add("x", to: stranger.handle, submission: "w")
                } == "sealed.gone")
            let elsewhere = try Sealing.seal(
                [], .words, of: try #require(EnvelopeID(bytes: randomBytes(16))), to: county.key.organ)
            #expect(
                await SealedReportsTests.code {
                    try await county.sealed.add(sealed: elsewhere.bytes, to: code.handle, submission: "w")
                } == "sealed.notAnEnvelope")
            try await county.sealed.add(sealed: words.bytes, to: code.handle, submission: "w")
            #expect(try await county.sealed.progress(of: code.handle)?.addedOn.count == 1)
        }
    }

    @Test("what is missing is told all at once, beside its field")
    func problems() async throws {
        var draft = ReportDraft()
        #expect(draft.problems.map(\.code) == ["sealed.noWords", "sealed.notChosen"])
        draft.isNamed = true
        draft.words = " \u{0} "
        draft.accused = String(repeating: "某", count: 501)
        #expect(draft.problems.map(\.field) == ["accused", "words", "name", "contact"])
        draft = ReportDraft()
        draft.isNamed = false
        draft.words = "话\r\n话\u{7}"
        draft.name = "欧阳"
        #expect(draft.problems.isEmpty)
        #expect(draft.cleaned.words == "话\n话" && draft.cleaned.name.isEmpty)
        draft.words = String(repeating: "字", count: 8_000)
        draft.contact = String(repeating: "字", count: 300)
        draft.accused = String(repeating: "字", count: 500)
        draft.safety = String(repeating: "\"", count: 300)
        #expect(draft.problems.isEmpty)
        let longest = draft
        try await withSealed { county in
            let code = try await county.sealed.submit(longest, submission: "long").code
            #expect(code != nil)
        }
    }

    @Test("only receivers of the organ see anything; for all others there is nothing")
    func visibility() async throws {
        try await withSealed { county in
            _ = try await county.report()
            let id = try await county.only().id
            for name in ["admin", "auditor", "supervisor", "both"] {
                let viewer = try county.viewer(name)
                #expect(await code { try await county.sealed.list(for: viewer) } == "route.missing", "\(name)")
                #expect(await code { try await county.sealed.file(id, for: viewer) } == "route.missing")
                #expect(await code { try await county.sealed.markFetched(id, by: viewer) } == "route.missing")
                #expect(await code { try await county.sealed.log(for: viewer) } == "route.missing")
                #expect(
                    await code { try await county.sealed.askToRemove(id, because: .retention, by: viewer) }
                        == "route.missing")
            }
            // Another organ's receiver has a list of the own reports, and this one is not there.
            let above = try county.viewer("above")
            #expect(try await county.sealed.list(for: above).items.isEmpty)
            #expect(await code { try await county.sealed.file(id, for: above) } == "route.missing")
        }
    }

    @Test("a store of another installation does not open, and keys are made once")
    func keys() async throws {
        try await withSealed { county in
            let code = try await county.report()
            await #expect(throws: KeyError.wrongKey) {
                try await SealedKeys.open(county.database, wrapping: randomBytes(32))
            }
            let again = try await SealedReports(
                database: county.database, keys: try await SealedKeys.open(county.database, wrapping: county.wrapping),
                receiver: county.otherKey.organ, clock: county.clock)
            // The organ's key was changed: new reports go to the new one, old ones stay with theirs.
            #expect(try await again.progress(of: code.handle)?.organ.id == county.key.organ.id)
            #expect(try await again.list(for: try county.viewer("first")).items.count == 1)
            try await again.add("补充", to: code.handle, submission: "later")
            let file = try await again.file(try await county.only().id, for: try county.viewer("first"))
            #expect(file.parts.last?.envelope.organKey == county.key.organ.id)
        }
    }

    @Test("pages of a long list")
    func pages() async throws {
        try await withSealed { county in
            for index in 0..<7 {
                _ = try await county.report(submission: "s\(index)")
                if index % 3 == 2 { county.clock.advance(days: 1) }
            }
            let viewer = try county.viewer("first")
            var seen: [EnvelopeID] = []
            var key: SealedListKey?
            repeat {
                let page = try await county.sealed.list(for: viewer, after: key, limit: 3)
                seen += page.items.map(\.id)
                key = page.next.flatMap { SealedListKey($0.description) }
            } while key != nil
            #expect(seen.count == 7 && Set(seen).count == 7)
            #expect(SealedListKey("2026-05-21") == nil && SealedListKey("x.y") == nil)
        }
    }
}
