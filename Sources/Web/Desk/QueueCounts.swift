public import Casework
internal import Kernel
public import Organisation
public import Workbench

/// What stands beside every page of the workbench: counts of queues, saved filters and theirs.
struct SideBar: Sendable {
    let counts: [WorkQueue: Int]
    let filters: [(filter: SavedFilter, count: Int)]

    func count(of filter: SavedFilter) -> Int? { filters.first { $0.filter == filter }?.count }
}

/// Counts of the queues. They stand on every page of the workbench, so each person's are counted once in two seconds;
/// while they are counted anew, their other pages show what was counted before.
public final class QueueCounts: Sendable {
    private let casework: Casework
    private let workbench: Workbench
    private let kept = KeptValues<StaffID, SideBar>(seconds: 2, most: 1024)

    /// - Parameters:
    ///   - casework: counts.
    ///   - workbench: knows the saved filters.
    public init(casework: Casework, workbench: Workbench) {
        self.casework = casework
        self.workbench = workbench
    }

    /// The counts of all queues that a viewer may open, and of their saved filters.
    func frame(for viewer: Viewer, at now: Instant) async throws -> SideBar {
        if viewer.seesScreensOnly {
            let queues = QueueName.all(for: viewer)
            return SideBar(
                counts: Dictionary(queues.map { ($0, 0) }, uniquingKeysWith: { first, _ in first }), filters: [])
        }
        return try await kept.value(of: viewer.staff.id, at: now) { try await self.count(for: viewer) }
    }

    /// Forgets a person's counts, after they changed something.
    func forget(_ viewer: Viewer) { kept.forget(viewer.staff.id) }

    private func count(for viewer: Viewer) async throws -> SideBar {
        // Calls are in force where a rule asks for them; where none does, nothing is offered.
        let calls = casework.deadlines.packs.packs.contains { $0.callBack != nil }
        let queues = QueueName.all(for: viewer).filter { calls || $0 != .callBack }
        let filters =
            queues.isEmpty ? [] : try await workbench.filters(of: viewer.staff.id, in: viewer.staff.unit)
        let places = filters.compactMap { filter in
            ListPlace(filter.address).flatMap { place in
                viewer.may(place.queue.permission, on: nil) ? (filter, place) : nil
            }
        }
        let requests =
            queues.map { QueueRequest($0) }
            + places.map {
                $0.1.request(for: viewer, casework.deadlines, today: casework.today)
            }
        let numbers = try await casework.queueCounts(requests, for: viewer)
        return SideBar(
            counts: Dictionary(uniqueKeysWithValues: zip(queues, numbers)),
            filters: zip(places.map(\.0), numbers.dropFirst(queues.count)).map { ($0, $1) })
    }
}

/// The side bar of the workbench: queues with counts, saved filters with theirs.
public struct DeskQueues: DeskFrame {
    private let counts: QueueCounts

    /// - Parameter counts: the queues' counts.
    public init(_ counts: QueueCounts) { self.counts = counts }

    /// `queueGroups`, and which part of the workbench the page is in.
    public func fields(for viewer: Viewer, in request: PageRequest) async throws -> Fields {
        let frame = try await counts.frame(for: viewer, at: request.now)
        let words = request.words
        let here = place(of: request)
        let saved = frame.filters.first { $0.filter.address == here?.saved }?.filter
        var groups = QueueName.groups.compactMap { group -> Fields? in
            let queues = group.queues.filter { frame.counts[$0] != nil }
            guard !queues.isEmpty else { return nil }
            return [
                "heading": .text(group.heading.map { words.text($0) }),
                "queues": .list(
                    queues.map { queue in
                        [
                            "icon": .text(queue.icon), "url": .text(queue.url),
                            "name": .text(words.name("queue", queue)),
                            "count": .text(Self.count(frame.counts[queue] ?? 0, words)),
                            "current": .flag(saved == nil && here?.queue == queue),
                        ]
                    }),
            ]
        }
        if !frame.filters.isEmpty {
            groups.append([
                "heading": .text(words.text("work.savedFilters")),
                "queues": .list(
                    frame.filters.map { filter, count in
                        [
                            "icon": .text(filter.unit == nil ? "i-search" : "i-people"),
                            "url": .text("/desk/queue/\(filter.address)"), "name": .text(filter.name),
                            "count": .text(Self.count(count, words)), "current": .flag(filter == saved),
                        ]
                    }),
            ])
        }
        return [
            "queueGroups": .list(groups), "onOversight": .flag(request.path.hasPrefix("/oversight")),
            "onPeople": .flag(request.path == "/desk/people"),
        ]
    }

    /// The list that the page shows, or that its matter was opened from.
    private func place(of request: PageRequest) -> ListPlace? {
        if request.path.hasPrefix("/desk/queue/") {
            return WorkQueue(slug: request.parameter("queue")).map { ListPlace($0, query: request.query) }
        }
        guard request.path.hasPrefix("/desk/matter/") else { return nil }
        return (request.form["queue"] ?? request.query["queue"]).flatMap { ListPlace($0) }
    }

    /// A count that may have stopped at its limit.
    static func count(_ number: Int, upTo cap: Int = Casework.countCap, _ words: Words) -> String {
        number < cap ? words.number(number) : words.text("word.over", ["n": words.number(cap)])
    }
}
