#if canImport(Glibc)
    internal import Glibc
#else
    internal import Foundation
#endif

/// A setting of this room that cannot be used.
public struct WebSettingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, without secrets.
    public let reason: String
    /// The reason.
    public var description: String { reason }
}

/// Whose word about a client's address counts.
struct TrustedProxies: Sendable {
    private struct Network: Sendable {
        let bytes: [UInt8]
        let bits: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            for bit in 0..<bits where (address[bit / 8] ^ bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) != 0 {
                return false
            }
            return true
        }
    }

    private let networks: [Network]

    init(_ list: [String]) throws(WebSettingError) {
        var networks: [Network] = []
        for text in list {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard let address = parts.first.flatMap(Self.bytes), parts.count <= 2 else {
                throw WebSettingError(reason: "a trusted proxy is no address: \(text)")
            }
            guard let bits = parts.count == 2 ? Int(parts[1]) : address.count * 8,
                (0...address.count * 8).contains(bits)
            else { throw WebSettingError(reason: "a trusted proxy is no network: \(text)") }
            networks.append(Network(bytes: address, bits: bits))
        }
        self.networks = networks
    }

    /// The client's address: the peer, or, when the peer is a trusted proxy, the last address in the chain that no
    /// trusted proxy has. What stands before that could be anybody's invention.
    func client(peer: String, forwardedFor: String?) -> String {
        guard isTrusted(peer), let forwardedFor else { return peer }
        var client = peer
        for part in forwardedFor.split(separator: ",").reversed() {
            let address = part.trimmingPrefix { $0 == " " }
            let text = String(address.prefix { $0 != " " })
            guard Self.bytes(text) != nil else { return client }
            client = text
            if !isTrusted(text) { return client }
        }
        return client
    }

    private func isTrusted(_ address: String) -> Bool {
        guard !networks.isEmpty, let bytes = Self.bytes(address) else { return false }
        return networks.contains { $0.contains(bytes) }
    }

    /// The bytes of an IPv4 or IPv6 address; an IPv4 address within IPv6 counts as IPv4.
    static func bytes(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: six) { Array($0) }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes
    }
}
