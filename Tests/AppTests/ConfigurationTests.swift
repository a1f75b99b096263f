import Casework
import Foundation
import Kernel
import Operations
import Organisation
import Storage
import StorageTestKit
import Testing

@Suite struct ConfigurationTests {
    /// Out of one store, into an empty one of the other engine, out again: the same bytes.
    @Test(arguments: eachEngine) func theWholeConfigurationMovesToAnotherStore(_ engine: Dialect.Engine) async throws {
        let other: Dialect.Engine = engine == .sqlite ? .postgres : .sqlite
        try await withSettings(engine) { settings, folder in
            try await loadDemo(settings, matters: 3)
            let actor = Actor.system("operator")
            try await withInstallation(settings, .existing) { installation in
                let pack = try RulePacks.exampleTexts()[0].replacing("example: true\n", with: "")
                    .replacing("effectiveFrom: 2026-01-01", with: "effectiveFrom: 2099-01-01")
                try await installation.rules.load(pack, earliest: nil, by: actor)
                let text = try WorkingCalendar.builtInText().replacing("cn-2020-2026.1", with: "local-2027")
                try await installation.rules.loadCalendar(
                    text + "year\t2027\t2027\tnotice\n", following: TestRules.calendar, by: actor)
                let today = installation.casework.today
                let code = try #require(try await installation.organisation.current().categories(in: nil).first).code
                try await installation.organisation.changeCategories(
                    from: today.adding(days: 30), today: today, reason: "调整", submission: "s", by: actor
                ) { try $0.categoryDifference(.rename(code: code, name: LocalizedName(zh: "新\t名\\称", en: "New"))) }
            }
            _ = try await ConfigurationFiles.export(to: "\(folder)/first", withStaff: false, settings: settings)
            _ = try await ConfigurationFiles.export(to: "\(folder)/first.txt", withStaff: false, settings: settings)
            let first = try Self.tree("\(folder)/first")
            #expect(first.keys.contains("units.tsv") && first.keys.contains("packs/example-hotline-five-days-1.yaml"))
            #expect(first["staff.tsv"] == nil)
            #expect(try #require(first["tags.tsv"]).split(separator: "\n").count > 2, "the vocabulary")
            #expect(try #require(first["outlines.tsv"]).split(separator: "\n").count == 5, "the outlines of the map")
            let names = try await withInstallation(settings, .existing) {
                try await $0.organisation.current().allStaff.map(\.displayName)
            }
            #expect(!names.isEmpty)
            for name in names { #expect(!first.values.contains { $0.contains(name) }, "no names of staff") }
            for path in ["\(folder)/first", "\(folder)/first.txt"] {
                try await withSettings(other) { target, place in
                    let said = try await ConfigurationFiles.bringIn(path, reason: "新店", settings: target)
                    #expect(said.last?.contains("changes are made") == true)
                    _ = try await ConfigurationFiles.export(to: "\(place)/second", withStaff: false, settings: target)
                    #expect(try Self.tree("\(place)/second") == first)
                    #expect(
                        try await ConfigurationFiles.bringIn(path, reason: "再一次", settings: target).last
                            == "nothing to change")
                    try await withInstallation(target, .existing) { installation in
                        #expect(installation.deadlines.calendar.version == "local-2027")
                        #expect(try await StoreVerification(installation).run().differences == [])
                        let history = try await installation.organisation.history(of: .rules)
                        #expect(history.first?.reason == "新店")
                    }
                }
            }
            #expect(
                try await ConfigurationFiles.bringIn("\(folder)/first", reason: nil, settings: settings).last
                    == "nothing to change")
        }
    }

    @Test func whatIsWrongNamesFileAndLineAndKeepsNothing() async throws {
        try await withSettings(.sqlite) { settings, folder in
            try await loadDemo(settings, matters: 1)
            _ = try await ConfigurationFiles.export(to: "\(folder)/out", withStaff: true, settings: settings)
            let good = try Self.tree("\(folder)/out")
            #expect(good["staff.tsv"] != nil)
            func refusal(_ file: String, _ change: (String) -> String) async throws -> String {
                try? FileManager.default.removeItem(atPath: "\(folder)/bad")
                for (name, text) in good {
                    let path = URL(fileURLWithPath: "\(folder)/bad/\(name)")
                    try FileManager.default.createDirectory(
                        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                    try Data((name == file ? change(text) : text).utf8).write(to: path)
                }
                return await trouble {
                    _ = try await ConfigurationFiles.bringIn("\(folder)/bad", reason: "试", settings: settings)
                }?.description ?? ""
            }
            #expect(try await refusal("format.txt") { _ in "other\n" }.contains("format.txt, line 1"))
            #expect(try await refusal("units.tsv") { $0 + "x\t名\n" }.contains("columns, not 2"))
            #expect(
                try await refusal("units.tsv") { $0.replacing("\tdepartment\t", with: "\tcastle\t") }
                    .contains("castle is no kind of unit"))
            let tags = try await refusal("tags.tsv") { $0 + "GS\t钉子户\t\t\nnobody\t等施工\t\t\n" }
            #expect(tags.contains("never people") && tags.contains("the unit nobody is unknown"))
            let twice = try await refusal("tags.tsv") { $0 + "GS\t等雨停\t\t\nGS\t等雨停\t\tyes\n" }
            #expect(twice.contains("the tag 等雨停 is there twice"))
            #expect(
                try await refusal("outlines.tsv") { $0 + "88\t{}\n" }.contains("the area 88 is unknown"))
            #expect(
                try await refusal("outlines.tsv") { $0.replacing("coordinates", with: "corners") }
                    .contains("is no GeoJSON point or polygon"))
            // A circle of categories.
            let circle = try await refusal("categories.tsv") { $0 + "90\t甲\t\t91\t\t\n91\t乙\t\t90\t\t\n" }
            #expect(circle.contains("categories.tsv, line") && circle.contains("lies in itself"), "\(circle)")
            #expect(try await refusal("categories.tsv") { $0 + "92\t重点上访户\t\t\t\t\n" }.contains("never people"))
            #expect(
                try await refusal("catalogue.tsv") { $0.replacing("\tGS\t", with: "\tnobody\t") }
                    .contains("the unit nobody is unknown"))
            // Entries that old matters cite are not written over.
            let cited = try await refusal("catalogue.tsv") {
                $0.split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
            }
            #expect(cited.contains("matters cite it"))
            #expect(try await refusal("packs.tsv") { $0 + "no/1\tpacks/no-1.yaml\t\n" }.contains("is missing"))
            let said = await trouble {
                _ = try await ConfigurationFiles.bringIn("\(folder)/nowhere", reason: nil, settings: settings)
            }
            #expect(said?.code == .file)
            _ = try await ConfigurationFiles.export(to: "\(folder)/again", withStaff: true, settings: settings)
            #expect(try Self.tree("\(folder)/again") == good)
        }
    }

    private static func tree(_ folder: String) throws -> [String: String] {
        var files: [String: String] = [:]
        for name in FileManager.default.subpaths(atPath: folder) ?? [] where name.contains(".") {
            files[name] = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        }
        return files
    }
}
