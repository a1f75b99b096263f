import Kernel
import Testing

@testable import Organisation

@Suite struct CatalogueTests {
    @Test func theMostSpecificEntryComesFirst() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let organisation = try await fixture.store.current()
            let today = try day("2026-05-06")
            let (liuxi, water) = (try await fixture.unit("liuxi"), try await fixture.unit("water"))
            #expect(organisation.pathName(ofCategory: "01.01.01") == "水电 / 供水 / 停水")
            let cut = organisation.catalogue(category: "01.01.01", area: "990101100201", on: today)
            #expect(cut.map(\.id) == ["4", "3", "2", "1"])
            #expect(cut.map(\.categoryFit) == [.exact, .above(1), .above(1), .above(2)])
            #expect(cut.map(\.areaFit) == [.all, .above(1), .all, .all])
            #expect(cut[0].unit == water)
            #expect(cut[1].unit == liuxi)
            #expect(cut[2].helpers == [liuxi])
            let quality = organisation.catalogue(category: "01.01.02", area: "990101101", on: today)
            #expect(quality.map(\.id) == ["2", "1"])
            #expect(organisation.catalogue(category: "02.01", area: "990101100", on: today).map(\.id) == ["5"])
            #expect(organisation.catalogue(category: "02.01", area: nil, on: today).isEmpty)
            #expect(organisation.catalogue(category: nil, area: nil, on: today).isEmpty)
            #expect(organisation.catalogue(category: "01.01", area: nil, on: try day("2023-12-31")).isEmpty)
        }
    }

    @Test func aNewVersionReplacesTheOldFromItsDay() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let csv = "编号,类别,区域,责任单位,协办单位,依据\n7,01.01,,roads,water、liuxi,\"丙条例\n第七条\"\n"
            let version = try await fixture.store.importCatalogue(
                csv: csv, effectiveFrom: try day("2026-06-01"), by: Fixture.actor)
            #expect(version == 2)
            let organisation = try await fixture.store.current()
            let before = organisation.catalogue(category: "01.01", area: nil, on: try day("2026-05-31"))
            #expect(before.map(\.id) == ["2", "1"])
            let after = organisation.catalogue(category: "01.01", area: nil, on: try day("2026-06-01"))
            #expect(after.map(\.id) == ["7"])
            #expect(after.first?.helpers.count == 2)
            #expect(organisation.catalogueEntry(id: "2", version: 1)?.effectiveTo?.description == "2026-05-31")
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func everyWrongLineIsTold() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let csv = """
                id,category,area,unit,helpers,basis
                1,01.01,,water,,"多行
                依据"
                2,99,,water,,甲
                2,01.01,77,nobody,roads;none,
                """
            do {
                try await fixture.store.importCatalogue(
                    csv: csv, effectiveFrom: try day("2026-06-01"), by: Fixture.actor)
                Issue.record("imported")
            } catch let error as ImportProblems {
                #expect(
                    error.problems.map(\.description) == [
                        "line 4: the category 99 is unknown", "line 5: the area 77 is unknown",
                        "line 5: the unit nobody is unknown", "line 5: the unit none is unknown",
                        "line 5: the legal basis is empty", "line 5: the number 2 is empty or there twice",
                    ])
            }
            #expect(try await fixture.store.current().catalogueVersion == 1)
        }
    }

    @Test func categoriesKeepTheirCodes() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let count = try await fixture.store.importCategories(
                csv: "\u{FEFF}一级分类,二级分类,三级分类\r\n道路,路面,破损\r\n道路,照明,\r\n新类,,\r\n水电,供水,停水\r\n",
                by: Fixture.actor)
            #expect(count == 8)
            let organisation = try await fixture.store.current()
            #expect(organisation.pathName(ofCategory: "02.01.01") == "道路 / 路面 / 破损")
            #expect(organisation.pathName(ofCategory: "02.02") == "道路 / 照明")
            #expect(organisation.category("02")?.name.en == "Roads")
            #expect(organisation.category("03")?.name.zh == "新类")
            #expect(organisation.category("01.02.01")?.isRetired == true)
            #expect(organisation.categories(in: "01").map(\.code) == ["01.01"])
            #expect(organisation.categories(in: nil).map(\.code) == ["01", "02", "03"])
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func theBuiltInTreeIsComplete() async throws {
        try await withFixture { fixture in
            #expect(try await fixture.store.importDefaultCategories(by: Fixture.actor) == 12 + 48 + 144)
            let organisation = try await fixture.store.current()
            #expect(organisation.categories.allSatisfy { $0.name.en != nil })
            #expect(organisation.categories(in: nil).allSatisfy { organisation.categories(in: $0.code).count == 4 })
        }
    }

    @Test(arguments: [
        ("", "columns missing: 一级"), ("名字\n甲", "columns missing: 一级"), ("一级,二级\n", "no rows"),
        ("一级,二级\n,乙", "line 2: a level is empty before a filled one"),
        ("一级\n\"甲", "no rows"),
    ])
    func brokenCategoryFiles(csv: String, reason: String) {
        do {
            let paths = try CategoryFile.paths(csv)
            // An open quote swallows the rest of the file; what came before is still there.
            #expect(paths.count == 1)
        } catch {
            #expect("\(error)".contains(reason), "\(error)")
        }
    }

    @Test func areasAreChecked() throws {
        let areas = try AreaFile.areas("代码,名称,上级,英文\n99,甲县,,A\n9901,乙镇,99,\n")
        #expect(areas.map(\.parent) == [nil, "99"])
        #expect(throws: ImportProblems.self) { try AreaFile.areas("代码,名称,上级\n99,甲县,98\n") }
        #expect(throws: ImportProblems.self) { try AreaFile.areas("代码,名称\n99,甲县\n99,乙县\n") }
    }
}
