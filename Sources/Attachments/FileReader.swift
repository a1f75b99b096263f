internal import Crypto
public import Kernel
internal import Ledger
internal import Storage

/// Reads a kept file from any place, decrypting as it goes.
public struct FileReader: Sendable {
    let blobs: any BlobStore
    let hash: BlobHash
    let cipher: ChunkCipher
    /// The length of the plain bytes.
    public let size: Int

    /// How much a page should ask for in one go.
    public static let piece = 4 * 64 * 1024

    /// A part of it.
    ///
    /// - Throws: `KeyError.damaged` when a piece was changed, moved or cut off; `StorageError.corrupt` when it is gone.
    public func bytes(_ range: Range<Int>) async throws -> [UInt8] {
        let wanted = range.clamped(to: 0..<size)
        guard !wanted.isEmpty else { return [] }
        let (first, last) = (wanted.lowerBound / ChunkCipher.chunk, (wanted.upperBound - 1) / ChunkCipher.chunk)
        let end = ChunkCipher.chunks(of: size) - 1
        guard
            let sealed = try await blobs.read(
                hash, from: first * ChunkCipher.sealedChunk, upTo: (last - first + 1) * ChunkCipher.sealedChunk)
        else { throw StorageError.corrupt("blob \(hash)") }
        var plain: [UInt8] = []
        plain.reserveCapacity((last - first + 1) * ChunkCipher.chunk)
        for number in first...last {
            let start = (number - first) * ChunkCipher.sealedChunk
            guard start < sealed.count else { throw KeyError.damaged }
            plain += try cipher.open(
                sealed[start..<min(sealed.count, start + ChunkCipher.sealedChunk)], number: number,
                isLast: number == end)
        }
        let from = wanted.lowerBound - first * ChunkCipher.chunk
        guard from + wanted.count <= plain.count else { throw KeyError.damaged }
        return from == 0 && wanted.count == plain.count ? plain : Array(plain[from..<(from + wanted.count)])
    }
}

/// A file of a matter, ready to be shown.
public struct KeptFile: Sendable {
    /// The file.
    public let id: AttachmentID
    /// Its type.
    public let type: FileType
    /// Its name.
    public let name: String
    /// Its length as it was sent.
    public let size: Int
    /// The forms that there are.
    public let forms: [FileForm: FileReader]
}
