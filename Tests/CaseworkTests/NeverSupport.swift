import Foundation
import Kernel
import Ledger
import Organisation
import Storage
import Testing

@testable import Casework

/// What the tests of "must never exist" (docs/never.md) share.
enum NeverKit {
    /// The root of the repository.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// All files of the program's own source with an extension, by path from `Sources`.
    static func sources(_ suffix: String = ".swift") throws -> [(path: String, text: String)] {
        let folder = root.appending(path: "Sources")
        var out: [(String, String)] = []
        for room in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            // The core can be built in a package of its own whose rooms are links.
            let place = folder.appending(path: room).resolvingSymlinksInPath()
            guard let walker = FileManager.default.enumerator(atPath: place.path) else { continue }
            for case let path as String in walker where path.hasSuffix(suffix) {
                let text = try String(contentsOf: place.appending(path: path), encoding: .utf8)
                out.append(("\(room)/\(path)", text))
            }
        }
        try #require(out.count > 100, "the sources are not where they were looked for: \(folder.path)")
        return out.sorted { $0.0 < $1.0 }
    }

    /// Every kind of event that a matter can have, one of each, with every optional part at least once: what is missing
    /// in a payload would be missing in the list of its fields.
    static func everyEvent() throws -> [CaseEvent] {
        var events: [CaseEvent] = []
        for phase in CasePhase.allCases { events += try lived(phase) }
        for name in CaseCommand.Name.allCases where ![.recompute, .escalate].contains(name) {
            var life = try Life.ready(for: name)
            events += try life.run(Life.command(name))
        }
        let start = ClockStart(
            rule: "r", from: Life.day, due: Life.day, rolled: Life.day, provisional: true, calendar: "c",
            ends: [.reply],
            suspends: [.hearing], owner: .authority, dueAt: Life.start, extended: 1, rested: 1, escalation: [1],
            escalationHours: [1])
        let text = Life.text()
        events += [
            .registered(
                .init(
                    number: "1", channel: .web, title: text, body: text, place: text, wish: text, category: "c",
                    area: "a", receivedBy: Life.unit, urgency: .danger, pack: "p", packVersion: 1,
                    reporter: ReporterDetails(
                        id: Life.reporter, person: PersonID(rawValue: 1), anonymous: false, keepSecret: true,
                        noReply: true, needs: ["sign"], codeHash: "0", group: .member), publishable: true, source: "s",
                    clocks: [start], kind: .petition, receiver: .office, groupSize: 2, repeatOf: "n", form: text)),
            .reporterAdded(.init(reporter: Life.details(Life.reporter), channel: .visit, body: text)),
            .categorised(.init(category: "c", area: "a")),
            .dispatched(.init(lead: Life.unit, entry: "e", entryVersion: 1, reason: text, clocks: [start])),
            .objected(.init(text: text, evidence: text, late: true)),
            .objectionRuled(
                .init(
                    upheld: true, lead: Life.unit, reason: text, clocks: [start], step: .agree,
                    conference: ConferenceID(rawValue: 1))),
            .helperAsked(.init(unit: Life.unit, ask: text, due: Life.day, kind: .callOut, by: Life.other)),
            .replied(
                .init(
                    outcome: .solved, body: text, basis: text, remedies: text, unit: Life.unit, signer: Life.handler,
                    request: text, facts: text, law: ["l"], execution: .done, executedOn: Life.day,
                    executionWords: text, adoption: .adopted, answer: .refused,
                    withheld: [.init(what: text, law: "l")])),
            .judged(
                .init(
                    reporter: Life.reporter, outcome: .solved, attitude: .good,
                    answers: FourAnswers(supports: true, approves: true, pleased: true, agrees: true), words: text,
                    intake: .fair)),
            .closed(.init(text: text)), .withdrawn(.init(reporter: Life.reporter, text: text)),
            .personErased(.init(reporter: Life.reporter, person: PersonID(rawValue: 1), texts: [text.id])),
            .triaged(
                .init(
                    sort: .claim, route: .ordinary, tier: "t", reason: text, clocks: [start],
                    ended: [.init(rule: "r", late: true)])),
            .routed(
                .init(
                    route: .administrative, organ: text, words: text, number: "n", clocks: [start],
                    procedure: ProcedureTold(
                        id: "p", length: 5, unit: .workingDays, from: Life.day, due: Life.day, provisional: true))),
            .accusedNamed(
                .init(staff: [Life.handler], units: [Life.unit], reason: text, returnsTo: Life.unit, clocks: [start])),
            .helperRated(.init(unit: Life.unit, side: .caller, rating: .good, text: text)),
            .paused(.init(cause: .hearing, rules: ["r"], on: Life.day)),
            .resumed(.init(cause: .hearing, on: Life.day, clocks: [start])),
            .recomputed(.init(calendar: "c", clocks: [start])),
            .reportedUp(.init(to: [.own, .national], text: text)),
            .escalated(.init(rule: "r", due: Life.day, step: 1, to: .leader)),
            .hearingCalled(.init(on: Life.day, notice: text, papers: text)),
            .hearingHeld(.init(on: Life.day, list: text, minutes: text, result: text)),
            .reviewDecided(
                .init(
                    stage: 1, outcome: .maintain, facts: text, body: text, basis: text, law: ["l"], unit: Life.unit,
                    signer: Life.handler, clocks: [start])),
            .reopened(.init(reporter: Life.reporter, reason: text, clocks: [start])),
            .consultationAnswered(.init(kind: .thirdParty, answer: .agrees, text: text)),
            .messaged(.init(text: text, canned: [CannedUse(id: Identifier(rawValue: 1), version: 1, edited: true)])),
            .consented(.init(reporter: Life.reporter, agrees: true)), .unpublished(.init(text: text)),
            .published(.init(number: "P000000001", title: text, body: text, reply: text)),
            .reporterAdded(
                .init(
                    reporter: ReporterDetails(
                        id: Life.reporter, person: nil, anonymous: true, keepSecret: false, noReply: false, needs: [],
                        codeHash: "0", neighbour: true,
                        onBehalf: OnBehalf(
                            relation: .relative, consent: .spoken, agreedOn: Life.day, helper: PersonID(rawValue: 2))),
                    channel: .web)),
        ]
        return events
    }

    /// The kinds of event that the program can read back, from its source.
    static func eventKinds() throws -> Set<String> {
        let source = try #require(try sources().first { $0.path == "Casework/CaseEvent+Storage.swift" })
        return Set(try found("case \"([A-Za-z]+)\": try read", in: source.text).map(\.group))
    }

    /// What an expression finds: the whole, and its first group.
    static func found(_ expression: String, in text: String) throws -> [(whole: String, group: String)] {
        let expression = try NSRegularExpression(pattern: expression)
        let text = text as NSString
        return expression.matches(in: text as String, range: NSRange(location: 0, length: text.length)).map { match in
            let group = match.numberOfRanges > 1 ? match.range(at: 1) : match.range
            let whole = text.substring(with: match.range).split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return (whole, group.location == NSNotFound ? "" : text.substring(with: group))
        }
    }

    private static func lived(_ phase: CasePhase) throws -> [CaseEvent] {
        var life = try Life.at(phase)
        return try life.run(.note(Life.text()))
    }

    /// The names of all fields of a value and of what lies inside, also of those that hold nothing.
    static func fields(of value: Any) -> Set<String> {
        // Texts, identifiers and days are values, not structures; of a text only the reference is kept.
        if value is TextReference || value is LocalDate || value is Instant { return [] }
        let mirror = Mirror(reflecting: value)
        var names: Set<String> = []
        for child in mirror.children {
            if mirror.displayStyle == .struct, let label = child.label, label != "rawValue" { names.insert(label) }
            names.formUnion(fields(of: child.value))
        }
        return names
    }
}

