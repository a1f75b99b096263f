/// The words of the demo county's tasks, suggestions and meetings. Nobody and nothing in them is real.
enum DemoWords {
    struct Step: Sendable {
        enum Act: Sendable { case urge, list, talk, rectify, answer, accept, sendBack, close }
        let act: Act
        let daysAgo: Int
        let words: String
    }

    struct TaskStory: Sendable {
        let openedDaysAgo: Int
        let reason: String
        let steps: [Step]
    }

    static let tasks = [
        TaskStory(
            openedDaysAgo: 16, reason: "期限过了还没有答复，来信人两次打电话来问，都说“还在研究”。请说明卡在哪里、哪天答复。",
            steps: [
                Step(act: .urge, daysAgo: 8, words: "七天过去，没有收到书面回复。请在新的日期前答复，并附上经办过程。"),
                Step(act: .list, daysAgo: 2, words: "催办后仍没有回复，列入挂牌督办，销号以前每周看一次进展。"),
            ]),
        TaskStory(
            openedDaysAgo: 9, reason: "转过去十多天没有接下，也没有提异议。请说明原因，并在期限前接下或依规定提出异议。",
            steps: [Step(act: .answer, daysAgo: 3, words: "交接时漏看了一批。已经接下，指定专人每天上午核对一次待接收的来信，并给来信人打过电话说明。")]),
        TaskStory(
            openedDaysAgo: 40, reason: "同一件事答复两次，来信人都说没解决，两份答复的内容几乎一样。请重新到现场核实。",
            steps: [
                Step(act: .answer, daysAgo: 36, words: "答复符合规定，来信人期望过高。"),
                Step(act: .sendBack, daysAgo: 35, words: "没有说明现场情况，也没有回应来信人提的三点。请到现场看过再答。"),
                Step(act: .talk, daysAgo: 32, words: "约请单位负责人面谈：逐条对照来信核实，一周内拿出办法，并当面向来信人说明。"),
                Step(act: .rectify, daysAgo: 31, words: "限期改正：现场核实，重新答复，附核实记录。"),
                Step(act: .answer, daysAgo: 27, words: "已到现场核实，三点中两点当场办好，第三点列入月底前的维修计划，并已当面告诉来信人。"),
                Step(act: .accept, daysAgo: 26, words: "情况清楚。"),
                Step(act: .close, daysAgo: 20, words: "第三点也已修好，来信人确认。"),
            ]),
        TaskStory(
            openedDaysAgo: 3, reason: "抽查发现几件来信没有给来信人书面告知。请补上，并说明今后怎么避免。", steps: []),
    ]

    struct SuggestionStory: Sendable {
        let kind: SuggestionKind
        let daysAgo: Int
        let words: String
        let reply: (adoption: SuggestionAdoption, words: String)?
    }

    static let suggestions = [
        SuggestionStory(
            kind: .improveWork, daysAgo: 50, words: "冬天以前把老旧小区的供热管道查一遍，查到哪里、哪天修，先告诉住户，不要等停热了再来信。",
            reply: (.adopted, "采纳。已排出排查表，十月底前查完，结果贴在各小区门口。")),
        SuggestionStory(
            kind: .changePolicy, daysAgo: 33, words: "路灯的养护分属几个单位，来信人分不清该找谁。建议统一由一个单位接、统一公布电话。",
            reply: (.partly, "部分采纳。电话统一公布，由我单位接；产权没有移交的路段，养护费用还要与街道商定。")),
        SuggestionStory(
            kind: .accountability, daysAgo: 8, words: "反复督办仍不执行已经支持的处理意见，建议按管理权限核查责任。", reply: nil),
    ]

    struct Item: Sendable {
        let title: String
        let decision: String
        let dueIn: Int
        let isDispute: Bool
        let result: String?
    }

    static let items = [
        Item(
            title: "老旧小区供水管道改造的先后次序", decision: "先修一年内来信三次以上的五个小区，次序向居民公布。", dueIn: -1, isDispute: false,
            result: "五个小区的次序和工期已在公告栏和网上公布。"),
        Item(
            title: "夜间施工的联合巡查", decision: "每周两次联合巡查，结果当天告诉来信人。", dueIn: 20, isDispute: false, result: nil),
        Item(
            title: "两个单位都说不归自己：由谁负责", decision: "由本次会议指定的单位负责到底，另一单位提供图纸和旧合同。", dueIn: 10,
            isDispute: true, result: nil),
    ]

    static let coming = ["挂牌督办事项的进展", "供热季来信的准备"]
    static let place = "县政府三楼会议室"
}
