public import Kernel
public import Organisation

extension Supervision {
    /// A task with everything that a page shows.
    ///
    /// - Throws: `supervision.notFound` when there is none, or it is not theirs to know.
    public func task(_ id: SupervisionID, for viewer: Viewer) async throws -> TaskFile {
        try await file(SupervisionTask.self, id, for: viewer)
    }

    /// A suggestion with everything that a page shows.
    public func suggestion(_ id: SuggestionID, for viewer: Viewer) async throws -> SuggestionFile {
        try await file(Suggestion.self, id, for: viewer)
    }

    /// A meeting with everything that a page shows.
    public func conference(_ id: ConferenceID, for viewer: Viewer) async throws -> ConferenceFile {
        try await file(Conference.self, id, for: viewer)
    }
}
