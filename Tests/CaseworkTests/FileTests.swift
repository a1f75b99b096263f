import Attachments
import Foundation
import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// Says that everything is text, and copies nothing.
private struct PlainTools: FileTools {
    func type(of head: [UInt8]) async throws -> String { "text/plain" }
    func pictures(
        _ type: FileType, from source: @escaping @Sendable () async throws -> [UInt8]?
    ) async throws -> PictureCopies { throw PlainError(.invalid, "file.damaged") }
}

@Suite("Files of matters") struct FileTests {
    private func withFiles(_ body: (County, Casework, Attachments) async throws -> Void) async throws {
        try await withEachEngine(
            migrations: County.migrations + [StorageMigrations.pieces] + Attachments.migrations
        ) { database in
            let county = try await County(database)
            let ids = IdentifierGenerator(clock: county.clock, node: 2)
            let attachments = Attachments(
                database: database, blobs: DatabaseBlobStore(database, clock: county.clock), keys: county.keys,
                ids: ids, clock: county.clock, tools: PlainTools())
            let casework = Casework(
                database: database, events: county.events, vault: PersonVault(keys: county.keys), keys: county.keys,
                ids: ids, clock: county.clock, organisation: county.store,
                deadlines: DeadlineBook(packs: TestRules.packs, calendar: TestRules.calendar, zone: .shanghai),
                numbers: PlainNumbers(), attachments: attachments)
            try await body(county, casework, attachments)
        }
    }

    private func send(_ attachments: Attachments, _ text: String = "路灯") async throws -> StagedFile {
        let intake = attachments.begin(name: "说明.txt")
        try await intake.append(Array(text.utf8))
        return try await intake.finish()
    }

    private func register(_ casework: Casework, _ files: [StagedFile]) async throws -> CaseReceipt {
        var registration = Registration(channel: .web, body: "槐荫巷的路灯半个月不亮。")
        registration.contact = Contact(name: "王女士", phone: "138 0000 0027")
        registration.files = files.map(\.reference)
        return try await casework.register(
            registration, submission: "s-\(UInt64.random(in: 0 ... .max))", by: .newReporter)
    }

