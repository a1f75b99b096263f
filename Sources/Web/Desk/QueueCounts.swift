public import Casework
internal import Kernel
public import Organisation
internal import Synchronization

/// Counts of the queues. They stand on every page of the workbench, so each person's are counted once in two seconds.
public final class QueueCounts: Sendable {
    private struct Kept {
        let counts: [WorkQueue: Int]
        let until: Instant
    }

    private static let seconds: Int64 = 2
    /// More people than this at the same moment are counted anew.
    private static let mostKept = 1024

    private let casework: Casework
    private let kept = Mutex<[StaffID: Kept]>([:])

    /// - Parameter casework: counts.
    public init(casework: Casework) { self.casework = casework }

    /// The counts of all queues that a viewer may open.
    func counts(for viewer: Viewer, at now: Instant) async throws -> [WorkQueue: Int] {
        let id = viewer.staff.id
        if let known = kept.withLock({ $0[id] }), now < known.until { return known.counts }
        let counts = try await casework.queueCounts(QueueName.all(for: viewer), for: viewer)
        kept.withLock { kept in
            if kept.count >= Self.mostKept { kept = kept.filter { now < $0.value.until } }
            if kept.count < Self.mostKept {
                kept[id] = Kept(counts: counts, until: now.adding(seconds: Self.seconds))
            }
        }
        return counts
    }

    /// Forgets a person's counts, after they changed something.
    func forget(_ viewer: Viewer) { _ = kept.withLock { $0.removeValue(forKey: viewer.staff.id) } }
}

/// The side bar of the workbench: queues with counts.
public struct DeskQueues: DeskFrame {
    private let counts: QueueCounts

    /// - Parameter counts: the queues' counts.
    public init(_ counts: QueueCounts) { self.counts = counts }

    /// `queueGroups`, and which part of the workbench the page is in.
    public func fields(for viewer: Viewer, in request: PageRequest) async throws -> Fields {
        let counts = try await counts.counts(for: viewer, at: request.now)
        let words = request.words
        let groups = QueueName.groups.compactMap { group -> Fields? in
            let queues = group.queues.filter { counts[$0] != nil }
            guard !queues.isEmpty else { return nil }
            return [
                "heading": .text(group.heading.map { words.text($0) }),
                "queues": .list(
                    queues.map { queue in
                        [
                            "icon": .text(queue.icon), "url": .text(queue.url),
                            "name": .text(words.name("queue", queue)),
                            "count": .text(Self.count(counts[queue] ?? 0, words)),
                            "current": .flag(request.path == queue.url),
                        ]
                    }),
            ]
        }
        return [
            "queueGroups": .list(groups), "onOversight": .flag(request.path.hasPrefix("/oversight")),
            "onPeople": .flag(request.path == "/desk/people"),
        ]
    }

    /// A count that may have stopped at its limit.
    static func count(_ number: Int, _ words: Words) -> String {
        number < Casework.countCap
            ? words.number(number) : words.text("word.over", ["n": words.number(Casework.countCap)])
    }
}
