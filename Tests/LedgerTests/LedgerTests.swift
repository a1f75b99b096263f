import Kernel
import Storage
import StorageTestKit
import Testing

@testable import Ledger

@Suite struct LedgerTests {
    struct Room {
        let database: any Database
        let key = InstallationKey.random()
        let keys: KeyRing
        let ids: IdentifierGenerator
        let events: EventStore

        init(_ database: any Database) async throws {
            self.database = database
            keys = try await KeyRing.open(database, with: key)
            let clock = FixedClock(Instant(milliseconds: 1_780_000_000_000))
            ids = IdentifierGenerator(clock: clock, node: 3)
            events = EventStore(keys: keys, ids: ids, clock: clock)
        }

        func event(_ n: Int) -> NewEvent {
            NewEvent(kind: "noted", data: "{\"n\":\(n)}", occurredAt: Instant(milliseconds: 5))
        }
    }

    func withRoom(_ body: (Room) async throws -> Void) async throws {
        try await withEachEngine(migrations: StorageMigrations.all + Ledger.migrations) {
            try await body(try await Room($0))
        }
    }

    @Test func eventsComeBackAsTheyWereAppended() async throws {
        try await withRoom { room in
            let stream: StreamID = room.ids.next()
            let (stored, head) = try await room.database.write { tx in
                try room.events.append(
                    [room.event(1), room.event(2)], by: .system("test"), to: StreamHead(new: stream, kind: "t"), in: tx)
            }
            let read = try await room.database.read { try room.events.events(of: stream, in: $0) }
            #expect(read.map(\.hash) == stored.map(\.hash) && read.map(\.data) == ["{\"n\":1}", "{\"n\":2}"])
            #expect(head.version == 2)
            #expect(try await LedgerVerifier(keys: room.keys).verify(room.database).findings.isEmpty)
        }
    }

    /// A line is read as it was written, byte for byte, and not at all when anything else stands in it.
    @Test func onlyWhatWasWrittenIsRead() throws {
        let texts = [
            TextReference(id: TextID(rawValue: 8), hash: "ab12"), TextReference(id: TextID(rawValue: 9), hash: "cd"),
        ]
        let event = NewEvent(
            kind: "noted", data: "{\"说\":\"他说“,\\\"data\\\":”了\",\"data\":{}}", occurredAt: Instant(milliseconds: -5),
            texts: texts, erased: [TextID(rawValue: 7)])
        let line = EventBody.json(
            event, id: EventID(rawValue: 1), stream: StreamID(rawValue: 2), version: 3, actor: .system("test"),
            recordedAt: Instant(milliseconds: .max))
        let read = try EventBody(json: line)
        #expect(read.kind == "noted" && read.data == event.data && read.version == 3 && read.actor == .system("test"))
        #expect(read.texts == texts && read.erased == [TextID(rawValue: 7)])
        #expect(read.occurredAt.milliseconds == -5 && read.recordedAt.milliseconds == .max)
        #expect(throws: EventFormatError.unknownFormat(2)) {
            try EventBody(json: line.replacing("{\"f\":1", with: "{\"f\":2"))
        }
        let broken = [
            "", "{", String(line.dropLast(3)), line.replacing("\"v\":3", with: "\"v\":\"3\""),
            line.replacing("\"v\":3", with: "\"v\":99999999999999999999"), line.replacing("\"at\"", with: "\"as\""),
            line.replacing("system:test", with: "nobody"), line.replacing("noted", with: "no\\u0074ed"),
            line.replacing(",\"data\":{\"说", with: ",\"date\":{\"说"), line.replacing("[8,\"ab12\"]", with: "[8]"),
            " " + line,
        ]
        for text in broken { #expect(throws: EventFormatError.unreadable, "\(text)") { try EventBody(json: text) } }
    }