    @Test("files come with the letter and later, and the ledger names them without their words")
    func coming() async throws {
        try await withFiles { county, casework, attachments in
            let receipt = try await register(casework, [try await send(attachments)])
            let more = try await send(attachments, "第二份")
            try await casework.addFiles(
                receipt.caseID, reporter: receipt.reporterID, files: [more.reference], text: nil, submission: "again")
            // Sent again, nothing more happens.
            try await casework.addFiles(
                receipt.caseID, reporter: receipt.reporterID, files: [more.reference], text: nil, submission: "again")
            let file = try await casework.file(receipt.caseID, for: receipt.reporterID)
            #expect(file.state.attachments.count == 2)
            let names = try await casework.files(of: file.state).values.map(\.name)
            #expect(names == ["说明.txt", "说明.txt"])
            for entry in file.entries { #expect(!entry.stored.data.contains("说明")) }
            #expect(try await casework.verifyProjections().isEmpty)
            let id = more.reference.id
            try await county.database.write { tx in
                try tx.execute("UPDATE attachments SET size = 1 WHERE id = $1", [id])
            }
            #expect(try await casework.verifyProjections().map(\.kind) == [.attachment])
        }
    }

    @Test("a part that carries the letter shows the letter's files, to those alone who may see the part")
    func dividing() async throws {
        try await withFiles { county, casework, attachments in
            let whole = try await register(casework, [try await send(attachments)])
            let dispatcher = try await county.viewer("dispatcher")
            let parts = [
                PartDraft(title: "停水", unit: try await county.unit("water")),
                PartDraft(title: "路灯不亮", unit: try await county.unit("roads")),
            ]
            let numbers = try await casework.split(
                whole.caseID, SplitDraft(parts: parts, reason: "两件事，归两家管", carriesLetter: true),
                version: try await county.state(whole.caseID).version,
                submission: "split", by: dispatcher)
            let (water, roads) = (try await county.viewer("handler"), try await county.viewer("roads"))
            let later = try await send(attachments, "后来拍的")
            try await casework.addFiles(
                whole.caseID, reporter: whole.reporterID, files: [later.reference], text: nil, submission: "later")
            let file = try await casework.file(number: numbers[0], for: water)
            #expect(file.state.attachments.map(\.home) == [whole.caseID, whole.caseID])
            let part = try #require(file.state.reporters.first).details.id
            #expect(file.state.attachments.allSatisfy { $0.reporter == part }, "they are the same resident's here")
            #expect(try await casework.files(of: file.state).count == 2)
            let id = try #require(file.state.attachments.first).file.id
            let opened = try await casework.attachment(id, .original, ofMatter: numbers[0], for: water)
            let bytes = try await opened.reader.bytes(0..<6)
            #expect(String(decoding: bytes, as: UTF8.self) == "路灯")
            let foreign = await plainCode {
                _ = try await casework.attachment(id, .original, ofMatter: numbers[0], for: roads)
            }
            #expect(foreign == "case.notFound", "not through a part that is not theirs")
            let own = await plainCode {
                _ = try await casework.attachment(id, .original, ofMatter: numbers[1], for: roads)
            }
            #expect(own == nil)
            // Once the whole is kept from somebody, so is what is sent to it: it may be about them.
            try await casework.restrict(whole.caseID, to: [dispatcher.staff.id], reason: "只给经手的人看", by: dispatcher)
            #expect(try await casework.file(number: numbers[0], for: water).state.attachments.isEmpty)
            let closed = await plainCode {
                _ = try await casework.attachment(id, .original, ofMatter: numbers[0], for: water)
            }
            #expect(closed == "case.noAttachment")
            #expect(try await casework.file(number: numbers[0], for: dispatcher).state.attachments.count == 2)
            try await casework.unrestrict(whole.caseID, reason: "可以看了", by: dispatcher)
            try await casework.nameAccused(
                whole.caseID, staff: [water.staff.id], units: [], reason: "反映经办人", by: dispatcher)
            #expect(try await casework.file(number: numbers[0], for: water).state.attachments.isEmpty)
            // Where only the title went along, the files did not.
            let other = try await register(casework, [try await send(attachments)])
            let short = try await casework.split(
                other.caseID, SplitDraft(parts: parts, reason: "两件事，归两家管", carriesLetter: false),
                version: try await county.state(other.caseID).version,
                submission: "short", by: dispatcher)
            #expect(try await casework.file(number: short[0], for: water).state.attachments.isEmpty)
            #expect(try await casework.verifyProjections().isEmpty)
        }
    }

    @Test("who joins brings files, place, wish and whoever wrote for them, at the counter and in public")
    func joining() async throws {
        try await withFiles { county, casework, attachments in
            var first = Registration(channel: .web, body: "槐荫巷的路灯半个月不亮。")
            first.publishable = true
            let receipt = try await casework.register(first, submission: "first", by: .newReporter)
            var joins = Registration(channel: .web, body: "我家门前也黑。")
            joins.place = "槐荫巷 30 号"
            joins.wish = "请一并修好"
            joins.contact = Contact(name: "邻居甲", phone: "13900000031")
            joins.onBehalf = HelperDraft(relation: .neighbour, consent: .spoken, contact: Contact(name: "帮手甲"))
            joins.files = [try await send(attachments, "照片").reference]
            let clerk = try await county.viewer("clerk")
            let (number, code) = try await casework.addReporter(
                receipt.caseID, joins, submission: "counter", by: clerk)
            let shown = try await casework.publish(
                receipt.caseID, PublicDraft(title: "路灯不亮", body: "巷子里的路灯半个月不亮。", reply: ""),
                version: try await county.state(receipt.caseID).version, submission: nil,
                by: try await county.viewer("dispatcher"))
            joins.files = [try await send(attachments, "录音").reference]
            let joined = try await casework.joinPublic(shown, joins, submission: "public")
            _ = try await casework.joinPublic(shown, joins, submission: "public")
            let counter = try #require(
                try await casework.findReporter(number: number, code: code.description)?.reporter)
            for reporter in [counter, joined.reporterID] {
                let file = try await casework.file(receipt.caseID, for: reporter)
                #expect(file.letter(of: reporter) == "我家门前也黑。\n槐荫巷 30 号\n请一并修好")
                #expect(file.state.attachments.filter { $0.reporter == reporter }.count == 1)
                let part = try #require(file.state.reporters.first { $0.details.id == reporter })
                #expect(part.details.onBehalf?.relation == .neighbour && part.details.onBehalf?.helper != nil)
            }
            joins.onBehalf?.consent = nil
            let bad = joins
            let missing = await plainCode { _ = try await casework.joinPublic(shown, bad, submission: "no") }
            #expect(missing == "consent.missing")
            joins.onBehalf = nil
            joins.groupSize = 7
            let group = joins
            let several = await plainCode { _ = try await casework.joinPublic(shown, group, submission: "g") }
            #expect(several == "join.group")
            #expect(try await casework.verifyProjections().isEmpty)
        }
    }

