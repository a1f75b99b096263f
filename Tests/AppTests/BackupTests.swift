import Foundation
import Operations
import Storage
import StorageTestKit
import Testing

@Suite struct BackupTests {
    private static let passphrase = "a passphrase for the drill"

    @Test(arguments: eachEngine) func theDrill(_ engine: Dialect.Engine) async throws {
        try await withSettings(engine) { settings, folder in
            try await loadDemo(settings, matters: 20)
            let backup = "\(folder)/backup"
            try await Backup(settings).run(to: backup, passphrase: Self.passphrase)
            #expect(
                await trouble { try await Backup(settings).run(to: backup, passphrase: Self.passphrase) }?.code == .file
            )
            let (number, words) = try await withInstallation(settings, .existing) { installation in
                let (number, words) = try await Self.somebody(in: installation.database)
                try await PersonErasure(installation).erase(number: number, reporter: 1)
                return (number, words)
            }
            let list = settings.erasureList
            try await withSettings(engine) { target, _ in
                let wrong = await trouble {
                    _ = try await Restore(target).run(from: backup, passphrase: "something else")
                }
                #expect(wrong?.code == .key)
                let summary = try await Restore(target).run(from: backup, passphrase: Self.passphrase, erasures: list)
                #expect(summary.verification.differences.isEmpty)
                #expect(summary.erasedAgain == 1)
                try await withInstallation(target, .inspect) { installation in
                    let words = try await Self.words(of: number, in: installation.database)
                    #expect(words == nil)
                }
                if case .sqlite(let path) = target.database {
                    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
                    #expect(bytes.range(of: Data(words.utf8)) == nil)
                }
                let again = await trouble {
                    _ = try await Restore(target).run(from: backup, passphrase: Self.passphrase)
                }
                #expect(again != nil)
                let kept = try await withInstallation(target, .inspect) { try await StoreVerification($0).run() }
                #expect(kept.differences.isEmpty)
            }
        }
    }

    @Test(arguments: ["store.sqlite", "manifest.json", "key.json"]) func aDamagedBackupIsRefused(_ name: String)
        async throws
    {
        try await withSettings(.sqlite) { settings, folder in
            try await withInstallation(settings) { try await CountyOffice.ensure(in: $0) }
            let backup = "\(folder)/backup"
            try await Backup(settings).run(to: backup, passphrase: Self.passphrase)
            let path = URL(fileURLWithPath: "\(backup)/\(name)")
            var bytes = try Data(contentsOf: path)
            // A digit somewhere in the middle: still readable, no longer the same.
            let middle =
                bytes.indices.dropFirst(bytes.count / 2).first { bytes[$0] == UInt8(ascii: "1") } ?? bytes.count / 2
            bytes[middle] = UInt8(ascii: "2")
            try bytes.write(to: path)
            let target = try Self.target(folder)
            let found = await trouble { _ = try await Restore(target).run(from: backup, passphrase: Self.passphrase) }
            #expect(found != nil)
            #expect(!FileManager.default.fileExists(atPath: target.keyFile))
        }
    }

    @Test func shortPassphrasesAreRefused() async throws {
        try await withSettings(.sqlite) { settings, folder in
            try await withInstallation(settings) { try await CountyOffice.ensure(in: $0) }
            #expect(
                await trouble { try await Backup(settings).run(to: "\(folder)/b", passphrase: "short") }?.code == .usage
            )
        }
    }

    private static func target(_ folder: String) throws -> Settings {
        try settings("sqlite:\(folder)/restored/county.sqlite", "\(folder)/restored")
    }

    /// A matter whose resident can be erased, and words of that letter.
    private static func somebody(in database: any Database) async throws -> (String, String) {
        try await database.read { tx in
            let row = try #require(
                try tx.first(
                    """
                    SELECT c.number, t.body FROM cases c JOIN texts t ON t.id = c.title_id
                    WHERE c.restricted = 0 AND c.reporters = 1 ORDER BY c.id LIMIT 1
                    """))
            return (try row.text(0), try row.text(1))
        }
    }

    private static func words(of number: String, in database: any Database) async throws -> String? {
        try await database.read { tx in
            try tx.first(
                "SELECT t.body FROM cases c JOIN texts t ON t.id = c.title_id WHERE c.number = $1", [number])?
                .optionalText(0)
        }
    }
}
