import Casework
import Foundation
import Kernel
import Ledger
import Logging
import Organisation
import Storage
import StorageTestKit
import Synchronization
import Testing

@testable import Web

/// A clock that tests move.
final class HandClock: WallClock {
    private let time: Mutex<Instant>
    init(_ start: Instant) { time = Mutex(start) }
    func now() -> Instant { time.withLock { $0 } }
    func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// A small county with its pages.
struct TestSite: Sendable {
    let web: WebApplication
    let site: Site
    let database: any Database
    let log: LogBook
    let clock: HandClock

    static let password = "correct horse"

    static func resources() throws -> WebResources { try WebResources.bundled() }

    var browser: TestClient { TestClient(web.responder) }

    /// A browser in which somebody is signed in; the clerk by default.
    func signedIn(_ name: String = "clerk") async throws -> TestClient {
        let client = browser
        let page = try await client.get("/staff/sign-in")
        _ = try await client.post(
            "/staff/sign-in",
            [("_csrf", page.hidden("_csrf") ?? ""), ("name", name), ("password", Self.password), ("next", "/desk")])
        return client
    }
}

/// Runs a test on a fresh county, with routes of its own beside those of this room's infrastructure.
func withSite(
    pages: [any PageRoutes] = [], isStrict: Bool = false, provider: (any IdentityProvider)? = nil,
    change: (inout WebSettings) -> Void = { _ in },
    _ body: (TestSite) async throws -> Void
) async throws {
    let migrations = StorageMigrations.all + Ledger.migrations + Organisation.migrations + Casework.migrations
    try await withDatabase(.sqlite, migrations: migrations) { database in
        let clock = HandClock(Instant(milliseconds: 1_779_331_320_000))
        let keys = try await KeyRing.open(database, with: InstallationKey.random())
        let ids = IdentifierGenerator(clock: clock, node: 1)
        let organisation = OrganisationStore(
            database: database, events: EventStore(keys: keys, ids: ids, clock: clock), ids: ids, clock: clock,
            passwords: PasswordHasher(parameters: ScryptParameters(rounds: 16, blockSize: 8, parallelism: 1)))
        let county = try await organisation.addUnit(
            NewUnit(code: "county", name: LocalizedName(zh: "青禾县", en: "Qinghe"), kind: .countyOffice, parent: nil),
            by: .system("test"))
        for (name, role) in [("clerk", Role.receptionClerk), ("leader", .leader), ("admin", .systemAdministrator)] {
            _ = try await organisation.addStaff(
                NewStaff(
                    signInName: name, displayName: "林清", unit: county, grants: [RoleGrant(role: role, unit: county)]),
                password: TestSite.password, mustChangePassword: false, by: .system("test"))
        }
        let sessions = Sessions(database: database, keys: keys, clock: clock)
        let log = LogBook()
        var settings = WebSettings(
            countyName: LocalizedName(zh: "青禾县", en: "Qinghe"), hotline: "12345", publicURL: "http://127.0.0.1:8080")
        change(&settings)
        let site = try Site(
            settings: settings, resources: try TestSite.resources(), keys: keys, sessions: sessions,
            organisation: organisation, clock: clock, logger: log.logger, provider: provider, isStrict: isStrict)
        let signIn = SignIn(organisation: organisation, keys: keys, sessions: sessions, clock: clock)
        let web = WebApplication(site: site, database: database, signIn: signIn, pages: pages)
        try await body(TestSite(web: web, site: site, database: database, log: log, clock: clock))
    }
}

/// The samples of all pages, by template.
func samples() throws -> [String: Fields] {
    let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Samples")
    var out: [String: Fields] = [:]
    let resources = WebResources(folder: folder)
    for file in try resources.files(in: ".") where file.hasSuffix(".json") {
        var fields = try Fields(json: try resources.bytes(file))
        // Samples of pages without a form have no errors; the common part that lists them is still looked at.
        if case .list(let rows)? = fields["errors"], rows.isEmpty {
            fields["errors"] = .list([["field": "body", "text": "信还是空的。"]])
        }
        out[String(file.dropLast(5))] = fields
    }
    return out
}
