internal import Kernel
internal import Storage

/// Notes in the store that the operator's own recurring work ended well. It is a help for the health page: where it
/// cannot be written, the work itself is not harmed.
public enum NotedRun {
    /// Notes a backup or a verification.
    public static func note(_ name: String, failure: String? = nil, _ settings: Settings) async {
        guard let database = try? Installation.openDatabase(settings, for: .existing) else { return }
        try? await database.write { tx in
            try ChoreLog().note(name, failure: failure, at: SystemClock().now(), in: tx)
        }
        await database.close()
    }
}
