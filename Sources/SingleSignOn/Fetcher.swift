internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import Organisation

/// Asks a provider. Tests put answers of their own in its place.
protocol Fetching: Sendable {
    /// - Throws: `IdentityTrouble` for everything but 200.
    func get(_ address: String) async throws -> [UInt8]
    /// - Throws: `IdentityTrouble` when nothing comes back.
    func post(_ address: String, form: String, authorization: String?) async throws -> (status: Int, body: [UInt8])
}

/// The connection to providers: certificates are verified against those that the machine trusts, nothing is followed
/// to another address, nothing is waited for long, and no answer is read beyond what a provider has to say.
public final class ProviderConnection: Fetching {
    private let client: HTTPClient

    /// The longest wait for a whole answer.
    static let seconds: Int64 = 8
    /// The longest answer, in bytes.
    static let most = 256 * 1024

    /// Opens it; it must be closed.
    public init() {
        var pool = HTTPClient.Configuration.ConnectionPool(idleTimeout: .seconds(30))
        // A provider that is down is told at once: whoever signs in is waiting.
        pool.retryConnectionEstablishment = false
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: nil, redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(3), read: .seconds(5)), connectionPool: pool,
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    /// Closes it.
    public func close() async { try? await client.shutdown() }

    func get(_ address: String) async throws -> [UInt8] {
        let (status, body) = try await send(HTTPClientRequest(url: address))
        guard status == 200 else { throw IdentityTrouble(.unreachable, "status.\(status)") }
        return body
    }

    func post(_ address: String, form: String, authorization: String?) async throws -> (status: Int, body: [UInt8]) {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        if let authorization { request.headers.add(name: "authorization", value: authorization) }
        request.body = .bytes(ByteBuffer(string: form))
        return try await send(request)
    }

    private func send(_ request: HTTPClientRequest) async throws -> (Int, [UInt8]) {
        var request = request
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "user-agent", value: "jiaxin")
        do {
            let response = try await client.execute(request, deadline: .now() + .seconds(Self.seconds))
            let body = try await response.body.collect(upTo: Self.most)
            return (Int(response.status.code), Array(body.readableBytesView))
        } catch let error as HTTPClientError {
            throw IdentityTrouble(.unreachable, error.shortDescription)
        } catch is NIOTooManyBytesError {
            throw IdentityTrouble(.untrusted, "answer.tooLong")
        } catch {
            // The kind of the error and not its text, which may hold addresses.
            throw IdentityTrouble(.unreachable, "\(type(of: error))")
        }
    }
}
