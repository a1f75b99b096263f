public import Kernel
public import Ledger
public import Organisation
public import Storage

/// Places and their desks in the text of the configuration. Rosters name people and stay where they are.
public struct PlaceConfiguration: ConfigurationPart {
    private let records: RecordStore
    private let ids: IdentifierGenerator

    private static let (placeFile, deskFile) = ("places.tsv", "desks.tsv")
    private static let placeColumns = [
        "place", "unit", "zh", "en", "address", "phone", "hours", "weekdays", "capacity", "closed",
    ]
    private static let deskColumns = ["place", "number", "zh", "en", "unit", "open"]

    /// - Parameters:
    ///   - database: where the places are.
    ///   - events: records what an import changes of them.
    public init(
        database: any Database, events: EventStore, ids: IdentifierGenerator, clock: any WallClock, zone: CivilZone
    ) {
        self.ids = ids
        records = RecordStore(
            database: database, events: events, ids: ids, clock: clock, zone: zone, changedMeanwhile: Place.notFound)
    }

    /// Places.
    public var kind: ConfigurationPartKind { .places }

    /// One line a place, one a desk; desks name their place by its number in the text.
    public func files(code: (UnitID) -> String?, in tx: any ReadTransaction) throws -> [String: String] {
        var (places, desks): ([[String?]], [[String?]]) = ([], [])
        for (index, place) in try Self.sorted(in: tx, code).enumerated() {
            let details = place.details
            places.append([
                "\(index + 1)", code(details.unit), details.name.zh, details.name.en, details.address, details.phone,
                details.hours.map(Self.text).joined(separator: " "), details.weekdays.map(String.init).joined(),
                "\(details.capacity)", place.isClosed ? "yes" : nil,
            ])
            desks += place.desks.map { desk in
                [
                    "\(index + 1)", "\(desk.number)", desk.name.zh, desk.name.en, code(desk.unit),
                    desk.isOpen ? "yes" : nil,
                ]
            }
        }
        return [
            Self.placeFile: ConfigurationTable.text(Self.placeColumns, places),
            Self.deskFile: ConfigurationTable.text(Self.deskColumns, desks),
        ]
    }

