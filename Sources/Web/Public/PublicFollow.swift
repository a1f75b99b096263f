internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel

extension PublicPages {
    /// The browser keeps the code; the server keeps its hash.
    static let followCookie = "following"
    private static let cookieSeconds = 400 * 86_400

    func followCode(_ request: PageRequest) -> FollowCode? {
        request.cookie(Self.followCookie).flatMap { FollowCode($0) }
    }

    /// Follows a matter with the code of this browser, or with a new one.
    func follow(_ request: PageRequest) async throws -> Response {
        guard let number = PublicNumber.parse(request.parameter("number")) else { return try await gone(request) }
        let code = followCode(request) ?? .random()
        do {
            try await casework.followPublic(number, with: code)
        } catch let error as PlainError where error.kind == .notFound {
            return try await gone(request)
        }
        return request.redirect(to: "/matters/\(number)?done=followed", cookies: [Self.cookie(code)])
    }

    static func cookie(_ code: FollowCode) -> SiteCookie {
        SiteCookie(name: followCookie, value: code.description, seconds: cookieSeconds)
    }

    func unfollow(_ request: PageRequest) async throws -> Response {
        guard let number = PublicNumber.parse(request.parameter("number")), let code = followCode(request) else {
            return request.redirect(to: "/following")
        }
        try await casework.unfollowPublic(number, with: code)
        return request.redirect(to: "/following?done=unfollowed")
    }

    /// What this browser follows, what is new first.
    func following(_ request: PageRequest) async throws -> Response {
        try await followingPage(request, code: followCode(request), missed: false, notice: notice(request))
    }

    /// Opens a list with its code, in this browser from now on.
    func openList(_ request: PageRequest) async throws -> Response {
        guard let code = FollowCode(request.form.text("code")), try await casework.followed(with: code) != nil else {
            return try await followingPage(request, code: followCode(request), missed: true, notice: nil)
        }
        return request.redirect(to: "/following", cookies: [Self.cookie(code)])
    }

    /// Forgets the code in this browser; with `all`, the list as well.
    func leaveList(_ request: PageRequest) async throws -> Response {
        if request.form.flag("all"), let code = followCode(request) { try await casework.forgetFollows(of: code) }
        return request.redirect(to: "/following?done=left", cookies: [.removal(of: Self.followCookie)])
    }

    private func followingPage(
        _ request: PageRequest, code: FollowCode?, missed: Bool, notice: String?
    ) async throws -> Response {
        var list: FollowedMatters?
        if let code { list = try await casework.followed(with: code) }
        let words = try await words(request)
        let view = PublicView(words: words)
        let rows = (list?.matters ?? []).map { followed -> Fields in
            view.row(followed.matter).merging([
                "hasNews": .flag(!followed.news.isEmpty), "news": .list(followed.news.map(view.step)),
            ])
        }
        let gone = list?.gone ?? 0
        let fields: Fields = [
            "hasCode": .flag(code != nil && list != nil), "code": .text(code?.description),
            "codeAloud": .text(code.map { request.words.aloud($0.description) }), "rows": .list(rows),
            "hasRows": .flag(!rows.isEmpty),
            "goneText": .text(gone == 0 ? "" : words.words.counted("public.followGone", gone)),
            "missed": .flag(missed),
        ]
        return try await request.page(
            "public/following", title: words.text("public.followingTitle"), fields, status: missed ? .notFound : .ok,
            notice: notice)
    }
}
