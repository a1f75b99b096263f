internal import Kernel
internal import Ledger
internal import Storage

/// Search over approved texts. The index and the words for "already reported?" hold nothing else, and lose it in the
/// same transaction in which it stops being public.
extension Casework {
    /// How many different words of a matter are compared with a letter.
    static let comparedWords = 160

    /// Brings the public index from one publication to the next.
    func indexPublic(
        from old: CaseState.Publication?, to new: CaseState.Publication?, in tx: any Transaction
    ) throws {
        guard old?.shown != new?.shown else { return }
        if let old {
            try Self.publicSearch.remove(tx, old.shown.body.id, try words(of: old.shown, in: tx))
            try tx.execute("DELETE FROM public_words WHERE text_id = $1", [old.shown.body.id])
        }
        guard let new else { return }
        let words = try words(of: new.shown, in: tx)
        try Self.publicSearch.add(tx, new.shown.body.id, words)
        for token in Self.compared(words) {
            try tx.execute(
                "INSERT INTO public_words (text_id, token) VALUES ($1, $2)", [new.shown.body.id, token])
        }
    }

    /// Title, text and reply, as everybody reads them.
    private func words(of shown: CaseEvent.Published, in tx: any ReadTransaction) throws -> String {
        try [shown.title, shown.body, shown.reply].compactMap { try $0.flatMap { try texts.body($0.id, in: tx) } }
            .joined(separator: "\n")
    }

    /// What is compared: pairs of characters and words, the first ones, without what every letter has.
    static func compared(_ text: String) -> [String] {
        let tokens = SearchText().tokens(of: String(text.prefix(1_200)))
        return Array(tokens.filter { $0.count > 1 && !commonWords.contains($0) }.prefix(comparedWords))
    }

    /// Pairs that say nothing about what a letter is about.
    private static let commonWords: Set<String> = [
        "我们", "希望", "请问", "领导", "你好", "您好", "尊敬", "敬的", "谢谢", "问题", "这个", "没有", "现在", "解决", "处理",
        "反映", "投诉", "相关", "有关", "部门", "能否", "可以", "因为", "所以", "但是", "已经", "一直", "多次", "请求", "请查",
        "一下", "什么", "怎么", "为什", "的问", "情况", "居民", "群众", "the", "and", "for", "that", "this", "with", "have",
        "not", "has", "are", "was", "our", "you",
    ]
}
