internal import Attachments
internal import HTTPTypes
internal import Hummingbird
public import Kernel
internal import Ledger
public import Logging
public import Organisation

/// What a handler gets: who asks, what was sent, and what makes the answer.
public struct PageRequest: Sendable {
    /// What all pages share.
    public let site: Site
    /// What the form sent; empty for GET.
    public let form: Form
    /// Files that came with the form, on routes that take them.
    public let uploads: Uploads
    /// The member of staff, on routes for staff.
    public let viewer: Viewer?
    /// The resident's session: on routes for residents, and on public ones where a matter is open.
    public let reporter: ReporterSession?
    /// The checked one-time name of the form; `nil` when the form had none.
    public let submission: String?
    /// Words, dates and numbers in the visitor's language.
    public let words: Words
    let visit: Visit
    let parameters: Parameters

    init(_ visit: Visit, parameters: Parameters, submission: String?) {
        let known = visit.known
        self.visit = visit
        self.parameters = parameters
        self.submission = submission
        site = visit.site
        form = known.form ?? Form()
        uploads = known.uploads
        viewer = known.viewer
        reporter = known.reporter
        words = visit.site.words(visit.preferences.language)
    }

    /// How the visitor wants to read.
    public var preferences: Preferences { visit.preferences }
    /// The language of the answer.
    public var language: Language { visit.preferences.language }
    /// The path, without the query.
    public var path: String { visit.path }
    /// The header that asks for a part of a file.
    public var range: String? { visit.range }
    /// The header that says which kinds of answer are wanted.
    public var accept: String { visit.accept }
    /// The query of the address.
    public var query: Form { visit.query }
    /// Names this request in log lines.
    public var id: String { visit.id }
    /// For log lines; never log what people typed.
    public var logger: Logger { visit.logger }
    /// The present moment.
    public var now: Instant { site.clock.now() }

    /// A parameter of the path, decoded; empty when the route has none of that name.
    public func parameter(_ name: String) -> String {
        guard let raw = parameters.get(name) else { return "" }
        return String(decoding: Form.unescaped(Array(raw.replacing("+", with: "%2B").utf8)), as: UTF8.self)
    }

    /// The member of staff.
    ///
    /// - Throws: `forbidden` on a route that is not for staff.
    public var staff: Viewer {
        get throws(PlainError) {
            guard let viewer else { throw PlainError(.forbidden, "permission.missing") }
            return viewer
        }
    }

    /// The resident's session.
    ///
    /// - Throws: `forbidden` when no matter is open.
    public var reporterSession: ReporterSession {
        get throws(PlainError) {
            guard let reporter else { throw PlainError(.forbidden, "session.reporter") }
            return reporter
        }
    }

    /// The name of what is asked for: the form's one-time name together with where it was sent and what was in it,
    /// under a key. The same form pressed twice is one act. Another form of the same page, or other words after going
    /// back in the browser, are another one, which must neither be taken for done nor show the receipt of the first.
    ///
    /// - Parameter more: what else makes it another act.
    /// - Returns: `nil` when the form had no name.
    func act(with more: String = "") -> String? {
        guard let submission else { return nil }
        // `base` and `quiet` are what keeping a draft changes under the writer's hands.
        let typed = form.items.filter { !["_csrf", "submission", "base", "quiet"].contains($0.name) }
            .flatMap { [$0.name, $0.value] }
        let files = uploads.files.map { "\($0.reference.type) \($0.reference.size)" }
        let all = ([path, more] + typed + files).map { "\($0.utf8.count):\($0)" }.joined()
        return "\(submission).\(hexadecimal(site.keys.codeHash(all, context: "act:\(submission)").prefix(12)))"
    }

    /// The name of what is asked for (`act(with:)`).
    ///
    /// - Throws: `submission.missing` when the form had none.
    public var requiredSubmission: String {
        get throws(PlainError) {
            guard let act = act() else { throw PlainError(.invalid, "submission.missing") }
            return act
        }
    }

    /// The checked one-time name of the form alone, for contents that are sealed anew at each press.
    ///
    /// - Throws: `submission.missing` when the form had none.
    public var formName: String {
        get throws(PlainError) {
            guard let submission else { throw PlainError(.invalid, "submission.missing") }
            return submission
        }
    }

    /// A one-time name for a form of the next page; the form's own where it is shown again with errors.
    public func submissionField() -> Field { .text(submission ?? SubmissionToken.issue(site.keys)) }

    /// A fresh one-time name, for pages with several forms.
    public func newSubmission() -> Field { .text(SubmissionToken.issue(site.keys)) }

    /// The secret of forms on this page.
    public var csrf: String { visit.csrf }

    /// The cookie of a session, as the browser sent it: `staff` or `follow`.
    public func cookie(_ name: String) -> String? { visit.cookies[name] }

    /// Counts one act of this visitor's address.
    ///
    /// - Throws: `tooMany` with `seconds` when there were too many.
    public func spend(_ limit: RateLimit) throws(PlainError) {
        if let seconds = site.limiter.take(limit, address: visit.address, at: now) {
            throw PlainError(.tooMany, "rate.\(limit)", values: ["seconds": "\(seconds)"])
        }
    }

    /// Waits as long as recent wrong codes for a matter ask for, before the code is looked at.
    public func slowDown(for matterNumber: String) async throws {
        let seconds = site.slowDown.delay(for: matterNumber, at: now)
        if seconds > 0 { try await Task.sleep(for: .milliseconds(Int(seconds * 1000))) }
    }

    /// Counts a wrong code for a matter; gives the seconds that the next attempt waits.
    public func recordMiss(for matterNumber: String) -> Int {
        site.slowDown.miss(matterNumber, at: now)
        return Int(site.slowDown.delay(for: matterNumber, at: now).rounded(.up))
    }
}

extension Visit {
    /// The secret of forms: of the staff session on staff pages, of the resident's session on a resident's, else of
    /// the browser.
    var csrf: String {
        let known = known
        switch known.entry?.access {
        case .staff, .staffAny, .staffBeforePasswordChange, .staffBeforeSecondFactor:
            return known.staffCSRF ?? visitorCSRF
        case .reporter: return known.reporter?.csrf ?? visitorCSRF
        case .public, nil: return visitorCSRF
        }
    }

    var visitorCSRF: String { VisitorToken.csrf(of: visitor, site.keys) }
}
