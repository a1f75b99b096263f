internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Organisation

extension PublicPages {
    /// The list with its filters; the address says all of it, so that a link can be passed on.
    func list(_ request: PageRequest) async throws -> Response {
        let query = PublicQuery(request.query)
        let page = try await casework.publicMatters(query.filter, after: query.after, step: searchStep)
        let words = try await words(request)
        let view = PublicView(words: words)
        let today = casework.today
        let known = try await years.value(at: request.now) {
            try await casework.publicYears(from: today.parts.year - 15)
        }
        let years = Array(Set(known + [query.filter.year].compactMap { $0 })).sorted(by: >)
        let fields: Fields = [
            "rows": .list(page.rows.map(view.row)), "hasRows": .flag(!page.rows.isEmpty),
            "isFiltered": .flag(query.isFiltered), "isLater": .flag(query.after != nil),
            "isUnfinished": .flag(page.isUnfinished),
            "firstURL": .text(query.address()), "nextURL": .text(page.next.map { query.address(after: $0) }),
            "feedURL": .text(query.address("/matters.atom")), "words": .text(query.filter.words),
            "categories": .list(categories(words, query.filter.category)),
            "areas": .list(areas(words, query.filter.area)),
            "states": .list(
                OpenStanding.allCases.map {
                    option($0.rawValue, words.words.name("public.standing", $0), $0 == query.filter.standing)
                }),
            "years": .list(years.map { option("\($0)", "\($0)", $0 == query.filter.year) }),
        ]
        return try await request.page("public/list", title: words.text("public.listTitle"), fields)
    }

    private func categories(_ words: MatterWords, _ chosen: String?) -> [Fields] {
        words.organisation.categories.filter { !$0.isRetired && !$0.code.contains(".") }
            .map { option($0.code, words.category($0.code), $0.code == chosen) }
    }

    /// Townships and streets; nothing smaller, so that nobody is found by the place.
    private func areas(_ words: MatterWords, _ chosen: String?) -> [Fields] {
        words.organisation.areas.filter { !$0.isRetired && $0.code.count == 9 }
            .map { option($0.code, $0.name.text(isEnglish: words.isEnglish), $0.code == chosen) }
    }

    private func option(_ value: String, _ label: String, _ isSelected: Bool) -> Fields {
        ["value": .text(value), "label": .text(label), "selected": .flag(isSelected)]
    }

    /// The page of one matter.
    func matter(_ request: PageRequest) async throws -> Response {
        guard let number = PublicNumber.parse(request.parameter("number")),
            let page = try await casework.publicMatter(number)
        else { return try await gone(request) }
        return try await matterPage(request, page, JoinForm(Form()), errors: [])
    }

    func matterPage(
        _ request: PageRequest, _ page: PublicMatterPage, _ form: JoinForm, errors: [PlainError]
    ) async throws -> Response {
        let words = try await words(request)
        let view = PublicView(words: words)
        let matter = page.matter
        var isFollowed = false
        if let code = followCode(request) { isFollowed = try await casework.isFollowing(matter.number, with: code) }
        var fields = view.row(matter)
        fields.merge(PublicLetter.fields(title: matter.title, body: matter.body, reply: matter.reply, words))
        let joined = view.joined(matter)
        fields.merge([
            "isReplyAwaited": .flag(matter.isReplyAwaited), "joinedText": .text(joined),
            "unitName": .text(words.unit(matter.unit)), "steps": .list(page.steps.map(view.step)),
            "hasPromises": .flag(!page.promises.isEmpty), "promises": .list(page.promises.map(view.promise)),
            "canJoin": .flag(matter.standing != .closed), "isFollowed": .flag(isFollowed),
            "joinOpen": .flag(!errors.isEmpty), "submission": request.submissionField(),
            "joinBody": .text(form.body), "joinName": .text(form.name), "joinPhone": .text(form.phone),
            "bodyError": .text(request.message(errors, for: "body")),
            "nameError": .text(request.message(errors, for: "name")),
            "phoneError": .text(request.message(errors, for: "phone")),
        ])
        return try await request.page(
            "public/matter", title: matter.title, fields, status: errors.isEmpty ? .ok : .unprocessableContent,
            errors: errors, notice: notice(request))
    }

    /// What is not public, is not public any more, or never was: the same page for all.
    func gone(_ request: PageRequest) async throws -> Response {
        try await request.page(
            "public/gone", title: request.words.text("public.goneTitle"), [:], status: .notFound)
    }

    /// The notice that a redirect asks for; anything else in the address shows nothing.
    func notice(_ request: PageRequest) -> String? {
        guard let code = request.query["done"], ["followed", "unfollowed", "left"].contains(code) else { return nil }
        return request.words.text("public.done.\(code)")
    }
}

/// Letter and reply as everybody reads them; the clerk's preview shows the same fields.
enum PublicLetter {
    static func fields(title: String, body: String, reply: String?, _ words: MatterWords) -> Fields {
        let reply = reply ?? ""
        return [
            "publicTitle": .text(title), "titleLang": .text(MatterWords.language(of: title)),
            "bodyLang": .text(MatterWords.language(of: body)), "paragraphs": .paragraphs(body),
            "hasReply": .flag(!reply.isEmpty), "replyLang": .text(MatterWords.language(of: reply)),
            "replyParagraphs": .paragraphs(reply),
        ]
    }
}
