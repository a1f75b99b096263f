internal import Casework
internal import Hummingbird
internal import Kernel

/// What the page after sending says beside number and code.
struct SentLetter {
    enum Kind { case letter, information, pressed }

    var kind = Kind.letter
    var addressee: String
    var anonymous: Bool
    /// The names of the others, in the order of the form; a repeated request does not know them any more.
    var others: [String?] = []
}

extension Portal {
    /// Number and code, shown once; for several who wrote together everybody's own.
    func sent(_ request: PageRequest, _ receipt: CaseReceipt, _ letter: SentLetter) async throws -> Response {
        let counter = try await counters(request).first
        var fields = SlipFields.fields(receipt, request)
        fields["addressee"] = .text(letter.anonymous ? nil : letter.addressee)
        fields["anonymous"] = .flag(letter.anonymous)
        fields["nearCounter"] = .optional(counter)
        fields["isLetter"] = .flag(letter.kind == .letter)
        fields["isInformation"] = .flag(letter.kind == .information)
        fields["isPressed"] = .flag(letter.kind == .pressed)
        let members = receipt.members.enumerated().map { index, member in
            let name = letter.others.indices.contains(index) ? letter.others[index] : nil
            return self.member(member, receipt, name: member.name ?? name, position: index, request)
        }
        fields["hasMembers"] = .flag(!members.isEmpty)
        fields["members"] = .list(members.map { $0.merging(["nearCounter": .optional(counter)]) })
        let titles: [SentLetter.Kind: String] = [
            .letter: "portal.sentTitle", .information: "remedies.infoSentTitle", .pressed: "remedies.pressedSentTitle",
        ]
        let title = request.words.text(titles[letter.kind] ?? "portal.sentTitle")
        fields["sentTitle"] = .text(title)
        return try await request.page("portal/sent", title: title, fields)
    }

    /// One more slip: the same number, an own code.
    private func member(
        _ member: MemberReceipt, _ receipt: CaseReceipt, name: String?, position: Int, _ request: PageRequest
    ) -> Fields {
        let words = request.words
        var fields = SlipFields.fields(
            SlipFields.Content(
                number: receipt.number, code: member.code, addressee: name, gist: receipt.title,
                firstContact: receipt.notifyBy?.due, receivedAt: receipt.registeredAt, fingerprint: receipt.fingerprint),
            words, request.site.settings)
        fields["codeAloud"] = .text(words.aloud(member.code.description))
        fields["who"] = .text(name ?? words.text("remedies.memberNumber", ["n": "\(position + 2)"]))
        return fields
    }
}
