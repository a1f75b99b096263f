public import Kernel
public import Organisation

/// What a resident is told of the procedure of another law to which the matter leads: its name and its limit, as the law
/// had them then. The office that carries it out keeps that time; no clock runs here.
public struct ProcedureTold: Codable, Hashable, Sendable {
    /// The procedure in the library, `FY-DECIDE`.
    public var id: String
    /// How long it may take.
    public var length: Int
    /// In which days.
    public var unit: RuleUnit
    /// When it began there, where that is known.
    public var from: LocalDate?
    /// Its last day then.
    public var due: LocalDate?
    /// Whether that day rests on a year whose days off were not known.
    public var provisional: Bool?
}
