internal import Crypto
internal import Foundation
internal import Kernel
public import Organisation

/// What is wrong with a key file, in words for operators; never anything of the key.
public struct KeyFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason.
    public let description: String

    /// A fault.
    public init(_ description: String) { self.description = description }
}

/// The public key of an organ that receives sealed reports. The server has nothing else of it.
public struct OrganKey: Hashable, Sendable {
    /// Eight bytes of the point's hash, as 16 hexadecimal digits.
    public let id: String
    /// The point, uncompressed: 65 bytes.
    public let point: [UInt8]
    /// The organ's name; `nil` where the file gives none.
    public let name: LocalizedName?
    /// The unit whose receivers may fetch what is sealed to it; `nil` for any receiver.
    public let unit: String?

    static let idLength = 8

    /// A key from its point.
    ///
    /// - Throws: `KeyFileError` when it is no point of the curve P-256.
    public init(point: [UInt8], name: LocalizedName? = nil, unit: String? = nil) throws(KeyFileError) {
        guard (try? P256.KeyAgreement.PublicKey(x963Representation: point)) != nil else {
            throw KeyFileError("holds no point of the curve P-256")
        }
        self.point = point
        self.name = name
        self.unit = unit
        id = hexadecimal(SHA256.hash(data: point).prefix(Self.idLength))
    }

    /// Reads a public key file: JSON as `jiaxin sealed keygen` writes it (a JWK with a name), or PEM.
    ///
    /// - Throws: `KeyFileError` when it holds no public key of the curve P-256, or a private one.
    public init(file: [UInt8]) throws(KeyFileError) {
        let text = String(decoding: file, as: UTF8.self)
        guard !text.lowercased().contains("private key") else { throw Self.isPrivate }
        guard let jwk = try? JSONDecoder().decode(JWK.self, from: Data(file)) else {
            guard let key = try? P256.KeyAgreement.PublicKey(pemRepresentation: text) else {
                throw KeyFileError("holds no public key of the curve P-256, neither as JSON (JWK) nor as PEM")
            }
            try self.init(point: Array(key.x963Representation))
            return
        }
        guard jwk.d == nil, jwk.format == nil else { throw Self.isPrivate }
        try self.init(
            point: try jwk.point, name: jwk.name.map { LocalizedName(zh: $0, en: jwk.nameEnglish) }, unit: jwk.unit)
    }

    private static let isPrivate = KeyFileError(
        "is a private key; it opens the reports and must never lie on the server: name the file of the public key")

    /// The file for the server.
    public var file: [UInt8] { JWK(point: point, name: name, unit: unit).file }

    var key: P256.KeyAgreement.PublicKey {
        get throws { try P256.KeyAgreement.PublicKey(x963Representation: point) }
    }
}

/// The private half. It never is on the server.
public struct OrganPrivateKey: Sendable {
    let key: P256.KeyAgreement.PrivateKey
    /// The public half.
    public let organ: OrganKey

    /// A new key.
    public init(name: LocalizedName? = nil, unit: String? = nil) throws(KeyFileError) {
        key = P256.KeyAgreement.PrivateKey()
        organ = try OrganKey(point: Array(key.publicKey.x963Representation), name: name, unit: unit)
    }

    /// Reads the JSON form (a JWK with its private part).
    ///
    /// - Throws: `KeyFileError` when it is none, or when its two halves do not belong together.
    public init(jwk bytes: [UInt8]) throws(KeyFileError) {
        guard let jwk = try? JSONDecoder().decode(JWK.self, from: Data(bytes)), let d = jwk.d,
            let raw = base64Bytes(d), let key = try? P256.KeyAgreement.PrivateKey(rawRepresentation: raw)
        else { throw KeyFileError("holds no private key of the curve P-256") }
        guard Array(key.publicKey.x963Representation) == (try jwk.point) else {
            throw KeyFileError("holds two halves that do not belong together")
        }
        self.key = key
        organ = try OrganKey(
            point: Array(key.publicKey.x963Representation),
            name: jwk.name.map { LocalizedName(zh: $0, en: jwk.nameEnglish) }, unit: jwk.unit)
    }

    /// The JSON form. It opens every report sealed to the key.
    public var jwk: [UInt8] {
        var jwk = JWK(point: organ.point, name: organ.name, unit: organ.unit)
        jwk.d = base64URL(Array(key.rawRepresentation))
        return jwk.file
    }
}

/// A key as browsers read it, with what Jiaxin adds.
struct JWK: Codable {
    var kty = "EC"
    var crv = "P-256"
    var x: String
    var y: String
    var d: String?
    var name: String?
    var nameEnglish: String?
    var unit: String?
    /// Only files of private keys have it.
    var format: String?

    init(point: [UInt8], name: LocalizedName?, unit: String?) {
        x = base64URL(Array(point.dropFirst().prefix(32)))
        y = base64URL(Array(point.dropFirst(33)))
        self.name = name?.zh
        nameEnglish = name?.en
        self.unit = unit
    }

    var point: [UInt8] {
        get throws(KeyFileError) {
            guard kty == "EC", crv == "P-256", let x = base64Bytes(x), let y = base64Bytes(y), x.count == 32,
                y.count == 32
            else { throw KeyFileError("is no key of the curve P-256") }
            return [4] + x + y
        }
    }

    var file: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(((try? encoder.encode(self)) ?? Data()) + Data("\n".utf8))
    }
}

/// Base 64 for addresses, without padding.
public func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

/// Bytes of base 64 in either alphabet, with or without padding; blanks do not count. `nil` when it is none.
public func base64Bytes(_ text: String) -> [UInt8]? {
    var plain = text.filter { !$0.isWhitespace }.replacing("-", with: "+").replacing("_", with: "/")
        .replacing("=", with: "")
    plain += String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    return Data(base64Encoded: plain).map { Array($0) }
}
