import Foundation
import Kernel
import Organisation
import Testing

@testable import SealedReports

@Suite("Sealing")
struct CryptoTests {
    private func id() throws -> EnvelopeID { try #require(EnvelopeID("00112233445566778899aabbccddeeff")) }

    @Test("what is sealed opens with the private key, and with no other")
    func roundTrip() throws {
        let (key, other) = (try OrganPrivateKey(), try OrganPrivateKey())
        for length in [0, 1, 4091, 4092, 4093, 90_000] {
            let text = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
            let sealed = try Sealing.seal(text, .report, of: try id(), to: key.organ)
            let read = try SealedEnvelope(bytes: sealed.bytes)
            #expect(read == sealed)
            #expect(try Sealing.open(read, with: key) == text)
            #expect(throws: PlainError(.invalid, "sealed.otherKey", field: "key")) {
                try Sealing.open(read, with: other)
            }
        }
    }

    @Test("lengths come in steps, and what is too long is told")
    func lengths() throws {
        let key = try OrganPrivateKey()
        func length(_ count: Int) throws -> Int {
            try Sealing.seal([UInt8](repeating: 65, count: count), .report, of: try id(), to: key.organ).bytes.count
        }
        #expect(try length(0) == length(4092))
        #expect(try length(4093) - length(4092) == 4096)
        #expect(throws: PlainError.self) { try length(24 * 4096 - 3) }
        #expect(try length(24 * 4096 - 4) > 0)
    }

    @Test("no bit of an envelope can be changed")
    func tampering() throws {
        let key = try OrganPrivateKey()
        let bytes = try Sealing.seal(Array("words".utf8), .report, of: try id(), to: key.organ).bytes
        // The header, the nonce, the first and last bytes of the ciphertext and its authentication.
        let places = Array(0..<130) + Array(bytes.count - 40..<bytes.count)
        for place in places {
            var changed = bytes
            changed[place] ^= 1
            let opened = try? Sealing.open(try SealedEnvelope(bytes: changed), with: key)
            #expect(opened == nil, "byte \(place) was changed and it opened")
        }
        for count in [0, 8, 50, bytes.count - 1] {
            #expect(throws: PlainError.self) { try SealedEnvelope(bytes: Array(bytes.prefix(count))) }
        }
        #expect(throws: PlainError.self) { try SealedEnvelope(bytes: bytes + [0]) }
    }

    @Test("answers open with the code's key only, and belong to one report")
    func answers() throws {
        let code = try #require(ReceiptCode("K7QM-4TZP-9XWE-2HJR-V3ND"))
        let other = try #require(ReceiptCode("K7QM-4TZP-9XWE-2HJR-V3NE"))
        let answer = try Sealing.sealAnswer(Array("已受理。".utf8), to: try id(), replyKey: code.replyKey)
        let read = try SealedEnvelope(bytes: answer.bytes)
        #expect(try Sealing.openAnswer(read, replyKey: code.replyKey) == Array("已受理。".utf8))
        #expect(throws: PlainError.self) { try Sealing.openAnswer(read, replyKey: other.replyKey) }
        var moved = answer.bytes
        moved[9] ^= 1
        #expect(throws: PlainError.self) {
            try Sealing.openAnswer(try SealedEnvelope(bytes: moved), replyKey: code.replyKey)
        }
    }

    @Test("pieces stand one after the other in a file")
    func files() throws {
        let key = try OrganPrivateKey()
        let pieces = [
            try Sealing.seal([1], .report, of: try id(), to: key.organ),
            try Sealing.seal([2], .words, of: try id(), to: key.organ),
            try Sealing.sealAnswer([3], to: try id(), replyKey: [UInt8](repeating: 7, count: 32)),
        ]
        let bytes = pieces.flatMap(\.bytes)
        #expect(try SealedEnvelope.all(in: bytes) == pieces)
        let text = SealedArmor.text(bytes)
        #expect(SealedArmor.bytes("Dear all,\r\n\(text.replacing("\n", with: "\r\n"))\r\n-- \r\nx") == bytes)
        #expect(SealedArmor.bytes("nothing") == nil)
    }

    @Test("a receipt code is read as people type it, and gives two values that say nothing of each other")
    func codes() throws {
        let code = try #require(ReceiptCode("K7QM-4TZP-9XWE-2HJR-V3ND"))
        for typed in ["k7qm4tzp9xwe2hjrv3nd", " K7QM 4TZP 9XWE 2HJR V3ND\n", "Ｋ7qm—4tzp-9XWE-2hjr-v3nd"] {
            #expect(ReceiptCode(typed) == code, "\(typed)")
        }
        #expect(ReceiptCode("OIL0-4TZP-9XWE-2HJR-V3ND")?.symbols.hasPrefix("0110") == true)
        for wrong in ["", "K7QM", "K7QM-4TZP-9XWE-2HJR-V3N", "K7QM-4TZP-9XWE-2HJR-V3NDD", "U7QM-4TZP-9XWE-2HJR-V3ND"] {
            #expect(ReceiptCode(wrong) == nil, "\(wrong)")
        }
        // The browser's module must come to the same: Tests/EndToEnd/test_sealed.py compares with these.
        #expect(code.handle.description == "3913043ce5aab1f992c241b5fb2d9ddf")
        #expect(hexadecimal(code.replyKey) == "d0f1dd433614b50fe1441e594c997e357eae1d7a53a48315a61e1f3ba7d07075")
        #expect(ReceiptCode(bytes: [UInt8](repeating: 31, count: 20))?.description == "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ")
        #expect(ReceiptCode(bytes: [1, 2, 3]) == nil)
    }

    @Test("public keys are read as JSON and PEM; private ones are refused")
    func keyFiles() throws {
        let key = try OrganPrivateKey(name: LocalizedName(zh: "县纪委监委", en: "Discipline"), unit: "discipline")
        let read = try OrganKey(file: key.organ.file)
        #expect(read == key.organ)
        #expect(read.name?.en == "Discipline" && read.unit == "discipline")
        #expect(try OrganPrivateKey(jwk: key.jwk).organ == key.organ)
        // Made by: openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout
        let pem = """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEfcG9gDwppSx3j/NeVN+pE6o5s8ia
            2GxrmsyYw/C+7A8zRqGDAiKzlnbx1Nmh8OUT7vE2+FUNyABlNynfjCY3Ew==
            -----END PUBLIC KEY-----
            """
        #expect(try OrganKey(file: Array(pem.utf8)).name == nil)
        #expect(throws: KeyFileError.self) { try OrganKey(file: key.jwk) }
        #expect(throws: KeyFileError.self) { try OrganKey(file: Array("-----BEGIN EC PRIVATE KEY-----".utf8)) }
        #expect(throws: KeyFileError.self) { try OrganKey(file: Array("{}".utf8)) }
        #expect(throws: KeyFileError.self) { try OrganKey(file: Array("hello".utf8)) }
        #expect(throws: KeyFileError.self) { try OrganKey(point: [4] + [UInt8](repeating: 1, count: 64)) }
        #expect(throws: KeyFileError.self) { try OrganPrivateKey(jwk: key.organ.file) }
    }

    @Test("random names say nothing of time")
    func identifiers() throws {
        #expect(EnvelopeID("0011") == nil && EnvelopeID("zz112233445566778899aabbccddeeff") == nil)
        #expect(try id().number.count == 9)
    }
}