    /// Places and desks that only the store has stay.
    public func step(_ reader: inout ConfigurationReader, in tx: any ReadTransaction) throws -> ConfigurationPartStep {
        let codes = Dictionary(reader.unitIDs.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
        let present = Self.keyed(try Self.sorted(in: tx) { codes[$0] }) { Self.key($0.details, codes) }
        var wanted = Self.keyed(read(&reader).sorted { $0.number < $1.number }) { Self.key($0.details, codes) }
        readDesks(&reader, into: &wanted)
        let known = Dictionary(present, uniquingKeysWith: { first, _ in first })
        func desks(_ all: [(String, [ReceptionDesk])]) -> [(String, ReceptionDesk)] {
            all.flatMap { key, desks in desks.map { ("\(key)/\($0.number)", $0) } }
        }
        let changes =
            ConfigurationChange.compare(
                Self.placeFile, wanted.map { ($0.0, Published($0.1.details, $0.1.isClosed)) },
                known.mapValues { Published($0.details, $0.isClosed) })
            + ConfigurationChange.compare(
                Self.deskFile, desks(wanted.map { ($0.0, $0.1.desks) }),
                Dictionary(
                    desks(present.map { ($0.0, $0.1.desks) }), uniquingKeysWith: { first, _ in first }))
        let count = Set(wanted.map(\.0)).union(known.keys).count
        let all = wanted
        return ConfigurationPartStep(changes: changes, count: count) { tx, actor in
            for (key, line) in all { try write(line, over: known[key], by: actor, in: tx) }
        }
    }

    // MARK: Reading

    private struct Published: Equatable {
        let details: PlaceDetails
        let isClosed: Bool

        init(_ details: PlaceDetails, _ isClosed: Bool) {
            self.details = details
            self.isClosed = isClosed
        }
    }

    private struct Line: Sendable {
        let number: Int
        let details: PlaceDetails
        let isClosed: Bool
        var desks: [ReceptionDesk] = []
    }

    private func read(_ reader: inout ConfigurationReader) -> [Line] {
        let units = Set(reader.unitIDs.values)
        var out: [Line] = []
        for (line, cells) in reader.rows(Self.placeFile, Self.placeColumns) {
            let unit = reader.unit(cells["unit"], Self.placeFile, line)
            guard let number = Int(cells["place"] ?? ""), !out.contains(where: { $0.number == number }) else {
                reader.refuse(Self.placeFile, line, "the number \(cells["place"] ?? "") is empty or there twice")
                continue
            }
            let draft = PlaceDraft(
                unit: unit, name: cells["zh"] ?? "", nameEnglish: cells["en"] ?? "", address: cells["address"] ?? "",
                phone: cells["phone"] ?? "", hours: cells["hours"] ?? "",
                weekdays: (cells["weekdays"] ?? "").compactMap(\.wholeNumberValue),
                capacity: Int(cells["capacity"] ?? ""))
            do {
                let details = try draft.details { units.contains($0) }
                out.append(Line(number: number, details: details, isClosed: cells["closed"] == "yes"))
            } catch {
                let errors = (error as? PlainErrors)?.errors ?? (error as? PlainError).map { [$0] } ?? []
                // An unknown unit was told when its code was read.
                for error in errors where error.code != "unit.unknown" || (cells["unit"] ?? "").isEmpty {
                    reader.refuse(Self.placeFile, line, Self.reason(error))
                }
            }
        }
        return out
    }

    private func readDesks(_ reader: inout ConfigurationReader, into places: inout [(String, Line)]) {
        for (line, cells) in reader.rows(Self.deskFile, Self.deskColumns) {
            let unit = reader.unit(cells["unit"], Self.deskFile, line)
            let number = Int(cells["number"] ?? "") ?? 0
            guard let place = Int(cells["place"] ?? ""),
                let index = places.firstIndex(where: { $0.1.number == place })
            else {
                reader.refuse(Self.deskFile, line, "the place \(cells["place"] ?? "") is not in \(Self.placeFile)")
                continue
            }
            guard !places[index].1.desks.contains(where: { $0.number == number }) else {
                reader.refuse(Self.deskFile, line, "the number \(number) is empty or there twice")
                continue
            }
            guard let unit else {
                if (cells["unit"] ?? "").isEmpty { reader.refuse(Self.deskFile, line, "the unit is missing") }
                continue
            }
            let desk = ReceptionDesk(
                number: number, name: reader.name(cells), unit: unit, isOpen: cells["open"] == "yes")
            do throws(PlainError) {
                try desk.check()
                places[index].1.desks.append(desk)
            } catch {
                reader.refuse(Self.deskFile, line, Self.reason(error))
            }
        }
    }

    private static func reason(_ error: PlainError) -> String {
        switch (error.code, error.field) {
        case ("reception.hoursInvalid", _): "the hours are no spans such as 8:30-12:00 14:30-17:30"
        case ("reception.capacityInvalid", _): "the capacity is a number from 0 to 50"
        case ("reception.deskNumberInvalid", _): "the number of a desk is 1 to 99"
        case ("unit.unknown", _): "the unit is missing"
        case (_, "address"): "the address is empty or longer than 200 characters"
        case (_, "phone"): "the telephone number is longer than 30 characters"
        case (_, "deskName"): "the name is empty or longer than 40 characters"
        default: "the name is empty or too long"
        }
    }

    // MARK: The store

    private func write(_ line: Line, over present: Place?, by actor: Actor, in tx: any Transaction) throws {
        var commands = line.desks.filter { present?.desk($0.number) != $0 }.map(PlaceCommand.setDesk)
        if line.isClosed != (present?.isClosed ?? false) { commands.append(.close(line.isClosed)) }
        guard let present else {
            return try records.begin(Place.self, ids.next(), .opened(line.details), then: commands, by: actor, in: tx)
        }
        if line.details != present.details { commands.insert(.change(line.details), at: 0) }
        if !commands.isEmpty { try records.change(Place.self, present.id, commands, by: actor, in: tx) }
    }

    /// By unit, name and the order in which they were set up: the same on every store.
    private static func sorted(in tx: any ReadTransaction, _ code: (UnitID) -> String?) throws -> [Place] {
        try tx.rows("SELECT id, closed, details, version FROM reception_places ORDER BY id").map { try Place(row: $0) }
            .map { (unit: code($0.details.unit) ?? "", place: $0) }
            .sorted {
                ($0.unit, $0.place.details.name.zh, $0.place.id) < ($1.unit, $1.place.details.name.zh, $1.place.id)
            }.map(\.place)
    }

    private static func key(_ details: PlaceDetails, _ codes: [UnitID: String]) -> String {
        "\(codes[details.unit] ?? "")/\(details.name.zh)"
    }

    /// By unit and name; a second of the same name is told apart by its place in the order.
    private static func keyed<Value>(_ all: [Value], _ key: (Value) -> String) -> [(String, Value)] {
        var seen: [String: Int] = [:]
        return all.map { value in
            let name = key(value)
            seen[name, default: 0] += 1
            return (seen[name] == 1 ? name : "\(name)#\(seen[name] ?? 0)", value)
        }
    }

    private static func text(_ span: DaySpan) -> String {
        func time(_ minute: Int) -> String {
            let (hour, rest) = minute.quotientAndRemainder(dividingBy: 60)
            return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
        }
        return "\(time(span.from))-\(time(span.until))"
    }
}
