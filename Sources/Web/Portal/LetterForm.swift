internal import Casework
internal import Kernel
internal import Ledger

/// The letter on its way through the steps; everything typed travels with every step, so nothing is kept here.
struct LetterForm {
    enum Step: String { case words, contact, review, send }

    var body: String
    var place: String
    var area: String
    var wish: String
    /// The number of an earlier letter about the same.
    var repeatOf: String
    var name: String
    var phone: String
    var address: String
    var anonymous: Bool
    var keepContactSecret: Bool
    var noReplyWanted: Bool
    var publishable: Bool
    var needLargePrint: Bool
    var needReadAloud: Bool
    var group: GroupForm
    var helper: HelperForm
    /// Files that came with this step or an earlier one.
    var files = FormFiles()

    init(_ form: Form) {
        body = form.text("body")
        place = form.text("place")
        area = form.text("area")
        wish = form.text("wish")
        repeatOf = form.text("repeatOf")
        name = form.text("name")
        phone = form.text("phone")
        address = form.text("address")
        anonymous = form.flag("anonymous")
        keepContactSecret = form.flag("keepContactSecret")
        noReplyWanted = form.flag("noReplyWanted")
        publishable = form.flag("publishable")
        needLargePrint = form.flag("needLargePrint")
        needReadAloud = form.flag("needReadAloud")
        group = GroupForm(form)
        helper = HelperForm(form)
    }

    var registration: Registration {
        var registration = Registration(channel: .web, body: body)
        registration.place = place
        registration.wish = wish
        registration.area = area.isEmpty ? nil : area
        registration.repeatOf = repeatOf
        registration.contact = Contact(name: name, phone: phone, address: address)
        registration.anonymous = anonymous
        registration.keepSecret = keepContactSecret
        registration.noReply = noReplyWanted
        registration.publishable = publishable
        registration.needs = [needLargePrint ? "largePrint" : nil, needReadAloud ? "readAloud" : nil].compactMap { $0 }
        registration.groupSize = group.size
        registration.others = group.others
        registration.onBehalf = helper.draft
        registration.files = files.references
        return registration
    }

    /// Whether a hint at the misconduct page belongs beside the letter.
    var mentionsMisconduct: Bool { MisconductHint.isIn(body) }
}

/// Several who write together: whoever writes is the first to speak for all, at most four more do, the others are told
/// the result (Art. 20).
struct GroupForm {
    struct Speaker {
        var name: String
        var phone: String
        var isEmpty: Bool { name.isEmpty && phone.isEmpty }
    }

    var groupSize: String
    /// As many as fields can be sent; one more than may speak beside the writer, so that nothing typed is lost.
    var speakers: [Speaker]
    /// One a line: name and telephone number.
    var members: String

    init(_ form: Form) {
        groupSize = form.text("groupSize")
        speakers = (1...GroupVisit.mostRepresentatives).map {
            Speaker(
                name: PlainText.cleaned(form.text("repName\($0)")), phone: PlainText.cleaned(form.text("repPhone\($0)"))
            )
        }
        members = form.text("members")
    }

    var isEmpty: Bool { groupSize.isEmpty && speakers.allSatisfy(\.isEmpty) && others.isEmpty }

    /// Everybody beside the writer, those who speak first.
    var others: [GroupMember] {
        speakers.filter { !$0.isEmpty }.map { speaker in
            GroupMember(Contact(name: speaker.name, phone: speaker.phone), as: .representative)
        } + members.split(whereSeparator: \.isNewline).compactMap { Self.member(in: $0) }
    }

    /// How many they are. Where only names were given, they are counted; "1" is somebody alone.
    var size: Int? {
        let typed = PlainText.cleaned(groupSize)
        let named = others.count
        guard !typed.isEmpty else { return named == 0 ? nil : named + 1 }
        // What is no number is told like a number that is too small.
        guard let number = Int(typed) else { return 0 }
        return number == 1 && named == 0 ? nil : number
    }

    /// "李大爷 0990-0000011": the last part with at least five digits is the telephone number.
    static func member(in line: Substring) -> GroupMember? {
        let parts = PlainText.cleaned(String(line)).split { $0.isWhitespace || "，,、;；:：".contains($0) }.map(String.init)
        guard !parts.isEmpty else { return nil }
        let phone = parts.last { $0.filter(\.isNumber).count >= 5 }
        let name = parts.filter { $0 != phone }.joined(separator: " ")
        return GroupMember(Contact(name: name, phone: phone), as: .member)
    }

    /// The fields of the page, with what is wrong beside each.
    func fields(_ errors: [PlainError], _ request: PageRequest) -> Fields {
        let rows = speakers.enumerated().map { index, speaker -> Fields in
            ["n": .number(index + 1), "name": .text(speaker.name), "phone": .text(speaker.phone)]
        }
        return [
            "groupSize": .text(groupSize), "members": .text(members), "speakers": .list(rows),
            // The writer is the first of five; a fifth beside him was sent by no form of ours.
            "speakerRows": .list(Array(rows.prefix(GroupVisit.mostRepresentatives - 1))), "hasGroup": .flag(!isEmpty),
            "groupOpen": .flag(
                !isEmpty
                    || ["groupSize", "representatives", "members"].contains { name in
                        errors.contains { $0.field == name }
                    }),
            "groupText": .text(size.map { request.words.text("remedies.groupOf", ["n": request.words.number($0)]) }),
            "groupNames": .list(
                others.map { other in
                    let key = other.role == .representative ? "remedies.groupSpeaks" : "remedies.groupTold"
                    let who = [other.contact.name, other.contact.phone].compactMap { $0 }.joined(separator: " ")
                    return ["text": .text(who), "part": .text(request.words.text(key))]
                }),
            "groupSizeError": .text(request.message(errors, for: "groupSize")),
            "representativesError": .text(request.message(errors, for: "representatives")),
            "membersError": .text(request.message(errors, for: "members")),
        ]
    }
}
