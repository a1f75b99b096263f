internal import CSpawn
internal import Foundation

#if canImport(Glibc)
    internal import Glibc
#endif

/// A program that was started with its two ends and no other open file of this one.
///
/// Foundation's `Process` looks through all open files when it starts a program and reads past the end of its list where
/// there are more than some thirteen hundred; that ended the whole server. Here the system closes them.
struct ToolProcess: ~Copyable {
    /// What the program reads.
    let writer: FileHandle
    /// What it writes.
    let reader: FileHandle
    private let id: pid_t
    private var status: Int32?

    /// Starts a program in the root directory, in a group of its own, with an environment that leads nowhere.
    ///
    /// - Throws: `ToolProblem.missing` where it cannot be started.
    init(program: String, arguments: [String]) throws(ToolProblem) {
        let (toTool, fromTool) = (Pipe(), Pipe())
        (writer, reader) = (toTool.fileHandleForWriting, fromTool.fileHandleForReading)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, toTool.fileHandleForReading.fileDescriptor, 0)
        posix_spawn_file_actions_adddup2(&actions, fromTool.fileHandleForWriting.fileDescriptor, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addchdir_np(&actions, "/")
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        let environment = ["PATH=/nonexistent", "HOME=/nonexistent", "LANG=C.UTF-8"]
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var places = environment.map { strdup($0) } + [nil]
        var started = pid_t()
        let failure = posix_spawn(&started, program, &actions, &attributes, &words, &places)
        for word in words + places { free(word) }
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
        try? toTool.fileHandleForReading.close()
        try? fromTool.fileHandleForWriting.close()
        id = started
        status = nil
        guard failure == 0 else {
            try? toTool.fileHandleForWriting.close()
            try? fromTool.fileHandleForReading.close()
            throw .missing
        }
    }

    /// Whether it still runs.
    mutating func isRunning() -> Bool {
        var told: Int32 = 0
        if status == nil, waitpid(id, &told, WNOHANG) == id { status = told }
        return status == nil
    }

    /// The exit code of a program that has ended by itself; nothing where a signal ended it.
    var exitCode: Int32? { status.flatMap { $0 & 0x7f == 0 ? ($0 >> 8) & 0xff : nil } }

    /// Closes both ends, and ends a program that still runs.
    mutating func end() {
        try? writer.close()
        try? reader.close()
        guard isRunning() else { return }
        kill(id, SIGKILL)
        var told: Int32 = 0
        if waitpid(id, &told, 0) == id { status = told }
    }
}
