import Foundation
import Foundation
import Kernel
import Ledger
import Organisation
import Storage
import Testing

@testable import Casework

/// No. 1, 5, 13 of docs/never.md: nothing scores, labels or sorts people, nothing ties a petition to something else about
/// them, and nothing is kept "just in case".
@Suite struct NeverLabelTests {
    /// Every field that an event of a matter can have. A new one is added here with a reason why it says nothing about
    /// a person: what kind, how often, how troublesome, of which faith, how rich.
    static let eventFields: Set<String> = [
        // The matter and its course.
        "number", "channel", "title", "body", "place", "wish", "category", "area", "receivedBy", "urgency", "pack",
        "packVersion", "publishable", "source", "clocks", "kind", "receiver", "groupSize", "repeatOf", "form", "lead",
        "entry", "entryVersion", "reason", "text", "evidence", "late", "upheld", "step", "conference", "handler",
        "unit",
        "ask", "due", "by", "method", "result", "outcome", "basis", "remedies", "signer", "request", "facts", "law",
        "execution", "adoption", "answer", "withheld", "what", "judgeUntil", "other", "otherNumber", "staff", "texts",
        "sort", "route", "tier", "organ", "words", "units", "returnsTo", "side", "rating", "length", "clock", "cause",
        "rules", "on", "ended", "calendar", "to", "notice", "papers", "list", "minutes", "id", "end", "terms",
        "residentOn",
        "unitOn", "stage",
        // Which body decides a dispute; when and by what proof something was carried out.
        "superior", "feedback", "phase", "executedOn", "executionWords", "position",
        // A clock.
        "rule", "from", "rolled", "provisional", "ends", "suspends", "owner", "dueAt", "extended", "rested",
        "rests", "since", "until",
        "escalation", "escalationHours",
        // The resident's part: what they asked for, never what they are. `group` is speaker or member.
        "reporter", "person", "anonymous", "keepSecret", "noReply", "needs", "codeHash", "group",
        // Joined through the public page, and so reads only what is public. Who wrote for them, and how they agreed.
        "neighbour", "onBehalf", "relation", "consent", "agreedOn", "helper",
        // What everybody reads; `reply` is its public form.
        "reply",
        // A file: never its name.
        "files", "type", "size", "hash", "shown",
        // Matters that are one, and parts: who moves along, with what they have had and asked for; whom a restriction of
        // the kept matter also keeps out of the merged one.
        "parts", "details", "withdrawn", "erased", "notices", "noticeBy", "accusedStaff", "accusedUnits", "reporters",
        "part", "whole", "carriesLetter",
        // A word of the managed vocabulary, which refuses words about people.
        "tag",
        // Which texts kept ready a letter was written with: of the office's own words, never of whom it goes to.
        "canned", "version", "edited",
        // Where the paper lies: the place in the archive of a file.
        "mark",
        // What the resident says of the office.
        "attitude", "answers", "supports", "approves", "pleased", "agrees", "intake",
        // When somebody calls to ask how it went, and when again.
        "callBackOn", "again",
        // The procedure of another law, with its limit.
        "procedure",
    ]

    @Test func eventsHoldNoFieldThatWasNotArguedFor() throws {
        var seen: Set<String> = []
        var kinds: Set<String> = []
        for event in try NeverKit.everyEvent() {
            kinds.insert(event.kind)
            let fields = NeverKit.fields(of: event)
            #expect(fields.subtracting(Self.eventFields).isEmpty, "\(event.kind)")
            seen.formUnion(fields)
        }
        #expect(try NeverKit.eventKinds() == kinds, "every kind of event was looked at")
        #expect(Self.eventFields.subtracting(seen).isEmpty, "the list is no longer than what there is")
    }

