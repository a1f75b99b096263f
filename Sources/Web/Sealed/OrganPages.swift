internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import NIOCore
internal import Organisation
internal import SealedReports
internal import Storage

extension SealedPages {
    /// The organ's list: numbers, days, states. There is nothing else to show.
    func list(_ request: PageRequest) async throws -> Response {
        let sealed = try channel()
        let viewer = try request.staff
        let page = try await sealed.list(for: viewer, after: request.query["after"].flatMap { SealedListKey($0) })
        let check = try await sealed.log(for: viewer, limit: 1).check
        let rows = page.items.map { line -> Fields in
            lineFields(line, request).merging(["url": .text(Self.url(of: line.id))])
        }
        return try await request.page(
            "sealed/list", title: request.words.text("sealed.listTitle"),
            [
                "rows": .list(rows), "organs": .list(organFields(sealed.organs(of: viewer), request)),
                "isWhole": .flag(check.logIsWhole && check.reportsAreThere),
                "nextURL": .text(page.next.map { "/desk/sealed?after=\($0)" }),
                "staffName": .text(viewer.staff.displayName),
            ], notice: Self.notice(request))
    }

    /// One report: its sealed pieces, and what can be done with them.
    func report(_ request: PageRequest) async throws -> Response {
        try await reportPage(request)
    }

    /// All sealed pieces as one file.
    func download(_ request: PageRequest) async throws -> Response {
        let file = try await channel().file(try Self.id(request), for: try request.staff)
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/octet-stream",
                .contentDisposition: "attachment; filename=\"\(file.line.id.number).sealed\"",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes)))
    }

    /// The organ's own log of this store.
    func log(_ request: PageRequest) async throws -> Response {
        let sealed = try channel()
        let viewer = try request.staff
        let (lines, check) = try await sealed.log(for: viewer)
        let words = request.words
        return try await request.page(
            "sealed/log", title: words.text("sealed.logTitle"),
            [
                "lines": .list(
                    lines.map { line in
                        [
                            "date": .text(words.fullDate(line.day)),
                            "number": .text(EnvelopeID(line.envelope)?.number),
                            "act": .text(words.text("sealed.act.\(line.act.rawValue)")),
                            "staff": .text(words.list(line.staff.map { Self.name(of: $0, viewer) })),
                            "reason": .text(line.reason.map { words.text("sealed.reason.\($0)") }),
                        ]
                    }), "logIsWhole": .flag(check.logIsWhole), "reportsAreThere": .flag(check.reportsAreThere),
                "staffName": .text(viewer.staff.displayName),
            ])
    }

    func reportPage(
        _ request: PageRequest, errors: [PlainError] = [], typed: String = "", in field: String = ""
    ) async throws -> Response {
        let sealed = try channel()
        let viewer = try request.staff
        let file = try await sealed.file(try Self.id(request), for: viewer)
        let words = request.words
        let others = sealed.otherOrgans(than: file.line.organ.id)
        var fields = lineFields(file.line, request)
        fields.merge([
            "url": .text(Self.url(of: file.line.id)), "report": .text(file.line.id.description),
            "isNew": .flag(file.line.state == .received || file.line.state == .added),
            "fetchedDate": .text(file.line.fetchedOn.map { words.fullDate($0) }),
            "pieces": .list(
                file.parts.map { part in
                    [
                        "kind": .text(words.text("sealed.piece.\(part.envelope.kind)")),
                        "date": .text(words.fullDate(part.keptOn)),
                    ]
                }),
            "canAsk": .flag(
                file.request == nil && (file.line.state == .fetched || file.line.state == .answered)),
            "reasons": .list(
                SealedRequest.Reason.allCases.filter { $0 != .otherOrgan }.map { reason in
                    ["code": .text(reason.rawValue), "name": .text(words.text("sealed.reason.\(reason.rawValue)"))]
                }),
            "hasOthers": .flag(!others.isEmpty), "others": .list(organFields(others, request)),
            "request": .optional(file.request.map { requestFields($0, sealed, viewer, request) }),
            "submission": request.submissionField(), "answer": .text(field == "answer" ? typed : ""),
            "piecesText": .text(field == "pieces" ? typed : ""),
            "answerError": .text(request.message(errors, for: "answer")),
            "piecesError": .text(request.message(errors, for: "pieces")),
            "upwardDays": .text(words.workingDays(Self.upwardDays)),
            "staffName": .text(viewer.staff.displayName),
        ])
        return try await request.page(
            "sealed/report", title: words.text("sealed.reportTitle", ["number": file.line.id.number]), fields,
            status: errors.isEmpty ? .ok : .unprocessableContent, errors: errors, notice: Self.notice(request))
    }

    private func lineFields(_ line: SealedLine, _ request: PageRequest) -> Fields {
        let words = request.words
        let due = calendar.adding(workingDays: Self.acknowledgeDays, to: line.receivedOn).date
        return [
            "number": .text(line.id.number), "receivedDate": .text(words.fullDate(line.receivedOn)),
            "state": .text(words.text("sealed.state.\(line.state.rawValue)")),
            "stateCode": .text(line.state.rawValue), "organName": .text(name(of: line.organ, request)),
            "acknowledgeBy": .text(line.state == .answered ? nil : words.date(due, today: request.site.today)),
            "waits": .flag(line.waits),
        ]
    }

    private func organFields(_ organs: [OrganKey], _ request: PageRequest) -> [Fields] {
        organs.map { ["name": .text(name(of: $0, request)), "key": .text($0.id)] }
    }

    private func requestFields(
        _ asked: SealedRequest, _ sealed: SealedReports, _ viewer: Viewer, _ request: PageRequest
    ) -> Fields {
        let words = request.words
        let organ = asked.organ.flatMap { sealed.organ($0) }.map { name(of: $0, request) }
        let who = Self.name(of: asked.askedBy, viewer)
        let values = ["who": who, "date": words.fullDate(asked.askedOn), "organ": organ ?? ""]
        return [
            "text": .text(words.text("sealed.asked.\(asked.kind.rawValue)", values)),
            "reason": .text(words.text("sealed.reason.\(asked.reason.rawValue)")),
            "isOwn": .flag(asked.askedBy == viewer.staff.id),
        ]
    }

    static func url(of id: EnvelopeID) -> String { "/desk/sealed/report/\(id)" }

    /// The report that the address names; anything else is a page that is not there.
    static func id(_ request: PageRequest) throws(PlainError) -> EnvelopeID {
        guard let id = EnvelopeID(request.parameter("id")) else { throw PlainError(.notFound, "route.missing") }
        return id
    }

    static func name(of staff: StaffID, _ viewer: Viewer) -> String {
        viewer.organisation.staff(staff)?.displayName ?? ""
    }

    private static func notice(_ request: PageRequest) -> String? {
        let known = ["fetched", "answered", "asked", "removed", "readdressed", "dropped"]
        guard let code = request.query["done"], known.contains(code) else { return nil }
        return request.words.text("sealed.done.\(code)")
    }
}
