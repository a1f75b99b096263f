public import Kernel

extension Named {
    /// The handing over of somebody's open work.
    public enum HandOver {}
}

/// Identifies a handing over.
public typealias HandOverID = Identifier<Named.HandOver>

/// To whom somebody's open work goes: one person, or others for categories.
public struct HandOverPlan: Hashable, Sendable {
    /// Who gives it away.
    public var from: StaffID
    /// Who gets what no category sends elsewhere.
    public var to: StaffID
    /// Who gets a category of the first level, by its code.
    public var byCategory: [String: StaffID]

    /// A plan.
    public init(from: StaffID, to: StaffID, byCategory: [String: StaffID] = [:]) {
        self.from = from
        self.to = to
        self.byCategory = byCategory
    }

    /// Who gets a matter.
    func recipient(of category: String?) -> StaffID {
        let first = category.map { String($0.prefix { $0 != "." }) }
        return first.flatMap { byCategory[$0] } ?? to
    }
}

/// One matter of a handing over: by its number, and nothing of what it says.
public struct HandOverItem: Hashable, Sendable {
    /// How it stands.
    public enum State: String, Sendable {
        /// Not yet looked at.
        case waiting
        /// It went.
        case done
        /// It cannot go.
        case stays
    }

    /// The matter.
    public let matter: CaseID
    /// Its number.
    public let number: String
    /// To whom.
    public let to: StaffID
    /// How it stands.
    public let state: State
    /// Why it stays, as the code of a sentence.
    public let reason: String?
}

/// A handing over and how far it is.
public struct HandOverReport: Hashable, Sendable {
    /// Its identifier.
    public let id: HandOverID
    /// Who gives it away.
    public let from: StaffID
    /// When it was asked for.
    public let madeAt: Instant
    /// Why.
    public let reason: String
    /// How many matters it has, went and stay.
    public let total: Int
    /// How many went.
    public let done: Int
    /// How many cannot go.
    public let stayed: Int
    /// Those that cannot go, at most two hundred of them.
    public let stays: [HandOverItem]

    /// Whether all were looked at.
    public var isFinished: Bool { done + stayed >= total }
}
