internal import Casework
internal import Kernel

/// 调解协议书, 和解协议书 (《信访工作条例》 Art. 33).
extension DocumentMaker {
    func agreement(_ settled: CaseEvent.Settled, _ part: Part) -> DocumentModel {
        var model = frame(part, unit: settled.unit)
        model.addressee = ""
        model.opening = [text("document.opening.\(part.kind.rawValue)")]
        model.blocks = [
            block(
                "parties",
                items: [item("resident", name ?? text("document.unnamed")), item("unit", words.unit(settled.unit))]),
            block("terms", [written(settled.terms)]),
            block(
                "consent", [text("document.consent")],
                items: [
                    item("residentAgreed", full(settled.residentOn)), item("unitAgreed", full(settled.unitOn)),
                ]),
            basis(petition(["XF-33"])),
        ]
        model.parties = [party("resident", name), party("unit", words.unit(settled.unit))]
        if settled.kind == .mediation { model.parties.append(party("mediator", nil)) }
        model.closing = [text("document.copies")]
        return model
    }
}
