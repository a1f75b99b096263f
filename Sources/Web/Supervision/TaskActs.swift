internal import Kernel
internal import Organisation
internal import Supervision

/// What forms on the page of a task can ask for. The raw value is the end of the address.
enum TaskAct: String, CaseIterable, Sendable {
    case answer, accept
    case sendBack = "send-back"
    case close, urge, list, talk, circulate, rectify, due, withdraw

    /// The command that it runs.
    var command: TaskCommand.Name {
        switch self {
        case .answer: .answer
        case .accept: .accept
        case .sendBack: .sendBack
        case .close: .close
        case .urge: .urge
        case .list: .list
        case .talk: .talk
        case .circulate: .circulate
        case .rectify: .orderRectification
        case .due: .moveDue
        case .withdraw: .withdraw
        }
    }

    /// Whether it is the next step in its phase; the others fold away.
    var isNextStep: Bool { [.answer, .accept, .close].contains(self) }

    /// Runs it.
    func run(_ id: SupervisionID, _ request: PageRequest, _ supervision: Supervision) async throws {
        let (form, viewer) = (request.form, try request.staff)
        let frame = request.supervisionForm
        let (text, reason) = (form.text("text"), form.text("reason"))
        switch self {
        case .answer: try await supervision.answer(id, text: text, frame, by: viewer)
        case .accept: try await supervision.accept(id, text: text, frame, by: viewer)
        case .sendBack:
            try await supervision.sendBack(id, reason: reason, due: try form.day("due"), frame, by: viewer)
        case .close:
            try await supervision.close(id, result: form.value("result"), text: text, frame, by: viewer)
        case .urge: try await supervision.urge(id, text: text, due: try form.day("due"), frame, by: viewer)
        case .list: try await supervision.list(id, text: text, frame, by: viewer)
        case .talk: try await supervision.recordTalk(id, on: try form.day("on"), text: text, frame, by: viewer)
        case .circulate:
            try await supervision.circulate(id, to: form.value("scope"), text: text, frame, by: viewer)
        case .rectify:
            try await supervision.orderRectification(id, text: text, due: try form.day("due"), frame, by: viewer)
        case .due: try await supervision.moveDue(id, reason: reason, due: try form.day("due"), frame, by: viewer)
        case .withdraw: try await supervision.withdraw(id, reason: reason, frame, by: viewer)
        }
    }

    /// Its form on the page of a task.
    func form(_ task: SupervisionTask, _ words: SupervisionWords, proposed: LocalDate, isPrimary: Bool) -> ActForm {
        let day = ActForm.Input(name: "due", kind: .date, value: "\(proposed)")
        let text = ActForm.Input(name: "text", kind: .text(rows: 4))
        let reason = ActForm.Input(name: "reason", kind: .text(rows: 3))
        let inputs: [ActForm.Input] =
            switch self {
            case .answer: [.init(name: "text", kind: .text(rows: 8))]
            case .accept: [.init(name: "text", kind: .text(rows: 2), isRequired: false)]
            case .sendBack, .due: [reason, day]
            case .close: [.init(name: "result", kind: .radios(words.options("taskResult", TaskResult.self))), text]
            case .urge, .rectify: [text, day]
            case .list: [text]
            case .talk: [.init(name: "on", kind: .date, value: "\(words.today)"), text]
            case .circulate:
                [.init(name: "scope", kind: .radios(words.options("circularScope", CircularScope.self))), text]
            case .withdraw: [reason]
            }
        return ActForm(
            name: name(in: task.phase), action: "/supervision/task/\(task.id)/\(rawValue)", inputs: inputs,
            version: task.version, isPrimary: isPrimary)
    }

    /// The name under which its words stand in the catalogues.
    func name(in phase: TaskPhase) -> String {
        switch self {
        case .sendBack: "sendBack"
        case .due: "moveDue"
        case .withdraw where phase == .setAside: "putBack"
        default: rawValue
        }
    }
}