    /// Streams that exist once may begin behind a sealed end; what was counted and is gone is still missed.
    @Test func aSingleStreamMayBeginLate() async throws {
        try await withRoom { room in
            func begin(_ stream: StreamID) async throws {
                try await room.database.write { tx in
                    _ = try room.events.append(
                        [room.event(1)], by: .system("test"), to: StreamHead(new: stream, kind: "t"), in: tx)
                }
            }
            func findings() async throws -> [LedgerFinding] {
                try await LedgerVerifier(keys: room.keys).verify(room.database).findings
            }
            try await begin(StreamID(rawValue: 2))
            for _ in 1...3 { try await begin(room.ids.next()) }
            let later = Instant(milliseconds: 1_780_000_000_000).adding(seconds: 3_600)
            #expect(try await StreamTally(keys: room.keys).seal(room.database, now: later) == 4)
            #expect(try await findings().isEmpty)
            try await begin(StreamID(rawValue: 1))
            try await begin(StreamID(rawValue: 4))
            #expect(try await findings().isEmpty)
            try await room.database.write { tx in
                try tx.execute("DELETE FROM events WHERE stream_id = 2")
                try tx.execute("DELETE FROM streams WHERE id = 2")
            }
            #expect(try await !findings().isEmpty, "the second one was counted")
        }
    }

    @Test func theLoserOfARaceIsTold() async throws {
        try await withRoom { room in
            let stream: StreamID = room.ids.next()
            let first = try await room.database.write { tx in
                try room.events.append(
                    [room.event(1)], by: .system("a"), to: StreamHead(new: stream, kind: "t"), in: tx
                ).head
            }
            try await room.database.write { tx in
                try room.events.append([room.event(2)], by: .system("a"), to: first, in: tx)
            }
            await #expect(throws: StreamConflict(stream: stream)) {
                try await room.database.write { tx in
                    try room.events.append([room.event(3)], by: .system("b"), to: first, in: tx)
                }
            }
        }
    }

    @Test func theKeyCanBeRotatedAndTheOldOneOpensNothing() async throws {
        try await withRoom { room in
            let new = InstallationKey.random()
            let hash = room.keys.codeHash("x", context: "t")
            try await KeyRing.rotate(room.database, from: room.key, to: new)
            #expect(try await KeyRing.open(room.database, with: new).codeHash("x", context: "t") == hash)
            await #expect(throws: KeyError.wrongKey) { try await KeyRing.open(room.database, with: room.key) }
        }
    }

    @Test func contactDataIsNotReadableInTheStoreAndDoesNotOpenElsewhere() async throws {
        try await withRoom { room in
            let vault = PersonVault(keys: room.keys)
            let (a, b): (PersonID, PersonID) = (room.ids.next(), room.ids.next())
            let contact = Contact(name: "测试人", phone: "13800000001", identityNumber: "999999199001010016")
            try await room.database.write { tx in
                try tx.executeAll(try vault.insertions(contact, as: a) + vault.insertions(Contact(name: "乙"), as: b))
            }
            #expect(try await room.database.read { try vault.contact(a, in: $0) } == contact)
            #expect(try await room.database.read { try vault.find(phone: "138 0000 0001", in: $0) } == [a])
            #expect(
                try await room.database.read { try vault.find(identityNumber: "999999199001010016", in: $0) } == [a])
            // Bytes moved to another person's row do not open.
            try await room.database.write { tx in
                try tx.execute(
                    """
                    UPDATE persons SET wrapped_key = (SELECT p.wrapped_key FROM persons p WHERE p.id = $1),
                      sealed = (SELECT p.sealed FROM persons p WHERE p.id = $1) WHERE id = $2
                    """, [a, b])
            }
            await #expect(throws: KeyError.damaged) { try await room.database.read { try vault.contact(b, in: $0) } }
            try await room.database.write { try vault.erase(a, at: Instant(milliseconds: 9), in: $0) }
            #expect(try await room.database.read { try vault.contact(a, in: $0) } == nil)
            #expect(try await room.database.read { try vault.find(phone: "13800000001", in: $0) } == [])
        }
    }
}
