import Foundation
import Operations
import Storage
import StorageTestKit
import Testing

@Suite struct ImportTests {
    private let rows = (1...25).map { LetterFileTests.row("\($0)", body: "第\($0)封信：路灯不亮") }

    @Test(arguments: eachEngine) func importingTwiceTakesEachLetterOnce(_ engine: Dialect.Engine) async throws {
        try await withSettings(engine) { settings, folder in
            let path = "\(folder)/letters.csv"
            try write(([LetterFileTests.header] + rows + [rows[3], "26,broken"]).joined(separator: "\n"), to: path)
            let (first, second) = try await withInstallation(settings) { installation in
                let letters = LetterImport(installation)
                return (try await letters.run(file: path), try await letters.run(file: path))
            }
            #expect((first.imported, first.known, first.rejected) == (25, 1, 1))
            #expect((second.imported, second.known, second.rejected) == (0, 26, 1))
            let rejected = try String(contentsOfFile: path + ".rejected.csv", encoding: .utf8)
            #expect(rejected.contains("\"28\",\"the row has 2 fields, the header 7\",\"26\",\"broken\""))
            try await withInstallation(settings, .inspect) { installation in
                let (phases, found) = try await installation.database.read { tx in
                    (
                        try tx.rows("SELECT DISTINCT phase FROM cases").map { try $0.text(0) },
                        try SearchIndex().textIDs(tx, matching: "第7封信", limit: 5).count
                    )
                }
                #expect(phases == ["unjudged"])
                #expect(found == 1)
                #expect(try await StoreVerification(installation).run().differences.isEmpty)
            }
        }
    }

    @Test func lettersHappenAtTheirOwnTime() async throws {
        try await withSettings(.sqlite) { settings, folder in
            try write(LetterFileTests.header + "\n" + rows[0], to: "\(folder)/letters.csv")
            try await withInstallation(settings) { installation in
                _ = try await LetterImport(installation).run(file: "\(folder)/letters.csv")
                let (number, kinds) = try await installation.database.read { tx in
                    (
                        try tx.first("SELECT number FROM cases")?.text(0),
                        try tx.rows(
                            "SELECT e.kind FROM events e JOIN cases c ON c.id = e.stream_id ORDER BY e.version"
                        ).map { try $0.text(0) }
                    )
                }
                #expect(number?.hasPrefix("1904-") == true)
                #expect(kinds == ["registered", "replied", "delivered", "windowEnded"])
            }
        }
    }
}
