import Foundation
import Casework
import Kernel
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Operations

@Suite struct DemoTests {
    @Test func theSameSeedMakesTheSameCounty() async throws {
        var prints: [String] = []
        for (engine, seed) in [(Dialect.Engine.sqlite, UInt64(7)), (.postgres, 7), (.sqlite, 8)] {
            try await withSettings(engine) { settings, _ in
                try await loadDemo(settings, matters: 40, seed: seed)
                prints.append(try await withInstallation(settings, .inspect) { try await Self.contents($0.database) })
            }
        }
        #expect(prints[0] == prints[1])
        #expect(prints[0] != prints[2])
    }

    @Test func aSmallCountyShowsEveryStateAndChannel() async throws {
        try await withSettings(.sqlite) { settings, _ in
            try await loadDemo(settings, matters: 60)
            try await withInstallation(settings, .inspect) { installation in
                let (phases, channels, unfinished) = try await installation.database.read { tx in
                    (
                        try tx.rows("SELECT DISTINCT phase FROM cases").count,
                        try tx.rows("SELECT DISTINCT channel FROM cases").count,
                        try tx.rows("SELECT body FROM texts WHERE body LIKE '%<%' OR body LIKE '%|%'").map {
                            try $0.text(0)
                        }
                    )
                }
                #expect(phases == CasePhase.allCases.count)
                #expect(channels == 6)
                #expect(unfinished.isEmpty)
                #expect(try await StoreVerification(installation).run().differences.isEmpty)
            }
            #expect(await trouble { try await loadDemo(settings) }?.code == .store)
        }
    }

    @Test func aCountyShowsWhatSupervisionDid() async throws {
        try await withSettings(.sqlite) { settings, _ in
            try await loadDemo(settings, matters: 300)
            try await withInstallation(settings, .inspect) { installation in
                let counts = try await installation.database.read { tx in
                    try [
                        "SELECT COUNT(*) FROM supervision_tasks", "SELECT COUNT(*) FROM supervision_findings",
                        "SELECT COUNT(*) FROM supervision_suggestions", "SELECT COUNT(*) FROM conferences",
                        "SELECT COUNT(*) FROM conference_items i JOIN cases c ON c.id = i.case_id WHERE c.phase = 'objected'",
                    ].map { try tx.first($0)?.int(0) ?? 0 }
                }
                #expect(counts[0] == 4 && counts[1] > 1 && counts[2] == 3 && counts[3] == 2 && counts[4] == 1)
                #expect(try await StoreVerification(installation).run().differences.isEmpty)
            }
        }
    }

    @Test func nobodyIsPickedWhoMustKeepOut() async throws {
        try await withSettings(.sqlite) { settings, _ in
            try await loadDemo(settings, matters: 1)
            try await withInstallation(settings, .inspect) { installation in
                let world = DemoWorld(
                    data: try DemoData(), organisation: try await installation.organisation.current(),
                    casework: installation.casework, zone: installation.deadlines.zone, now: Instant(milliseconds: 0),
                    seed: 1)
                var random = DemoRandom(seed: 1)
                let unit = try world.unit("CG")
                var kept: Set<StaffID> = []
                // Colleagues come first, then whoever is above them; nobody twice, and at last nobody.
                while let next = world.member([.handler, .approver], of: unit, except: kept, &random) {
                    guard kept.insert(next.id).inserted else { return #expect(Bool(false), "picked twice") }
                }
                #expect(kept.count > 1)
            }
        }
    }

    @Test func patternsAreComplete() throws {
        let data = try DemoData()
        #expect(data.patterns.count >= 60)
        #expect(Set(data.patterns.map(\.id)).count == data.patterns.count)
        let codes = Set(data.county.categories.map(\.code))
        #expect(data.patterns.allSatisfy { codes.contains($0.category) })
        #expect(data.patterns.allSatisfy { !$0.isGroup || !$0.also.isEmpty })
        #expect(data.county.catalogue.count >= 60)
        var random = DemoRandom(seed: 1)
        for pattern in data.patterns {
            let scene = DemoScene(pattern, data.county, writtenOn: LocalDate(daysSinceEpoch: 20_000), &random)
            for template in pattern.titles + pattern.sentences + pattern.wishes + pattern.also
                + [pattern.solved, pattern.other, pattern.note]
            {
                for _ in 0..<20 {
                    let text = template.text(&random) { scene.value($0, &$1) }
                    #expect(!text.contains("<") && !text.contains("|"), "\(pattern.id): \(text)")
                }
            }
        }
    }

    @Test func templatesChooseNestAndCount() {
        var random = DemoRandom(seed: 3)
        let template = DemoTemplate("从<place>走<2-4>里，<累了|到<place>歇脚>。")
        let texts = Set((0..<200).map { _ in template.text(&random) { name, _ in name == "place" ? "桥头" : nil } })
        #expect(texts.count == 6)
        #expect(texts.contains("从桥头走3里，到桥头歇脚。"))
    }

    /// Everything that people see, without identifiers, salts and keys, which differ each time.
    private static func contents(_ database: any Database) async throws -> String {
        try await database.read { tx in
            let events = try tx.rows(
                """
                SELECT c.number, e.version, e.kind, e.body FROM events e JOIN cases c ON c.id = e.stream_id
                ORDER BY c.number, e.version
                """
            ).map { row in
                let body = try row.text(3)
                let at = body.firstRange(of: "\"at\":").map { body[$0.upperBound...].prefix { $0.isNumber } } ?? ""
                return "\(try row.text(0)) \(try row.int(1)) \(try row.text(2)) \(at)"
            }
            let texts = try tx.rows(
                "SELECT c.number, t.body FROM texts t JOIN cases c ON c.id = t.stream_id ORDER BY c.number, t.id"
            ).map { "\(try $0.text(0)) \(try $0.text(1))" }
            return (events + texts).joined(separator: "\n")
        }
    }
}
