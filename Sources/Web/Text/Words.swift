public import Kernel

/// Dates, times, numbers and lists as words of one language. Pages get finished text: templates format nothing.
public struct Words: Sendable {
    /// The language.
    public let language: Language
    /// Where "today" is.
    public let zone: CivilZone
    let catalogue: Catalogue

    /// Words of a language.
    public init(_ catalogue: Catalogue, _ language: Language, zone: CivilZone = .shanghai) {
        self.catalogue = catalogue
        self.language = language
        self.zone = zone
    }

    /// A text of the catalogue.
    public func text(_ key: String, _ values: [String: String] = [:]) -> String {
        catalogue.text(key, language, values)
    }

    /// A word that names a case of an enumeration: `phase.inHand`, `channel.web`; the key itself where there is none.
    public func name(_ kind: String, _ value: some RawRepresentable<String>) -> String {
        text("\(kind).\(value.rawValue)")
    }
}

// MARK: Dates and times

extension Words {
    /// "6 月 3 日", "3 June".
    public func date(_ date: LocalDate) -> String { text("word.date", parts(date)) }

    /// "6 月 3 日（周三）", "3 June (Wednesday)".
    public func dateAndWeekday(_ date: LocalDate) -> String { text("word.dateAndWeekday", parts(date)) }

    /// "2026 年 6 月 3 日", "3 June 2026".
    public func fullDate(_ date: LocalDate) -> String { text("word.fullDate", parts(date)) }

    /// The date, with its year where that is not this year.
    public func date(_ date: LocalDate, today: LocalDate) -> String {
        date.parts.year == today.parts.year ? self.date(date) : fullDate(date)
    }

    /// "6.3", as on a postmark.
    public func stampDate(_ date: LocalDate) -> String { "\(date.parts.month).\(date.parts.day)" }

    /// "六月", "June".
    public func month(_ date: LocalDate) -> String { text("word.month.\(date.parts.month)") }

    /// "9:02".
    public func time(_ instant: Instant) -> String {
        let (hour, minute, _) = zone.timeOfDay(of: instant)
        return "\(hour):\(Self.two(minute))"
    }

    /// "5 月 13 日 19:26", "13 May 19:26".
    public func dateTime(_ instant: Instant) -> String {
        text("word.dateTime", ["date": date(zone.date(of: instant)), "time": time(instant)])
    }

    /// "2026 年 5 月 13 日 19:26", "13 May 2026 19:26".
    public func fullDateTime(_ instant: Instant) -> String {
        text("word.dateTime", ["date": fullDate(zone.date(of: instant)), "time": time(instant)])
    }

    /// "今天 10:41", "昨天 10:41", further back the date; with the year where that is not this year.
    public func relative(_ instant: Instant, now: Instant) -> String {
        let (day, today) = (zone.date(of: instant), zone.date(of: now))
        switch today.days(since: day) {
        case 0: return text("word.today", ["time": time(instant)])
        case 1: return text("word.yesterday", ["time": time(instant)])
        default:
            return text("word.dateTime", ["date": date(day, today: today), "time": time(instant)])
        }
    }

    /// "2026-05-13T19:26+08:00", for `datetime` attributes.
    public func iso(_ instant: Instant) -> String {
        let (hour, minute, _) = zone.timeOfDay(of: instant)
        let offset = zone.offsetSeconds
        let shift = "\(offset < 0 ? "-" : "+")\(Self.two(abs(offset) / 3600)):\(Self.two(abs(offset) / 60 % 60))"
        return "\(zone.date(of: instant))T\(Self.two(hour)):\(Self.two(minute))\(shift)"
    }

    /// "清河县 · 5 月 21 日 周四 10:42" without the county.
    public func nowText(_ now: Instant) -> String {
        let date = zone.date(of: now)
        return text("word.now", parts(date).merging(["time": time(now)]) { first, _ in first })
    }

    private func parts(_ date: LocalDate) -> [String: String] {
        let (year, month, day) = date.parts
        return [
            "year": "\(year)", "month": "\(month)", "day": "\(day)", "monthName": text("word.month.\(month)"),
            "weekday": text("word.weekday.\(date.weekday)"),
        ]
    }

    static func two(_ number: some BinaryInteger) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

// MARK: Numbers and lists

extension Words {
    /// "12,345".
    public func number(_ number: some BinaryInteger) -> String {
        let digits = Array(String(number.magnitude))
        var out = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return out
    }

    /// A number that was counted only up to a limit: "1,000 多".
    public func capped(_ number: Int, most: Int) -> String {
        number > most ? text("word.over", ["n": self.number(most)]) : self.number(number)
    }

    /// A text of the catalogue for a number; English has one for exactly one under `<key>.one`.
    public func counted(_ key: String, _ number: Int) -> String {
        let values = ["n": self.number(number)]
        if number == 1, let one = catalogue.find("\(key).one", language, values) { return one }
        return text(key, values)
    }

    /// "9 个工作日", "9 working days".
    public func workingDays(_ count: Int) -> String { counted("word.workingDays", count) }

    /// "9 天", "9 days".
    public func days(_ count: Int) -> String { counted("word.days", count) }

    /// "9 件", "9 matters".
    public func matters(_ count: Int) -> String { counted("word.matters", count) }

    /// "甲、乙、丙"; "A, B and C".
    public func list(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: text("word.comma")) + text("word.lastComma") + last
    }

    /// A hash in groups of four: "5d1c 08e7 …".
    public func fingerprint(_ hexadecimal: String) -> String {
        var out = ""
        for (index, character) in hexadecimal.enumerated() {
            if index > 0, index % 4 == 0 { out.append(" ") }
            out.append(character)
        }
        return out
    }

    /// A number or code as it is read to somebody: "二六零五，零一二一，六"; "2 6 0 5, 0 1 2 1, 6".
    public func aloud(_ code: String) -> String {
        let chinese = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"]
        let groups = code.split(separator: "-").map { group -> String in
            let signs = group.map { sign -> String in
                guard !language.isEnglish, let digit = sign.wholeNumberValue, digit < 10 else { return String(sign) }
                return chinese[digit]
            }
            let isAllDigits = group.allSatisfy(\.isNumber)
            return signs.joined(separator: isAllDigits && !language.isEnglish ? "" : " ")
        }
        return groups.joined(separator: language.isEnglish ? ", " : "，")
    }
}
