public import Kernel
public import Storage

/// What of the configuration stands in another room.
public enum ConfigurationPartKind: String, Codable, Sendable {
    /// Outlines of divisions, for the map.
    case outlines
    /// Texts that are kept ready.
    case readyTexts
    /// Places of reception with their desks.
    case places
}

/// A part of the configuration that another room keeps. The text of the whole takes it along, and an import writes it in the
/// transaction of everything else.
public protocol ConfigurationPart: Sendable {
    /// What it is.
    var kind: ConfigurationPartKind { get }
    /// Its files as they stand in the store.
    ///
    /// - Parameter code: the code of a unit.
    func files(code: (UnitID) -> String?, in tx: any ReadTransaction) throws -> [String: String]
    /// Reads its files, refuses what is wrong, and compares the rest with the store.
    func step(_ reader: inout ConfigurationReader, in tx: any ReadTransaction) throws -> ConfigurationPartStep
}

/// What an import would do to a part.
public struct ConfigurationPartStep: Sendable {
    /// What is otherwise, and what only the store has.
    public let changes: [ConfigurationChange]
    /// How many there are afterwards, or how many are written: what the record of the change says.
    public let count: Int
    /// Writes it.
    public let write: @Sendable (_ tx: any Transaction, _ actor: Actor) throws -> Void

    /// A step.
    public init(
        changes: [ConfigurationChange], count: Int,
        write: @escaping @Sendable (_ tx: any Transaction, _ actor: Actor) throws -> Void
    ) {
        self.changes = changes
        self.count = count
        self.write = write
    }

    /// Whether there is anything to write.
    var isOther: Bool { changes.contains { $0.kind != .kept } }
}

extension ConfigurationChange {
    /// Compares by key; what only the store has is kept.
    ///
    /// - Parameters:
    ///   - file: the file of the text.
    ///   - wanted: what the text says, in its order.
    ///   - present: what the store holds.
    public static func compare<Value: Equatable>(
        _ file: String, _ wanted: [(String, Value)], _ present: [String: Value]
    ) -> [ConfigurationChange] {
        let keys = Set(wanted.map(\.0))
        return wanted.filter { present[$0.0] != $0.1 }.map {
            ConfigurationChange(kind: present[$0.0] == nil ? .added : .changed, file: file, key: $0.0)
        }
            + present.keys.sorted().filter { !keys.contains($0) }.map {
                ConfigurationChange(kind: .kept, file: file, key: $0)
            }
    }
}
