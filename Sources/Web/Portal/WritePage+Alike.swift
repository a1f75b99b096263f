internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

extension LetterForm {
    /// A button beside a public matter that is alike: `join:P0123456789`, `follow:P0123456789`.
    struct Alike {
        let joins: Bool
        let number: String

        init?(_ step: String) {
            let parts = step.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2, ["join", "follow"].contains(parts[0]), let number = PublicNumber.parse(parts[1])
            else { return nil }
            joins = parts[0] == "join"
            self.number = number
        }
    }
}

/// "Already reported?" while writing. It never stands in the way: whatever goes wrong here, the letter goes on.
extension Portal {
    func answer(_ pressed: LetterForm.Alike, _ letter: LetterForm, _ request: PageRequest) async throws -> Response {
        guard pressed.joins else { return try await followAlike(pressed.number, letter, request) }
        try request.spend(.write)
        do {
            var registration = letter.registration
            registration.anonymous = letter.anonymous || registration.contact.isEmpty
            let receipt = try await casework.joinPublic(
                pressed.number, registration, submission: try request.requiredSubmission)
            return try await JoinedPage.response(request, receipt, number: pressed.number)
        } catch let error as PlainError where [.notFound, .conflict, .invalid].contains(error.kind) {
            return try await page(request, letter, step: .contact, errors: [error])
        } catch let errors as PlainErrors {
            return try await page(request, letter, step: .contact, errors: errors.errors)
        }
    }

    private func followAlike(_ number: String, _ letter: LetterForm, _ request: PageRequest) async throws -> Response {
        let code = request.cookie(PublicPages.followCookie).flatMap { FollowCode($0) } ?? .random()
        do {
            try await casework.followPublic(number, with: code)
        } catch let error as PlainError {
            return try await page(request, letter, step: .contact, errors: [error])
        }
        var response = try await page(request, letter, step: .contact, followed: code)
        request.set(PublicPages.cookie(code), on: &response)
        return response
    }

    /// Up to five public matters with the same words or at the same place.
    func alike(
        _ letter: LetterForm, isShown: Bool, followed: FollowCode?, _ request: PageRequest
    ) async throws -> Fields {
        guard isShown else { return ["hasAlike": false, "alike": .list([])] }
        let found = try await casework.publicAlike(
            body: letter.body, place: letter.place, area: letter.area.isEmpty ? nil : letter.area)
        let view = PublicView(words: try await matterWords(request))
        let code = followed ?? request.cookie(PublicPages.followCookie).flatMap { FollowCode($0) }
        var rows: [Fields] = []
        for matter in found {
            var isFollowed = false
            if let code { isFollowed = try await casework.isFollowing(matter.number, with: code) }
            rows.append(
                view.row(matter).merging([
                    "canJoin": .flag(matter.standing != .closed), "isFollowed": .flag(isFollowed),
                ]))
        }
        return ["hasAlike": .flag(!rows.isEmpty), "alike": .list(rows)]
    }
}
