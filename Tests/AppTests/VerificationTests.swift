import Operations
import Storage
import StorageTestKit
import Testing

@Suite struct VerificationTests {
    /// One kind of tampering each, behind the program's back.
    static let tampering = [
        "UPDATE cases SET phase = 'closed' WHERE id = (SELECT MIN(id) FROM cases WHERE phase <> 'closed')",
        "UPDATE texts SET body = 'other words' WHERE id = (SELECT MAX(id) FROM texts)",
        "UPDATE events SET body = replace(body, '\"v\":1', '\"v\":2') WHERE version = 1",
        "DELETE FROM events WHERE kind = 'replied'",
        "UPDATE units SET name_zh = 'other' WHERE parent_id IS NULL",
        "DELETE FROM reporters WHERE id = (SELECT MAX(id) FROM reporters)",
    ]

    @Test(arguments: eachEngine) func findsWhatWasChanged(_ engine: Dialect.Engine) async throws {
        try await withSettings(engine) { settings, _ in
            try await loadDemo(settings, matters: 25)
            try await withInstallation(settings) { installation in
                var last = try await StoreVerification(installation).run().differences.count
                #expect(last == 0)
                for sql in Self.tampering {
                    try await installation.database.write { tx in try tx.execute(sql) }
                    let found = try await StoreVerification(installation).run().differences.count
                    #expect(found > last, "not found: \(sql)")
                    last = found
                }
            }
        }
    }
}
