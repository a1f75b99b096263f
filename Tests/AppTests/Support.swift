import Foundation
import Kernel
import Operations
import Storage
import StorageTestKit

/// Settings for a fresh store of an engine, with everything in a folder of its own.
func withSettings(
    _ engine: Dialect.Engine, _ body: (Settings, String) async throws -> Void
) async throws {
    try await withFolder { folder in
        switch engine {
        case .sqlite: try await body(try settings("sqlite:\(folder)/county.sqlite", folder), folder)
        case .postgres:
            let cluster = try PostgresCluster.shared.get()
            let name = "app_" + UUID().uuidString.lowercased().replacing("-", with: "_")
            try await cluster.create(name, template: nil)
            try await body(try settings(cluster.url(database: name), folder), folder)
            try await cluster.drop(name)
        }
    }
}

func settings(_ database: String, _ folder: String, key: String = "installation.key") throws -> Settings {
    try Settings.read(
        flags: ["keyFile": "\(folder)/\(key)", "erasureList": "\(folder)/\(key).erasures", "poolSize": "2"],
        environment: ["JIAXIN_DATABASE": database])
}

func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "jiaxin-app-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}

/// Opens, works and closes.
@discardableResult
func withInstallation<T>(
    _ settings: Settings, _ purpose: Installation.Purpose = .begin, _ body: (Installation) async throws -> T
) async throws -> T {
    let installation = try await Installation.open(settings, for: purpose)
    do {
        let result = try await body(installation)
        await installation.close()
        return result
    } catch {
        await installation.close()
        throw error
    }
}

func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}

/// The trouble that a body throws; `nil` when it throws none.
func trouble(_ body: () async throws -> Void) async -> Trouble? {
    do {
        try await body()
        return nil
    } catch {
        return Trouble.of(error)
    }
}

let demoNow = Instant(milliseconds: 1_778_032_800_000)  // 2026-05-06 10:00 in Shanghai

func loadDemo(_ settings: Settings, matters: Int = 60, seed: UInt64 = 7) async throws {
    _ = try await Demo(matters: matters, seed: seed, now: demoNow).load(settings)
}
