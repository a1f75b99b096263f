import Kernel
import Testing

@Suite("Numbers and codes that people read aloud")
struct NumberTests {
    @Test("a number reads as it is written", arguments: [1, 7, 121, 9999, 10_000, 1_234_567])
    func roundTrip(sequence: Int) {
        let number = MatterNumber(month: 2605, sequence: sequence)
        #expect(MatterNumber(number.description) == number)
        #expect(MatterNumber(number.description.replacing("-", with: "")) == number)
        #expect(MatterNumber(" \(number.description.replacing("-", with: " — ")) ") == number)
    }

    @Test("full-width digits are read")
    func fullWidth() {
        let number = MatterNumber(month: 2605, sequence: 121)
        let wide = String(
            String.UnicodeScalarView(
                number.description.unicodeScalars.map { Unicode.Scalar($0.value + 0xFEE0) ?? $0 }))
        #expect(MatterNumber(wide) == number)
    }

    @Test("every single wrong digit is noticed")
    func wrongDigit() {
        for sequence in stride(from: 1, through: 9999, by: 37) {
            let right = Array(MatterNumber(month: 2611, sequence: sequence).description.replacing("-", with: "").utf8)
            for place in right.indices {
                for digit in UInt8(0x30)...0x39 where digit != right[place] {
                    var wrong = right
                    wrong[place] = digit
                    #expect(MatterNumber(String(decoding: wrong, as: UTF8.self)) == nil)
                }
            }
        }
    }

    @Test("nearly every swap of neighbours is noticed")
    func swaps() {
        var (swaps, missed) = (0, 0)
        for sequence in 1...2000 {
            let right = Array(MatterNumber(month: 2611, sequence: sequence).description.replacing("-", with: "").utf8)
            for place in right.indices.dropLast() where right[place] != right[place + 1] {
                var wrong = right
                wrong.swapAt(place, place + 1)
                swaps += 1
                if MatterNumber(String(decoding: wrong, as: UTF8.self)) != nil { missed += 1 }
            }
        }
        #expect(missed * 40 < swaps)
    }

    @Test("what is no number is refused", arguments: ["", "1", "2605-0121", "abcd-efgh-i", "2613-0001-1", "26050121六"])
    func refused(text: String) { #expect(MatterNumber(text) == nil) }

    @Test("codes are read as people type them")
    func codes() throws {
        let code = try #require(AccessCode("K7QM-4TZP"))
        for text in ["k7qm4tzp", " K7QM 4TZP ", "k7qm—4tzp", "K7QM-4TZP", "ｋ７ｑｍ-4tzp"] {
            #expect(AccessCode(text) == code)
        }
        #expect(AccessCode("OIL01000") == AccessCode("01101000"))
        #expect(code.description == "K7QM-4TZP")
        for text in ["", "K7QM4TZ", "K7QM4TZPP", "K7QM4TZU", "K7QM4TZ水", "K7QM4TZ!"] {
            #expect(AccessCode(text) == nil)
        }
    }

    @Test("five bytes make eight symbols, and no two the same")
    func bytes() throws {
        #expect(AccessCode(bytes: [0, 0, 0, 0, 0])?.symbols == "00000000")
        #expect(AccessCode(bytes: [255, 255, 255, 255, 255])?.symbols == "ZZZZZZZZ")
        #expect(AccessCode(bytes: [1, 2, 3, 4]) == nil)
        let codes = try (0..<2000).map { number in
            try #require(AccessCode(bytes: [UInt8(number >> 8), UInt8(number & 255), 7, 7, 7]))
        }
        #expect(Set(codes).count == 2000)
        #expect(codes.allSatisfy { AccessCode($0.description) == $0 })
    }

    @Test("hexadecimal")
    func hex() {
        #expect(hexadecimal([0, 255, 16]) == "00ff10")
        #expect(Kernel.bytes(hexadecimal: "00FF10") == [0, 255, 16])
        #expect(Kernel.bytes(hexadecimal: "0") == nil && Kernel.bytes(hexadecimal: "0g") == nil)
    }
}
