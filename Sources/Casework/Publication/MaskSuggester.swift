public import Ledger

/// Finds what may tell who somebody is: names, numbers, plates, exact addresses. It knows forms and cue words, nothing
/// about people; it misses things, and a person reads the whole text before anybody else does.
public struct MaskSuggester: Sendable {
    private let known: [(text: String, kind: MaskSuggestion.Kind)]

    /// - Parameter contacts: what the house knows of the matter's residents; each of it is suggested wherever it stands.
    public init(_ contacts: [Contact] = []) {
        known = contacts.flatMap { contact -> [(String, MaskSuggestion.Kind)] in
            [
                contact.name.map { ($0, .name) }, contact.phone.map { ($0, .phone) },
                contact.address.map { ($0, .address) }, contact.identityNumber.map { ($0, .identity) },
            ].compactMap { $0 }.filter { $0.0.count >= 2 }
        }
    }

    /// Suggestions in the order of the text; none overlap.
    public func suggestions(in text: String) -> [MaskSuggestion] {
        let plain = MaskText(text)
        var found: [MaskSuggestion] = knownOnes(in: plain)
        found += numbers(in: plain)
        // Each expression costs a walk through the letter; a look for what it needs costs next to nothing.
        if plain.holds("@") {
            found += plain.all(#/[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+/#, .email, .email)
        }
        found += plain.all(
            #/[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z][·•.\- ]?(?=[A-Za-z]*[0-9])[A-Za-z0-9]{5,6}(?![A-Za-z0-9])/#,
            .plate, .plate)
        found += plain.all(
            #/(?:QQ|qq|微信|Q群|抖音|微博)(?:号|群|号码|账号)?[是为:\s]{0,3}(?<part>[A-Za-z0-9_-]{5,20})/#, .handle, .handle)
        found += MaskNames(text: plain).suggestions
        found += addresses(in: plain)
        return Self.withoutOverlaps(found)
    }

    private func knownOnes(in text: MaskText) -> [MaskSuggestion] {
        known.flatMap { text.occurrences(of: $0.text, $0.kind, .known) }
    }

    // MARK: Numbers

    private func numbers(in text: MaskText) -> [MaskSuggestion] {
        var out: [MaskSuggestion] = []
        for found in text.all(#/[1-9][0-9]{16}[0-9Xx](?![0-9])/#, .identity, .identityForm) {
            if Self.hasCheckDigit(found.text) {
                out.append(found.because(.identityChecked))
            } else if Self.hasBirthday(found.text.dropFirst(6).prefix(8)) {
                out.append(found)
            }
        }
        out += text.all(#/[1-9][0-9]{14}(?![0-9])/#, .identity, .identityForm)
            .filter { Self.hasBirthday("19" + $0.text.dropFirst(6).prefix(6)) }
        out += text.all(#/(?:62|4|5)[0-9]{3}(?: ?[0-9]{4}){2,3}[0-9]{0,3}(?![0-9])/#, .account, .card)
            .filter { (16...19).contains($0.text.filter(\.isNumber).count) }
        out += text.all(#/(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])/#, .phone, .mobile)
        out += text.all(#/1[3-9][0-9]{0,5}(?:[*×xX•]{3,8}[0-9]{0,4}|[0-9]{2,8}…)/#, .phone, .partlyHidden)
        out += text.all(#/\(?0[0-9]{2,3}\)?[-— ]{0,2}[0-9]{7,8}(?![0-9])/#, .phone, .landline)
        out += text.all(
            #/(?:电话|手机|联系方式|致电|座机|热线|号码|[Tt]el|phone)(?:号码|号)?[是为:\s]{0,3}(?<part>[1-9][0-9]{6,11})(?![0-9])/#,
            .phone, .phoneAfterWord)
        return out
    }

    /// GB 11643: weighted sum of 17 digits, modulo 11.
    static func hasCheckDigit(_ text: String) -> Bool {
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let digits = text.prefix(17).compactMap(\.wholeNumberValue)
        guard digits.count == 17, let last = text.last, hasBirthday(text.dropFirst(6).prefix(8)) else { return false }
        let sum = zip(weights, digits).reduce(0) { $0 + $1.0 * $1.1 }
        return Array("10X98765432")[sum % 11] == Character(last.uppercased())
    }

    private static func hasBirthday(_ text: some StringProtocol) -> Bool {
        guard let number = Int(text), text.count == 8 else { return false }
        let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100)
        return (1900...2100).contains(year) && (1...12).contains(month) && (1...31).contains(day)
    }

    // MARK: Addresses

    /// A household, or a house in a street. A building alone is a place that many share, and stays.
    private func addresses(in text: MaskText) -> [MaskSuggestion] {
        var out: [MaskSuggestion] = []
        // 3栋2单元502, 12号楼1-301室, 三单元 502 室
        let chain =
            #/(?:[A-Za-z]?[0-9一二三四五六七八九十百]{1,4}[A-Za-z]?\s?(?:号楼|号栋|栋|幢|座|期|号|楼|单元|门洞)[-\s]?){0,3}[A-Za-z]?[0-9一二三四五六七八九十百]{1,4}\s?(?:单元|门洞)[-\s]?(?:[0-9]{3,4}(?:室|号|户|房)?|[0-9一二三四五六七八九十]{1,3}[楼层](?:[0-9]{1,4}(?:室|号|户)?)?)/#
        out += text.all(chain, .address, .household)
        // 5栋1203, 8号楼 602室
        out += text.all(
            #/[A-Za-z0-9一二三四五六七八九十百]{1,5}\s?(?:号楼|号栋|栋|幢|座|楼|单元)[-\s]?[A-Za-z]?[0-9]{3,4}(?:室|号房|号|户|房)?(?![0-9年月日米元吨户人平个多万瓦度米m])/#,
            .address, .household)
        // 502室
        out += text.all(#/[A-Za-z]?[0-9]{3,4}(?:室|号房|房间)(?!外)/#, .address, .household)
        // 3-2-502
        out += text.all(#/[0-9]{1,2}-[0-9]{1,2}-[0-9]{3,4}(?:室|号)?(?![0-9-])/#, .address, .household)
        // 人民路 12 号, 柳溪村三组 8 号
        out += text.all(
            #/(?:路|街|巷|弄|道|胡同|里|村|组|队|屯|社区)\s?(?<part>[附]?[0-9一二三四五六七八九十百]{1,5}(?:-[0-9]{1,4})?\s?号(?:附[0-9]{1,3}号)?)(?!线|楼|栋|路|井|地|院|台|泵|桥|闸|文|公|门(?![口牌前外]))/#,
            .address, .houseNumber)
        return out
    }

    // MARK: Order

    /// The surer kind wins where two meet; of one kind the longer.
    static func withoutOverlaps(_ all: [MaskSuggestion]) -> [MaskSuggestion] {
        let order = Dictionary(uniqueKeysWithValues: MaskSuggestion.Kind.allCases.enumerated().map { ($1, $0) })
        let sorted = all.sorted {
            ($0.reason == .known ? -1 : order[$0.kind] ?? 0, -$0.length, $0.start)
                < ($1.reason == .known ? -1 : order[$1.kind] ?? 0, -$1.length, $1.start)
        }
        var kept: [MaskSuggestion] = []
        for mask in sorted where mask.length > 0 {
            if !kept.contains(where: { mask.start < $0.end && $0.start < mask.end }) { kept.append(mask) }
        }
        return kept.sorted { $0.start < $1.start }
    }
}

extension MaskSuggestion {
    func because(_ reason: Reason) -> MaskSuggestion {
        MaskSuggestion(kind: kind, reason: reason, start: start, length: length, text: text)
    }
}
