internal import Casework
internal import Organisation

/// Rows that an older program wrote, brought up to date before anything reads them.
enum OlderRows {
    /// Writes the rows of all matters anew where that is needed; tells on standard error that and how far.
    static func bringUpToDate(_ casework: Casework, _ organisation: OrganisationStore) async throws {
        try await organisation.listOlderChanges()
        let matters = try await casework.mattersToRebuild()
        let line = ProgressLine("rows")
        if matters > 0 {
            Terminal.say("the rows of \(matters) matters are written anew for this version of the program")
        }
        defer { line.finish() }
        if try await casework.rebuildProjections(progress: { line.show($0, of: matters) }) > 0 {
            try await casework.foldAllCounts()
        }
    }
}
