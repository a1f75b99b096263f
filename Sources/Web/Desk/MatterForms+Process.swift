internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// More time, hearings, reviews, promises, agreements, help in need.
extension MatterForms {
    private var state: CaseState { page.state }
    private var words: MatterWords { page.words }

    func processForms() -> Fields {
        let openHearing = state.hearings.last.flatMap { $0.held == nil ? $0 : nil }
        let wish = page.can(.extend) ? state.extensionWish : nil
        let extendable = self.extendable
        let promises = page.can(.settlePromise) ? openPromises() : []
        return [
            "askExtension": .optional(
                page.can(.askExtension) && state.extensionWish == nil && !extendable.isEmpty
                    ? askExtension(extendable) : nil),
            "extensionWish": .optional(wish.map { decideExtension($0, extendable) }),
            "extendNow": .optional(
                page.can(.extend) && state.extensionWish == nil && !extendable.isEmpty
                    ? decideExtension(nil, extendable) : nil),
            "callHearing": .optional(
                page.can(.callHearing) && openHearing == nil
                    ? state(.callHearing).fields(["on", "notice", "papers"]) : nil),
            "holdHearing": .optional(page.can(.holdHearing) ? openHearing.map(holdHearing) : nil),
            "takeReview": .optional(page.can(.askReview) ? takeReview() : nil),
            "reviewForm": .optional(page.can(.decideReview) && openHearing == nil ? review() : nil),
            "reviewDelivery": .optional(page.can(.deliverReview) ? reviewDelivery() : nil),
            "promiseForm": .optional(page.can(.promise) ? state(.promise).fields(["promise", "due"]) : nil),
            "promiseForms": .list(promises), "hasOpenPromises": .flag(!promises.isEmpty),
            "promiseOpen": .flag(state(.settlePromise).isOpen),
            "mustKeepPromise": .flag(
                page.can(.settlePromise) && !state.openExecutions.isEmpty
                    && [.judged, .unjudged, .reviewed, .concluded].contains(state.phase)),
            "settlement": .optional(page.can(.settle) ? settlement() : nil),
            "reportUp": .optional(page.can(.reportUp) ? reportUp() : nil),
            "assist": .optional(page.can(.assist) ? state(.assist).fields(["text"]) : nil),
        ]
    }

    /// What is dangerous and was not reported yet asks for it by standing open.
    private func reportUp() -> Fields {
        let typed = state(.reportUp)
        var fields = typed.fields(["text", "to"])
        if state.urgency == .danger, state.reportedUpAt == nil { fields["isOpen"] = true }
        fields["addressees"] = typed.options("to", ReportAddressee.allCases, family: "reportAddressee")
        return fields
    }

    // MARK: Time

    /// Running clocks that the rules let somebody extend, with what is left.
    private var extendable: [(clock: CaseState.Clock, rule: Rule, left: Int)] {
        state.clocks.compactMap { clock in
            guard clock.endedAt == nil, let rule = words.rule(clock.start, of: state), let more = rule.extension,
                clock.extensions < more.times, more.max > clock.start.extended ?? 0
            else { return nil }
            return (clock, rule, more.max - (clock.start.extended ?? 0))
        }
    }

    private func askExtension(_ extendable: [(clock: CaseState.Clock, rule: Rule, left: Int)]) -> Fields {
        var fields = state(.askExtension).fields(["rule", "length", "reason"])
        fields["rules"] = rules(state(.askExtension), extendable)
        fields["limits"] = limits(extendable)
        return fields
    }

    private func rules(
        _ typed: FormState, _ extendable: [(clock: CaseState.Clock, rule: Rule, left: Int)]
    ) -> Field {
        .list(
            extendable.map { item in
                QueueFilters.option(
                    item.rule.id, item.rule.name.text(isEnglish: words.isEnglish),
                    isSelected: extendable.count == 1 || typed.isChosen("rule", item.rule.id))
            })
    }

