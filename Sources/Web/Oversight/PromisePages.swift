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
        var fields: Fields = [
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
                        "standing": .text(promise.standing(words)),
                        "isLate": .flag(promise.settled == nil && promise.due < words.today),
                    ]
                }),
        ]
        fields.merge(request.exportFields(promises.isEmpty ? nil : .number(.promises(list))))
        return try await request.page("oversight/promises", title: heading, fields)
    }
}

extension DuePromise {
    /// What became of it, in words.
    func standing(_ words: MatterWords) -> String {
        switch settled {
        case .kept: words.text("now.promiseKept")
        case .withdrawn: words.text("now.promiseWithdrawn")
        case nil: words.text(due < words.today ? "now.promiseLate" : "now.promiseOpen")
        }
    }
}
