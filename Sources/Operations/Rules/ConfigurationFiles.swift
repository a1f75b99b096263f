internal import Casework
internal import Foundation
internal import Kernel
internal import Organisation
internal import Storage

/// The configuration as a folder of small files, or as one file.
public enum ConfigurationFiles {
    /// More is no configuration.
    private static let mostBytes = 32 << 20

    /// Writes the configuration of a store.
    ///
    /// - Returns: sentences for the operator.
    public static func export(to path: String, withStaff: Bool, settings: Settings) async throws -> [String] {
        let installation = try await Installation.open(settings, for: .inspect)
        do {
            let text = try await mapping { try await installation.rules.configuration(withStaff: withStaff) }
            await installation.close()
            return [try write(text, to: path)]
        } catch {
            await installation.close()
            throw error
        }
    }

    static func write(_ text: ConfigurationText, to path: String) throws(Trouble) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if name.contains("."), name != ".", name != "..", !path.hasSuffix("/") {
            try SafeFile.create(path, contents: Array(text.joined.utf8), mode: 0o600)
            return "\(text.files.count) parts are in \(path)"
        }
        let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
        let present = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard present.isEmpty else { throw Trouble(.file, "\(folder) is not empty; it is left as it is") }
        for (file, body) in text.files.sorted(by: { $0.key < $1.key }) {
            try SafeFile.create("\(folder)/\(file)", contents: Array(body.utf8), mode: 0o600)
        }
        return "\(text.files.count) files are in \(folder)"
    }

    /// Reads a folder or one file.
    static func read(_ path: String) throws(Trouble) -> ConfigurationText {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Trouble(.file, "there is no \(path)")
        }
        do {
            guard isFolder.boolValue else {
                return try ConfigurationText(joined: try text(path))
            }
            var files: [String: String] = [:]
            for name in (FileManager.default.subpaths(atPath: path) ?? []).sorted() {
                guard [".tsv", ".yaml", ".txt"].contains(where: name.hasSuffix) else { continue }
                files[name] = try text("\(path)/\(name)")
            }
            let configuration = ConfigurationText(files: files)
            try configuration.check()
            return configuration
        } catch let problems as ConfigurationProblems {
            throw Trouble(.problemFound, "\(path) cannot be used\n\(problems.description)")
        } catch let trouble as Trouble {
            throw trouble
        } catch {
            throw Trouble(.file, "\(path) cannot be read")
        }
    }

    private static func text(_ path: String) throws(Trouble) -> String {
        let bytes = try SafeFile.contents(of: path, most: mostBytes)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Trouble(.file, "\(path) is no text in UTF-8")
        }
        return text
    }

    /// Shows what a configuration would change; with a reason, changes it.
    ///
    /// - Returns: one line a change.
    public static func bringIn(_ path: String, reason: String?, settings: Settings) async throws -> [String] {
        let text = try read(path)
        let installation = try await Installation.open(settings, for: reason == nil ? .existing : .begin)
        do {
            let today = installation.casework.today
            let changes = try await mapping {
                guard let reason else { return try await installation.rules.difference(text, today: today) }
                let hasMatters = try await installation.database.read { tx in
                    try tx.first("SELECT 1 FROM cases LIMIT 1") != nil
                }
                return try await installation.rules.importConfiguration(
                    text, today: today, hasMatters: hasMatters, reason: reason, by: .system("config"))
            }
            await installation.close()
            return lines(changes, isApplied: reason != nil)
        } catch {
            await installation.close()
            throw error
        }
    }

    private static func lines(_ changes: [ConfigurationChange], isApplied: Bool) -> [String] {
        let signs: [ConfigurationChange.Kind: String] = [.added: "+", .changed: "~", .kept: "="]
        let out = changes.map { "\(signs[$0.kind] ?? " ") \($0.file) \($0.key)" }
        let count = changes.count { $0.kind != .kept }
        if count == 0 { return out + ["nothing to change"] }
        return out + [
            isApplied
                ? "\(count) changes are made; servers that run take them up within seconds"
                : "\(count) changes; nothing was changed. With --apply and --reason they are made"
        ]
    }

    private static func mapping<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as ConfigurationProblems {
            throw Trouble(.problemFound, error.description)
        } catch let error as RuleStoreError {
            throw error.trouble
        } catch let error as PlainError where error.code.hasPrefix("rulebook.reason") {
            throw Trouble(.usage, "the reason is empty or longer than 500 characters")
        }
    }
}
