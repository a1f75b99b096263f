import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// Showing matters to everybody: who decides, what is shown, and what never is.
@Suite struct PublicMatterTests {
    /// Stands in the original letter and in nothing that was approved.
    static let marker = "独一无二的紫色邮筒"

    @Test func onlyWhatAClerkSignedIsShown() async throws {
        try await withCounty { county in
            let receipt = try await county.consented()
            let number = try await county.show(receipt)
            let page = try #require(try await county.casework.publicMatter(number))
            #expect(page.matter.title == "路灯不亮" && page.matter.body == "巷子里的路灯半个月不亮。")
            #expect(page.steps.map(\.kind) == [.registered] && page.matter.reply == nil)
            #expect(page.matter.judgement == nil && page.matter.standing == .open)
            // Nothing of the original is in any public table or found by the public search.
            var filter = PublicFilter()
            filter.words = "紫色邮筒"
            #expect(try await county.casework.publicMatters(filter).rows.isEmpty)
            filter.words = "路灯"
            #expect(try await county.casework.publicMatters(filter).rows.map(\.number) == [number])
            let dumped = try await county.publicDump()
            #expect(!dumped.contains("紫色") && !dumped.contains("13800000027") && !dumped.contains("王女士"))
            #expect(!number.contains(receipt.number))
            #expect(try await county.findings() == [])
        }
    }

    @Test func withoutConsentNothingIsShown() async throws {
        try await withCounty { county in
            let receipt = try await county.register("门口的路灯坏了。")
            #expect(await plainCode { _ = try await county.show(receipt) } == "case.notPublishable.noConsent")
            try await county.casework.consent(receipt.caseID, agrees: true, by: receipt.reporterID)
            let number = try await county.show(receipt)
            #expect(try await county.casework.publicMatter(number) != nil)
        }
    }

    @Test func whoMayNotPublishCannot() async throws {
        try await withCounty { county in
            let receipt = try await county.consented()
            for name in ["handler", "clerk", "signer", "admin"] {
                let code = await plainCode { _ = try await county.show(receipt, by: name) }
                #expect(code == "permission.missing" || code == "case.notFound", "\(name): \(code ?? "-")")
            }
        }
    }

    /// Everything that stands against it later takes it from list, page, search and comparison at once.
    @Test(arguments: ["consent", "restrict", "accuse", "withdraw", "clerk", "erase", "discipline"])
    func whateverStandsAgainstItTakesItAway(_ what: String) async throws {
        try await withCounty { county in
            let receipt = try await county.consented()
            let number = try await county.show(receipt)
            let watcher = try await county.viewer("watcher")
            switch what {
            case "consent": try await county.casework.consent(receipt.caseID, agrees: false, by: receipt.reporterID)
            case "restrict":
                try await county.casework.restrict(receipt.caseID, to: [], reason: "保密", by: watcher)
            case "accuse":
                try await county.casework.nameAccused(
                    receipt.caseID, staff: [try await county.viewer("handler").staff.id], units: [], reason: "举报",
                    by: try await county.viewer("dispatcher"))
            case "withdraw":
                try await county.casework.withdraw(receipt.caseID, reason: nil, by: receipt.reporterID)
            case "clerk":
                try await county.casework.unpublish(
                    receipt.caseID, reason: "认得出人", version: try await county.state(receipt.caseID).version, by: watcher
                )
            case "discipline":
                let draft = TriageDraft(
                    sort: .accusation, route: .discipline, reason: "检举", organ: "县纪委监委")
                try await county.casework.triage(
                    receipt.caseID, draft, version: try await county.state(receipt.caseID).version,
                    by: try await county.viewer("dispatcher"))
            default:
                _ = try await county.casework.erase(receipt.caseID, reporter: receipt.reporterID, by: .system("t"))
            }
            #expect(try await county.casework.publicMatter(number) == nil)
            #expect(try await county.casework.publicMatters(PublicFilter()).rows.isEmpty)
            var filter = PublicFilter()
            filter.words = "路灯"
            #expect(try await county.casework.publicMatters(filter).rows.isEmpty)
            let alike = try await county.casework.publicAlike(body: "路灯半个月不亮，巷子里很黑。", place: "", area: nil)
            #expect(alike.isEmpty)
            #expect(try await county.publicDump().isEmpty)
            #expect(try await county.findings() == [])
        }
    }

