internal import Foundation
public import Kernel
public import Ledger

extension CaseEvent {
    /// The kind and the payload under which the ledger keeps this event.
    private var parts: (kind: String, payload: any Encodable & Sendable) {
        switch self {
        case .registered(let p): ("registered", p)
        case .reporterAdded(let p): ("reporterAdded", p)
        case .categorised(let p): ("categorised", p)
        case .dispatched(let p): ("dispatched", p)
        case .objected(let p): ("objected", p)
        case .objectionRuled(let p): ("objectionRuled", p)
        case .accepted(let p): ("accepted", p)
        case .helperAsked(let p): ("helperAsked", p)
        case .helperAnswered(let p): ("helperAnswered", p)
        case .noted(let p): ("noted", p)
        case .contacted(let p): ("contacted", p)
        case .calledBack(let p): ("calledBack", p)
        case .messaged(let p): ("messaged", p)
        case .worded(let p): ("worded", p)
        case .replied(let p): ("replied", p)
        case .delivered(let p): ("delivered", p)
        case .judged(let p): ("judged", p)
        case .windowEnded(let p): ("windowEnded", p)
        case .closed(let p): ("closed", p)
        case .reopened(let p): ("reopened", p)
        case .withdrawn(let p): ("withdrawn", p)
        case .linked(let p): ("linked", p)
        case .restricted(let p): ("restricted", p)
        case .unrestricted(let p): ("unrestricted", p)
        case .contactRevealed(let p): ("contactRevealed", p)
        case .codeReissued(let p): ("codeReissued", p)
        case .personErased(let p): ("personErased", p)
        case .recused(let p): ("recused", p)
        case .handedOver(let p): ("handedOver", p)
        case .triaged(let p): ("triaged", p)
        case .routed(let p): ("routed", p)
        case .accusedNamed(let p): ("accusedNamed", p)
        case .disputeRaised(let p): ("disputeRaised", p)
        case .helperRated(let p): ("helperRated", p)
        case .extensionAsked(let p): ("extensionAsked", p)
        case .extensionRefused(let p): ("extensionRefused", p)
        case .extended(let p): ("extended", p)
        case .paused(let p): ("paused", p)
        case .resumed(let p): ("resumed", p)
        case .recomputed(let p): ("recomputed", p)
        case .escalated(let p): ("escalated", p)
        case .hearingCalled(let p): ("hearingCalled", p)
        case .hearingHeld(let p): ("hearingHeld", p)
        case .promised(let p): ("promised", p)
        case .promiseSettled(let p): ("promiseSettled", p)
        case .settled(let p): ("settled", p)
        case .assisted(let p): ("assisted", p)
        case .reportedUp(let p): ("reportedUp", p)
        case .noticeDelivered(let p): ("noticeDelivered", p)
        case .reviewAsked(let p): ("reviewAsked", p)
        case .reviewDecided(let p): ("reviewDecided", p)
        case .reviewDelivered(let p): ("reviewDelivered", p)
        case .correctionAsked(let p): ("correctionAsked", p)
        case .corrected(let p): ("corrected", p)
        case .consulted(let p): ("consulted", p)
        case .consultationAnswered(let p): ("consultationAnswered", p)
        case .consented(let p): ("consented", p)
        case .published(let p): ("published", p)
        case .unpublished(let p): ("unpublished", p)
        case .attached(let p): ("attached", p)
        case .attachmentWithdrawn(let p): ("attachmentWithdrawn", p)
        case .mergedInto(let p): ("mergedInto", p)
        case .absorbed(let p): ("absorbed", p)
        case .mergeUndone(let p): ("mergeUndone", p)
        case .released(let p): ("released", p)
        case .guarded(let p): ("guarded", p)
        case .split(let p): ("split", p)
        case .partOf(let p): ("partOf", p)
        case .shelved(let p): ("shelved", p)
        case .recalled(let p): ("recalled", p)
        case .tagged(let p): ("tagged", p)
        case .untagged(let p): ("untagged", p)
        case .unlinked(let p): ("unlinked", p)
        }
    }

    /// The stable name of the event.
    public var kind: String { parts.kind }

