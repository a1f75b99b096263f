internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Reception

extension ReceptionPages {
    /// The slip with a number. Two presses at the entrance: a desk, and this page's print.
    func printNumber(_ request: PageRequest) async throws -> Response {
        let words = try self.words(request)
        let file = try await reception.visit(
            try id(request, otherwise: "reception.visitNotFound"), for: try request.staff)
        let state = file.state
        let code = reception.lineCode(of: state.id)
        let address = "\(request.site.settings.publicURL)/line/\(state.id)/\(code)"
        let fields: Fields = [
            "backURL": .text("/desk/reception/place/\(file.place.id)"), "ticket": .text("\(state.ticket)"),
            "aloud": .text(words.aloud(state.ticket)), "placeName": .text(words.name(file.place.details.name)),
            "desks": .list(
                state.stops.map { stop in
                    ["text": .text(words.desk(stop.leg.at.desk, of: file.place))]
                }), "hasDesks": .flag(!state.stops.isEmpty), "when": .text(words.words.fullDateTime(state.arrivedAt)),
            "qr": .html(QRCode.svg(address)), "lineURL": .text("/line/\(state.id)/\(code)"),
            "visitURL": .text("/desk/reception/visit/\(state.id)"),
            "isGroup": .flag(state.arrival.people > Reception.mostRepresentatives),
            "representatives": .text("\(Reception.mostRepresentatives)"),
        ]
        return try await request.page(
            "print/number", title: words.text("reception.slipTitle", ["ticket": "\(state.ticket)"]), fields)
    }

    /// A day's list for the leader: who booked, who came, which matters.
    func printDay(_ request: PageRequest) async throws -> Response {
        let words = try self.words(request)
        let viewer = try request.staff
        let file = try await reception.leaderDay(try id(request, otherwise: "reception.dayNotFound"), for: viewer)
        let model = try await dayModel(file, viewer, words)
        var fields = model.fields(.list(model.forms.map { $0.fields(words.forms, submission: "") }))
        fields["backURL"] = .text("/desk/reception/day/\(file.state.id)")
        fields["printedLine"] = .text(
            words.text(
                "reception.printedBy",
                ["who": viewer.staff.displayName, "when": words.words.fullDateTime(words.base.now)]))
        return try await request.page("print/leader-list", title: model.title, fields)
    }
}
