public import Bulk
public import Logging
public import ServiceLifecycle

/// Works through runs over many matters while the server runs. Several servers on one store share the work.
public struct BulkService: Service, CustomStringConvertible {
    /// The library that runs services logs them as text; the parts of this one are nobody's business.
    public var description: String { "BulkService" }

    private let bulk: Bulk
    private let worker: BulkWorker
    private let logger: Logger

    /// - Parameters:
    ///   - bulk: the runs.
    ///   - exporter: makes files of lists.
    ///   - logger: hears what failed.
    public init(_ bulk: Bulk, exporter: any BulkExporter, logger: Logger) {
        self.bulk = bulk
        self.logger = logger
        worker = BulkWorker(bulk, exporter: exporter, owner: "bulk-\(UInt64.random(in: 0 ... .max))")
    }

    /// Works until the server stops; what is at hand is finished first, the rest waits in the store.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var cleaned = ContinuousClock.now
            while !Task.isCancelled {
                do {
                    while try await worker.workOnce(), !Task.isCancelled {}
                    if cleaned.duration(to: .now) > .seconds(300) {
                        cleaned = .now
                        try await bulk.keepHouse()
                    }
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("bulk", metadata: ["code": "\(type(of: error))"])
                    try? await Task.sleep(for: .seconds(2))
                }
                try? await Task.sleep(for: .milliseconds(400))
            }
        }
    }
}