    /// Reads an event back.
    public init(kind: String, data: String) throws {
        func read<Payload: Decodable>(_ make: (Payload) -> CaseEvent) throws -> CaseEvent {
            make(try JSONDecoder().decode(Payload.self, from: Data(data.utf8)))
        }
        self =
            switch kind {
            case "registered": try read(CaseEvent.registered)
            case "reporterAdded": try read(CaseEvent.reporterAdded)
            case "categorised": try read(CaseEvent.categorised)
            case "dispatched": try read(CaseEvent.dispatched)
            case "objected": try read(CaseEvent.objected)
            case "objectionRuled": try read(CaseEvent.objectionRuled)
            case "accepted": try read(CaseEvent.accepted)
            case "helperAsked": try read(CaseEvent.helperAsked)
            case "helperAnswered": try read(CaseEvent.helperAnswered)
            case "noted": try read(CaseEvent.noted)
            case "contacted": try read(CaseEvent.contacted)
            case "calledBack": try read(CaseEvent.calledBack)
            case "messaged": try read(CaseEvent.messaged)
            case "worded": try read(CaseEvent.worded)
            case "replied": try read(CaseEvent.replied)
            case "delivered": try read(CaseEvent.delivered)
            case "judged": try read(CaseEvent.judged)
            case "windowEnded": try read(CaseEvent.windowEnded)
            case "closed": try read(CaseEvent.closed)
            case "reopened": try read(CaseEvent.reopened)
            case "withdrawn": try read(CaseEvent.withdrawn)
            case "linked": try read(CaseEvent.linked)
            case "restricted": try read(CaseEvent.restricted)
            case "unrestricted": try read(CaseEvent.unrestricted)
            case "contactRevealed": try read(CaseEvent.contactRevealed)
            case "codeReissued": try read(CaseEvent.codeReissued)
            case "personErased": try read(CaseEvent.personErased)
            case "recused": try read(CaseEvent.recused)
            case "handedOver": try read(CaseEvent.handedOver)
            case "triaged": try read(CaseEvent.triaged)
            case "routed": try read(CaseEvent.routed)
            case "accusedNamed": try read(CaseEvent.accusedNamed)
            case "disputeRaised": try read(CaseEvent.disputeRaised)
            case "helperRated": try read(CaseEvent.helperRated)
            case "extensionAsked": try read(CaseEvent.extensionAsked)
            case "extensionRefused": try read(CaseEvent.extensionRefused)
            case "extended": try read(CaseEvent.extended)
            case "paused": try read(CaseEvent.paused)
            case "resumed": try read(CaseEvent.resumed)
            case "recomputed": try read(CaseEvent.recomputed)
            case "escalated": try read(CaseEvent.escalated)
            case "hearingCalled": try read(CaseEvent.hearingCalled)
            case "hearingHeld": try read(CaseEvent.hearingHeld)
            case "promised": try read(CaseEvent.promised)
            case "promiseSettled": try read(CaseEvent.promiseSettled)
            case "settled": try read(CaseEvent.settled)
            case "assisted": try read(CaseEvent.assisted)
            case "reportedUp": try read(CaseEvent.reportedUp)
            case "noticeDelivered": try read(CaseEvent.noticeDelivered)
            case "reviewAsked": try read(CaseEvent.reviewAsked)
            case "reviewDecided": try read(CaseEvent.reviewDecided)
            case "reviewDelivered": try read(CaseEvent.reviewDelivered)
            case "correctionAsked": try read(CaseEvent.correctionAsked)
            case "corrected": try read(CaseEvent.corrected)
            case "consulted": try read(CaseEvent.consulted)
            case "consultationAnswered": try read(CaseEvent.consultationAnswered)
            case "consented": try read(CaseEvent.consented)
            case "published": try read(CaseEvent.published)
            case "unpublished": try read(CaseEvent.unpublished)
            case "attached": try read(CaseEvent.attached)
            case "attachmentWithdrawn": try read(CaseEvent.attachmentWithdrawn)
            case "mergedInto": try read(CaseEvent.mergedInto)
            case "absorbed": try read(CaseEvent.absorbed)
            case "mergeUndone": try read(CaseEvent.mergeUndone)
            case "released": try read(CaseEvent.released)
            case "guarded": try read(CaseEvent.guarded)
            case "split": try read(CaseEvent.split)
            case "partOf": try read(CaseEvent.partOf)
            case "shelved": try read(CaseEvent.shelved)
            case "recalled": try read(CaseEvent.recalled)
            case "tagged": try read(CaseEvent.tagged)
            case "untagged": try read(CaseEvent.untagged)
            case "unlinked": try read(CaseEvent.unlinked)
            default: throw EventFormatError.unreadable
            }
    }

