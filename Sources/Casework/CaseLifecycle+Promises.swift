internal import Kernel
internal import Ledger
internal import Organisation

/// Promises, agreements, help in need, notices.
extension CaseLifecycle {
    static func keep(
        _ state: CaseState, _ command: CaseCommand, at now: Instant, clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        let today = clocks.date(of: now)
        switch command {
        case .promise(let promise):
            guard promise.due >= today else { throw .promisePast }
            return [.promised(promise)]
        case .settlePromise(let id, let end, let text):
            guard state.promises.contains(where: { $0.made.id == id && $0.settled == nil }) else {
                throw .promiseUnknown
            }
            return [.promiseSettled(.init(id: id, end: end, on: today, text: text))]
        case .settle(let kind, let id, let terms, let residentOn, let unitOn):
            _ = try known(id, in: state)
            // Both agreed before it was written down (Art. 33).
            guard residentOn <= today, unitOn <= today else { throw .consentMissing }
            return [
                .settled(
                    .init(
                        kind: kind, reporter: id, terms: terms, residentOn: residentOn, unitOn: unitOn,
                        unit: state.responsible))
            ]
        case .assist(let text): return [.assisted(.init(text: text))]
        case .reportUp(let to, let text):
            guard !to.isEmpty else { throw .addresseeMissing }
            return [.reportedUp(.init(to: to, text: text))]
        case .deliverNotice(let notice, let id, let method):
            let reporter = try known(id, in: state)
            guard !reporter.notices.contains(notice) else { throw .alreadyDelivered }
            guard state.has(notice) else { throw .nothingToDeliver }
            return [.noticeDelivered(.init(notice: notice, reporter: id, method: method))]
        default: throw .notNow(command.name, state.phase)
        }
    }
}

extension CaseState {
    /// Whether there is such a notice.
    public func has(_ notice: NoticeKind) -> Bool {
        switch notice {
        case .acceptance: ![.registered, .dispatched, .objected].contains(phase) && lead != nil || handler != nil
        case .route: route != nil
        case .extension: clocks.contains { $0.extensions > 0 }
        case .hearing: !hearings.isEmpty
        case .settlement: !settlements.isEmpty
        case .correction: correction != nil
        }
    }
}