    @Test func aSecrecyWishStandsAgainstIt() async throws {
        try await withCounty { county in
            var registration = Registration(channel: .web, body: "门口的路灯坏了。")
            registration.publishable = true
            registration.keepSecret = true
            let receipt = try await county.casework.register(registration, submission: "k", by: .newReporter)
            #expect(await plainCode { _ = try await county.show(receipt) } == "case.notPublishable.secrecy")
        }
    }

    @Test func aNewReplyIsApprovedAnew() async throws {
        try await withCounty { county in
            let receipt = try await county.consented()
            let number = try await county.show(receipt)
            try await county.answer(receipt)
            var page = try #require(try await county.casework.publicMatter(number))
            #expect(page.matter.reply == nil && page.matter.isReplyAwaited && page.matter.standing == .answered)
            #expect(page.steps.map(\.kind) == [.registered, .dispatched, .accepted, .replied])
            _ = try await county.show(receipt, reply: "六盏灯都换了。")
            page = try #require(try await county.casework.publicMatter(number))
            #expect(page.matter.reply == "六盏灯都换了。" && !page.matter.isReplyAwaited)
            // The verdict is shown when the matter is closed, not before: whoever answered would learn of it.
            try await county.casework.noteReplyRead(receipt.caseID, by: receipt.reporterID)
            try await county.casework.judge(receipt.caseID, JudgementDraft(outcome: .partly), by: receipt.reporterID)
            #expect(try await county.casework.publicMatter(number)?.matter.judgement == nil)
            try await county.casework.close(
                receipt.caseID, reason: "已办", version: try await county.state(receipt.caseID).version,
                by: try await county.viewer("watcher"))
            page = try #require(try await county.casework.publicMatter(number))
            #expect(page.matter.judgement == .partly && page.matter.standing == .closed)
            #expect(try await county.findings() == [])
        }
    }

    /// What the house knows of the residents stands in no approved text, whatever the clerk overlooks.
    @Test(arguments: ["电话 138 0000 0027", "家在槐荫巷 12 号", "电话138-0000-0027"])
    func knownDataIsAWall(_ words: String) async throws {
        try await withCounty { county in
            let receipt = try await county.consented()
            let code = await plainCode { _ = try await county.show(receipt, body: "路灯坏了，\(words)。") }
            #expect(code == "public.leak")
        }
    }

    @Test func filtersAndPages() async throws {
        try await withCounty { county in
            var numbers: [String] = []
            for index in 0..<7 {
                var registration = Registration(channel: .web, body: "第 \(index) 盏路灯不亮。")
                registration.publishable = true
                registration.category = index.isMultiple(of: 2) ? "01.01" : nil
                registration.area = index < 3 ? "990101" : nil
                let receipt = try await county.casework.register(
                    registration, submission: "f\(index)", by: .newReporter)
                numbers.append(try await county.show(receipt, body: "第 \(index) 盏路灯不亮。"))
            }
            var seen: [String] = []
            var after: String?
            repeat {
                let page = try await county.casework.publicMatters(PublicFilter(), after: after, limit: 3)
                seen += page.rows.map(\.number)
                after = page.next
            } while after != nil
            #expect(seen == numbers.reversed())
            var filter = PublicFilter()
            filter.category = "01"
            #expect(try await county.casework.publicMatters(filter).rows.count == 4)
            filter.area = "990101"
            #expect(try await county.casework.publicMatters(filter).rows.count == 2)
            filter.words = "路灯"
            #expect(try await county.casework.publicMatters(filter).rows.count == 2)
            filter.standing = .closed
            #expect(try await county.casework.publicMatters(filter).rows.isEmpty)
            var year = PublicFilter()
            year.year = county.casework.today.parts.year
            #expect(try await county.casework.publicMatters(year).rows.count == 7)
            year.year = 1999
            #expect(try await county.casework.publicMatters(year).rows.isEmpty)
        }
    }

