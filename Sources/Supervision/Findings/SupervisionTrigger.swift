/// Why a unit is asked (《信访工作条例》 Art. 40). It is always about what a unit did or left undone.
public enum SupervisionTrigger: String, CaseIterable, Codable, Sendable {
    /// Nobody took the matter in within its time.
    case notAcceptedInTime
    /// The answer did not come in time.
    case notAnsweredInTime
    /// The unit objected again and again, and was told each time that it is responsible (推诿).
    case objectedWithoutGround
    /// Answers without substance: twice not solved, or the same opinion again after a redo (敷衍).
    case answeredWithoutSubstance
    /// What the opinion grants is not carried out (拒不执行).
    case notExecuted
    /// What a reply promised was not kept by its day.
    case promiseBroken
    /// A notice that is owed to the resident was not given.
    case noticeMissing
    /// A unit that was asked for its part did not do it by its day.
    case helpMissing
    /// Accepted or handled against the rules; found by a person.
    case contraryToRules
    /// Records or results were made up (弄虚作假); found by a person.
    case falsified

    /// The ground in the words of Art. 40.
    public var ground: SupervisionGround {
        switch self {
        case .notAcceptedInTime, .notAnsweredInTime, .promiseBroken, .helpMissing: .delay
        case .objectedWithoutGround: .shirking
        case .answeredWithoutSubstance: .perfunctory
        case .notExecuted: .refusal
        case .noticeMissing, .contraryToRules: .contraryToRules
        case .falsified: .falsification
        }
    }

    /// Whether only a person can say so.
    public var isFoundByHand: Bool { self == .contraryToRules || self == .falsified }
}

/// The grounds of Art. 40.
public enum SupervisionGround: String, CaseIterable, Sendable {
    /// 未按规定受理、办理
    case contraryToRules
    /// 推诿
    case shirking
    /// 敷衍
    case perfunctory
    /// 拖延
    case delay
    /// 弄虚作假
    case falsification
    /// 拒不执行信访处理意见
    case refusal
}
