internal import Foundation
public import Kernel

/// Who closed an envelope. A report that the server closed was in the server's memory for a moment.
public enum SealedBy: String, Codable, Hashable, Sendable {
    /// The reporter's browser: the server never had the words.
    case browser
    /// The server, for a browser without JavaScript.
    case server
}

/// What lies in the envelope of a report. Only the receiving organ reads it.
public struct SealedReport: Codable, Hashable, Sendable {
    /// The form of the letter.
    public var format = 1
    /// Whom it concerns: names, posts, units, as the reporter wrote them.
    public var accused: String
    /// What happened.
    public var words: String
    /// Whether the reporter signs with an own name.
    public var named: Bool
    /// The name; empty when anonymous.
    public var name: String
    /// How the reporter can be reached; empty when not wanted.
    public var contact: String
    /// What keeps the reporter safe when being reached.
    public var safety: String
    /// Seals the answers: 32 bytes in base 64.
    public var replyKey: String
    /// Who closed the envelope.
    public var sealedBy: SealedBy

    /// The letter of a report.
    public init(_ draft: ReportDraft, replyKey: [UInt8], sealedBy: SealedBy) {
        accused = draft.accused
        words = draft.words
        named = draft.isNamed ?? false
        name = draft.name
        contact = draft.contact
        safety = draft.safety
        self.replyKey = base64URL(replyKey)
        self.sealedBy = sealedBy
    }
}

/// Words that the reporter added.
public struct AddedWords: Codable, Hashable, Sendable {
    /// The form of the letter.
    public var format = 1
    /// The words.
    public var words: String
    /// Who closed the envelope.
    public var sealedBy: SealedBy

    /// Added words.
    public init(_ words: String, sealedBy: SealedBy) {
        self.words = words
        self.sealedBy = sealedBy
    }
}

/// The receiving organ's answer.
public struct OrganAnswer: Codable, Hashable, Sendable {
    /// The form of the letter.
    public var format = 1
    /// The words.
    public var text: String

    /// An answer.
    public init(_ text: String) { self.text = text }
}

/// The JSON of what lies in envelopes.
public enum SealedLetters {
    /// As bytes, always in the same order.
    public static func bytes(of letter: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(letter))
    }

    /// Reads a letter.
    ///
    /// - Throws: `sealed.unknownLetter` when it is none that this version knows.
    public static func read<Letter: Decodable>(_ bytes: [UInt8], as type: Letter.Type) throws(PlainError) -> Letter {
        guard let letter = try? JSONDecoder().decode(type, from: Data(bytes)) else {
            throw PlainError(.invalid, "sealed.unknownLetter", field: "envelope")
        }
        return letter
    }
}

/// Sealed bytes as lines of text, so that they can be copied and pasted.
public enum SealedArmor {
    private static let begin = "-----BEGIN JIAXIN SEALED-----"
    private static let end = "-----END JIAXIN SEALED-----"

    /// As text.
    public static func text(_ bytes: [UInt8]) -> String {
        let base = Array(Data(bytes).base64EncodedString().utf8)
        let lines = stride(from: 0, to: base.count, by: 64).map {
            String(decoding: base[$0..<min($0 + 64, base.count)], as: UTF8.self)
        }
        return ([begin] + lines + [end, ""]).joined(separator: "\n")
    }

    /// The bytes of such a text; `nil` when it is none.
    public static func bytes(_ text: String) -> [UInt8]? {
        guard let start = text.firstRange(of: begin), let stop = text.firstRange(of: end),
            start.upperBound <= stop.lowerBound
        else { return nil }
        return base64Bytes(String(text[start.upperBound..<stop.lowerBound]))
    }
}