    /// Words that are frequent and a filter that is rare: a page looks through so many texts only, and says where it stopped.
    @Test func aSearchThatIsBrokenOffGoesOn() async throws {
        try await withCounty { county in
            var rare: [String] = []
            for index in 0..<14 {
                var registration = Registration(channel: .web, body: "第 \(index) 盏路灯不亮。")
                registration.publishable = true
                registration.category = [0, 5, 6].contains(index) ? "01.01" : nil
                let receipt = try await county.casework.register(
                    registration, submission: "b\(index)", by: .newReporter)
                let number = try await county.show(receipt, body: "第 \(index) 盏路灯不亮。")
                if registration.category != nil { rare.insert(number, at: 0) }
            }
            var filter = PublicFilter()
            (filter.words, filter.category) = ("路灯", "01")
            for limit in 1...3 {
                var seen: [String] = []
                var after: String?
                var (pages, unfinished) = (0, 0)
                repeat {
                    let page = try await county.casework.publicMatters(filter, after: after, limit: limit, step: 1)
                    #expect(page.rows.count <= limit && (page.next != nil || !page.isUnfinished))
                    seen += page.rows.map(\.number)
                    after = page.next
                    (pages, unfinished) = (pages + 1, unfinished + (page.isUnfinished ? 1 : 0))
                } while after != nil && pages < 20
                #expect(seen == rare && unfinished > 0, "\(limit) a page: \(pages) pages, \(seen.count) found")
            }
            let first = try await county.casework.publicMatters(filter, limit: 20, step: 4)
            #expect(first.rows.map(\.number) == rare && first.next == nil && !first.isUnfinished)
            filter.words = "井盖"
            let none = try await county.casework.publicMatters(filter, step: 1)
            #expect(none.rows.isEmpty && none.next == nil && !none.isUnfinished)
        }
    }

    @Test func theNumberOfStatementsIsConstant() async throws {
        try await withCounty { county in
            for index in 0..<5 {
                let receipt = try await county.consented("s\(index)")
                _ = try await county.show(receipt)
            }
            func count(_ body: @Sendable () async throws -> Void) async throws -> Int {
                let counter = QueryCounter()
                try await QueryCounter.$current.withValue(counter) { try await body() }
                return counter.count
            }
            let casework = county.casework
            #expect(try await count { _ = try await casework.publicMatters(PublicFilter()) } == 2)
            let number = try #require(try await casework.publicMatters(PublicFilter()).rows.first?.number)
            #expect(try await count { _ = try await casework.publicMatter(number) } == 3)
            #expect(try await count { _ = try await casework.publicAlike(body: "路灯半个月不亮", place: "", area: nil) } == 2)
        }
    }

    @Test func publicQueriesFollowAnIndex() async throws {
        try await withEachEngine(migrations: County.migrations) { database in
            try await database.write { tx in
                guard tx.dialect.engine == .postgres else { return }
                // An empty table is always cheapest to read whole.
                try tx.execute("SET LOCAL enable_seqscan = off")
            }
            let queries: [(String, [any SQLConvertible])] = [
                (Casework.publicList, ["|||", Int64.max, 21]),
                (Casework.alikeWords(3), ["路灯", "不亮", "巷子"]),
                ("SELECT case_id FROM public_matters WHERE number = $1", ["P000000001"]),
                ("SELECT kind FROM public_steps WHERE case_id = $1 ORDER BY position", [1]),
                ("SELECT case_id, seen FROM public_follows WHERE code_hash = $1 ORDER BY case_id", ["x"]),
            ]
            for (sql, values) in queries {
                let lines = try await database.read { tx -> [String] in
                    guard tx.dialect.engine == .postgres else {
                        return try tx.rows("EXPLAIN QUERY PLAN \(sql)", values).map { try $0.text(3) }
                    }
                    _ = try tx.rows("SELECT set_config('enable_seqscan', 'off', true)")
                    return try tx.rows("EXPLAIN \(sql)", values).map { try $0.text(0) }
                }
                for line in lines {
                    let isScan = line.hasPrefix("SCAN public") || line.contains("Seq Scan")
                    #expect(!isScan, "\(line) in \(sql)")
                }
            }
        }
    }

    // MARK: Neighbours