    /// The texts that this event brings.
    public var texts: [TextReference] {
        switch self {
        case .registered(let p): [p.title, p.body] + [p.place, p.wish, p.form].compactMap { $0 }
        case .reporterAdded(let p): [p.body].compactMap { $0 }
        case .dispatched(let p): [p.reason].compactMap { $0 }
        case .objectionRuled(let p): [p.reason]
        case .helperAsked(let p): [p.ask]
        case .helperAnswered(let p): [p.text]
        case .contacted(let p): [p.result]
        case .calledBack(let p): [p.text].compactMap { $0 }
        case .replied(let p):
            [p.body] + [p.basis, p.remedies, p.request, p.facts, p.executionWords].compactMap { $0 }
                + (p.withheld ?? []).map(\.what)
        case .judged(let p): [p.words].compactMap { $0 }
        case .reopened(let p): [p.reason]
        case .restricted(let p): [p.reason]
        case .codeReissued(let p): [p.reason]
        case .recused(let p): [p.reason]
        case .objected(let p): [p.text, p.evidence].compactMap { $0 }
        case .noted(let p), .messaged(let p), .closed(let p), .unrestricted(let p):
            [p.text].compactMap { $0 }
        case .worded(let p), .windowEnded(let p), .withdrawn(let p), .contactRevealed(let p):
            [p.text].compactMap { $0 }
        case .categorised, .accepted, .delivered, .linked, .personErased, .handedOver: []
        default: lawfulTexts
        }
    }

    /// The form that the ledger appends.
    public func newEvent(at occurredAt: Instant) throws -> NewEvent {
        let (kind, payload) = parts
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = String(decoding: try encoder.encode(payload), as: UTF8.self)
        var erased: [TextID] = []
        if case .personErased(let p) = self { erased = p.texts }
        if case .released(let p) = self { erased = p.texts }
        return NewEvent(kind: kind, data: data, occurredAt: occurredAt, texts: texts, erased: erased)
    }
}

extension CaseEvent {
    private var lawfulTexts: [TextReference] {
        switch self {
        case .triaged(let p): [p.reason]
        case .routed(let p): [p.organ, p.words].compactMap { $0 }
        case .accusedNamed(let p): [p.reason]
        case .disputeRaised(let p): [p.reason]
        case .helperRated(let p): [p.text].compactMap { $0 }
        case .extensionAsked(let p): [p.reason]
        case .extended(let p): [p.reason]
        case .hearingCalled(let p): [p.notice] + [p.papers].compactMap { $0 }
        case .hearingHeld(let p): [p.list, p.minutes] + [p.result].compactMap { $0 }
        case .promised(let p): [p.text]
        case .promiseSettled(let p): [p.text]
        case .settled(let p): [p.terms]
        case .reviewAsked(let p): [p.reason]
        case .reviewDecided(let p): [p.facts, p.body] + [p.basis, p.executionWords].compactMap { $0 }
        case .corrected(let p): [p.text]
        case .consulted(let p): [p.text]
        case .consultationAnswered(let p): [p.text].compactMap { $0 }
        case .published(let p): [p.title, p.body] + [p.reply].compactMap { $0 }
        case .unpublished(let p): [p.text].compactMap { $0 }
        case .attachmentWithdrawn(let p): [p.reason].compactMap { $0 }
        case .mergedInto(let p): [p.reason]
        case .absorbed(let p): [p.reason]
        case .mergeUndone(let p): [p.reason]
        case .released(let p): [p.reason]
        case .split(let p): [p.reason]
        case .shelved(let p): [p.mark]
        case .reportedUp(let p): [p.text]
        case .extensionRefused(let p), .assisted(let p), .correctionAsked(let p): [p.text].compactMap { $0 }
        default: []
        }
    }
}
