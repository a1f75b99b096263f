import Foundation
import Kernel
import Operations
import Organisation
import SealedReports
import Storage
import StorageTestKit
import Testing

@Suite struct SealedTests {
    private static let passphrase = "a passphrase for the organ"

    @Test func aKeyFileOpensWithItsPassphraseOnly() async throws {
        try await withFolder { folder in
            let name = LocalizedName(zh: "清河县纪委监委", en: "Discipline")
            let made = try SealedTools.makeKey(in: folder, name: name, unit: "JW", passphrase: Self.passphrase)
            let mode = try FileManager.default.attributesOfItem(atPath: made.privateFile)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let file = try SealedKeyFile(path: made.privateFile)
            #expect(file.isProtected)
            let key = try file.open(passphrase: Self.passphrase)
            let organ = try SealedTools.organ(file: made.publicFile)
            #expect(key.organ == organ && organ.name == name && organ.unit == "JW")
            let text = try String(contentsOfFile: made.privateFile, encoding: .utf8)
            let jwk = try #require(
                try JSONSerialization.jsonObject(with: Data(key.jwk)) as? [String: Any])
            let secret = try #require(jwk["d"] as? String)
            #expect(!text.contains(secret))
            #expect(try !String(contentsOfFile: made.publicFile, encoding: .utf8).contains(secret))
            for wrong in [nil, "", "something else entirely"] {
                #expect(throws: Trouble.self) { try file.open(passphrase: wrong) }
            }
            #expect(throws: Trouble.self) { try SealedTools.organ(file: made.privateFile) }
            #expect(throws: Trouble.self) { try SealedKeyFile(path: made.publicFile) }
            #expect(throws: Trouble.self) {
                try SealedTools.makeKey(in: folder, name: nil, unit: nil, passphrase: "short")
            }
            let plain = try SealedTools.makeKey(in: folder, name: nil, unit: nil, passphrase: nil)
            let open = try SealedKeyFile(path: plain.privateFile)
            #expect(!open.isProtected)
            #expect(try open.open(passphrase: nil).organ == SealedTools.organ(file: plain.publicFile))
        }
    }

    @Test func theOrganAnswersAndReadsWithoutAStore() async throws {
        try await withFolder { folder in
            let (key, other) = (try OrganPrivateKey(), try OrganPrivateKey())
            let code = try #require(ReceiptCode("K7QM-4TZP-9XWE-2HJR-V3ND"))
            var draft = ReportDraft()
            draft.words = "话\u{1B}[2J\u{202E}倒"
            draft.isNamed = false
            let letter = try SealedLetters.bytes(
                of: SealedReport(draft, replyKey: code.replyKey, sealedBy: .browser))
            let id = try #require(EnvelopeID("00112233445566778899aabbccddeeff"))
            let report = try Sealing.seal(letter, .report, of: id, to: key.organ)
            try Data(report.bytes).write(to: URL(fileURLWithPath: "\(folder)/a.sealed"))
            try write(SealedArmor.text(report.bytes), to: "\(folder)/a.txt")
            let pieces = try SealedTools.pieces(in: ["\(folder)/a.sealed"])
            #expect(try SealedTools.pieces(in: ["\(folder)/a.txt"]) == pieces)
            let answer = try SealedTools.answer("已受理。", to: pieces, with: key)
            let sealed = try SealedEnvelope(bytes: try #require(SealedArmor.bytes(answer)))
            #expect(
                String(decoding: try Sealing.openAnswer(sealed, replyKey: code.replyKey), as: UTF8.self).contains(
                    "已受理。"))
            let all = try SealedTools.open(pieces + [sealed], with: key)
            guard case .answer(let read)? = all.last?.letter else {
                Issue.record("the answer does not open beside its report")
                return
            }
            #expect(read.text == "已受理。")
            guard case .closedAnswer? = try SealedTools.open([sealed], with: key).first?.letter else {
                Issue.record("an answer opened without its report")
                return
            }
            #expect(throws: Trouble.self) { try SealedTools.open(pieces, with: other) }
            #expect(throws: Trouble.self) { try SealedTools.answer("x", to: [], with: key) }
            try Data(other.organ.file).write(to: URL(fileURLWithPath: "\(folder)/other.json"))
            let anew = try SealedTools.readdress(pieces, from: key, toFile: "\(folder)/other.json")
            let moved = try SealedEnvelope.all(in: try #require(SealedArmor.bytes(anew)))
            #expect(try SealedTools.open(moved, with: other).count == 1)
            // A terminal must not be made to do things.
            #expect(SealedTools.shown("a\u{1B}[2Jb\u{202E}c\n\td\u{7F}\u{9B}") == "a[2Jbc\n\td")
        }
    }

    @Test(arguments: eachEngine) func backupsHoldTheSealedStoreAsOneOpaqueFile(_ engine: Dialect.Engine) async throws {
        try await withSettings(engine) { plain, folder in
            let settings = try Self.connected(plain, folder)
            let code = try await withInstallation(settings) { installation in
                try await CountyOffice.ensure(in: installation)
                let sealed = try #require(try await SealedStore.open(installation))
                var draft = ReportDraft()
                draft.words = "他收了红包。"
                draft.isNamed = false
                let code = try #require(try await sealed.submit(draft, submission: "s").code)
                try await sealed.keepHouse()
                await sealed.close()
                return code
            }
            // Whether the settings name an organ at that moment does not matter.
            let backup = "\(folder)/backup"
            try await Backup(plain).run(to: backup, passphrase: Self.passphrase)
            let size = try FileManager.default.attributesOfItem(atPath: "\(backup)/sealed.bin")[.size] as? Int
            #expect(size == (1 << 20) + 33)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(backup)/sealed.bin"))
            #expect(bytes.range(of: Data("sealed_envelopes".utf8)) == nil && bytes.range(of: Data("2026".utf8)) == nil)
            try await withSettings(engine) { bare, target in
                let restored = try Self.connected(bare, target, key: folder)
                _ = try await Restore(bare).run(from: backup, passphrase: Self.passphrase)
                try await withInstallation(restored, .existing) { installation in
                    let sealed = try #require(try await SealedStore.open(installation))
                    #expect(try await sealed.progress(of: code.handle) != nil)
                    await sealed.close()
                }
                // Nothing is ever restored over a sealed store.
                if case .sqlite(let path) = bare.database {
                    for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
                    try FileManager.default.removeItem(atPath: bare.keyFile)
                    let again = await trouble {
                        _ = try await Restore(bare).run(from: backup, passphrase: Self.passphrase)
                    }
                    #expect(again?.code == .store)
                    #expect(!FileManager.default.fileExists(atPath: path))
                }
            }
        }
    }

    @Test func withoutAKeyThereIsNoSealedStoreAndNothingInTheBackup() async throws {
        try await withSettings(.sqlite) { settings, folder in
            try await withInstallation(settings) { installation in
                try await CountyOffice.ensure(in: installation)
                #expect(try await SealedStore.open(installation) == nil)
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/county.sqlite.sealed.sqlite"))
            try await Backup(settings).run(to: "\(folder)/backup", passphrase: Self.passphrase)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/backup/sealed.bin"))
        }
    }

    @Test func aKeyForAUnitThatThereIsNotIsRefused() async throws {
        try await withSettings(.sqlite) { plain, folder in
            let settings = try Self.connected(plain, folder, unit: "JW")
            let found = await trouble {
                try await withInstallation(settings) { installation in
                    try await CountyOffice.ensure(in: installation)
                    _ = try await SealedStore.open(installation)
                }
            }
            #expect(found?.code == .usage)
            #expect(found?.description.contains("JW") == true)
        }
    }

    /// The same settings with an organ's public key.
    private static func connected(
        _ settings: Settings, _ folder: String, key: String? = nil, unit: String? = nil
    ) throws -> Settings {
        let path = "\(key ?? folder)/organ.json"
        if key == nil {
            try Data(try OrganPrivateKey(unit: unit).organ.file).write(to: URL(fileURLWithPath: path))
        }
        var connected = settings
        connected.sealedKeys = [path]
        return connected
    }
}
