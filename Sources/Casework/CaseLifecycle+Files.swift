internal import Attachments
internal import Kernel

extension CaseLifecycle {
    /// Commands about files.
    static func file(_ state: CaseState, _ command: CaseCommand) throws(CaseError) -> [CaseEvent] {
        switch command {
        case .attach(let attached):
            if let reporter = attached.reporter { _ = try known(reporter, in: state) }
            return attached.files.isEmpty ? [] : [.attached(attached)]
        case .withdrawAttachment(let withdrawn):
            guard
                let found = state.attachments.first(where: { $0.file.id == withdrawn.id }), found.isThere,
                found.reporter == withdrawn.reporter
            else { throw .noAttachment }
            // A file of staff was perhaps read and relied upon: its going needs a reason.
            guard withdrawn.reporter != nil || withdrawn.reason != nil else {
                throw .reasonMissing(.withdrawAttachment)
            }
            return [.attachmentWithdrawn(withdrawn)]
        default: throw .notNow(command.name, state.phase)
        }
    }
}
