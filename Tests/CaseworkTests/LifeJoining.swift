import Kernel
import Ledger
import Organisation

@testable import Casework

extension Life {
    static let second = CaseID(rawValue: 6)
    static let secondNumber = "2605-0002-7"

    /// What another matter brings along.
    static func absorbed(_ clocks: [ClockStart] = [], reporter: Int64 = 23) -> CaseEvent.Absorbed {
        let part = MovedPart(CaseState.Reporter(details(ReporterID(rawValue: reporter))))
        return .init(
            other: second, otherNumber: secondNumber, parts: [part], clocks: clocks, noticeBy: day, reason: text(90))
    }

    static func joining(_ name: CaseCommand.Name) -> CaseCommand {
        switch name {
        case .mergeInto: .mergeInto(second, number: secondNumber, reason: text())
        case .absorb: .absorb(absorbed())
        case .takeBack: .takeBack(reason: text(), parts: [])
        case .release: .release(.init(other: second, otherNumber: secondNumber, reason: text(), texts: []))
        case .followGuard: .followGuard(.init(staff: [handler], accusedStaff: [], accusedUnits: []))
        case .split:
            .split(.init(reason: text(), parts: [.init(id: CaseID(rawValue: 7), number: "2605-0003-5")]))
        default:
            .becomePart(
                .init(
                    other: second, otherNumber: secondNumber,
                    reporters: [.init(part: reporter, whole: ReporterID(rawValue: 24))], clocks: []))
        }
    }
}
