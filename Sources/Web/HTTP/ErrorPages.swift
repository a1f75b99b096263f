internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Logging
internal import Storage

/// Turns every error into a page in the visitor's language that says what happened, what is kept and what to do. The
/// error's own text is shown to nobody and logged nowhere; its code is logged with a reference number.
enum ErrorPages {
    private struct Answer {
        let status: HTTPResponse.Status
        let error: PlainError
        var more: [PlainError] = []
        /// `E-7K3Q`, where somebody has to look into it.
        var reference: String?
    }

    static func response(to error: any Error, in visit: Visit) async -> Response {
        let answer = classify(error)
        if let reference = answer.reference {
            visit.logger.error(
                "request failed",
                metadata: [
                    "reference": "\(reference)", "code": "\(code(of: error))",
                    "route": "\(visit.known.entry.map { $0.isQuiet ? "quiet" : $0.template } ?? "none")",
                ])
        }
        var response: Response
        do {
            response = try await page(answer, visit)
        } catch {
            // The error page itself cannot be filled: a page without templates is better than none.
            visit.logger.error("error page failed", metadata: ["code": "\(code(of: error))"])
            response = bare(answer, visit)
        }
        if let allow = answer.error.values["allow"] { response.headers[.allow] = allow }
        if let seconds = answer.error.values["seconds"] { response.headers[.retryAfter] = seconds }
        return response
    }

    private static func classify(_ error: any Error) -> Answer {
        switch error {
        case let error as PlainError: return classify(error)
        case let error as PlainErrors:
            guard let first = error.errors.first else { break }
            var answer = classify(first)
            answer.more = Array(error.errors.dropFirst())
            return answer
        case let error as CaseError: return classify(error.plain)
        case is VersionConflict: return Answer(status: .conflict, error: PlainError(.conflict, "case.changedMeanwhile"))
        case let error as StorageError:
            let plain =
                switch error {
                case .full: PlainError(.unavailable, "storage.full")
                case .busy, .connectionLost, .closed: PlainError(.unavailable, "storage.busy")
                case .outcomeUnknown: PlainError(.unavailable, "storage.unknown")
                case .readOnly: PlainError(.unavailable, "storage.readOnly")
                default: PlainError(.unavailable, "unknown")
                }
            let status: HTTPResponse.Status = plain.code == "unknown" ? .internalServerError : .serviceUnavailable
            return Answer(status: status, error: plain, reference: reference())
        case is CancellationError:
            // The visitor left; nobody reads the answer, and nobody has to look into it.
            return Answer(status: .serviceUnavailable, error: PlainError(.unavailable, "storage.busy"))
        default: break
        }
        return Answer(
            status: .internalServerError, error: PlainError(.unavailable, "unknown"), reference: reference())
    }

    private static func classify(_ error: PlainError) -> Answer {
        let status: HTTPResponse.Status =
            switch (error.kind, error.code) {
            case (_, "route.method"): .methodNotAllowed
            case (_, "form.tooLarge"): .contentTooLarge
            case (_, "form.malformed"), (_, "form.tooManyFields"), (_, "form.damaged"), (_, "submission.foreign"),
                (_, "submission.missing"):
                .badRequest
            case (.invalid, _): .unprocessableContent
            case (.conflict, _): .conflict
            case (.forbidden, _): .forbidden
            case (.notFound, _): .notFound
            case (.tooMany, _): .tooManyRequests
            case (.unavailable, _): .serviceUnavailable
            }
        return Answer(status: status, error: error, reference: error.kind == .unavailable ? reference() : nil)
    }

    /// What a log line may say of an error: its type and code, never its text.
    static func code(of error: any Error) -> String {
        switch error {
        case let error as PlainError: return error.code
        case let error as StorageError:
            switch error {
            case .duplicate: return "storage.duplicate"
            case .constraint: return "storage.constraint"
            case .full: return "storage.full"
            case .busy: return "storage.busy"
            case .connectionLost: return "storage.connectionLost"
            case .outcomeUnknown: return "storage.outcomeUnknown"
            case .readOnly: return "storage.readOnly"
            case .corrupt: return "storage.corrupt"
            case .schemaFromTheFuture: return "storage.schemaFromTheFuture"
            case .closed: return "storage.closed"
            case .engine(let code, _): return "storage.engine.\(code)"
            }
        case let error as TemplateError: return "template \(error)"
        default: return String(describing: type(of: error))
        }
    }

