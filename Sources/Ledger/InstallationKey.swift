internal import Crypto
internal import Kernel

/// The one secret of an installation: 32 random bytes in a file of their own. It only wraps the store's working
/// keys, so it can be rotated by wrapping those anew. It is never printed.
public struct InstallationKey: Sendable {
    let key: SymmetricKey

    /// A fresh key.
    public static func random() -> InstallationKey { InstallationKey(key: SymmetricKey(size: .bits256)) }

    private init(key: SymmetricKey) { self.key = key }

    /// Reads the hexadecimal form of a key file; `nil` unless it is 32 bytes.
    public init?(hexadecimal text: some StringProtocol) {
        guard let raw = bytes(hexadecimal: String(text.filter { !$0.isWhitespace })), raw.count == 32 else {
            return nil
        }
        self.key = SymmetricKey(data: raw)
    }

    /// For writing the key file; nothing else may use it.
    public var fileContents: String { hexadecimal(rawBytes) + "\n" }

    /// For wrapping under a passphrase in a backup.
    public var rawBytes: [UInt8] { key.withUnsafeBytes { Array($0) } }

    /// Names the key without telling anything about it.
    public var id: String { hexadecimal(subkey("id").withUnsafeBytes { Array($0) }.prefix(6)) }

    func subkey(_ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Array("jiaxin \(purpose) 1".utf8), outputByteCount: 32)
    }
}