    @Test("whoever may not see the matter or the file gets the answer of a file that is not there")
    func seeing() async throws {
        try await withFiles { county, casework, attachments in
            let receipt = try await register(casework, [try await send(attachments)])
            let clerk = try await county.viewer("clerk")
            let office = try await send(attachments, "现场记录")
            try await casework.addFiles(
                receipt.caseID, files: [office.reference], of: nil, isShown: false, submission: nil, by: clerk)
            let state = try await casework.file(receipt.caseID, for: receipt.reporterID).state
            let own = try #require(state.attachments.first).file.id
            func code(_ id: AttachmentID, as name: String) async throws -> String? {
                let viewer = try await county.viewer(name)
                return await plainCode {
                    _ = try await casework.attachment(id, .original, ofMatter: receipt.number, for: viewer)
                }
            }
            #expect(try await code(own, as: "clerk") == nil)
            #expect(try await code(own, as: "roads") == "case.notFound")
            #expect(try await code(AttachmentID(rawValue: 5), as: "clerk") == "case.noAttachment")
            let resident = await plainCode {
                _ = try await casework.attachment(
                    office.reference.id, .original, of: receipt.caseID, for: receipt.reporterID)
            }
            #expect(resident == "case.noAttachment")
            // Whom the matter complains of sees neither the matter nor its files.
            let dispatcher = try await county.viewer("dispatcher")
            try await casework.nameAccused(
                receipt.caseID, staff: [clerk.staff.id], units: [], reason: "来信反映该工作人员",
                by: dispatcher)
            #expect(try await code(own, as: "clerk") == "case.notFound")
        }
    }

    @Test("a resident's file taken back is destroyed; one of the office is hidden and stays; neither takes the other's")
    func withdrawing() async throws {
        try await withFiles { county, casework, attachments in
            let receipt = try await register(casework, [try await send(attachments)])
            let clerk = try await county.viewer("clerk")
            let office = try await send(attachments, "现场记录")
            try await casework.addFiles(
                receipt.caseID, files: [office.reference], of: nil, isShown: true, submission: nil, by: clerk)
            let own = try #require(
                try await casework.file(receipt.caseID, for: receipt.reporterID).state.attachments.first
            ).file.id
            let (caseID, reporter) = (receipt.caseID, receipt.reporterID)
            #expect(
                await plainCode { try await casework.withdrawFile(caseID, own, reason: "误传", by: clerk) }
                    == "case.noAttachment")
            #expect(
                await plainCode { try await casework.withdrawFile(caseID, office.reference.id, by: reporter) }
                    == "case.noAttachment")
            try await casework.withdrawFile(caseID, own, by: reporter)
            try await casework.withdrawFile(caseID, office.reference.id, reason: "误传", by: clerk)
            let state = try await casework.file(caseID, for: reporter).state
            #expect(try await casework.files(of: state).isEmpty)
            #expect(state.attachments.allSatisfy { state.forms(of: $0, for: clerk).isEmpty })
            #expect(try await casework.verifyProjections().isEmpty)
            #expect(try await attachments.file(own, of: caseID.stream) == nil)
            #expect(try await attachments.file(office.reference.id, of: caseID.stream) != nil)
        }
    }

    @Test("erasing a resident destroys the resident's files, and verify accepts it")
    func erasing() async throws {
        try await withFiles { _, casework, attachments in
            let receipt = try await register(casework, [try await send(attachments)])
            let id = try #require(
                try await casework.file(receipt.caseID, for: receipt.reporterID).state.attachments.first
            ).file.id
            _ = try await casework.erase(receipt.caseID, reporter: receipt.reporterID, by: .system("erasure"))
            #expect(try await attachments.file(id, of: receipt.caseID.stream) == nil)
            #expect(try await casework.verifyProjections().isEmpty)
        }
    }

    @Test("the original of a picture is for the unit that handles the matter, or the one that keeps the secret")
    func originals() async throws {
        try await withFiles { county, casework, _ in
            let receipt = try await register(casework, [])
            var state = try await casework.file(receipt.caseID, for: receipt.reporterID).state
            let file = FileReference(id: AttachmentID(rawValue: 9), type: "jpeg", size: 1, hash: "00")
            state = state.evolved(
                by: .attached(.init(files: [file], reporter: receipt.reporterID)), actor: .newReporter,
                at: county.clock.now())
            let attachment = try #require(state.attachments.first)
            let (clerk, roads) = (try await county.viewer("clerk"), try await county.viewer("roads"))
            #expect(state.forms(of: attachment, for: clerk) == Set(FileForm.allCases))
            #expect(state.forms(of: attachment, for: roads) == [.copy, .thumbnail])
            #expect(state.forms(of: attachment, for: receipt.reporterID) == Set(FileForm.allCases))
            #expect(state.forms(of: attachment, for: ReporterID(rawValue: 3)).isEmpty)
        }
    }
}
