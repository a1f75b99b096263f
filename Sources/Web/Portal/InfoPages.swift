internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

extension Portal {
    func how(_ request: PageRequest) async throws -> Response {
        let words = request.words
        let today = request.site.today
        let isEnglish = request.language.isEnglish
        let pack = casework.deadlines.packs.pack(on: today)
        let shown = ["XF-TRANSFER", "XF-NOTIFY-DIRECT", "XF-NOTIFY-TRANSFERRED", "XF-HANDLE", "XF-ASK-REVIEW"]
        let rules = shown.compactMap { pack?.rule($0) }.map { rule -> Fields in
            [
                "name": .text(rule.name.text(isEnglish: isEnglish)), "limit": .text(limit(rule, words)),
                "source": .text(rule.source + (rule.article.map { words.text("pages.article", ["n": $0]) } ?? "")),
                "sourceURL": "",
            ]
        }
        let organisation = try await request.site.organisation.current()
        let office = organisation.units.first { $0.kind == .countyOffice && $0.validTo == nil }
        let fields: Fields = [
            "counters": .list(try await counters(request)),
            "postalAddress": .text(
                [office?.address, office?.name.text(isEnglish: isEnglish)].compactMap { $0 }.joined(separator: " ")),
            "hotlineHours": .text(office?.hours), "hasReceptions": false, "receptions": .list([]),
            "rulesVersion": .text(pack.map { "\($0.title.text(isEnglish: isEnglish)) \($0.version)" }),
            "calendarVersion": .text(casework.deadlines.calendar.version), "rules": .list(rules),
        ]
        return try await request.page("portal/how", title: words.text("portal.howTitle"), fields)
    }

    func privacy(_ request: PageRequest) async throws -> Response {
        try await request.page("portal/privacy", title: request.words.text("portal.privacyTitle"))
    }

    func accessibility(_ request: PageRequest) async throws -> Response {
        try await request.page("portal/accessibility", title: request.words.text("portal.a11yTitle"))
    }

    /// Where reports of officials' misconduct go. Jiaxin does not take them yet; a receiving organ is a unit whose code
    /// begins with `discipline`.
    func misconduct(_ request: PageRequest) async throws -> Response {
        let organisation = try await request.site.organisation.current()
        let organs = organisation.units.filter { $0.code.hasPrefix("discipline") && $0.isValid(on: request.site.today) }
            .map { unit -> Fields in
                [
                    "name": .text(unit.name.text(isEnglish: request.language.isEnglish)), "phone": .text(unit.phone),
                    "phoneLink": .text(unit.phone.map { $0.filter { $0.isNumber || $0 == "-" } }),
                    "address": .text(unit.address), "hours": .text(unit.hours), "url": "", "urlText": "",
                ]
            }
        let fields: Fields = ["hasOrgans": .flag(!organs.isEmpty), "organs": .list(organs)]
        return try await request.page("portal/misconduct", title: request.words.text("portal.misconductTitle"), fields)
    }

    func settings(_ request: PageRequest) async throws -> Response {
        let theme = request.preferences.theme.rawValue
        let fields: Fields = [
            "returnPath": .text(PageRequest.safePath(request.query["return"] ?? "/")),
            "isAuto": .flag(theme == "auto"), "isLight": .flag(theme == "light"), "isDark": .flag(theme == "dark"),
        ]
        return try await request.page("portal/settings", title: request.words.text("portal.settingsTitle"), fields)
    }

    func saveSettings(_ request: PageRequest) async throws -> Response {
        let path = PageRequest.safePath(request.form.text("return"))
        var preferences = request.preferences
        if let language = request.form["lang"].flatMap({ Language(code: $0) }) { preferences.language = language }
        if let theme = request.form.value("theme", as: Preferences.Theme.self) { preferences.theme = theme }
        if request.form["large"] != nil { preferences.isLarge = request.form.flag("large") }
        return request.redirect(to: path, cookies: preferences.cookies)
    }
}
