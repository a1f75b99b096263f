public import Kernel
public import Organisation
public import Storage

/// Which findings are asked for.
public struct FindingRequest: Hashable, Sendable {
    /// Only this trigger.
    public var trigger: SupervisionTrigger?
    /// Only about this unit.
    public var unit: UnitID?
    /// Where the page begins: the last finding seen.
    public var after: FindingKey?
    /// Findings on a page.
    public var limit = 20

    /// All findings from the beginning.
    public init() {}
}

/// A matter that somebody named by its number.
public struct SupervisedMatter: Hashable, Sendable {
    /// The matter.
    public let reference: MatterReference
    /// The unit that answers for it now.
    public let unit: UnitID
    /// Units that it complains of: it is not named to them (Art. 30).
    public let accused: Set<UnitID>

    /// A matter.
    public init(reference: MatterReference, unit: UnitID, accused: Set<UnitID> = []) {
        self.reference = reference
        self.unit = unit
        self.accused = accused
    }

    /// Whether it complains of a unit or of one to which that belongs.
    func complains(of unit: UnitID, _ organisation: Organisation) -> Bool {
        accused.contains { organisation.isInside(unit, $0) }
    }
}

/// What this room may know of residents' matters. The program puts an implementation over the casework in its place.
///
/// Every question names who asks: what a viewer may not know of (another unit's matter, a restricted one) is not
/// there. Implementations answer from indexes, never by walking through all matters.
public protocol SupervisionSource: Sendable {
    /// Findings in the order of trigger, day and matter; those of one trigger together.
    func findings(
        _ request: FindingRequest, for viewer: Viewer
    ) async throws -> KeysetPage<SupervisionFinding, FindingKey>

    /// One finding as it stands now; `nil` when it is none any more, or not theirs to know.
    func finding(_ key: FindingKey, for viewer: Viewer) async throws -> SupervisionFinding?

    /// The matter with a number; `nil` when there is none, or it is not theirs to know.
    func matter(number: String, for viewer: Viewer) async throws -> SupervisedMatter?

    /// Which of these matters the viewer may know of.
    func visible(_ matters: Set<CaseID>, for viewer: Viewer) async throws -> Set<CaseID>
}

/// Knows of no matter; for tests of other rooms and for tools.
public struct NoSupervisionSource: SupervisionSource {
    /// Creates the source.
    public init() {}

    /// Always nothing.
    public func findings(
        _ request: FindingRequest, for viewer: Viewer
    ) async throws -> KeysetPage<SupervisionFinding, FindingKey> {
        KeysetPage(items: [], next: nil)
    }

    /// Always nothing.
    public func finding(_ key: FindingKey, for viewer: Viewer) async throws -> SupervisionFinding? { nil }

    /// Always nothing.
    public func matter(number: String, for viewer: Viewer) async throws -> SupervisedMatter? { nil }

    /// Always nothing.
    public func visible(_ matters: Set<CaseID>, for viewer: Viewer) async throws -> Set<CaseID> { [] }
}