    @Test func aNeighbourReadsWhatEverybodyReadsAndTheirOwn() async throws {
        try await withCounty { county in
            let receipt = try await county.consented()
            let number = try await county.show(receipt)
            var registration = Registration(channel: .web, body: "我家门前也黑。")
            registration.contact = Contact(name: "邻居甲", phone: "13900000031")
            let joined = try await county.casework.joinPublic(number, registration, submission: "j")
            let again = try await county.casework.joinPublic(number, registration, submission: "j")
            #expect(again.code == joined.code && again.reporterID == joined.reporterID)
            #expect(joined.number == receipt.number && joined.code != receipt.code)
            let found = try #require(
                try await county.casework.findReporter(number: joined.number, code: joined.code.description))
            #expect(found.reporter == joined.reporterID)
            var file = try await county.casework.file(receipt.caseID, for: joined.reporterID)
            #expect(file.isReduced && file.text(file.state.title) == "路灯不亮")
            #expect(file.letter(of: joined.reporterID) == "我家门前也黑。")
            #expect(file.contacts.keys.map(\.self) == [joined.reporterID])
            #expect(!file.texts.values.contains { $0.contains(Self.marker) })
            // The reply comes in its public form, and cannot be read before.
            try await county.answer(receipt)
            file = try await county.casework.file(receipt.caseID, for: joined.reporterID)
            #expect(!file.isReplyReadable && !file.texts.values.contains { $0.contains("王女士") })
            _ = try await county.show(receipt, reply: "六盏灯都换了。")
            file = try await county.casework.file(receipt.caseID, for: joined.reporterID)
            #expect(file.isReplyReadable && file.text(file.state.reply?.body) == "六盏灯都换了。")
            try await county.casework.noteRead(receipt.caseID, by: joined.reporterID)
            try await county.casework.judge(receipt.caseID, JudgementDraft(outcome: .solved), by: joined.reporterID)
            // They cannot take away what is another's.
            let code = await plainCode {
                try await county.casework.consent(receipt.caseID, agrees: false, by: joined.reporterID)
            }
            #expect(code == "case.notAuthor")
            #expect(try await county.findings() == [])
        }
    }

    @Test func whatIsClosedOrGoneIsNotJoined() async throws {
        try await withCounty { county in
            let code = await plainCode {
                _ = try await county.casework.joinPublic(
                    "P000000001", Registration(channel: .web, body: ""), submission: "x")
            }
            #expect(code == "public.gone")
        }
    }

    @Test func alikeMattersAreFound() async throws {
        try await withCounty { county in
            let lamp = try await county.show(try await county.consented("a"))
            let water = try await county.show(
                try await county.consented("b"), title: "自来水发黄", body: "锦绣家园的自来水发黄，有铁锈味。")
            func found(_ body: String, _ place: String = "") async throws -> [String] {
                try await county.casework.publicAlike(body: body, place: place, area: nil).map(\.number)
            }
            #expect(try await found("巷子的路灯坏了半个月，晚上不亮") == [lamp])
            #expect(try await found("家里自来水发黄", "锦绣家园") == [water])
            #expect(try await found("孩子上学的事想问一问").isEmpty)
            #expect(try await found("").isEmpty)
        }
    }

    // MARK: Following

    @Test func followingKeepsNothingButTheCodesHash() async throws {
        try await withCounty { county in
            let receipt = try await county.consented()
            let number = try await county.show(receipt)
            let code = FollowCode.random()
            #expect(FollowCode(code.description.lowercased()) == code)
            #expect(try await county.casework.followed(with: code) == nil)
            try await county.casework.followPublic(number, with: code)
            try await county.casework.followPublic(number, with: code)
            var list = try #require(try await county.casework.followed(with: code))
            #expect(list.matters.count == 1 && list.matters[0].news.isEmpty && list.gone == 0)
            try await county.answer(receipt)
            list = try #require(try await county.casework.followed(with: code))
            #expect(list.matters[0].news.map(\.kind) == [.dispatched, .accepted, .replied])
            #expect(try await county.casework.followed(with: code)?.matters[0].news.isEmpty == true)
            #expect(try await county.casework.followed(with: .random()) == nil)
            let rows = try await county.database.read { tx in
                try tx.rows("SELECT code_hash, case_id, seen, looked_on FROM public_follows")
            }
            #expect(rows.count == 1 && rows.allSatisfy { !"\($0.values)".contains(code.symbols) })
            try await county.casework.consent(receipt.caseID, agrees: false, by: receipt.reporterID)
            list = try #require(try await county.casework.followed(with: code))
            #expect(list.matters.isEmpty && list.gone == 1)
            county.clock.advance(days: 740)
            #expect(try await county.casework.forgetOldFollows() == 1)
        }
    }

    // MARK: Helpers

    @Test func aHelperWritesWithConsent() async throws {
        try await withCounty { county in
            var registration = Registration(channel: .web, body: "我母亲的低保停了，请查一查。")
            registration.contact = Contact(name: "李奶奶", phone: "13800000027")
            registration.onBehalf = HelperDraft(contact: Contact(name: "李女儿测试", phone: "13900000055"))
            let code = await plainCode {
                _ = try await county.casework.register(registration, submission: "h", by: .newReporter)
            }
            #expect(code == "choice.missing,consent.missing")
            registration.onBehalf?.relation = .relative
            registration.onBehalf?.consent = .spoken
            let receipt = try await county.casework.register(registration, submission: "h", by: .newReporter)
            let file = try await county.casework.file(
                number: receipt.number, for: try await county.viewer("dispatcher"))
            let part = try #require(file.state.reporters[0].details.onBehalf)
            #expect(part.relation == .relative && part.consent == .spoken && part.agreedOn == county.casework.today)
            #expect(file.helpers[receipt.reporterID]?.name == "李女儿测试")
            #expect(file.contacts[receipt.reporterID]?.name == "李奶奶")
            _ = try await county.casework.erase(receipt.caseID, reporter: receipt.reporterID, by: .system("t"))
            let kept = try await county.database.read { tx in
                try tx.first("SELECT COUNT(*) FROM persons WHERE sealed IS NOT NULL")?.int(0)
            }
            #expect(kept == 0, "the helper is forgotten with the resident")
            #expect(try await county.findings() == [])
        }
    }
}

