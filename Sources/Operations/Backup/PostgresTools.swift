internal import Foundation

/// Runs PostgreSQL's own tools. The password travels in the environment, never on a command line.
struct PostgresTools: Sendable {
    let url: String
    let schema: String

    func dump(to file: String) throws(Trouble) {
        try run(
            "pg_dump",
            ["--format=custom", "--no-owner", "--no-privileges", "--schema", quotedSchema, "--file", file])
    }

    func restore(from file: String) throws(Trouble) {
        try run("pg_restore", ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", file])
    }

    /// pg_dump takes a pattern; quotes make it a name.
    private var quotedSchema: String { "\"" + schema.replacing("\"", with: "\"\"") + "\"" }

    private func run(_ tool: String, _ arguments: [String]) throws(Trouble) {
        let (address, password) = DatabaseTarget.apart(url)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try Self.find(tool))
        process.arguments =
            arguments.dropLast(tool == "pg_restore" ? 1 : 0) + ["--dbname", address]
            + (tool == "pg_restore" ? arguments.suffix(1) : [])
        var environment = ProcessInfo.processInfo.environment
        if let password { environment["PGPASSWORD"] = password }
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw Trouble(.store, "\(tool) cannot be started")
        }
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let first = String(decoding: said, as: UTF8.self).split(separator: "\n").first ?? ""
            throw Trouble(.store, "\(tool) ended with \(process.terminationStatus): \(first.prefix(300))")
        }
    }

    private static func find(_ tool: String) throws(Trouble) -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let newestFirst = versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
        let folders = newestFirst.map { "/usr/lib/postgresql/\($0)/bin" } + path.split(separator: ":").map(String.init)
        for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(tool)") {
            return "\(folder)/\(tool)"
        }
        throw Trouble(.store, "\(tool) is not installed (Debian: postgresql-client)")
    }
}
