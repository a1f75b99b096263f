internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger

/// What somebody who joins may say; all of it may be empty.
struct JoinForm {
    var body: String
    var name: String
    var phone: String

    init(_ form: Form) {
        body = form.text("body")
        name = form.text("name")
        phone = form.text("phone")
    }

    var registration: Registration {
        var registration = Registration(channel: .web, body: body)
        registration.contact = Contact(name: name, phone: phone)
        registration.anonymous = registration.contact.isEmpty
        return registration
    }
}

extension PublicPages {
    /// One press: an own code on the same matter, with an own reply and an own judgement.
    func join(_ request: PageRequest) async throws -> Response {
        guard let number = PublicNumber.parse(request.parameter("number")),
            let page = try await casework.publicMatter(number)
        else { return try await gone(request) }
        let form = JoinForm(request.form)
        try request.spend(.write)
        do {
            let receipt = try await casework.joinPublic(
                number, form.registration, submission: try request.requiredSubmission)
            return try await joined(request, receipt, number: number)
        } catch let error as PlainError where error.kind == .invalid || error.kind == .conflict {
            return try await matterPage(request, page, form, errors: [error])
        } catch let errors as PlainErrors {
            return try await matterPage(request, page, form, errors: errors.errors)
        }
    }

    /// Number and code, shown once.
    func joined(_ request: PageRequest, _ receipt: CaseReceipt, number: String) async throws -> Response {
        try await JoinedPage.response(request, receipt, number: number)
    }
}

/// The page after joining; the letter form leads to it as well.
enum JoinedPage {
    static func response(_ request: PageRequest, _ receipt: CaseReceipt, number: String) async throws -> Response {
        var fields = SlipFields.fields(receipt, request)
        fields["publicURL"] = .text("/matters/\(number)")
        fields["subject"] = .text(receipt.title)
        fields["nearCounter"] = false
        return try await request.page("public/joined", title: request.words.text("public.joinedTitle"), fields)
    }
}
