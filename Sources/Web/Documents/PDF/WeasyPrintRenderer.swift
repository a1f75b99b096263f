internal import Tools

/// Debian's WeasyPrint, one short-lived process a document (`docs/decisions/0007-pdf.md`). The process gets the page on
/// its standard input, an empty environment and limits of memory and time; it fetches nothing, from nowhere.
public struct WeasyPrintRenderer: PDFRenderer {
    /// More at once would only make all of them late on a small machine.
    private static let places = 2
    /// Who would wait longer than half a minute is told at once.
    private static let mostWaiting = 32

    private let run: ToolRun
    private let turnstile = Turnstile(places: places, mostWaiting: mostWaiting)

    /// - Parameters:
    ///   - resources: where the few lines of Python are.
    ///   - python: the interpreter for which WeasyPrint is installed.
    ///   - seconds: how long one document may take.
    /// - Throws: `WebResources.Missing`.
    public init(_ resources: WebResources, python: String = "/usr/bin/python3", seconds: Double = 20) throws {
        let script = String(decoding: try resources.bytes("Documents/pdf.py"), as: UTF8.self)
        // -I: neither the environment nor the working directory nor a user's own packages have a say.
        self.init(program: python, arguments: ["-I", "-c", script], seconds: seconds)
    }

    /// Another program in its place, for tests.
    init(program: String, arguments: [String], seconds: Double = 20) {
        run = ToolRun(program: program, arguments: arguments, seconds: seconds, mostBytes: 32 * 1024 * 1024)
    }

    /// The PDF of a page.
    public func pdf(of html: [UInt8]) async throws -> [UInt8] {
        let run = run
        let outcome: ToolRun.Outcome
        do {
            outcome = try await turnstile.pass { try await run.outcome(of: html) }
        } catch let problem as ToolProblem {
            throw PDFProblem(rawValue: problem.rawValue) ?? .failed
        }
        // 3: the interpreter is there, WeasyPrint is not.
        if outcome.status == 3 { throw PDFProblem.missing }
        guard outcome.status == 0, outcome.output.starts(with: Array("%PDF-".utf8)) else { throw PDFProblem.failed }
        return outcome.output
    }
}
