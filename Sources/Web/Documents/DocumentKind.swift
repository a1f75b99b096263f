internal import Casework
internal import Kernel

/// The official documents that a matter can hold. Each exists only because an event does.
enum DocumentKind: String, CaseIterable, Hashable, Sendable {
    /// 受理告知书: it was taken up, by whom, in which procedure, until when.
    case acceptanceNotice
    /// 办理途径告知书: another lawful route leads on.
    case routeNotice
    /// 信访事项处理意见书: request, facts, opinion with its basis, result, execution.
    case opinion
    /// 答复书: an answer that needs no opinion letter: to a suggestion, of the hotline, from before the opinion letter.
    case reply
    /// 延长办理期限告知书.
    case extensionNotice
    /// 调解协议书.
    case mediationAgreement
    /// 和解协议书.
    case settlementAgreement
    /// 复查意见书.
    case reviewDecision
    /// 复核意见书.
    case rereviewDecision
    /// 听证通知书.
    case hearingNotice
    /// 听证笔录.
    case hearingMinutes
    /// 政府信息公开申请答复书.
    case informationAnswer
    /// 补正告知书.
    case correctionNotice

    /// The notice as which its delivery is recorded; answers and reviews have deliveries of their own.
    var notice: NoticeKind? {
        switch self {
        case .acceptanceNotice: .acceptance
        case .routeNotice: .route
        case .extensionNotice: .extension
        case .mediationAgreement, .settlementAgreement: .settlement
        case .hearingNotice: .hearing
        case .correctionNotice: .correction
        case .opinion, .reply, .reviewDecision, .rereviewDecision, .hearingMinutes, .informationAnswer: nil
        }
    }
}

/// One document of a matter, as addresses name it: `opinion`, `opinion-2` for the second of its kind.
struct DocumentName: Hashable, Sendable {
    let kind: DocumentKind
    /// From 1, in the order of the events.
    let ordinal: Int

    init(_ kind: DocumentKind, _ ordinal: Int = 1) {
        self.kind = kind
        self.ordinal = ordinal
    }

    /// Reads a part of an address; `nil` when no document can be called so.
    init?(path: String) {
        let parts = path.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = parts.first.flatMap({ DocumentKind(rawValue: String($0)) }) else { return nil }
        guard parts.count == 2 else {
            self.init(kind)
            return
        }
        guard let ordinal = Int(parts[1]), ordinal > 1, "\(ordinal)" == parts[1] else { return nil }
        self.init(kind, ordinal)
    }

    /// As it stands in an address.
    var path: String { ordinal == 1 ? kind.rawValue : "\(kind.rawValue)-\(ordinal)" }
}
