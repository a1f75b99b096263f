import Foundation
import Operations
import Testing

@Suite struct SettingsTests {
    @Test func flagsComeBeforeEnvironmentBeforeFileBeforeDefaults() async throws {
        try await withFolder { folder in
            let file = "\(folder)/jiaxin.yaml"
            try write(
                "hotline: '1'\nlisten: 10.0.0.1:1\nidleMinutes: 45\ntrustedProxies: [10.0.0.2, 10.0.0.3]\n", to: file)
            let settings = try Settings.read(
                flags: ["hotline": "3"], environment: ["JIAXIN_HOTLINE": "2", "JIAXIN_LISTEN": "10.0.0.1:2"], file: file
            )
            #expect(settings.hotline == "3")
            #expect(settings.port == 2)
            #expect(settings.idleMinutes == 45)
            #expect(settings.trustedProxies == ["10.0.0.2", "10.0.0.3"])
            #expect(settings.attemptsPerMinute == 20)
            let sources = Dictionary(uniqueKeysWithValues: settings.origins.map { ($0.setting.key, $0.source) })
            #expect(sources["hotline"] == "flag")
            #expect(sources["listen"] == "environment")
            #expect(sources["idleMinutes"] == "file")
            #expect(sources["schema"] == "default")
        }
    }

    @Test func jsonIsReadToo() async throws {
        try await withFolder { folder in
            try write("{\"hotline\": 12345, \"debugHeaders\": true}", to: "\(folder)/jiaxin.json")
            let settings = try Settings.read(flags: [:], environment: [:], file: "\(folder)/jiaxin.json")
            #expect(settings.hotline == "12345")
            #expect(settings.debugHeaders)
        }
    }

    @Test func everythingWrongIsToldAtOnce() throws {
        let error = try #require(throws: SettingsError.self) {
            try Settings.read(
                flags: ["listen": "nowhere", "logLevel": "loud"],
                environment: ["JIAXIN_IDLE_MINUTES": "0", "JIAXIN_PUBLIC_URL": "ftp://x"])
        }
        #expect(Set(error.problems.map(\.key)) == ["listen", "logLevel", "idleMinutes", "publicURL"])
        #expect(error.description.contains("idleMinutes (environment)"))
    }

    @Test func unknownKeysInTheFileAreRefused() async throws {
        try await withFolder { folder in
            try write("hotline: '1'\nlisen: 127.0.0.1:80\n", to: "\(folder)/jiaxin.yaml")
            let error = try #require(throws: SettingsError.self) {
                try Settings.read(flags: [:], environment: [:], file: "\(folder)/jiaxin.yaml")
            }
            #expect(error.problems.map(\.key) == ["lisen"])
            #expect(error.problems[0].source.hasSuffix("line 2"))
        }
    }

    @Test func aMissingOrBrokenFileIsToldPlainly() async throws {
        try await withFolder { folder in
            try write("hotline: [", to: "\(folder)/broken.yaml")
            for name in ["missing.yaml", "broken.yaml"] {
                #expect(throws: SettingsError.self) {
                    try Settings.read(flags: [:], environment: [:], file: "\(folder)/\(name)")
                }
            }
        }
    }

    @Test func passwordsAreNeverShownAndNeverTakenFromTheCommandLine() throws {
        let address = "postgres://clerk:s3cret@db.example/county?password=s3cret2&sslmode=require"
        let settings = try Settings.read(flags: [:], environment: ["JIAXIN_DATABASE": address])
        let shown = settings.origins.map(\.shown).joined(separator: "\n")
        #expect(!shown.contains("s3cret"))
        #expect(shown.contains("postgres://clerk:***@db.example/county?password=***&sslmode=require"))
        let error = try #require(throws: SettingsError.self) {
            try Settings.read(flags: ["database": address], environment: [:])
        }
        #expect(!error.description.contains("s3cret"))
    }

    @Test func keyAndErasuresLieBesideTheStore() throws {
        let sqlite = try Settings.read(flags: ["database": "sqlite:/x/county.sqlite"], environment: [:])
        #expect(sqlite.keyFile == "/x/county.sqlite.key")
        #expect(sqlite.erasureList == "/x/county.sqlite.erasures")
        let postgres = try Settings.read(flags: ["database": "postgres://h/x"], environment: [:])
        #expect(postgres.keyFile == "data/installation.key")
    }

    @Test func flagsAndVariablesFollowFromKeys() {
        let setting = Setting.allCases.first { $0.key == "publicURL" }
        #expect(setting?.flag == "--public-url")
        #expect(setting?.variable == "JIAXIN_PUBLIC_URL")
        #expect(Set(Setting.allCases.map(\.variable)).count == Setting.allCases.count)
    }

    @Test func theDocumentedTableIsTheProgramsTable() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("docs/settings.md"), encoding: .utf8)
        let parts = text.components(separatedBy: ["<!-- settings:begin -->\n", "<!-- settings:end -->"])
        #expect(parts == Setting.markdown, "write the output of `jiaxin config --table` into docs/settings.md")
    }
}

extension String {
    /// What stands between two marks.
    fileprivate func components(separatedBy marks: [String]) -> String? {
        guard let start = firstRange(of: marks[0])?.upperBound,
            let end = self[start...].firstRange(of: marks[1])?.lowerBound
        else { return nil }
        return String(self[start..<end])
    }
}
