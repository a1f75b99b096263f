internal import Casework
internal import Kernel
internal import Organisation

/// A queue as pages name it: address, icon, group.
enum QueueName {
    /// The groups of the side bar with their headings' keys.
    static let groups: [(heading: String?, queues: [WorkQueue])] = [
        (nil, [.unassigned, .incoming, .mine, .unit]), ("work.queuesByClock", [.overdue, .today, .soon]),
        (
            "work.queuesForMe",
            [
                .objected, .toReview, .toExtend, .toDeliver, .promises, .unsolved, .helping, .callBack, .awaiting,
                .toClose, .restricted,
            ]
        ),
    ]

    /// Every queue of the side bar that a viewer may open.
    static func all(for viewer: Viewer) -> [WorkQueue] {
        groups.flatMap(\.queues).filter { viewer.may($0.permission, on: nil) }
    }

    /// The queue that the working day begins with.
    static func begin(for viewer: Viewer) -> WorkQueue? {
        guard viewer.may(.seeMatters, on: nil) else { return nil }
        return [.mine, .unassigned, .incoming, .toReview, .unsolved, .overdue].first {
            viewer.may($0.permission, on: nil)
        }
    }
}

extension WorkQueue {
    /// The name in addresses: `to-deliver`.
    var slug: String { Self.slugs[self] ?? rawValue }

    /// The queue with a name in addresses.
    init?(slug: String) {
        guard let found = Self.slugs.first(where: { $0.value == slug }) else { return nil }
        self = found.key
    }

    /// Each line of a list names its queue, so the names are made once.
    private static let slugs = Dictionary(
        uniqueKeysWithValues: allCases.map { queue in
            let name = queue.rawValue.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }
            return (queue, name.joined())
        })

    /// Its page.
    var url: String { "/desk/queue/\(slug)" }

    /// Its icon in the side bar.
    var icon: String {
        switch self {
        case .unassigned: "i-sort"
        case .incoming: "i-inbox"
        case .mine: "i-person"
        case .unit, .all: "i-people"
        case .overdue: "s-over"
        case .today: "s-today"
        case .soon: "s-near"
        case .objected: "i-scale"
        case .toDeliver: "i-letter"
        case .unsolved: "i-back"
        case .awaiting: "i-clock"
        case .callBack: "i-words"
        case .toClose: "i-tick"
        case .helping: "i-words"
        case .toExtend: "i-clock"
        case .toReview: "i-scale"
        case .promises: "i-flag"
        case .restricted: "i-lock"
        }
    }
}
