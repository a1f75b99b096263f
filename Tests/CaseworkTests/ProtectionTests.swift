import Foundation
import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

@Suite struct ProtectionTests {
    @Test func anErasedPersonLeavesNoTraceInTheFile() async throws {
        try await withStore(.sqlite, migrations: County.migrations) { store in
            let county = try await County(store.database)
            var registration = Registration(channel: .visit, body: "独一无二的蓝色水塔漏水，请来看看。")
            registration.contact = Contact(name: "欧阳测试", phone: "13800001234", address: "不存在路九十九号")
            let receipt = try await county.casework.register(registration, submission: "e", by: .newReporter)
            try await county.casework.addWords(
                receipt.caseID, reporter: receipt.reporterID, text: "补一句：绿色阀门也锈了。", submission: nil)
            let kept = try await county.register("别人的信要留着。")
            _ = try await county.casework.erase(
                receipt.caseID, reporter: receipt.reporterID,
                by: .staff(StaffID(rawValue: 1), unit: UnitID(rawValue: 1)))
            try await SearchIndex().purge(county.database)
            #expect(try await county.findings() == [])
            let watcher = try await county.viewer("watcher")
            #expect(try await county.casework.search("蓝色水塔", for: watcher).hits.isEmpty)
            #expect(try await county.casework.search("别人的信", for: watcher).hits.map(\.number) == [kept.number])
            let file = try await county.casework.file(number: receipt.number, for: watcher)
            #expect(file.texts.isEmpty && file.contacts.isEmpty)
            await county.database.close()
            for suffix in ["", "-wal", "-shm"] {
                let data = (try? Data(contentsOf: URL(filePath: store.location + suffix))) ?? Data()
                for word in ["独一无二", "蓝色", "绿色阀门", "阀门", "欧阳测试", "13800001234", "不存在路"] {
                    #expect(data.range(of: Data(word.utf8)) == nil, "\(word) is still in the file\(suffix)")
                }
            }
        }
    }

    @Test func revealingContactDataIsRecordedWithItsReason() async throws {
        try await withCounty { county in
            let receipt = try await county.accepted()
            let handler = try await county.viewer("handler")
            let contact = try await county.casework.reveal(
                receipt.caseID, reporter: receipt.reporterID, reason: "约时间上门", by: handler)
            #expect(contact?.phone == "138 0000 0027")
            let file = try await county.casework.file(receipt.caseID, for: receipt.reporterID)
            let reveal = file.entries.compactMap { entry -> String? in
                guard case .contactRevealed(let p) = entry.event else { return nil }
                return file.text(p.text)
            }
            #expect(reveal == ["约时间上门"])
            let code = await plainCode {
                _ = try await county.casework.reveal(
                    receipt.caseID, reporter: receipt.reporterID, reason: " ", by: handler)
            }
            #expect(code == "text.missing")
        }
    }

    @Test func contactKeptSecretStaysWithTheFirstReceiver() async throws {
        try await withCounty { county in
            var registration = Registration(channel: .web, body: "水务局的车堵了路口。")
            registration.contact = Contact(name: "王女士", phone: "13800000027")
            registration.keepSecret = true
            let receipt = try await county.casework.register(registration, submission: "k", by: .newReporter)
            try await county.casework.dispatch(
                receipt.caseID, to: .unit(try await county.unit("water"), reason: "试"), version: 1,
                by: try await county.viewer("dispatcher"))
            let code = await plainCode {
                _ = try await county.casework.reveal(
                    receipt.caseID, reporter: receipt.reporterID, reason: "想知道", by: try await county.viewer("handler"))
            }
            #expect(code == "contact.keptSecret")
            let shown = try await county.casework.reveal(
                receipt.caseID, reporter: receipt.reporterID, reason: "回电", by: try await county.viewer("clerk"))
            #expect(shown?.name == "王女士")
        }
    }

    @Test func aNewCodeReplacesTheOldOne() async throws {
        try await withCounty { county in
            let receipt = try await county.register()
            let clerk = try await county.viewer("clerk")
            let first = try await county.casework.reissueCode(
                receipt.caseID, reporter: receipt.reporterID, reason: "核对过身份证", submission: "r", by: clerk)
            let again = try await county.casework.reissueCode(
                receipt.caseID, reporter: receipt.reporterID, reason: "核对过身份证", submission: "r", by: clerk)
            #expect(first.code == again.code && first.code != receipt.code)
            let old = try await county.casework.findReporter(number: receipt.number, code: "\(receipt.code)")
            let new = try await county.casework.findReporter(number: receipt.number, code: "\(first.code)")
            #expect(old == nil && new?.reporter == receipt.reporterID)
        }
    }

    @Test func aLookUpFindsByPhoneHoweverTypedAndIsRecorded() async throws {
        try await withCounty { county in
            let receipt = try await county.register()
            let clerk = try await county.viewer("clerk")
            for typed in ["13800000027", "+86 138-0000-0027", "１３８００００００２７"] {
                let found = try await county.casework.lookUp(
                    phone: typed, identityNumber: nil, reason: "来电查进度", by: clerk)
                #expect(found.flatMap(\.matters).map(\.number) == [receipt.number])
            }
            let recorded = try await county.database.read { tx in
                try tx.first("SELECT COUNT(*) FROM streams WHERE kind = 'lookup'")?.int(0)
            }
            #expect(recorded == 3)
            let code = await plainCode {
                _ = try await county.casework.lookUp(
                    phone: "13800000027", identityNumber: nil, reason: "x", by: try await county.viewer("handler"))
            }
            #expect(code == "permission.missing")
        }
    }
}
