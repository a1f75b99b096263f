internal import Foundation
public import Organisation

extension IdentityProviderSettings {
    /// This installation's secret at the provider, from its file; `nil` where none is needed.
    ///
    /// - Throws: `Trouble` when the file is missing, open to others, or empty.
    public func readSecret() throws(Trouble) -> String? {
        guard let path = secretFile else { return nil }
        guard let bytes = try? SafeFile.contents(of: path, most: 4096) else {
            throw Trouble(.file, "the file with the provider's secret, \(path), cannot be read")
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw Trouble(.file, "\(path) can be read by others; run: chmod 600 \(path)")
        }
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { throw Trouble(.file, "\(path) is empty") }
        return text
    }
}
