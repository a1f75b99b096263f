public import Kernel

/// Where a task stands.
public enum TaskPhase: String, CaseIterable, Codable, Sendable {
    /// The unit has to answer.
    case open
    /// The unit answered; a supervisor looks at it.
    case answered
    /// The answer was accepted; the result is to be written down.
    case accepted
    /// Over, with a result.
    case closed
    /// Taken back: opened by mistake, or no longer needed.
    case withdrawn
    /// A finding of which a named person decided that it needs no task, with the reason.
    case setAside

    /// Phases in which somebody still has to do something.
    public static let unfinished: [TaskPhase] = [.open, .answered, .accepted]
}

/// What was done to press a unit. Art. 39 gives the last four to the joint conference.
public enum TaskMeasure: String, CaseIterable, Codable, Sendable {
    /// 催办函
    case urge
    /// 挂牌督办
    case listing
    /// 约谈
    case talk
    /// 通报
    case circular
    /// 限期整改
    case rectification

    /// The article of 《信访工作条例》 that it rests on.
    public var article: Int { self == .urge ? 40 : 39 }
}

/// To whom a circular goes ("在适当范围", Art. 39). There is none to the public.
public enum CircularScope: String, CaseIterable, Codable, Sendable {
    /// The unit and what is above it.
    case unit
    /// All units inside the county.
    case county
}

/// What came of a task.
public enum TaskResult: String, CaseIterable, Codable, Sendable {
    /// Put right.
    case corrected
    /// Put right in part.
    case partlyCorrected
    /// Not put right.
    case notCorrected
}

/// A unit's written answer to a task.
public struct TaskAnswer: Hashable, Sendable {
    /// The words.
    public let text: TextID
    /// When.
    public let at: Instant
    /// Whether it came by its day.
    public let inTime: Bool
}

/// A measure that was taken.
public struct TakenMeasure: Hashable, Sendable {
    /// Which.
    public let kind: TaskMeasure
    /// When.
    public let at: Instant
    /// The event's place in the stream; names its letter.
    public let version: Int
    /// The running number of the paper within the task, from 1.
    public let paper: Int
}
