public import Bulk
public import Casework
internal import Kernel
public import Organisation
public import Sheets

/// Writes long lists in the background, in the words of whoever asked.
public struct ListExporter: BulkExporter {
    private let casework: Casework
    private let site: Site

    /// - Parameters:
    ///   - casework: the room whose lists these are.
    ///   - site: its words.
    public init(casework: Casework, site: Site) {
        self.casework = casework
        self.site = site
    }

    /// The finished file, after it is on record who took it.
    public func workbook(
        of plan: RunPlan, submission: String, for viewer: Viewer,
        progress: @Sendable @escaping (Int) async throws -> Void
    ) async throws -> Workbook {
        guard let source = ListSource(plan.list) else { throw PlainError(.notFound, "bulk.unknown") }
        let language = plan.language.flatMap { Language(rawValue: $0) } ?? .chinese
        let words = MatterWords(
            words: site.words(language), organisation: viewer.organisation, book: casework.deadlines,
            now: site.clock.now(), countyName: site.settings.countyName.text(isEnglish: language.isEnglish))
        let export = ListExport(casework: casework, source: source, viewer: viewer, words: words)
        return try await export.write(plan.format ?? .xlsx, submission: submission, progress: progress)
    }
}