    /// "办结答复：最多再延 30 天，《信访工作条例》第 34 条，由签发人批准".
    private func limits(_ extendable: [(clock: CaseState.Clock, rule: Rule, left: Int)]) -> Field {
        .texts(
            extendable.map { item in
                let values = [
                    "rule": item.rule.name.text(isEnglish: words.isEnglish),
                    "left": words.length(item.left, of: item.rule), "source": words.sourceWords(item.rule),
                    "approver": item.rule.extension.map { words.words.name("role", $0.approver) } ?? "",
                ]
                return words.text("proc.extensionLimit", values)
            })
    }

    private func decideExtension(
        _ wish: CaseEvent.ExtensionAsked?, _ extendable: [(clock: CaseState.Clock, rule: Rule, left: Int)]
    ) -> Fields {
        let typed = state(.decideExtension)
        var fields = typed.fields(["length", "reason"], prefilled: ["length": wish.map { "\($0.length)" } ?? ""])
        fields["rules"] = rules(typed, extendable)
        fields["limits"] = limits(extendable)
        fields["isExtend"] = .flag(typed.isChosen("decision", "extend"))
        fields["isRefuse"] = .flag(typed.isChosen("decision", "refuse"))
        fields["rule"] = .text(wish?.rule)
        fields["wish"] = .optional(wish.map(told))
        return fields
    }

    private func told(_ wish: CaseEvent.ExtensionAsked) -> Fields {
        let entry = page.file.entries.last { if case .extensionAsked = $0.event { true } else { false } }
        let clock = state.runningClock(wish.rule)
        let longer = clock.flatMap {
            words.book.clocks(pack: state.pack, version: state.packVersion).lengthened($0.start, by: wish.length)
        }
        let values = [
            "rule": words.ruleName(wish.rule, of: state),
            "length": words.length(wish.length, of: words.pack(of: state)?.rule(wish.rule)),
            "date": longer.map { words.words.dateAndWeekday(words.due($0, of: state)) } ?? "",
        ]
        return [
            "text": .text(words.quoted(wish.reason, in: page.file)),
            "what": .text(words.text("proc.wishWords", values)),
            "who": .text(entry.map { words.actor($0.stored.actor, in: page.file) }),
            "when": .text(entry.map { words.words.relative($0.stored.occurredAt, now: words.now) }),
        ]
    }

    private func holdHearing(_ hearing: CaseState.Hearing) -> Fields {
        var fields = state(.holdHearing).fields(["list", "minutes", "result"])
        fields["called"] = .text(
            words.text("proc.hearingCalledFor", ["date": words.words.dateAndWeekday(hearing.called.on)]))
        return fields
    }

    // MARK: Promises, agreements

    private func openPromises() -> [Fields] {
        state.promises.filter { $0.settled == nil }.map { promise in
            let typed = state(.settlePromise, "promise", "\(promise.made.id)")
            var fields = typed.fields(["proof"])
            fields["id"] = .text("\(promise.made.id)")
            fields["text"] = .text(words.quoted(promise.made.text, in: page.file))
            fields["due"] = .text(words.text("clock.date", ["date": words.words.dateAndWeekday(promise.made.due)]))
            fields["isKept"] = .flag(typed.isChosen("end", PromiseEnd.kept.rawValue))
            fields["canWithdraw"] = .flag(promise.made.kind != .execution || page.viewer.mayGiveUp(in: state))
            fields["isWithdrawn"] = .flag(typed.isChosen("end", PromiseEnd.withdrawn.rawValue))
            return fields
        }
    }

    private func settlement() -> Fields {
        let typed = state(.settle)
        var fields = typed.fields(
            ["terms", "residentOn", "unitOn"], prefilled: ["residentOn": todayText, "unitOn": todayText])
        fields["kinds"] = typed.options(
            "kind", SettlementKind.allCases.map { ($0.rawValue, words.words.name("settlementKind", $0)) })
        fields["reporters"] = readers(typed)
        return fields
    }

    /// Residents as choices; the only one is chosen.
    func readers(_ typed: FormState) -> Field {
        let open = state.reporters.filter { !$0.withdrawn && !$0.erased }
        return .list(
            open.map {
                let id = "\($0.details.id)"
                return QueueFilters.option(
                    id, words.reporter($0.details.id, in: page.file),
                    isSelected: open.count == 1 || typed.isChosen("reporter", id))
            })
    }
}
