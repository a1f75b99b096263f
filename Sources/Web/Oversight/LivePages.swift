internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import NIOCore
internal import Organisation
internal import ServiceLifecycle
internal import Synchronization

/// Which pages of each person are told of changes at the moment, oldest first.
final class LiveConnections: Sendable {
    /// A person has few windows. The page that was left is noticed only at the next word to it, so whoever goes to and
    /// fro has some for a moment; the newest counts, and the oldest is told to rest.
    static let most = 16
    private struct State {
        var open: [StaffID: [Int]] = [:]
        var next = 0
    }
    private let state = Mutex(State())

    func begin(_ staff: StaffID) -> Int {
        state.withLock { state in
            state.next += 1
            state.open[staff, default: []].append(state.next)
            if state.open[staff, default: []].count > Self.most { state.open[staff]?.removeFirst() }
            return state.next
        }
    }

    func isOpen(_ page: Int, of staff: StaffID) -> Bool {
        state.withLock { $0.open[staff]?.contains(page) ?? false }
    }

    func end(_ page: Int, of staff: StaffID) {
        state.withLock { state in
            state.open[staff]?.removeAll { $0 == page }
            if state.open[staff]?.isEmpty == true { state.open[staff] = nil }
        }
    }

    var count: Int { state.withLock { $0.open.values.reduce(0) { $0 + $1.count } } }
}

/// The first screen tells itself anew while it is open, by server-sent events.
///
/// Numbers are counted anew every three seconds as long as somebody looks, which shows what other servers on the same
/// store do as well as what this one does. Nothing of it counts as a request of the person, so it keeps no session.
extension OversightPages {
    private static let secondsPerTurn = 3

    func liveNumbers(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        // An endless answer is only for whoever asks for one.
        guard request.accept.contains("text/event-stream") else { return request.redirect(to: "/oversight") }
        guard let token = request.cookie("staff") else { throw PlainError(.forbidden, "permission.missing") }
        let (live, staff) = (self.live, viewer.staff.id)
        let page = live.begin(staff)
        var headers: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"]
        // Proxies that collect answers would keep the news to themselves.
        if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
        let end = LiveEnd { live.end(page, of: staff) }
        let body = ResponseBody { writer in
            defer { end.reach() }
            try await tell(page, of: staff, token, request, &writer)
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// Tells until the session ends, its owner may no longer see this, the browser goes away, or the server stops: the
    /// browser then comes back to whoever serves.
    private func tell(
        _ page: Int, of staff: StaffID, _ token: String, _ request: PageRequest, _ writer: inout any ResponseBodyWriter
    ) async throws {
        var told: [String: String] = [:]
        try await writer.write(ByteBuffer(string: "retry: 5000\n\n"))
        while !Task.isShuttingDownGracefully {
            guard let viewer = try await watcher(token, as: staff, request) else {
                try await writer.write(ByteBuffer(string: "event: end\ndata: {}\n\n"))
                return
            }
            guard live.isOpen(page, of: staff) else {
                try await writer.write(ByteBuffer(string: "event: rest\ndata: {}\n\n"))
                return
            }
            let numbers = Self.numbers(try await present(viewer, at: request.now))
            if numbers != told {
                told = numbers
                try await writer.write(ByteBuffer(string: "event: numbers\ndata: \(Self.json(numbers))\n\n"))
            } else {
                // A line that says nothing: proxies see that somebody is there, and we whether the browser is.
                try await writer.write(ByteBuffer(string: ": \n\n"))
            }
            for _ in 0..<Self.secondsPerTurn where !Task.isShuttingDownGracefully {
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Who looks, as long as the session lasts and they may.
    private func watcher(_ token: String, as staff: StaffID, _ request: PageRequest) async throws -> Viewer? {
        guard let session = try await request.site.sessions.session(token: token, isTouched: false),
            session.staff == staff, !session.awaitsSecondFactor
        else { return nil }
        let organisation = try await request.site.organisation.current()
        guard let member = organisation.staff(staff), member.isActive else { return nil }
        let viewer = Viewer(staff: member, organisation: organisation)
        return viewer.may(.oversee, on: nil) ? viewer : nil
    }

    /// The numbers of the tiles; a page that shows others fetches its tiles anew.
    static func numbers(_ now: OversightNow) -> [String: String] {
        [
            "due": "\(now.dueByDay.values.reduce(0, +))", "unheld": "\(now.dueUnassigned)",
            "overdue": "\(now.overdue)", "unsolved": "\(now.unsolvedCount)", "promises": "\(now.promises.due)",
            "kept": "\(now.promises.kept)", "late": "\(now.promises.late)",
            "open": "\(now.units.values.reduce(0) { $0 + $1.open })",
        ]
    }

    static func json(_ numbers: [String: String]) -> String {
        "{" + numbers.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
    }
}

/// Runs once, when an answer was sent, or when it was thrown away unsent.
private final class LiveEnd: Sendable {
    private let isReached = Mutex(false)
    private let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }

    func reach() {
        let isFirst = isReached.withLock { reached in
            defer { reached = true }
            return !reached
        }
        if isFirst { run() }
    }

    deinit { reach() }
}
