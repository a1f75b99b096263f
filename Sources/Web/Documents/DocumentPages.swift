public import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Logging
public import Organisation

/// The official documents of a matter: to read, to print, as PDF; for staff and for the resident to whom they are
/// addressed.
public struct DocumentPages: PageRoutes, Sendable {
    private let casework: Casework
    private let law: LawLibrary
    private let renderer: any PDFRenderer
    private let styles: SafeHTML

    /// - Parameters:
    ///   - casework: whose matters.
    ///   - law: what documents cite.
    ///   - renderer: makes PDFs.
    ///   - resources: where the styles are.
    /// - Throws: `WebResources.Missing`.
    public init(casework: Casework, law: LawLibrary, renderer: any PDFRenderer, resources: WebResources) throws {
        self.casework = casework
        self.law = law
        self.renderer = renderer
        styles = try DocumentStyles.load(resources)
    }

    /// Adds the routes.
    public func add(to router: AppRouter) {
        router.get("/desk/matter/{number}/document/{kind}", access: .staff(.seeMatters), forStaff)
        router.get("/matter/document/{kind}", access: .reporter, forResident)
    }

    private func forStaff(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let name = try name(request)
        let file = try await casework.file(number: request.parameter("number"), for: viewer)
        let words = words(request, viewer.organisation)
        guard let filed = file.documents.first(where: { $0.name == name }) else { throw Self.missing }
        let wanted = request.query.id("reporter", of: Named.Reporter.self)
        let open = file.state.reporters.first { !$0.withdrawn && !$0.erased } ?? file.state.reporters.first
        guard let reporter = filed.reporter ?? wanted ?? open?.details.id,
            file.state.reporters.contains(where: { $0.details.id == reporter })
        else { throw PlainError(.notFound, "case.unknownReporter") }
        let maker = DocumentMaker(words: words, file: file, law: law, reporter: reporter)
        let number = file.state.number
        return try await answer(
            try maker.document(name), request, url: "/desk/matter/\(number)/document/\(name.path)",
            query: wanted.map { ["reporter": "\($0)"] } ?? [:], back: "/desk/matter/\(number)")
    }

    private func words(_ request: PageRequest, _ organisation: Organisation) -> MatterWords {
        var words = request.matterWords(organisation, casework.deadlines)
        words.law = law
        return words
    }

    private func forResident(_ request: PageRequest) async throws -> Response {
        let session = try request.reporterSession
        let name = try name(request)
        let file = try await casework.file(session.caseID, for: session.reporter)
        // What is new is read on the matter's own page, which records that it has arrived.
        if file.state.hasUnread(for: session.reporter) { return request.redirect(to: "/matter") }
        guard file.documents(for: session.reporter).contains(where: { $0.name == name }) else { throw Self.missing }
        let words = words(request, try await request.site.organisation.current())
        let maker = DocumentMaker(words: words, file: file, law: law, reporter: session.reporter)
        return try await answer(
            try maker.document(name), request, url: "/matter/document/\(name.path)", query: [:], back: "/matter")
    }

    private static let missing = PlainError(.notFound, "document.missing")

    private func name(_ request: PageRequest) throws(PlainError) -> DocumentName {
        guard let name = DocumentName(path: request.parameter("kind")) else { throw Self.missing }
        return name
    }

    /// The document to read, or as PDF; where there is no PDF, the document to read with a word about it.
    private func answer(
        _ model: DocumentModel, _ request: PageRequest, url: String, query: [String: String], back: String
    ) async throws -> Response {
        let title = request.words.text("document.pageTitle", ["title": model.title, "number": model.number])
        var fields = model.fields(request.language, siteAddress: request.site.settings.siteAddress)
        let items = query.map { Form.Item(name: $0.key, value: $0.value) } + [Form.Item(name: "as", value: "pdf")]
        fields["backURL"] = .text(back)
        fields["pdfURL"] = .text("\(url)?\(Form(items).urlEncoded)")
        fields["problem"] = ""
        guard request.query["as"] == "pdf" else {
            return try await request.page("documents/document", title: title, fields)
        }
        do {
            return try await pdf(fields, title: title, number: model.number, request)
        } catch let problem as PDFProblem {
            request.logger.warning("no PDF", metadata: ["reason": "\(problem.rawValue)"])
            let key = problem == .busy ? "document.pdfBusy" : "document.noPDF"
            fields["problem"] = .text(request.words.text(key))
            return try await request.page("documents/document", title: title, fields, status: .serviceUnavailable)
        }
    }

    private func pdf(_ fields: Fields, title: String, number: String, _ request: PageRequest) async throws -> Response {
        var paper = fields
        paper["title"] = .text(title)
        paper["lang"] = .text(request.language.rawValue)
        paper["isEnglish"] = .flag(request.language.isEnglish)
        paper["styles"] = .html(styles)
        let html = try request.site.templates.render("documents/paper", paper, language: request.language)
        let bytes = try await renderer.pdf(of: html)
        // The matter's number and nothing else: names of files end up in lists of downloads.
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/pdf", .contentDisposition: "attachment; filename=\"\(number).pdf\"",
                .cacheControl: "no-store",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

/// The styles that a PDF carries within.
enum DocumentStyles {
    static func load(_ resources: WebResources) throws -> SafeHTML {
        let sheets = try ["Styles/65-documents.css", "Documents/paper.css"].map { try resources.bytes($0) }
        return SafeHTML(sheets.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n"))
    }
}
