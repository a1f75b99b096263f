public import Kernel
internal import Ledger
internal import Storage

extension OrganisationStore {
    /// Why the versions of a text that is kept ready came, by their number.
    public func reasons(ofText id: CannedTextID) async throws -> [Int: String] {
        let events = self.events
        return try await database.read { tx in
            let stream = StreamID(rawValue: id.rawValue)
            let bodies = try TextStore().bodies(of: stream, in: tx)
            var out: [Int: String] = [:]
            for stored in try events.events(of: stream, in: tx) {
                guard case .readyTextChanged(let text) = try OrganisationEvent(stored, bodies: bodies) else { continue }
                out[text.version] = try OrganisationEvent.reason(of: stored, bodies: bodies)
            }
            return out
        }
    }
}
