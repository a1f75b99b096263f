/// Finds names by what stands around them: cue words before, titles behind, the place of a signature.
struct MaskNames {
    let text: MaskText

    private var characters: [Character] { text.characters }

    var suggestions: [MaskSuggestion] {
        var out = introduced() + titled() + signatures()
        out += text.all(
            #/(?:[Mm]y name is|[Ii] am called|[Nn]ame:|[Yy]ours(?: sincerely| faithfully| truly)?,)\s+(?<part>[A-Z][a-z]+(?: [A-Z][a-z'-]+){0,2})/#,
            .name, .introduced)
        out += text.all(#/\b(?:Mr|Mrs|Ms|Miss|Dr)\.? (?<part>[A-Z][a-z]+(?: [A-Z][a-z'-]+)?)/#, .name, .title)
        return out
    }

    // MARK: After a cue

    /// Words behind which a name comes, however it goes on.
    private static let strong = [
        "我叫", "我名叫", "我的名字叫", "我的名字是", "本人叫", "名叫", "姓名:", "姓名是", "姓名为", "姓名", "联系人:", "联系人是",
        "联系人", "反映人:", "反映人", "投诉人:", "投诉人", "申请人:", "申请人", "举报人:", "来信人:", "来信人", "签名:", "落款:",
        "实名:", "实名举报人", "业主:", "户主:", "户主", "法人代表", "法定代表人", "负责人:", "经办人:", "承办人:", "名字叫", "收款人",
        "原告", "被告",
    ]
    /// Words behind which a name may come; only where it ends the phrase.
    private static let weak = [
        "儿子", "女儿", "孩子", "妻子", "丈夫", "父亲", "母亲", "老公", "老婆", "爱人", "哥哥", "弟弟", "姐姐", "妹妹", "患者", "学生",
        "业主", "村民", "居民", "老板", "房东", "当事人", "本人", "我是", "书记", "主任", "局长", "所长", "经理", "组长", "队长", "校长",
        "医生", "老师", "负责人", "同事", "邻居",
    ]

    private func introduced() -> [MaskSuggestion] {
        var out: [MaskSuggestion] = []
        for (cues, isStrong) in [(Self.strong, true), (Self.weak, false)] {
            for cue in cues {
                let cue = Array(cue)
                for start in places(of: cue) {
                    var position = start + cue.count
                    if isStrong {
                        while position < characters.count, ": 是为\"“".contains(characters[position]) { position += 1 }
                    }
                    guard let length = nameLength(at: position, endsPhrase: !isStrong) else { continue }
                    if let mask = text.mask(position, length, .name, isStrong ? .introduced : .relation) {
                        out.append(mask)
                    }
                }
            }
        }
        for cue in ["我姓", "本人姓", "免贵姓"] {
            for start in places(of: Array(cue)) {
                let position = start + cue.count
                guard position < characters.count, Surnames.single.contains(characters[position]) else { continue }
                if let mask = text.mask(position, 1, .name, .surname) { out.append(mask) }
            }
        }
        return out
    }

    private func places(of cue: [Character]) -> [Int] {
        guard cue.count <= characters.count else { return [] }
        return (0...(characters.count - cue.count)).filter { start in
            characters[start] == cue[0] && Array(characters[start..<(start + cue.count)]) == cue
        }
    }

    /// How long the name is that begins here; nothing where none does.
    private func nameLength(at position: Int, endsPhrase: Bool) -> Int? {
        guard let surname = surnameLength(at: position) else { return nil }
        for given in [2, 1] {
            let end = position + surname + given
            guard end <= characters.count, characters[(position + surname)..<end].allSatisfy(isGiven),
                !(position..<(end - 1)).contains(where: { Self.words.contains(String(characters[$0...($0 + 1)])) })
            else { continue }
            let next = end < characters.count ? characters[end] : "。"
            let isEnd = !isHan(next)
            if endsPhrase {
                if isEnd { return surname + given }
            } else if isEnd || given == 2 || Self.after.contains(next) {
                return surname + given
            }
        }
        return nil
    }

    private func surnameLength(at position: Int) -> Int? {
        guard position < characters.count else { return nil }
        if position + 1 < characters.count, Surnames.double.contains(String(characters[position...(position + 1)])) {
            return 2
        }
        return Surnames.single.contains(characters[position]) ? 1 : nil
    }

    /// What often follows a name.
    private static let after: Set<Character> = [
        "是", "在", "于", "的", "因", "从", "住", "系", "和", "与", "今", "现", "家", "向", "说", "被", "将",
    ]
    /// What no given name is made of.
    private static let notGiven: Set<Character> = [
        "是", "在", "的", "了", "我", "你", "他", "她", "们", "这", "那", "有", "不", "和", "与", "于", "因", "从", "到", "被", "把", "对",
        "向", "说", "要", "就", "也", "都", "个", "人", "电", "话", "村", "区", "市", "县", "镇", "路", "街", "号", "已", "为", "某", "能",
        "会", "没", "还", "但", "所", "以", "并", "后", "前", "员", "部", "局", "门", "处", "问", "题", "等", "及", "或", "给", "让", "做",
    ]

    private func isGiven(_ character: Character) -> Bool { isHan(character) && !Self.notGiven.contains(character) }

    private func isHan(_ character: Character) -> Bool {
        character.unicodeScalars.first.map { (0x3400...0x9FFF).contains($0.value) } ?? false
    }

    // MARK: Before a title

    private static let titles = [
        "女士", "先生", "小姐", "大爷", "大妈", "大娘", "大叔", "大姐", "大哥", "阿姨", "奶奶", "爷爷", "师傅", "老师", "医生", "护士",
        "警官", "律师", "教练", "老板", "同学", "同志", "书记", "主任", "副主任", "局长", "副局长", "科长", "处长", "所长", "站长", "院长",
        "校长", "副校长", "经理", "队长", "镇长", "村长", "区长", "市长", "县长", "会计", "园长", "店长", "董事长", "村支书", "支书", "总经理",
        "法官", "检察官", "股长", "教授", "会长",
    ]
    /// Two characters that are a word and no surname with something before it.
    private static let words: Set<String> = [
        "相关", "有关", "机关", "海关", "公安", "治安", "平安", "保安", "官方", "地方", "对方", "双方", "多方", "各方", "警方", "校方", "院方",
        "任何", "如何", "为何", "提高", "最高", "资金", "由于", "关于", "对于", "经常", "非常", "完成", "组成", "安全", "教师", "干部", "公司",
        "上司", "司机", "建立", "方向", "单位", "学校", "村委", "党支", "支部", "办公", "管理", "物业", "业主", "班主", "总经", "副主", "高新",
        "代理", "办理", "助理", "受理", "处理", "监管", "城管", "主管", "分管", "包括", "水务", "常务", "党组", "小区", "社区", "老年", "尊敬",
        "全体", "项目", "房管", "医务", "教务", "时任", "现任", "前任", "原任", "历任", "分局", "支队", "大队", "中队", "派出", "交警", "民警",
        "谢谢", "麻烦", "关注", "严重", "申请", "申领", "申报", "申诉", "安宁", "安排", "安装", "安置", "鲁莽", "高度", "高层", "高额", "万元",
        "方便", "方面", "方式", "白天", "白色", "黄色", "金额", "施工", "毛病", "包含", "游客", "路人", "汪洋", "温馨", "康复", "陆续", "古树", "梅雨",
        "华侨", "石头",
        "程序", "程度", "向阳", "江边", "江山", "常年", "常住", "常德", "许可", "许多", "左右", "左边", "沙发", "宁可", "符合", "成为", "苗木", "盛大",
        "曲线", "童年", "季度",
        "于是", "余下", "任务", "任意", "任性", "范围", "贾商", "丁字", "文明", "孔洞", "段时", "段路", "龙头", "史上", "倒闭", "柳州", "牛肉", "葛根",
        "易拉", "巩固", "商业",
        "幼儿", "小学", "中学", "高中", "初中", "数学", "语文", "英语", "体育", "音乐", "美术", "任课", "值班", "人民", "国家",
    ]

    private func titled() -> [MaskSuggestion] {
        var out: [MaskSuggestion] = []
        for title in Self.titles {
            let wanted = Array(title)
            for start in places(of: wanted) {
                for length in [3, 2, 1] {
                    let first = start - length
                    guard first >= 0, isName(first, length), !isInsideWord(first, length) else { continue }
                    if let mask = text.mask(first, length, .name, .title) { out.append(mask) }
                    break
                }
            }
        }
        return out
    }

    private func isName(_ first: Int, _ length: Int) -> Bool {
        guard let surname = surnameLength(at: first), surname <= length else { return false }
        return characters[(first + surname)..<(first + length)].allSatisfy(isGiven)
    }

    private func isInsideWord(_ first: Int, _ length: Int) -> Bool {
        for start in (first - 1)..<(first + length) where start >= 0 && start + 1 < characters.count {
            if Self.words.contains(String(characters[start...(start + 1)])) { return true }
        }
        guard first > 0, isHan(characters[first - 1]) else { return false }
        // In the middle of a phrase only what commonly stands before a name lets one begin.
        return length > 1
            ? !Self.before.contains(characters[first - 1]) : !Self.beforeOne.contains(characters[first - 1])
    }

    private static let before: Set<Character> = [
        "找", "问", "给", "对", "向", "跟", "和", "与", "是", "叫", "请", "系", "的", "位", "名", "了", "到", "由", "被", "让", "及", "、",
        "为",
        "委", "局", "校", "院", "所", "司", "部", "村", "处", "科", "敬", "于", "经", "有", "因", "时", "长", "记", "任", "员", "组", "队",
        "区", "谢", "感",
    ]
    private static let beforeOne: Set<Character> = [
        "找", "问", "给", "对", "跟", "和", "叫", "请", "系", "的", "位", "名", "了", "到", "让", "及", "敬", "是", "与", "由", "老", "小",
    ]

    // MARK: Signatures

    /// The last two lines, or the last words, where they are a name and perhaps a day.
    private func signatures() -> [MaskSuggestion] {
        var out: [MaskSuggestion] = []
        var line: (start: Int, end: Int) = (0, characters.count)
        var seen = 0
        var end = characters.count
        while end > 0, seen < 3 {
            var start = end
            while start > 0, !characters[start - 1].isNewline { start -= 1 }
            line = (start, end)
            end = start - 1
            let words = tokens(in: line)
            guard !words.isEmpty else { continue }
            seen += 1
            for word in words where words.count <= 3 || word.start == words.last?.start {
                guard (2...4).contains(word.length), characters[word.start] != characters[word.start + 1],
                    let surname = surnameLength(at: word.start),
                    (1...2).contains(word.length - surname), isName(word.start, word.length),
                    !(word.start..<(word.start + word.length - 1)).contains(where: {
                        Self.words.contains(String(characters[$0...($0 + 1)]))
                    }),
                    line.end - line.start <= 24 || words.last?.start == word.start
                else { continue }
                if let mask = text.mask(word.start, word.length, .name, .signature) { out.append(mask) }
            }
        }
        return out
    }

    /// Runs of Han characters.
    private func tokens(in line: (start: Int, end: Int)) -> [(start: Int, length: Int)] {
        var out: [(start: Int, length: Int)] = []
        var begin: Int?
        for index in line.start...line.end {
            let isPart = index < line.end && isHan(characters[index])
            if isPart, begin == nil { begin = index }
            if !isPart, let first = begin {
                out.append((first, index - first))
                begin = nil
            }
        }
        return out
    }
}

/// Family names: the common ones, without those that are mostly other words.
enum Surnames {
    static let single = Set(
        """
        王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程苏魏吕丁任卢姚沈钟姜崔谭陆汪范金石廖\
        贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤柳欧熬温康施牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳\
        翟殷詹申耿关兰焦俞左柯甘祝包宁尚符舒阮纪梅童凌毕季裴霍涂苗谷盛曲翁冉骆蓝游辛靳柴蒙鲍华喻祁蒲滕屈饶牟艾尤阳\
        穆卓古吉缪芦褚娄窦戚岑费卜冷晏席卫柏宗瞿桂佟臧闵苟邬卞姬仇栾隋刁沙荣巫寇桑郎甄仲虞敖巩佘\
        苑迟邝
        """)
    static let double: Set<String> = [
        "欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "东方", "夏侯", "端木", "闻人", "赫连", "宇文",
    ]
}