extension County {
    /// Kinds of events by the code of who wrote them, over all matters.
    func kindsByActor() async throws -> [String: Set<String>] {
        let events = self.events
        return try await database.read { tx in
            var out: [String: Set<String>] = [:]
            for row in try tx.rows("SELECT id FROM streams WHERE kind = 'case' ORDER BY id") {
                for event in try events.events(of: try row.id(0), in: tx) {
                    let actor: String
                    switch event.actor {
                    case .system(let name): actor = "system \(name)"
                    default: actor = event.actor.staffID == nil ? "resident" : "staff"
                    }
                    out[actor, default: []].insert(event.kind)
                }
            }
            return out
        }
    }

    /// One matter in each phase, reached through the use cases.
    func oneInEachPhase() async throws -> [CasePhase: CaseReceipt] {
        let dispatcher = try await viewer("dispatcher")
        let handler = try await viewer("handler")
        let watcher = try await viewer("watcher")
        var out: [CasePhase: CaseReceipt] = [:]
        func dispatched() async throws -> CaseReceipt {
            let receipt = try await register()
            try await casework.dispatch(
                receipt.caseID, to: .unit(try await unit("water"), reason: "归水务局管"), version: 1, by: dispatcher)
            return receipt
        }
        func judged() async throws -> CaseReceipt {
            let receipt = try await answered()
            try await casework.judge(receipt.caseID, JudgementDraft(outcome: .partly), by: receipt.reporterID)
            return receipt
        }
        func reviewing() async throws -> CaseReceipt {
            let receipt = try await answered()
            try await casework.askReview(receipt.caseID, reason: "依据不对。", submission: nil, by: receipt.reporterID)
            return receipt
        }
        func reviewed() async throws -> CaseReceipt {
            let receipt = try await reviewing()
            let draft = ReviewDraft(outcome: .maintain, facts: "查明无误。", body: "予以维持。", basis: "甲条例")
            try await casework.decideReview(
                receipt.caseID, draft, version: try await state(receipt.caseID).version,
                by: try await viewer("reviewer"))
            return receipt
        }
        out[.registered] = try await register()
        out[.dispatched] = try await dispatched()
        out[.objected] = try await dispatched()
        if let receipt = out[.objected] {
            try await casework.object(receipt.caseID, reason: "属交通局职责", version: 2, by: handler)
        }
        out[.inHand] = try await accepted()
        out[.replied] = try await accepted()
        if let receipt = out[.replied] {
            try await casework.reply(receipt.caseID, County.opinion(), version: 4, by: handler)
        }
        out[.delivered] = try await answered()
        out[.judged] = try await judged()
        out[.closed] = try await judged()
        if let receipt = out[.closed] {
            try await casework.close(
                receipt.caseID, reason: "已办结", version: try await state(receipt.caseID).version, by: watcher)
        }
        out[.withdrawn] = try await register()
        if let receipt = out[.withdrawn] {
            try await casework.withdraw(receipt.caseID, reason: nil, by: receipt.reporterID)
        }
        out[.routed] = try await register()
        if let receipt = out[.routed] {
            let draft = TriageDraft(sort: .claim, route: .litigation, reason: "已立案", organ: "县人民法院")
            try await casework.triage(receipt.caseID, draft, version: 1, by: dispatcher)
        }
        out[.reviewing] = try await reviewing()
        out[.reviewed] = try await reviewed()
        out[.concluded] = try await reviewed()
        if let receipt = out[.concluded] {
            try await casework.noteRead(receipt.caseID, by: receipt.reporterID)
            try await casework.askReview(receipt.caseID, reason: "仍不服。", submission: nil, by: receipt.reporterID)
            let draft = ReviewDraft(outcome: .maintain, facts: "复核无误。", body: "予以维持。", basis: "甲条例")
            try await casework.decideReview(
                receipt.caseID, draft, version: try await state(receipt.caseID).version, by: try await viewer("city"))
            try await casework.noteRead(receipt.caseID, by: receipt.reporterID)
        }
        out[.merged] = try await register()
        if let receipt = out[.merged] {
            let kept = try await register()
            try await merge(receipt.caseID, into: kept.caseID)
        }
        for (phase, receipt) in out {
            let state = try await state(receipt.caseID)
            #expect(state.phase == phase)
        }
        #expect(out.count == CasePhase.allCases.count - 1, "all phases but the one that only time brings")
        return out
    }
}
