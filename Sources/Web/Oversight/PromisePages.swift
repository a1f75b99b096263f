internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// The promises behind the numbers of the first screen.
extension OversightPages {
    func promises(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let list = request.query.value("list", as: PromiseList.self) ?? .week
        let promises = try await casework.duePromises(list, for: viewer)
        let heading = words.text("now.promiseList.\(list.rawValue)")
        let fields: Fields = [
            "submission": "", "heading": .text(heading),
            "tabs": .list(
                PromiseList.allCases.map {
                    [
                        "name": .text(words.text("now.promiseTab.\($0.rawValue)")),
                        "url": .text("/oversight/promises?list=\($0.rawValue)"), "current": .flag($0 == list),
                    ]
                }),
            "hasRows": .flag(!promises.isEmpty),
            "rows": .list(
                promises.map { promise in
                    [
                        "number": .text(promise.number), "url": .text("/desk/matter/\(promise.number)"),
                        "titleText": .text(promise.title.isEmpty ? words.text("story.textErased") : promise.title),
                        "unit": .text(words.unit(promise.unit)),
                        "due": .text(words.words.dateAndWeekday(promise.due)),
                        "standing": .text(standing(promise, words)),
                        "isLate": .flag(promise.settled == nil && promise.due < words.today),
                    ]
                }),
        ]
        return try await request.page("oversight/promises", title: heading, fields)
    }

    private func standing(_ promise: DuePromise, _ words: MatterWords) -> String {
        switch promise.settled {
        case .kept: words.text("now.promiseKept")
        case .withdrawn: words.text("now.promiseWithdrawn")
        case nil: words.text(promise.due < words.today ? "now.promiseLate" : "now.promiseOpen")
        }
    }
}
