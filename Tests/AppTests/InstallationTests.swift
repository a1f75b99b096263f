import Foundation
import Operations
import Storage
import StorageTestKit
import Testing

@Suite struct InstallationTests {
    @Test(arguments: eachEngine) func theKeyIsMadeOnceAndForItsOwnerOnly(_ engine: Dialect.Engine) async throws {
        try await withSettings(engine) { settings, _ in
            #expect(try await withInstallation(settings) { $0.isNew })
            let mode = try FileManager.default.attributesOfItem(atPath: settings.keyFile)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let key = try String(contentsOfFile: settings.keyFile, encoding: .utf8)
            #expect(try await withInstallation(settings) { !$0.isNew })
            #expect(try String(contentsOfFile: settings.keyFile, encoding: .utf8) == key)
        }
    }

    @Test(arguments: eachEngine) func aWrongOrMissingKeyIsRefused(_ engine: Dialect.Engine) async throws {
        try await withSettings(engine) { settings, _ in
            try await withInstallation(settings) { try await CountyOffice.ensure(in: $0) }
            let kept = settings.keyFile + ".kept"
            try FileManager.default.moveItem(atPath: settings.keyFile, toPath: kept)
            let missing = await trouble { try await withInstallation(settings) { _ in } }
            #expect(missing?.code == .key)
            #expect(!FileManager.default.fileExists(atPath: settings.keyFile))
            try write(String(repeating: "ab", count: 32) + "\n", to: settings.keyFile)
            #expect(
                await trouble { try await withInstallation(settings) { _ in } }?.description.contains("chmod") == true)
            chmod(settings.keyFile, 0o600)
            let wrong = await trouble { try await withInstallation(settings) { _ in } }
            #expect(wrong == Trouble(.key, "the key does not belong to this store; point --key-file to the right one"))
            try write("not a key", to: settings.keyFile)
            #expect(await trouble { try await withInstallation(settings) { _ in } }?.code == .key)
            try FileManager.default.removeItem(atPath: settings.keyFile)
            try FileManager.default.moveItem(atPath: kept, toPath: settings.keyFile)
            try await withInstallation(settings) { _ in }
        }
    }

    @Test(arguments: eachEngine) func aSchemaFromTheFutureIsRefused(_ engine: Dialect.Engine) async throws {
        try await withSettings(engine) { settings, _ in
            try await withInstallation(settings) { installation in
                try await installation.database.write { tx in
                    try tx.execute("INSERT INTO schema_versions (version, name) VALUES ($1, 'later')", [999])
                }
            }
            for purpose in [Installation.Purpose.begin, .inspect] {
                let found = await trouble { try await withInstallation(settings, purpose) { _ in } }
                #expect(found?.code == .store)
                #expect(found?.description.contains("newer version") == true)
            }
        }
    }

    @Test func aMissingStoreIsNotMadeByLooking() async throws {
        try await withFolder { folder in
            let settings = try settings("sqlite:\(folder)/none.sqlite", folder)
            #expect(await trouble { try await withInstallation(settings, .inspect) { _ in } }?.code == .store)
            #expect(await trouble { try await withInstallation(settings, .existing) { _ in } }?.code == .store)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            try write("this is no database at all, whatever its name", to: "\(folder)/none.sqlite")
            #expect(await trouble { try await withInstallation(settings, .inspect) { _ in } }?.code == .store)
        }
    }

    @Test func staffAreAddedFromTheCommandLine() async throws {
        try await withSettings(.sqlite) { settings, _ in
            try await withInstallation(settings) { installation in
                let staff = StaffAdministration(installation)
                try await staff.add(
                    name: "Zhou", displayName: "周", unit: nil, roles: ["administrator"], password: "a good long one",
                    isChosen: true)
                #expect(try await staff.list().map(\.roles) == [["administrator@county"]])
                try await staff.setRoles(["handler", "leader@county"], of: "zhou", on: nil)
                #expect(try await staff.list()[0].roles == ["handler@county", "leader@county"])
                let unknown = await trouble { try await staff.setRoles(["king"], of: "zhou", on: nil) }
                #expect(unknown?.code == .usage)
                try await staff.deactivate("zhou")
                #expect(try await staff.list()[0].isActive == false)
                try await staff.setPassword("another long one", of: "zhou", isChosen: true)
                #expect(try await staff.list()[0].isActive)
            }
        }
    }
}
