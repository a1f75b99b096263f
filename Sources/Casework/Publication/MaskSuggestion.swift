/// A place in a text that may tell who somebody is, with the reason. A suggestion: a person decides about each.
public struct MaskSuggestion: Hashable, Sendable {
    /// What it looks like.
    public enum Kind: String, Sendable, CaseIterable {
        case identity, account, phone, email, plate, handle, name, address
    }

    /// Why it is suggested; a sentence in the catalogues under `mask.reason.<code>`.
    public enum Reason: String, Sendable, CaseIterable {
        /// 18 digits whose check digit fits.
        case identityChecked
        /// It has the form of an identity number, but the check digit does not fit.
        case identityForm
        /// 16 to 19 digits like those of a card.
        case card
        /// A mobile number.
        case mobile
        /// A land line with its area code.
        case landline
        /// Digits after a word such as 电话.
        case phoneAfterWord
        /// A number of which some digits are hidden already.
        case partlyHidden
        /// An e-mail address.
        case email
        /// The form of a number plate.
        case plate
        /// A name in a messenger.
        case handle
        /// A resident of this matter has this name, number or address.
        case known
        /// After 我叫, 姓名 and the like.
        case introduced
        /// After 我姓.
        case surname
        /// Before 女士, 老师, 书记 and the like.
        case title
        /// The last line.
        case signature
        /// After a word for a relative or a part in the matter.
        case relation
        /// Unit and room, so that it is one household.
        case household
        /// A house number in a street, lane or village.
        case houseNumber
    }

    /// What it looks like.
    public let kind: Kind
    /// Why.
    public let reason: Reason
    /// Where it begins, in characters.
    public let start: Int
    /// How long it is, in characters.
    public let length: Int
    /// The words themselves.
    public let text: String

    /// What stands in its place: a word in brackets, so that everybody sees that something was left out.
    public var replacement: String {
        switch kind {
        case .identity: "〔身份证号〕"
        case .account: "〔账号〕"
        case .phone: "〔电话〕"
        case .email: "〔邮箱〕"
        case .plate: "〔车牌〕"
        case .handle: "〔账户名〕"
        case .name: "〔姓名〕"
        case .address: "〔门牌〕"
        }
    }

    var end: Int { start + length }
}

extension MaskSuggestion {
    /// A text with the chosen suggestions in place.
    public static func applied(_ chosen: [MaskSuggestion], to text: String) -> String {
        let characters = Array(text)
        var out = ""
        var position = 0
        for mask in chosen.sorted(by: { $0.start < $1.start }) where mask.start >= position {
            guard mask.end <= characters.count else { break }
            out += String(characters[position..<mask.start]) + mask.replacement
            position = mask.end
        }
        return out + String(characters[position...])
    }
}
