import Foundation
import Storage
import StoragePostgres

/// A PostgreSQL server for this test process alone: made from the installed programs in a temporary directory,
/// reachable by a local socket only, and stopped when the process ends, however it ends.
public final class PostgresCluster: Sendable {
    /// The server of this process, started when first asked for. Tests fail when it cannot start.
    public static let shared = Result { try PostgresCluster() }

    /// What kept the server from starting.
    public struct Failure: Error, CustomStringConvertible {
        /// In words.
        public let description: String
    }

    /// Data and socket.
    public let directory: String
    /// The installed programs.
    public let programs: String

    private let administration: PostgresDatabase
    /// While this stays open, the watchdog lets the server live.
    private let lifeline: FileHandle

    /// Starts a server.
    ///
    /// - Parameter isDurable: with `fsync`, for tests about durability; slower.
    public init(isDurable: Bool = false) throws {
        programs = try Self.installedPrograms()
        directory = "/tmp/jiaxin-pg-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        // initdb refuses to run as root.
        let isRoot = geteuid() == 0
        if isRoot { try Self.run(["chown", "postgres", directory]) }
        let asServer = isRoot ? ["runuser", "-u", "postgres", "--"] : []
        try Self.run(
            asServer + [
                "\(programs)/initdb", "-D", "\(directory)/data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
                "--locale=C", "--no-sync",
            ])
        var options = "-k \(directory) -c listen_addresses= -c max_connections=1000 -c shared_buffers=64MB"
        options += " -c logging_collector=off"
        if !isDurable { options += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off" }
        try Self.run(
            asServer + [
                "\(programs)/pg_ctl", "-D", "\(directory)/data", "-w", "-s", "-l", "\(directory)/log",
                "-o", options, "start",
            ])
        lifeline = try Self.startWatchdog(asServer, programs, directory)
        administration = try PostgresDatabase(
            url: "postgres://postgres@/postgres?host=\(directory)", schema: "public", poolSize: 2)
    }

    /// The address of a database.
    public func url(database: String) -> String { "postgres://postgres@/\(database)?host=\(directory)" }

    /// Creates a database, empty or as a copy.
    public func create(_ name: String, template: String?) async throws {
        let copy = template.map { " TEMPLATE \($0) STRATEGY file_copy" } ?? " TEMPLATE template0"
        try await administration.maintain("CREATE DATABASE \(name)\(copy)")
    }

    /// Drops a database and ends its connections.
    public func drop(_ name: String) async throws {
        try await administration.maintain("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }

    private static func installedPrograms() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newest = versions.compactMap { Int($0) }.max()
        guard let newest, FileManager.default.isExecutableFile(atPath: "\(root)/\(newest)/bin/initdb") else {
            throw Failure(description: "no PostgreSQL server programs under \(root); storage tests need them")
        }
        return "\(root)/\(newest)/bin"
    }

    private static func run(_ command: [String]) throws {
        let child = try spawn(command, input: nil)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        guard status == 0 else { throw Failure(description: "failed: \(command.joined(separator: " "))") }
    }

    /// A shell that waits for the end of this process's side of a pipe: the kernel closes it even after a kill.
    private static func startWatchdog(
        _ asServer: [String], _ programs: String, _ directory: String
    ) throws -> FileHandle {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "no pipe") }
        // Programs that tests start must not inherit it.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let stop = "\(programs)/pg_ctl -D \(directory)/data -m immediate -s stop"
        let templates = "/tmp/jiaxin-template-\(getpid())-*"
        let script =
            "cat > /dev/null; \((asServer + [stop]).joined(separator: " ")); rm -rf \(directory) \(templates)"
        _ = try spawn(["setsid", "sh", "-c", script], input: ends[0])
        close(ends[0])
        return FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
    }

    /// Foundation's `Process` cannot be used: it takes the server that `pg_ctl` leaves behind for a part of it.
    private static func spawn(_ command: [String], input: Int32?) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        for output in Int32(1)...2 { posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0) }
        let arguments = command.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        guard posix_spawnp(&child, command[0], &actions, nil, arguments + [nil], environ) == 0 else {
            throw Failure(description: "cannot start \(command[0])")
        }
        return child
    }
}