extension County {
    /// A letter whose author agrees that it is shown.
    func consented(_ submission: String = "c") async throws -> CaseReceipt {
        var registration = Registration(
            channel: .web, body: "槐荫巷 12 号门前\(PublicMatterTests.marker)旁的路灯半个月不亮，我叫王测试。")
        registration.contact = Contact(name: "王女士", phone: "138 0000 0027", address: "槐荫巷 12 号")
        registration.publishable = true
        return try await casework.register(registration, submission: submission, by: .newReporter)
    }

    func show(
        _ receipt: CaseReceipt, title: String = "路灯不亮", body: String = "巷子里的路灯半个月不亮。", reply: String = "",
        by name: String = "dispatcher"
    ) async throws -> String {
        try await casework.publish(
            receipt.caseID, PublicDraft(title: title, body: body, reply: reply),
            version: try await state(receipt.caseID).version, submission: nil, by: try await viewer(name))
    }

    /// Dispatched, accepted and answered.
    func answer(_ receipt: CaseReceipt) async throws {
        try await casework.dispatch(
            receipt.caseID, to: .unit(try await unit("water"), reason: "归水务局管"),
            version: try await state(receipt.caseID).version, by: try await viewer("dispatcher"))
        let handler = try await viewer("handler")
        try await casework.accept(
            receipt.caseID, deciding: Self.ordinary, version: try await state(receipt.caseID).version, by: handler)
        try await casework.reply(
            receipt.caseID, Self.opinion(.solved, "王女士您好，六盏灯都换好了。"),
            version: try await state(receipt.caseID).version, by: handler)
    }

    /// Everything that public tables hold, and the texts to which they lead.
    func publicDump() async throws -> String {
        try await database.read { tx in
            var out = ""
            for table in ["public_matters", "public_steps", "public_facets", "public_words"] {
                out += try tx.rows("SELECT * FROM \(table)").map { "\($0.values)\n" }.joined()
            }
            out += try tx.rows(
                """
                SELECT t.body FROM public_matters p JOIN texts t ON t.id IN (p.text_id, p.title_id, p.reply_id)
                """
            ).map { try $0.optionalText(0) ?? "" }.joined()
            return out
        }
    }
}