    /// Four symbols that can be read aloud.
    private static func reference() -> String {
        "E-\(SubmissionToken.base32(randomBytes(3)).prefix(4).uppercased())"
    }

    private static func page(_ answer: Answer, _ visit: Visit) async throws -> Response {
        let known = visit.known
        let words = visit.site.words(visit.preferences.language)
        let catalogue = visit.site.catalogue
        let isDesk = known.viewer != nil
        let heading =
            catalogue.find("heading.\(answer.error.code)", words.language)
            ?? words.text("heading.\(answer.status.code)")
        let sentence = ([answer.error] + answer.more).map { catalogue.text($0, words.language) }
            .joined(separator: words.text("word.sentenceSpace"))
        var fields = visit.commonFields(of: isDesk ? "desk/error" : "portal/error", title: heading)
        if isDesk {
            fields.merge(visit.plainFrame())
            let request = PageRequest(visit, parameters: Parameters(), submission: nil)
            // After a fault of the store the frame would only fail again.
            if answer.reference == nil, let viewer = known.viewer,
                let frame = try? await visit.site.deskFrame.fields(for: viewer, in: request)
            {
                fields.merge(frame)
            }
        }
        if known.mayKeepForm, let form = known.form {
            let kept = KeptForm(form).renewingSubmission(visit.site.keys)
            if kept.isWorthKeeping {
                fields.merge(
                    again(kept, answer, heading: heading, sentence: sentence, visit, words, isDesk: isDesk))
                return try visit.response(isDesk ? "desk/again" : "portal/again", fields, status: answer.status)
            }
        }
        let front = isDesk ? "/desk" : "/"
        let shared: Fields =
            isDesk
            ? [
                "statusText": .number(answer.status.code), "heading": .text(heading), "words": .text(sentence),
                "keptWords": "", "reference": .text(answer.reference), "kept": .list([]),
                "backURL": .text(known.linkPath ?? front), "backText": .text(words.text("again.back")),
            ]
            : [
                "status": .number(answer.status.code), "heading": .text(heading), "sentence": .text(sentence),
                "kept": "", "reference": .text(answer.reference),
                "nextURL": .text(known.linkPath.map { $0 == visit.path && answer.status == .notFound ? "" : $0 }),
                "nextLabel": .text(words.text("again.back")),
            ]
        return try visit.response(isDesk ? "desk/error" : "portal/error", fields.merging(shared), status: answer.status)
    }

    /// The page that carries what was typed: to send it again as it is, or corrected where it was wrong.
    private static func again(
        _ kept: KeptForm, _ answer: Answer, heading: String, sentence: String, _ visit: Visit, _ words: Words,
        isDesk: Bool
    ) -> Fields {
        let labelled = kept.labelled(words, visit.site.catalogue)
        let canCorrect = answer.error.kind == .invalid && answer.error.code != "submission.foreign"
        let editable = canCorrect ? Set(labelled.map(\.item)) : []
        let hidden = kept.items.filter { !editable.contains($0) }
        let query = visit.query.items.isEmpty ? "" : "?\(visit.query.urlEncoded)"
        let needsFollow = answer.error.code == "session.reporter"
        return [
            "status": .number(answer.status.code), "heading": .text(heading), "sentence": .text(sentence),
            "reference": .text(answer.reference), "action": .text(visit.path + query),
            "hidden": .list(hidden.map { ["name": .text($0.name), "value": .text($0.value)] }),
            "editable": .list(
                labelled.filter { editable.contains($0.item) }.map {
                    ["name": .text($0.item.name), "label": .text($0.label), "value": .text($0.item.value)]
                }),
            "shown": .list(
                labelled.filter { !editable.contains($0.item) }.map {
                    ["label": .text($0.label), "text": .text($0.item.value)]
                }),
            "openURL": needsFollow ? "/follow" : "",
            "backURL": .text(visit.known.linkPath ?? (isDesk ? "/desk" : "/")),
        ]
    }

    private static func bare(_ answer: Answer, _ visit: Visit) -> Response {
        let (language, catalogue) = (visit.preferences.language, visit.site.catalogue)
        let sentence = catalogue.text(PlainError(.unavailable, "unknown"), language)
        let reference = answer.reference ?? ""
        // Nothing here comes from the request.
        let html =
            "<!doctype html><html lang=\"\(language.rawValue)\"><meta charset=\"utf-8\"><title>Jiaxin</title>"
            + "<p>\(sentence)</p><p>\(reference)</p><p><a href=\"/\">家信 Jiaxin</a></p></html>"
        return Response(
            status: answer.status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}
