// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "jiaxin",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "jiaxin", targets: ["App"])
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        // One trait only: two are passed to the compiler in random order, and each other order builds it again.
        .package(
            url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", exact: "0.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0", traits: []),
    ],
    targets: [
        // Values that every room shares: no input or output.
        .target(name: "Kernel", dependencies: [.product(name: "Crypto", package: "swift-crypto")]),

        // Storage: one SQL, two engines.
        .target(
            name: "Storage", dependencies: ["Kernel", .product(name: "Crypto", package: "swift-crypto")]),
        .systemLibrary(
            name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "StorageSQLite",
            dependencies: [
                "Kernel", "Storage",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .target(name: "StoragePostgres", dependencies: ["Kernel", "Storage", "CPostgres"]),

        // Lists as files for spreadsheets.
        .systemLibrary(
            name: "CXlsxWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
        .target(name: "Sheets", dependencies: ["Kernel", "CXlsxWriter"]),

        // The domain.
        .target(
            name: "Ledger",
            dependencies: [
                "Kernel", "Storage",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]),
        // Programs of others, run within limits.
        .systemLibrary(name: "CSpawn"),
        .target(name: "Tools", dependencies: ["CSpawn"]),
        .target(
            name: "Attachments",
            dependencies: [
                "Kernel", "Storage", "Ledger", "Tools",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            resources: [.copy("Resources")]),
        .target(
            name: "Organisation",
            dependencies: [
                "Kernel", "Storage", "Ledger",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "SwiftCSV", package: "SwiftCSV"),
            ],
            resources: [.copy("Resources")]),
        .target(
            name: "Casework",
            dependencies: [
                "Kernel", "Storage", "Ledger", "Attachments", "Organisation",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),

        .target(
            name: "Supervision",
            dependencies: ["Kernel", "Storage", "Ledger", "Organisation"]),
        .target(
            name: "Reception",
            dependencies: ["Kernel", "Storage", "Ledger", "Organisation"]),
        // What belongs to people at their desks and not to matters.
        .target(
            name: "Workbench",
            dependencies: ["Kernel", "Storage", "Ledger", .product(name: "Crypto", package: "swift-crypto")]),
        // What is done to many matters at once, in the background.
        .target(
            name: "Bulk",
            dependencies: ["Kernel", "Storage", "Ledger", "Organisation", "Casework", "Sheets"]),
        .target(
            name: "SealedReports",
            dependencies: [
                "Kernel", "Storage", "Ledger", "Organisation",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),

        // Signing in at another house; the only importer of jwt-kit and async-http-client.
        .target(
            name: "SingleSignOn",
            dependencies: [
                "Kernel", "Ledger", "Organisation",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),

        // The face and the program.
        .systemLibrary(
            name: "CQrencode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .target(
            name: "Web",
            dependencies: [
                "Kernel", "Storage", "Ledger", "Tools", "Attachments", "Organisation", "Casework", "Supervision",
                "Workbench", "Sheets", "Bulk", "Reception",
                "SealedReports", "CQrencode",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.copy("Resources")]),
        // What an operator runs; the program itself is thin.
        .target(
            name: "Operations",
            dependencies: [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "Ledger", "Tools", "Attachments",
                "Organisation", "Casework", "Supervision", "Workbench", "Bulk", "Reception", "SealedReports",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [.copy("Resources")]),
        .executableTarget(
            name: "App",
            dependencies: [
                "Kernel", "Storage", "Ledger", "Attachments", "Organisation", "Casework", "Supervision", "Workbench",
                "Bulk", "Reception", "SealedReports", "SingleSignOn", "Operations", "Web",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        // Tests mirror the rooms.
        .target(
            name: "StorageTestKit",
            dependencies: ["Kernel", "Storage", "StorageSQLite", "StoragePostgres", "Organisation"],
            path: "Tests/StorageTestKit"),
        .testTarget(name: "KernelTests", dependencies: ["Kernel"]),
        .testTarget(name: "SheetsTests", dependencies: ["Kernel", "Sheets"]),
        .testTarget(
            name: "OrganisationTests",
            dependencies: [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "StorageTestKit", "Ledger", "Organisation",
            ]),
        .testTarget(
            name: "LedgerTests",
            dependencies: [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "StorageTestKit", "Ledger",
            ]),
        .testTarget(
            name: "AttachmentsTests",
            dependencies: [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "StorageTestKit", "Ledger", "Tools",
                "Attachments",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .testTarget(
            name: "CaseworkTests",
            dependencies: [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "StorageTestKit", "Ledger", "Attachments",
                "Organisation", "Casework",
            ]),
        .testTarget(
            name: "SupervisionTests",
            dependencies: [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "StorageTestKit", "Ledger", "Organisation",
                "Supervision",
            ]),
        .testTarget(
            name: "ReceptionTests",
            dependencies: [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "StorageTestKit", "Ledger", "Organisation",
                "Reception",
            ]),
        .testTarget(
            name: "WorkbenchTests",
            dependencies: [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "StorageTestKit", "Ledger", "Workbench",
            ]),
        .testTarget(
            name: "BulkTests",
            dependencies: [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "StorageTestKit", "Ledger", "Attachments",
                "Organisation", "Casework", "Sheets", "Bulk",
            ]),
        .testTarget(
            name: "SealedReportsTests",
            dependencies: [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "StorageTestKit", "Ledger", "Organisation",
                "SealedReports", .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .testTarget(
            name: "SingleSignOnTests",
            dependencies: [
                "Kernel", "Organisation", "SingleSignOn",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]),
        .testTarget(
            name: "AppTests",
            dependencies: [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "StorageTestKit", "Ledger", "Attachments",
                "Organisation", "Casework", "Supervision", "Workbench", "Reception", "SealedReports", "Operations",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Kernel", "Storage", "StorageSQLite", "StoragePostgres", "StorageTestKit"]),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "StorageTestKit", "Ledger", "Tools",
                "Attachments", "Organisation", "Casework", "Supervision", "Workbench", "Bulk", "Reception",
                "SealedReports", "Web",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            exclude: ["Snapshots"],
            resources: [.copy("Samples")]),
    ],
    swiftLanguageModes: [.v6]
)

// The same settings for every target of ours; C modules take none.
for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InferIsolatedConformances"),
        .treatAllWarnings(as: .error),
    ]
}
