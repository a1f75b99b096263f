internal import Foundation
internal import Kernel
public import Organisation
public import SealedReports

/// What the receiving organ does on its own machine, without any store and without a network.
public enum SealedTools {
    /// A piece that was opened.
    public struct Opened: Sendable {
        /// The report that it belongs to.
        public let id: EnvelopeID
        /// The words, in the form in which they lie inside.
        public let letter: Letter
    }

    /// What lies in a piece.
    public enum Letter: Sendable {
        /// A report.
        case report(SealedReport)
        /// Words added later.
        case words(AddedWords)
        /// An answer of the organ itself.
        case answer(OrganAnswer)
        /// An answer whose report is not among the files, so that nothing opens it.
        case closedAnswer
    }

    /// Makes a key pair in a folder: `sealed-private-ID.json` (mode 0600) and `sealed-public-ID.json`.
    ///
    /// - Returns: the paths of the private and the public file.
    public static func makeKey(
        in folder: String, name: LocalizedName?, unit: String?, passphrase: String?
    ) throws -> (privateFile: String, publicFile: String) {
        if let passphrase, passphrase.count < WrappedKey.shortestPassphrase {
            throw Trouble(.usage, "the passphrase is too short: at least \(WrappedKey.shortestPassphrase) characters")
        }
        let key = try OrganPrivateKey(name: name, unit: unit)
        let files = ["private", "public"].map { "\(folder)/sealed-\($0)-\(key.organ.id).json" }
        try SafeFile.create(
            files[0], contents: try SealedKeyFile.bytes(of: key, passphrase: passphrase), mode: 0o600)
        try SafeFile.create(files[1], contents: key.organ.file, mode: 0o644)
        return (files[0], files[1])
    }

    /// The pieces in files: as they are downloaded, or as lines of text.
    public static func pieces(in paths: [String]) throws -> [SealedEnvelope] {
        try paths.flatMap { path in
            let bytes = try SafeFile.contents(of: path, most: 1 << 26)
            let sealed = SealedArmor.bytes(String(decoding: bytes, as: UTF8.self)) ?? bytes
            guard let pieces = try? SealedEnvelope.all(in: sealed), !pieces.isEmpty else {
                throw Trouble(.file, "\(path) holds no sealed report")
            }
            return pieces
        }
    }

    /// Opens pieces. Answers open too when their report is among the pieces.
    public static func open(_ pieces: [SealedEnvelope], with key: OrganPrivateKey) throws -> [Opened] {
        var replyKeys: [EnvelopeID: [UInt8]] = [:]
        let letters = try pieces.map { piece -> Letter? in
            guard piece.kind != .answer else { return nil }
            let plain = try plain(piece, key)
            guard piece.kind == .report else {
                return .words(try SealedLetters.read(plain, as: AddedWords.self))
            }
            let report = try SealedLetters.read(plain, as: SealedReport.self)
            replyKeys[piece.id] = base64Bytes(report.replyKey)
            return .report(report)
        }
        return try zip(pieces, letters).map { piece, letter in
            if let letter { return Opened(id: piece.id, letter: letter) }
            guard let replyKey = replyKeys[piece.id],
                let plain = try? Sealing.openAnswer(piece, replyKey: replyKey)
            else { return Opened(id: piece.id, letter: .closedAnswer) }
            return Opened(id: piece.id, letter: .answer(try SealedLetters.read(plain, as: OrganAnswer.self)))
        }
    }

    /// Seals an answer to the reporter, as lines of text for the page of the report.
    public static func answer(
        _ text: String, to pieces: [SealedEnvelope], with key: OrganPrivateKey
    ) throws -> String {
        let reports = pieces.filter { $0.kind == .report }
        guard reports.count == 1, let piece = reports.first else {
            throw Trouble(.usage, "the file must hold one report, so that the answer goes to the right person")
        }
        let report = try SealedLetters.read(try plain(piece, key), as: SealedReport.self)
        guard let replyKey = base64Bytes(report.replyKey), replyKey.count == 32 else {
            throw Trouble(.problemFound, "the report carries no key for an answer")
        }
        let letter = try SealedLetters.bytes(of: OrganAnswer(shown(text)))
        return SealedArmor.text(try Sealing.sealAnswer(letter, to: piece.id, replyKey: replyKey).bytes)
    }

    /// Seals the pieces of a report anew, to another organ's public key, as lines of text for the page of the report.
    public static func readdress(
        _ pieces: [SealedEnvelope], from key: OrganPrivateKey, toFile path: String
    ) throws -> String {
        let organ = try organ(file: path)
        let anew = try pieces.filter { $0.kind != .answer }.map { piece in
            try Sealing.seal(try plain(piece, key), piece.kind, of: piece.id, to: organ)
        }
        return SealedArmor.text(anew.flatMap(\.bytes))
    }

    /// Reads a public key file.
    public static func organ(file path: String) throws(Trouble) -> OrganKey {
        let bytes = try SafeFile.contents(of: path, most: 1 << 16)
        do {
            return try OrganKey(file: bytes)
        } catch {
            throw Trouble(.key, "\(path) \(error.description)")
        }
    }

    /// Writes sealed text to a new file.
    public static func write(_ text: String, to path: String) throws(Trouble) {
        try SafeFile.create(path, contents: Array(text.utf8), mode: 0o600)
    }

    /// A text without what could make a terminal do things, or show letters in another order than they stand.
    public static func shown(_ text: String) -> String {
        let hidden: [ClosedRange<UInt32>] = [0x7F...0x9F, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069]
        let kept = text.unicodeScalars.filter { scalar in
            (scalar.value >= 0x20 || scalar == "\n" || scalar == "\t")
                && !hidden.contains { $0.contains(scalar.value) }
        }
        return String(String.UnicodeScalarView(kept))
    }

    private static func plain(_ piece: SealedEnvelope, _ key: OrganPrivateKey) throws(Trouble) -> [UInt8] {
        do {
            return try Sealing.open(piece, with: key)
        } catch {
            throw error.code == "sealed.otherKey"
                ? Trouble(.key, "the report \(piece.id.number) is sealed to another key (\(piece.organKey))")
                : Trouble(.problemFound, "the report \(piece.id.number) does not open: it was changed or cut off")
        }
    }
}
