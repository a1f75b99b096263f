/// Words that often stand in reports of misconduct. They only bring a hint to a page; nothing is decided by them.
enum MisconductHint {
    private static let signs = [
        "受贿", "行贿", "贪污", "索要红包", "收红包", "吃拿卡要", "以权谋私", "包庇", "徇私", "挪用", "侵吞", "渎职", "举报", "检举", "控告",
        "违纪", "bribe", "corrupt", "embezzle",
    ].map { Array($0.utf8) }
    private static let byFirst = Dictionary(grouping: signs) { $0[0] }

    /// Compares bytes: every page of a matter asks, and comparing characters costs more than the rest of the page.
    static func isIn(_ text: String) -> Bool {
        let bytes = text.utf8.map { (UInt8(0x41)...0x5A).contains($0) ? $0 + 0x20 : $0 }
        for index in bytes.indices {
            // A character goes on with bytes below 0xC0; words begin elsewhere.
            guard bytes[index] & 0xC0 != 0x80, let candidates = byFirst[bytes[index]] else { continue }
            if candidates.contains(where: { bytes[index...].starts(with: $0) }) { return true }
        }
        return false
    }
}
