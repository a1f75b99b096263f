/// What happens in the demo county's hall. All of it is invented.
enum DemoVisits {
    struct Story {
        /// How many days ago; 0 is today.
        let daysAgo: Int
        /// Minutes after nine; today: minutes ago.
        let minute: Int
        let about: String
        var desks = [1]
        var people = 1
        var needs: [VisitNeed] = []
        var front: FrontReason?
        /// Whether somebody received them.
        var isReceived = true
        /// What came of it; nothing while they sit there.
        var result: VisitResult?
        var words = ""
    }

    static let all: [Story] = [
        Story(
            daysAgo: 6, minute: 5, about: "问低保怎么申请", result: .answered,
            words: "讲了条件、要带的材料和村里代办的时间，给了一张明白纸。"),
        Story(
            daysAgo: 6, minute: 20, about: "楼上漏水，物业不管", desks: [1, 2], needs: [.dialect], result: .progress,
            words: "这件事已在办，当面讲了办到哪一步。"),
        Story(
            daysAgo: 6, minute: 31, about: "公交改线", people: 4, result: .referred,
            words: "线路调整由县交通运输局定，已告诉窗口和电话。"),
        Story(
            daysAgo: 5, minute: 2, about: "工资拖欠", result: .progress, words: "当面看了进度，约好周五打电话。"),
        Story(daysAgo: 5, minute: 44, about: "问医保报销", result: .answered, words: "门诊和住院比例当面讲清，帮着算了一笔。"),
        Story(daysAgo: 5, minute: 50, about: "", isReceived: false),
        Story(daysAgo: 0, minute: 58, about: "问高龄津贴", result: .answered, words: "满八十岁从当月起发，已帮着填好表。"),
        Story(daysAgo: 0, minute: 34, about: "路灯不亮", needs: [.readAloud], front: .unwell),
        Story(daysAgo: 0, minute: 22, about: "小区停水", desks: [2], people: 3, isReceived: false),
        Story(daysAgo: 0, minute: 15, about: "宅基地边界", desks: [1, 3], needs: [.dialect], isReceived: false),
        Story(daysAgo: 0, minute: 6, about: "孩子上学", isReceived: false),
    ]

    struct Day {
        /// In how many days; negative: ago.
        let inDays: Int
        let office: String
        let topics: String
        var isJoint = false
    }

    static let days: [Day] = [
        Day(inDays: -7, office: "主任", topics: "城乡建设、供水供电"),
        Day(inDays: 5, office: "副县长", topics: "住房、物业、老旧小区改造", isJoint: true),
        Day(inDays: 9, office: "主任", topics: "劳动报酬、社会保障"),
    ]

    static let results: [(result: LeaderResult, words: String)] = [
        (.takenCharge, "这件事由我包办到底，每周问一次进度。"),
        (.handedOver, "交给主管单位，半个月内拿出办法并当面告诉您。"),
        (.explained, "讲清了政策为什么这样定，也说了还能走的路。"),
    ]
}
