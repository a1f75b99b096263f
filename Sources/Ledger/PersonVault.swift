internal import Crypto
internal import Foundation
public import Kernel
public import Storage

/// How a person can be reached. Every field may be missing: nobody has to say who they are.
public struct Contact: Sendable, Hashable, Codable {
    /// How to address them, 王女士.
    public var name: String?
    /// As typed.
    public var phone: String?
    /// Where they live or want letters.
    public var address: String?
    /// Citizen identity number, only where a procedure needs it.
    public var identityNumber: String?

    /// A contact; empty texts become nothing.
    public init(name: String? = nil, phone: String? = nil, address: String? = nil, identityNumber: String? = nil) {
        func kept(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
        self.name = kept(name)
        self.phone = kept(phone)
        self.address = kept(address)
        self.identityNumber = kept(identityNumber)
    }

    /// Whether nothing at all was given.
    public var isEmpty: Bool { name == nil && phone == nil && address == nil && identityNumber == nil }

    /// Digits of a phone number without country code, blanks and dashes, for look-up; `nil` when there are too few.
    public static func normalisedPhone(_ text: String) -> String? {
        var digits = text.unicodeScalars.compactMap { scalar -> Character? in
            switch scalar.value {
            case 0x30...0x39: Character(scalar)
            case 0xFF10...0xFF19: Unicode.Scalar(scalar.value - 0xFEE0).map { Character($0) }
            default: nil
            }
        }
        if digits.count == 13, digits.starts(with: "86") { digits.removeFirst(2) }
        return digits.count >= 5 ? String(digits) : nil
    }
}

/// Contact data, encrypted under a key per person. Destroying the key erases the person.
public struct PersonVault: Sendable {
    private let keys: KeyRing

    /// - Parameter keys: the store's keys.
    public init(keys: KeyRing) { self.keys = keys }

    /// The statements that keep a person's contact data and its blind index.
    public func insertions(_ contact: Contact, as id: PersonID) throws -> [(String, [any SQLConvertible])] {
        let personKey = SymmetricKey(size: .bits256)
        let plain = Array(try JSONEncoder().encode(contact))
        let sealed = try Sealed.seal(plain, with: personKey, context: "person:\(id)")
        let wrapped = try Sealed.seal(
            personKey.withUnsafeBytes { Array($0) }, with: keys.person, context: "person-key:\(id)")
        var statements: [(String, [any SQLConvertible])] = [
            ("INSERT INTO persons (id, wrapped_key, sealed) VALUES ($1, $2, $3)", [id, wrapped, sealed])
        ]
        for (kind, value) in indexed(contact) {
            statements.append(
                (
                    "INSERT INTO person_lookup (kind, value, person_id) VALUES ($1, $2, $3)",
                    [kind, keys.blindIndex(kind: kind, value: value), id]
                ))
        }
        return statements
    }

    /// Opens a person's contact data; `nil` when the person was erased or never was. Callers record who looked.
    public func contact(_ id: PersonID, in tx: any ReadTransaction) throws -> Contact? {
        try contacts([id], in: tx)[id]
    }

    /// Opens the contact data of several persons in one statement; those erased are missing.
    public func contacts(_ ids: [PersonID], in tx: any ReadTransaction) throws -> [PersonID: Contact] {
        guard !ids.isEmpty else { return [:] }
        let marks = ids.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        var out: [PersonID: Contact] = [:]
        for row in try tx.rows("SELECT id, wrapped_key, sealed FROM persons WHERE id IN (\(marks))", ids) {
            guard let wrapped = try row.optionalBlob(1), let sealed = try row.optionalBlob(2) else { continue }
            let id: PersonID = try row.id(0)
            let key = SymmetricKey(data: try Sealed.open(wrapped, with: keys.person, context: "person-key:\(id)"))
            let plain = try Sealed.open(sealed, with: key, context: "person:\(id)")
            out[id] = try JSONDecoder().decode(Contact.self, from: Data(plain))
        }
        return out
    }

    /// Persons with this phone number.
    public func find(phone: String, in tx: any ReadTransaction) throws -> [PersonID] {
        guard let value = Contact.normalisedPhone(phone) else { return [] }
        return try find(kind: "phone", value: value, in: tx)
    }

    /// Persons with this identity number.
    public func find(identityNumber: String, in tx: any ReadTransaction) throws -> [PersonID] {
        try find(kind: "identity", value: identityNumber.uppercased(), in: tx)
    }

    /// Destroys key, data and index entries. What remains says only that there was somebody.
    public func erase(_ id: PersonID, at instant: Instant, in tx: any Transaction) throws {
        try tx.execute(
            "UPDATE persons SET wrapped_key = NULL, sealed = NULL, erased_at = $1 WHERE id = $2", [instant, id])
        try tx.execute("DELETE FROM person_lookup WHERE person_id = $1", [id])
    }

    private func find(kind: String, value: String, in tx: any ReadTransaction) throws -> [PersonID] {
        try tx.rows(
            "SELECT person_id FROM person_lookup WHERE kind = $1 AND value = $2 ORDER BY person_id DESC LIMIT 50",
            [kind, keys.blindIndex(kind: kind, value: value)]
        ).map { try $0.id(0) }
    }

    private func indexed(_ contact: Contact) -> [(String, String)] {
        var out: [(String, String)] = []
        if let phone = contact.phone.flatMap(Contact.normalisedPhone) { out.append(("phone", phone)) }
        if let number = contact.identityNumber { out.append(("identity", number.uppercased())) }
        return out
    }
}
