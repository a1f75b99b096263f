internal import Foundation
public import Kernel
public import Organisation

/// All rule packs and the calendar that an operator can ask about: the program's own, the examples, and a store's.
public struct RuleBook: Sendable {
    /// A pack and where it comes from.
    public struct Entry: Sendable {
        /// Where a pack comes from.
        public enum Origin: String, Sendable {
            /// Comes with the program and holds.
            case program
            /// Comes with the program and holds nowhere.
            case example
            /// Was loaded into the store.
            case store
        }

        /// The pack.
        public let pack: RulePack
        /// Its text.
        public let text: String
        /// Where it comes from.
        public let origin: Origin
    }

    /// The program's own first, then those of the store, then the examples.
    public let entries: [Entry]
    /// The calendar that counts.
    public let calendar: WorkingCalendar
    /// Whether the calendar comes from the store.
    public let hasStoredCalendar: Bool

    /// What comes with the program, and what a store holds beside it.
    public init(_ stored: StoredRules? = nil) throws {
        let own = try RulePacks.builtInTexts().map { Entry(pack: try RulePack(yaml: $0), text: $0, origin: .program) }
        let examples = try RulePacks.exampleTexts()
            .map { Entry(pack: try RulePack(yaml: $0), text: $0, origin: .example) }
        let loaded = (stored?.packs ?? []).map { Entry(pack: $0.pack, text: $0.text, origin: .store) }
        // An example that was loaded is one no longer.
        entries =
            own + loaded
            + examples.filter { example in
                !loaded.contains { $0.pack.reference == example.pack.reference }
            }
        calendar = try stored?.calendar ?? WorkingCalendar.builtIn()
        hasStoredCalendar = stored?.calendar != nil
    }

    /// The packs that can govern matters.
    public var packs: RulePacks { RulePacks(entries.filter { $0.origin != .example }.map(\.pack)) }

    /// The pack with a reference; with a bare name its newest version.
    ///
    /// - Throws: `Trouble` when there is none.
    public func entry(_ name: String) throws(Trouble) -> Entry {
        let found = entries.filter { $0.pack.reference == name || $0.pack.id == name }
            .max { $0.pack.version < $1.pack.version }
        guard let found else {
            let known = entries.map(\.pack.reference).joined(separator: ", ")
            throw Trouble(.usage, "there is no rule pack \(name); there are: \(known)")
        }
        return found
    }

    /// One line a pack: reference, kind, first and last day, origin, whether it holds on a day, hash, title.
    public func lines(on date: LocalDate) -> [String] {
        entries.map { entry in
            let pack = entry.pack
            let holds = packs.pack(for: pack.kind, on: date)?.reference == pack.reference
            return [
                pack.reference, pack.kind.rawValue, "\(pack.effectiveFrom)", pack.effectiveTo?.description ?? "-",
                entry.origin.rawValue, holds ? "holds" : "-", String(pack.hash.prefix(12)), pack.title.zh,
            ].joined(separator: "\t")
        }
    }
}

/// Files of rules that an operator names.
public enum RuleFile {
    /// The text of a file; UTF-8, at most 256 KiB.
    public static func text(_ path: String) throws(Trouble) -> String {
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        // An empty file has nothing to read, which is no fault of the disk.
        if size == 0, FileManager.default.contents(atPath: path)?.isEmpty == true { return "" }
        var bytes = try SafeFile.contents(of: path, most: 1 << 18)
        // Some editors put a mark before the text.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw Trouble(.file, "\(path) is no text in UTF-8")
        }
        return text
    }

    /// Reads a pack.
    ///
    /// - Throws: `Trouble`: every fault with its line.
    public static func pack(_ path: String) throws(Trouble) -> (pack: RulePack, text: String) {
        let text = try text(path)
        do {
            return (try RulePack(yaml: text), text)
        } catch {
            throw Trouble(.problemFound, "\(path) cannot be used\n\(error.description)")
        }
    }

    /// Reads a calendar.
    ///
    /// - Throws: `Trouble` with the line of the fault.
    public static func calendar(_ path: String) throws(Trouble) -> (calendar: WorkingCalendar, text: String) {
        let text = try text(path)
        do {
            return (try WorkingCalendar(parsing: text), text)
        } catch {
            throw Trouble(.problemFound, "\(path) cannot be used\n\(error.description)")
        }
    }
}
