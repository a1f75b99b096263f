internal import Attachments
public import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// Files of matters, for those who may see them. Everybody else gets the page of an address that is not there.
public struct FilePages: PageRoutes, Sendable {
    private let casework: Casework

    /// - Parameter casework: knows who may see what.
    public init(casework: Casework) { self.casework = casework }

    /// Adds the addresses.
    public func add(to router: AppRouter) {
        router.get("/matter/attachment/{id}/{form}", access: .reporter, own)
        router.get("/desk/matter/{number}/attachment/{id}/{form}", access: .staffAny, staff)
    }

    private func own(_ request: PageRequest) async throws -> Response {
        let session = try request.reporterSession
        let (id, form) = try Self.wanted(request)
        let found = try await casework.attachment(id, form, of: session.caseID, for: session.reporter)
        return FileAnswer(file: found.file, reader: found.reader, form: form).response(range: request.range)
    }

    private func staff(_ request: PageRequest) async throws -> Response {
        let (id, form) = try Self.wanted(request)
        let found = try await casework.attachment(
            id, form, ofMatter: request.parameter("number"), for: try request.staff)
        return FileAnswer(file: found.file, reader: found.reader, form: form).response(range: request.range)
    }

    private static func wanted(_ request: PageRequest) throws(PlainError) -> (AttachmentID, FileForm) {
        guard let id = AttachmentID(request.parameter("id")), let form = FileForm(rawValue: request.parameter("form"))
        else { throw PlainError(.notFound, "case.noAttachment") }
        return (id, form)
    }
}
