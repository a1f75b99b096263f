/// Makes a PDF of a finished HTML page that needs nothing from elsewhere.
public protocol PDFRenderer: Sendable {
    /// The PDF of a page.
    ///
    /// - Throws: `PDFProblem`; then the page says to print from the browser, and nothing is lost.
    func pdf(of html: [UInt8]) async throws -> [UInt8]
}

/// Why there is no PDF. Its name is all that a log line says: the page holds personal data.
public enum PDFProblem: String, Error, Hashable, Sendable {
    /// The tool is not installed.
    case missing
    /// Too many wait already.
    case busy
    /// It took too long, or the visitor left.
    case stopped
    /// The PDF is larger than anything that is meant to be.
    case tooLarge
    /// The tool gave up, or gave something else.
    case failed
}

/// For an installation that makes no PDFs: pages say to print from the browser.
public struct NoPDF: PDFRenderer {
    /// Creates the renderer.
    public init() {}
    /// Never makes one.
    public func pdf(of html: [UInt8]) async throws -> [UInt8] { throw PDFProblem.missing }
}