    @Test func howPressingItIsComesFromTheMatterAlone() throws {
        #expect(MatterUrgency.allCases.map(\.rawValue) == ["danger", "urgent", "normal"])
        for event in try NeverKit.everyEvent() {
            let fields = NeverKit.fields(of: event)
            if fields.contains("urgency") { #expect(event.kind == "registered") }
            if fields.contains("tier") { #expect(event.kind == "triaged") }
        }
    }

    /// Repeating a matter, coming in numbers, having a history: none of it changes how pressing it counts.
    @Test func whoComesOftenIsNoMoreAndNoLessPressing() async throws {
        try await withCounty { county in
            var first: CaseState?
            for index in 0..<6 {
                var registration = Registration(channel: .visit, body: "第 \(index) 次来说同一盏路灯。")
                registration.contact = Contact(name: "常来的人", phone: "13800000027", identityNumber: "110101199001010014")
                registration.groupSize = index == 5 ? 30 : nil
                let receipt = try await county.casework.register(
                    registration, submission: "often-\(index)", by: .newReporter)
                let state = try await county.state(receipt.caseID)
                let compared = first ?? state
                first = compared
                #expect(state.urgency == .normal && state.phase == .registered && state.restrictedTo == nil)
                #expect(state.clocks.map(\.start) == compared.clocks.map(\.start), "the same clocks on the same day")
            }
        }
    }

    @Test(arguments: [
        "tiers", "tierName", "rule", "route", "title", "unknownField", "unknownInRule", "unknownInTier", "condition",
    ])
    func aRulePackCannotSortPeople(_ place: String) throws {
        let examples = try RulePacks.exampleTexts()
        let text = try #require(examples.first { $0.contains("\ntiers:") })
        _ = try RulePack(yaml: text)
        func replacing(_ old: String, _ new: String) throws -> String {
            try #require(text.contains(old), "the example pack changed: \(old)")
            let range = try #require(text.firstRange(of: old))
            return text.replacingCharacters(in: range, with: new)
        }
        let bad: String
        switch place {
        case "tiers": bad = try replacing("tiers:\n", "tiers:\n  - { id: key-person, name: { zh: 甲, en: A } }\n")
        case "tierName": bad = try replacing("tiers:\n", "tiers:\n  - { id: x1, name: { zh: 上访老户, en: A } }\n")
        case "rule": bad = try replacing("rules:\n  - id: ", "rules:\n  - id: BLACKLIST-")
        case "route":
            bad = try replacing(
                "routes:\n  - id: ordinary\n    name: { zh: ", "routes:\n  - id: ordinary\n    name: { zh: 缠访")
        case "title": bad = try replacing("title:\n  zh: ", "title:\n  zh: 重点人员")
        case "unknownField": bad = text + "\npersonLevels: [red, yellow]\n"
        case "unknownInRule": bad = try replacing("    owner: authority\n", "    owner: authority\n    person: known\n")
        case "unknownInTier":
            bad = try replacing("tiers:\n", "tiers:\n  - { id: x2, name: { zh: 甲, en: A }, person: old }\n")
        default: bad = try replacing("when: {", "when: { letters: 5,")
        }
        #expect(throws: (any Error).self, "\(place)") { _ = try RulePack(yaml: bad) }
    }

    @Test func aCategoryCannotSortPeople() async throws {
        try await withCounty { county in
            for name in ["重点人员", "上访户诉求", "Vexatious letters"] {
                let csv = "一级,二级,level1,level2\n水电,\(name),Water,\(name)\n"
                await #expect(throws: ImportProblems.self) {
                    try await county.store.importCategories(csv: csv, by: .system("test"))
                }
            }
            let count = try await county.store.importCategories(csv: "一级,二级\n水电,供水\n", by: .system("test"))
            #expect(count == 2)
        }
    }

    @Test(arguments: ["老户", "缠访件", "重点人员来信", "闹 访", "刺头", "重访户", "A troublemaker", "black-list", "Nuisance calls"])
    func aTagCannotSortPeople(_ name: String) async throws {
        try await withCounty { county in
            let dispatcher = try await county.viewer("dispatcher")
            let unit = try await county.unit("county")
            for pair in [LocalizedName(zh: name), LocalizedName(zh: "供暖季", en: name)] {
                let code = await plainCode { try await county.store.addTag(pair, of: unit, by: dispatcher.actor) }
                #expect(code == "tag.aboutPerson")
            }
            let tag = try await county.store.addTag(LocalizedName(zh: "供暖季"), of: unit, by: dispatcher.actor)
            let renamed = await plainCode {
                try await county.store.changeTag(tag, name: LocalizedName(zh: name), by: dispatcher.actor)
            }
            #expect(renamed == "tag.aboutPerson")
        }
    }

    @Test func fourFieldsAboutAPersonAndNoMore() {
        let fields = Mirror(reflecting: Contact()).children.compactMap(\.label)
        #expect(fields.sorted() == ["address", "identityNumber", "name", "phone"])
        #expect(Registration.knownNeeds == ["readAloud", "sign", "dialect", "largePrint", "paper"])
    }

    @Test func whatSomebodyNeedsIsAFixedList() async throws {
        try await withCounty { county in
            var registration = Registration(channel: .visit, body: "请帮我看看路灯。")
            registration.needs = ["sign", "faith:any", "重点人员"]
            let receipt = try await county.casework.register(registration, submission: "n", by: .newReporter)
            _ = try await county.casework.addReporter(
                receipt.caseID, registration, submission: "n2", by: try await county.viewer("dispatcher"))
            let needs = try await county.state(receipt.caseID).reporters.map(\.details.needs)
            #expect(needs == [["sign"], ["sign"]])
        }
    }

    /// Roles and permissions as they are. A new one is argued for here: none of these blocks a person, shows a person's
    /// petitions as a file, or ties them to aid.
    @Test func rolesAndPermissionsAreTheseAlone() {
        #expect(
            Set(Permission.allCases.map(\.rawValue)) == [
                "registerMatter", "seeMatters", "dispatch", "ruleOnObjection", "accept", "object", "addNote",
                "recordContact", "sendMessage", "addHelper", "reply", "deliver", "recordJudgement", "seeJudgement",
                "close", "reopen", "withdraw", "linkMatters", "restrict", "revealContact", "reissueCode", "search",
                "lookUpPerson", "oversee", "manageStaff", "manageOrganisation", "audit", "triage", "extendClock",
                "mediate", "review", "hear", "supervise", "answerSupervision", "confer", "manageRules", "receiveSealed",
                // Shows a matter to everybody, in words without anybody in them.
                "publish",
                // Keeps texts ready for letters; they are about nobody.
                "keepTexts",
                // Calls numbers at a counter and plans the leaders' days; a visit asks for no history of who comes.
                "receive", "planReception",
                // Adds words to the vocabulary of tags, which refuses words about people.
                "manageTags",
                // Administration: who keeps accounts, who gives rights, who reads both, and looking at empty screens.
                "seeAdministration", "grantRoles", "auditAdministration", "seeLooks", "lookAs",
            ])
        #expect(
            Set(Role.allCases.map(\.rawValue)) == [
                "receptionClerk", "dispatcher", "handler", "approver", "supervisor", "leader", "auditor",
                "administrator", "securityAdministrator", "auditAdministrator", "reviewer", "sealedReceiver",
            ])
        // Only who takes letters in finds people by number.
        let finders = Role.allCases.filter { $0.allowed.contains(.lookUpPerson) }
        #expect(finders == [.receptionClerk, .dispatcher])
    }
}
