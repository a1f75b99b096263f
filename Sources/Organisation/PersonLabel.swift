internal import Glibc

/// Words that sort people instead of matters. A rule pack, a tier or a category with such a name is refused: how pressing
/// something is follows from what it is about, never from who writes or how often (《信访工作条例》 Art. 17, 25).
public enum PersonLabel {
    /// The words, in small letters.
    public static let words = [
        "重点人员", "重点稳控", "重点管控", "重点信访人", "信访重点", "老户", "上访户", "上访专业户", "上访人员", "缠访", "闹访", "非访", "越级访", "进京访",
        "黑名单", "灰名单", "稳控", "维稳", "涉稳", "不稳定因素", "风险人员", "危险人员", "危险分子", "钉子户", "人员等级", "人员风险", "信访人等级", "来信人等级", "刁民",
        "troublemaker", "trouble-maker", "blacklist", "black list", "black-list", "greylist", "grey list", "grey-list",
        "graylist", "watchlist", "watch list", "watch-list", "vexatious", "repeat petitioner", "key person",
        "keyperson",
        "key-person", "keypeople", "risk score", "risk-score", "person level", "person-level", "personlevel",
        "stability risk", "high-risk person", "person of interest",
    ]

    /// The first such word in a name; `nil` when there is none.
    public static func found(in name: String) -> String? {
        // The search below ends at a zero.
        let spaced = name.lowercased().filter { (!$0.isWhitespace || $0 == " ") && $0 != "\0" }
        let closed = spaced.filter { $0 != " " }
        // `String.contains` takes most of the time of reading a rule pack.
        return words.first { strstr(spaced, $0) != nil || strstr(closed, $0) != nil }
    }
}
