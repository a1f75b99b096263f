public import HTTPTypes
public import Hummingbird
public import Kernel
internal import Organisation

extension PageRequest {
    /// A page: the template with its own fields and those that every page has.
    ///
    /// - Parameters:
    ///   - template: `portal/home`.
    ///   - title: the page's title, in the visitor's language.
    ///   - fields: the page model; it wins over the common fields.
    ///   - status: 200, or 422 for a form with errors.
    ///   - errors: what is wrong with the form, for the summary on top.
    ///   - notice: what happened, as a message on top.
    public func page(
        _ template: String, title: String, _ fields: Fields = [:], status: HTTPResponse.Status = .ok,
        errors: [PlainError] = [], notice: String? = nil
    ) async throws -> Response {
        let told: Fields = [
            "notice": .text(notice), "hasErrors": .flag(!errors.isEmpty),
            "errors": .list(
                errors.map { error in
                    ["field": .text(error.field), "text": .text(site.catalogue.text(error, language))]
                }),
        ]
        var all = [visit.commonFields(of: template, title: title), told]
        if Visit.isDesk(template) {
            all.append(visit.plainFrame())
            if let viewer { all.append(try await site.deskFrame.fields(for: viewer, in: self)) }
        }
        return try visit.response(template, Fields(joining: all + [fields]), status: status)
    }

    /// The sentence of an error for a field, to stand beside it; `nil` when the field has none.
    public func message(_ errors: [PlainError], for field: String) -> String? {
        errors.first { $0.field == field }.map { site.catalogue.text($0, language) }
    }

    /// Lets a page with the voice recorder ask for the microphone; no other page can.
    public func allowingMicrophone(_ response: Response) -> Response {
        var response = response
        if site.files != nil, let name = HTTPField.Name("Permissions-Policy") {
            response.headers[name] = SecurityHeaders.permissionsWithMicrophone
        }
        return response
    }

    /// Sends the browser on with GET.
    public func redirect(to path: String, cookies: [SiteCookie] = []) -> Response {
        var response = Response(status: .seeOther, headers: [.location: Self.safePath(path)])
        for cookie in cookies { set(cookie, on: &response) }
        return response
    }

    /// Sets a cookie with an answer.
    public func set(_ cookie: SiteCookie, on response: inout Response) {
        response.headers.append(
            HTTPField(name: .setCookie, value: cookie.header(isSecure: site.settings.isSecure)))
    }

    /// A path of this site; anything that could lead elsewhere becomes the front page.
    static func safePath(_ path: String) -> String {
        let isOurs =
            path.hasPrefix("/") && !path.hasPrefix("//")
            && path.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "\\" && $0.isASCII }
        return isOurs ? path : "/"
    }
}

extension Visit {
    static func isDesk(_ template: String) -> Bool {
        ["desk/", "oversight/", "supervision/", "admin/", "reception/"].contains { template.hasPrefix($0) }
    }

    /// The fields that every page has.
    func commonFields(of template: String, title: String) -> Fields {
        let isDesk = Self.isDesk(template) || known.entry?.access.isStaff == true
        let (settings, assets) = (site.settings, site.assets)
        let isEnglish = preferences.language.isEnglish
        var fields: Fields = [
            "lang": .text(preferences.language.rawValue), "isEnglish": .flag(isEnglish), "title": .text(title),
            "theme": .text(preferences.theme.rawValue), "large": .flag(preferences.isLarge),
            "countyName": .text(settings.countyName.text(isEnglish: isEnglish)), "hotline": .text(settings.hotline),
            "csrf": .text(csrf), "path": .text(path), "assetVersion": .text(assets.version),
            "stylesheet": .text(assets.url(AssetStore.stylesheetName)),
            "script": .text(assets.url(isDesk ? "desk.js" : "portal.js")),
        ]
        fields["otherLanguageURL"] = .text(link(with: "lang", preferences.language.other.rawValue))
        fields["largeURL"] = .text(link(with: "large", preferences.isLarge ? "0" : "1"))
        fields["notice"] = ""
        fields["hasErrors"] = false
        fields["errors"] = .list([])
        return fields
    }

    /// This page's address with one preference changed. A page that only a form can open leads to its front page.
    private func link(with name: String, _ value: String) -> String {
        let front = known.entry?.access.isStaff == true ? "/desk" : "/"
        let path = known.linkPath ?? front
        var items = method == .get && path == self.path ? query.items : []
        items.removeAll { ["lang", "large", "theme"].contains($0.name) }
        items.append(Form.Item(name: name, value: value))
        return "\(path)?\(Form(items).urlEncoded)"
    }

    /// What stands around a page of the workbench, as far as it needs no store.
    func plainFrame() -> Fields {
        let viewer = known.viewer
        let words = site.words(preferences.language)
        let isEnglish = preferences.language.isEnglish
        let unit = viewer.flatMap { $0.organisation.unit($0.staff.unit) }
        var roles: [Role] = []
        for grant in viewer?.staff.grants ?? [] where !roles.contains(grant.role) { roles.append(grant.role) }
        return [
            "staffName": .text(viewer?.staff.displayName), "unitName": .text(unit?.name.text(isEnglish: isEnglish)),
            "roleNames": .text(words.list(roles.map { words.name("role", $0) })),
            "canRegister": .flag(viewer?.may(.registerMatter, on: nil) ?? false),
            "canOversee": .flag(viewer?.may(.oversee, on: nil) ?? false),
            "canAdminister": .flag(viewer?.may(.seeAdministration, on: nil) ?? false),
            "canSeeLooks": .flag(
                viewer.map { !$0.may(.seeAdministration, on: nil) && $0.may(.seeLooks, on: nil) } ?? false),
            "onAdmin": .flag(path.hasPrefix("/admin")), "lookText": .text(lookText(words)),
            "canFindPeople": .flag(viewer?.may(.lookUpPerson, on: nil) ?? false),
            "canKeepTexts": .flag(viewer?.may(.keepTexts, on: nil) ?? false),
            "onTexts": .flag(path.hasPrefix("/desk/texts")),
            "canSupervise": .flag(viewer?.may(.oversee, on: nil) ?? false),
            "isSupervised": .flag(viewer?.may(.answerSupervision, on: nil) ?? false),
            "onSupervision": .flag(path.hasPrefix("/supervision") && path != "/supervision/tasks"),
            "canReceive": .flag(
                [.receive, .planReception, .oversee, .manageOrganisation].contains { permission in
                    viewer?.may(permission, on: nil) ?? false
                }), "onReception": .flag(path.hasPrefix("/desk/reception")),
            "onAsked": .flag(path == "/supervision/tasks"), "onOversight": false, "onPeople": false,
            "queueGroups": .list([]), "query": "",
            "nowText": .text(
                "\(site.settings.countyName.text(isEnglish: isEnglish)) · \(words.nowText(site.clock.now()))"),
        ]
    }

    /// The sentence of the banner while the screens of a role are looked at.
    private func lookText(_ words: Words) -> String {
        guard let look = known.look, let viewer = known.viewer else { return "" }
        let unit = viewer.organisation.unit(look.unit)?.name.text(isEnglish: preferences.language.isEnglish) ?? ""
        return words.text(
            "admin.lookBanner",
            ["role": words.name("role", look.role), "unit": unit, "time": words.time(look.until)])
    }

    /// An HTML answer.
    func response(_ template: String, _ fields: Fields, status: HTTPResponse.Status) throws -> Response {
        let bytes = try site.templates.render(template, fields, language: preferences.language)
        return Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .contentLanguage: preferences.language.rawValue],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
