import Casework
import Foundation
import Kernel
import Operations
import Organisation
import Reception
import Storage
import StorageTestKit
import Testing
import Workbench

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
            #expect(first.keys.contains("units.tsv") && first.keys.contains("packs/example-hotline-five-days-2.yaml"))
            #expect(first["staff.tsv"] == nil)
            #expect(try #require(first["tags.tsv"]).split(separator: "\n").count > 2, "the vocabulary")
            #expect(try #require(first["outlines.tsv"]).split(separator: "\n").count == 5, "the outlines of the map")
            let texts = try #require(first["ready-texts.tsv"])
            #expect(texts.contains("{{due}}") && texts.contains("\\n"), "fields and lines stay")
            #expect(try #require(first["places.tsv"]).contains("08:30-12:00"))
            #expect(try #require(first["desks.tsv"]).split(separator: "\n").count > 2)
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
                        let changes = try await installation.organisation.history(HistoryRequest()).lines
                        #expect(Set(changes.map(\.kind)).isSuperset(of: ["readyTextsLoaded", "placesLoaded"]))
                        let office = try #require(try await installation.organisation.current().roots.first)
                        let kept = try await installation.workbench.cannedTexts(of: [office])
                        #expect(!kept.isEmpty && kept.allSatisfy { $0.draft.owner == CannedDraft.nobody })
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
            // Texts and not closures: the compiler gives a closure in the argument of a macro the symbol of another one in
            // the same function, and after some builds the wrong one was called.
            func was(_ file: String) -> String { good[file] ?? "" }
            func refusal(_ file: String, _ changed: String) async throws -> String {
                try? FileManager.default.removeItem(atPath: "\(folder)/bad")
                for (name, text) in good {
                    let path = URL(fileURLWithPath: "\(folder)/bad/\(name)")
                    try FileManager.default.createDirectory(
                        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                    try Data((name == file ? changed : text).utf8).write(to: path)
                }
                return await trouble {
                    _ = try await ConfigurationFiles.bringIn("\(folder)/bad", reason: "试", settings: settings)
                }?.description ?? ""
            }
            #expect(try await refusal("format.txt", "other\n").contains("format.txt, line 1"))
            #expect(try await refusal("units.tsv", was("units.tsv") + "x\t名\n").contains("columns, not 2"))
            #expect(
                try await refusal("units.tsv", was("units.tsv").replacing("\tdepartment\t", with: "\tcastle\t"))
                    .contains("castle is no kind of unit"))
            let tags = try await refusal("tags.tsv", was("tags.tsv") + "GS\t钉子户\t\t\nnobody\t等施工\t\t\n")
            #expect(tags.contains("never people") && tags.contains("the unit nobody is unknown"))
            let twice = try await refusal("tags.tsv", was("tags.tsv") + "GS\t等雨停\t\t\nGS\t等雨停\t\tyes\n")
            #expect(twice.contains("the tag 等雨停 is there twice"))
            #expect(
                try await refusal("outlines.tsv", was("outlines.tsv") + "88\t{}\n").contains("the area 88 is unknown"))
            #expect(
                try await refusal("outlines.tsv", was("outlines.tsv").replacing("coordinates", with: "corners"))
                    .contains("is no GeoJSON point or polygon"))
            let texts = try await refusal(
                "ready-texts.tsv",
                was("ready-texts.tsv")
                    + "GS\t常用\tletter\t\t2026-12-31\t\t好\nGS\t常用\treply\tnone\t2026-12-31\t\t请打 13800000000\n"
                    + "nobody\t常用\treply\t\t2099-01-01\t\t{{what}}\n")
            #expect(texts.contains("letter is no form of a text") && texts.contains("the category none is unknown"))
            #expect(texts.contains("no telephone or identity number") && texts.contains("the unit nobody is unknown"))
            let places = try await refusal(
                "places.tsv",
                was("places.tsv") + "98\tGS\t厅\t\t街 1 号\t\t早上\t\t0\t\n" + "98\tGS\t厅\t\t\t\t8:30-12:00\t\t99\t\n"
                    + "1\tGS\t厅\t\t街\t\t8:30-9:00\t\t0\t\n")
            #expect(places.contains("the hours are no spans"), "\(places)")
            #expect(places.contains("the capacity is a number"))
            #expect(places.contains("the address is empty") && places.contains("the number 1 is empty or there twice"))
            let desks = try await refusal("desks.tsv", was("desks.tsv") + "97\t1\t窗\t\tGS\tyes\n1\t100\t窗\t\tGS\tyes\n")
            #expect(
                desks.contains("the place 97 is not in places.tsv") && desks.contains("a desk is 1 to 99"), "\(desks)")
            // A circle of categories.
            let circle = try await refusal(
                "categories.tsv", was("categories.tsv") + "90\t甲\t\t91\t\t\n91\t乙\t\t90\t\t\n")
            #expect(circle.contains("categories.tsv, line") && circle.contains("lies in itself"), "\(circle)")
            #expect(
                try await refusal("categories.tsv", was("categories.tsv") + "92\t重点上访户\t\t\t\t\n").contains(
                    "never people"))
            #expect(
                try await refusal("catalogue.tsv", was("catalogue.tsv").replacing("\tGS\t", with: "\tnobody\t"))
                    .contains("the unit nobody is unknown"))
            // Entries that old matters cite are not written over.
            let cited = try await refusal(
                "catalogue.tsv", was("catalogue.tsv").split(separator: "\n").dropLast().joined(separator: "\n") + "\n")
            #expect(cited.contains("matters cite it"))
            #expect(
                try await refusal("packs.tsv", was("packs.tsv") + "no/1\tpacks/no-1.yaml\t\n").contains("is missing"))
            let said = await trouble {
                _ = try await ConfigurationFiles.bringIn("\(folder)/nowhere", reason: nil, settings: settings)
            }
            #expect(said?.code == .file)
            _ = try await ConfigurationFiles.export(to: "\(folder)/again", withStaff: true, settings: settings)
            #expect(try Self.tree("\(folder)/again") == good)
        }
    }

    /// Ready texts and places that are here already: what is otherwise is shown and changed, what only the store has stays.
    @Test(arguments: eachEngine) func textsAndPlacesAreComparedWithWhatIsThere(_ engine: Dialect.Engine) async throws {
        try await withSettings(engine) { settings, folder in
            try await loadDemo(settings, matters: 1)
            _ = try await ConfigurationFiles.export(to: "\(folder)/out", withStaff: false, settings: settings)
            func change(_ file: String, _ body: (inout [String]) -> Void) throws {
                let path = "\(folder)/out/\(file)"
                var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
                body(&lines)
                try write(lines.joined(separator: "\n") + "\n", to: path)
            }
            var name = ""
            try change("ready-texts.tsv") { lines in
                name = String(lines[1].split(separator: "\t")[1])
                lines[1] += "（改）"
                lines.removeLast()
            }
            try change("desks.tsv") { $0.append("1\t77\t新窗\tNew\tGS\tyes") }
            let shown = try await ConfigurationFiles.bringIn("\(folder)/out", reason: nil, settings: settings)
            #expect(shown.contains { $0.hasPrefix("~ ready-texts.tsv ") && $0.hasSuffix(name) }, "\(shown)")
            #expect(shown.contains { $0.hasPrefix("= ready-texts.tsv ") } && shown.contains { $0.hasSuffix("/77") })
            #expect(shown.last?.hasPrefix("2 changes; nothing was changed") == true)
            func desks() async throws -> Int {
                try await withInstallation(settings, .existing) { installation in
                    try await installation.reception.places().flatMap(\.desks).count
                }
            }
            let before = try await desks()
            _ = try await ConfigurationFiles.bringIn("\(folder)/out", reason: "换用语", settings: settings)
            #expect(try await desks() == before + 1)
            try await withInstallation(settings, .existing) { installation in
                let office = try #require(try await installation.organisation.current().roots.first)
                let texts = try await installation.workbench.cannedTexts(of: [office])
                let text = try #require(texts.first { $0.draft.name == name && $0.draft.body.hasSuffix("（改）") })
                #expect(text.version == 2 && text.draft.owner != CannedDraft.nobody, "its owner stays")
                #expect(try await StoreVerification(installation).run().differences == [])
            }
            #expect(
                try await ConfigurationFiles.bringIn("\(folder)/out", reason: "再", settings: settings).last
                    == "nothing to change")
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
