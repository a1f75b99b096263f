import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Synchronization
import Testing

@testable import SealedReports

/// A clock that tests move.
final class MovedClock: WallClock {
    private let value: Mutex<Instant>

    init(_ instant: Instant) { value = Mutex(instant) }

    func now() -> Instant { value.withLock { $0 } }

    func advance(days: Int) { value.withLock { $0 = $0.adding(days: days) } }
}

/// A discipline organ with its key, another one above it, their people, and a sealed store.
struct Fixture: Sendable {
    let database: any Database
    let sealed: SealedReports
    let clock: MovedClock
    let key: OrganPrivateKey
    let otherKey: OrganPrivateKey
    let organisation: Organisation
    let wrapping: [UInt8]

    static let seed = """
        units:
          - { code: county, zh: 青禾县来信办理中心, kind: countyOffice }
          - { code: discipline, zh: 县纪委监委, kind: department, parent: county }
          - { code: discipline-up, zh: 市纪委监委, kind: department, parent: county }
        staff:
          - { signIn: first, name: 受理甲, unit: discipline, roles: [sealedReceiver] }
          - { signIn: second, name: 受理乙, unit: discipline, roles: [sealedReceiver] }
          - { signIn: above, name: 受理丙, unit: discipline-up, roles: [sealedReceiver] }
          - { signIn: admin, name: 管理甲, unit: county, roles: [administrator] }
          - { signIn: auditor, name: 审计甲, unit: county, roles: [auditor] }
          - { signIn: supervisor, name: 督办甲, unit: county, roles: [supervisor] }
          - { signIn: both, name: 两职甲, unit: county, roles: [auditor, sealedReceiver] }
        """

    func viewer(_ name: String) throws -> Viewer {
        Viewer(staff: try #require(organisation.staff(signInName: name)), organisation: organisation)
    }

    /// A report in plain words, as a browser without JavaScript sends it.
    func report(_ words: String = "他收了红包。", submission: String = "s1") async throws -> ReceiptCode {
        var draft = ReportDraft()
        draft.accused = "某局某科长"
        draft.words = words
        draft.isNamed = true
        draft.name = "欧阳测试"
        draft.contact = "13800000000"
        return try #require(try await sealed.submit(draft, submission: submission).code)
    }

    /// The only report in the list of the first receiver.
    func only() async throws -> SealedLine {
        try #require(try await sealed.list(for: try viewer("first")).items.first)
    }

    /// What the organ reads in a report.
    func open(_ file: SealedFile, with key: OrganPrivateKey? = nil) throws -> SealedReport {
        let piece = try #require(file.parts.first).envelope
        return try SealedLetters.read(try Sealing.open(piece, with: key ?? self.key), as: SealedReport.self)
    }
}

/// 2026-05-21 10:42 in Shanghai.
let start = Instant(milliseconds: 1_779_331_320_000)

private func people() async throws -> Organisation {
    let found = Mutex<Organisation?>(nil)
    try await withDatabase(.sqlite, migrations: Ledger.migrations + Organisation.migrations) { database in
        let clock = MovedClock(start)
        let ids = IdentifierGenerator(clock: clock, node: 1)
        let keys = try await KeyRing.open(database, with: InstallationKey.random())
        let store = OrganisationStore(
            database: database, events: EventStore(keys: keys, ids: ids, clock: clock), ids: ids, clock: clock,
            passwords: PasswordHasher(parameters: ScryptParameters(rounds: 16, blockSize: 8, parallelism: 1)))
        _ = try await OrganisationSeed(yaml: Fixture.seed).apply(
            to: store, password: { _ in "correct horse" }, by: .system("test"))
        let organisation = try await store.current()
        found.withLock { $0 = organisation }
    }
    return try #require(found.withLock { $0 })
}

/// Runs a test on both engines.
func withSealed(_ body: (Fixture) async throws -> Void) async throws {
    let organisation = try await people()
    try await withEachEngine(migrations: SealedReports.migrations) { database in
        let clock = MovedClock(start)
        let wrapping = randomBytes(32)
        let key = try OrganPrivateKey(name: LocalizedName(zh: "县纪委监委"), unit: "discipline")
        let other = try OrganPrivateKey(name: LocalizedName(zh: "市纪委监委"), unit: "discipline-up")
        let sealed = try await SealedReports(
            database: database, keys: try await SealedKeys.open(database, wrapping: wrapping), receiver: key.organ,
            others: [other.organ], clock: clock)
        try await body(
            Fixture(
                database: database, sealed: sealed, clock: clock, key: key, otherKey: other,
                organisation: organisation, wrapping: wrapping))
    }
}

/// The code of the error that an action throws, of the first when there are several.
func code(_ action: () async throws -> some Any) async -> String? {
    do {
        _ = try await action()
        return nil
    } catch let error as PlainError {
        return error.code
    } catch let error as PlainErrors {
        return error.errors.first?.code
    } catch {
        return "\(error)"
    }
}

/// Every byte of every table, as text and bytes one after the other.
func everything(in database: any Database) async throws -> [UInt8] {
    let tables = [
        "sealed_keys", "sealed_organs", "sealed_envelopes", "sealed_parts", "sealed_submissions", "sealed_requests",
        "sealed_log", "sealed_heads",
    ]
    return try await database.read { tx in
        var out: [UInt8] = []
        for table in tables {
            for row in try tx.rows("SELECT * FROM \(table)") {
                for value in row.values {
                    switch value {
                    case .text(let text): out += Array(text.utf8)
                    case .blob(let bytes): out += bytes
                    case .integer(let number): out += Array("\(number)".utf8)
                    default: break
                    }
                    out.append(0)
                }
            }
        }
        return out
    }
}

func holds(_ bytes: [UInt8], _ part: [UInt8]) -> Bool { bytes.firstRange(of: part) != nil }

/// An empty sealed store of each engine.
func withEachStore(_ body: (any Database) async throws -> Void) async throws {
    try await withEachEngine(migrations: SealedReports.migrations, body)
}
