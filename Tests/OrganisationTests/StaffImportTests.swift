import Kernel
import Storage
import Testing

@testable import Organisation

@Suite struct StaffImportTests {
    private static let today = LocalDate(daysSinceEpoch: 20_717)
    private static let names: [String: Role] = ["经办人": .handler, "负责人": .leader]

    private func compare(_ csv: String, _ fixture: Fixture) async throws -> StaffComparison {
        StaffComparison(
            try StaffComparison.lines(csv: csv), with: try await fixture.store.current(), roleNames: Self.names)
    }

    @Test func linesAreNewChangedUnchangedOrWrong() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let csv = """
                登录名,姓名,单位代码,角色
                neu,新来的,water,经办人；负责人@liuxi
                handler,经办甲,roads,
                clerk,窗口甲,liuxi,receptionClerk
                x,某,nowhere,办事员
                neu,又一个,water,
                both,两职,county,administrator;handler
                """
            let comparison = try await compare(csv, fixture)
            #expect(comparison.rows.map(\.state) == [.new, .changed, .unchanged, .wrong, .wrong, .wrong])
            #expect(comparison.rows.map(\.line.line) == [2, 3, 4, 5, 6, 7])
            #expect(comparison.rows[0].grants?.count == 2)
            #expect(comparison.rows[1].changes.map(\.field) == [.unit])
            #expect(
                comparison.rows[3].errors.map(\.code) == [
                    "staff.signInNameInvalid", "staff.unitCode", "staff.roleUnknown",
                ])
            #expect(comparison.rows[4].errors.map(\.code) == ["staff.twice"])
            #expect(comparison.rows[5].errors.map(\.code) == ["staff.administratorsApart"])
            let before = try await fixture.store.current().version
            #expect(
                await code {
                    try await fixture.store.importStaff(
                        comparison, because: "新", today: Self.today, submission: "a", by: Fixture.actor)
                } == "import.wrongLines")
            #expect(try await fixture.store.current().version == before)
        }
    }

    @Test func aListIsTakenOnceAndTheSecondTimeNothingDiffers() async throws {
        try await withFixture { fixture in
            try await fixture.seed()
            let county = try await fixture.unit("county")
            let id = try await fixture.store.addStaff(
                NewStaff(
                    signInName: "system", displayName: "系统员", unit: county,
                    grants: [RoleGrant(role: .systemAdministrator, unit: county)]), by: Fixture.actor)
            let system = Actor.staff(id, unit: county)
            let csv = "登录名,姓名,单位代码,角色\nneu,新来的,water,经办人\nhandler,经办乙,water,\n"
            let comparison = try await compare(csv, fixture)
            let logins = try await fixture.store.importStaff(
                comparison, because: "新同事", today: Self.today, submission: "a", by: system)
            #expect(logins?.map(\.signInName) == ["neu"])
            #expect(
                try await fixture.store.importStaff(
                    comparison, because: "新同事", today: Self.today, submission: "a", by: system) == nil)
            #expect(try await fixture.staff("handler").displayName == "经办乙")
            // The account is there, the role waits.
            #expect(try await fixture.staff("neu").grants.isEmpty)
            #expect(try await fixture.store.current().plans.map(\.needsConsent) == [true])
            let password = try #require(logins?.first?.password)
            let session = try await fixture.signIn.signIn(name: "NEU", password: password)
            #expect(session.mustChangePassword)
            #expect(try await fixture.verify().isEmpty)
        }
    }

    @Test func tablesFromOfficesAreReadInTheirEncoding() throws {
        let bytes: [UInt8] = [0xB5, 0xC7, 0xC2, 0xBC, 0xC3, 0xFB]
        #expect(TextEncoding.utf8.text(bytes) == nil)
        #expect(TextEncoding.gb18030.text(bytes) == "登录名")
    }
}
