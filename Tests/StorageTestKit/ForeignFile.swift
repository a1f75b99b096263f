/// Small files as telephones and old office programs write them, made by hand.
public enum ForeignFile {
    /// A compound file with one stream: `WordDocument`, `Workbook`, `PowerPoint Document`. One sector of allocation, one
    /// of the directory, and the stream.
    public static func office(stream name: String) -> [UInt8] {
        let (free, end, allocation): (UInt32, UInt32, UInt32) = (.max, .max - 1, .max - 2)
        let sectors = 8
        func entry(_ name: String, _ kind: UInt8, child: UInt32, start: UInt32, size: UInt32) -> [UInt8] {
            let letters = (Array(name.utf16) + [0]).flatMap { little($0) }
            var out = letters + [UInt8](repeating: 0, count: 64 - letters.count)
            out += little(UInt16(letters.count)) + [kind, 1] + little(free) + little(free) + little(child)
            return out + [UInt8](repeating: 0, count: 36) + little(start) + little(size) + little(UInt32(0))
        }
        var head: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 16)
        head += [0x3E, 3, 0xFFFE, 9, 6].flatMap { little(UInt16($0)) } + [UInt8](repeating: 0, count: 6)
        head += [0, 1, 1, 0, 4_096, end, 0, end, 0, 0].flatMap { little(UInt32($0)) }
        head += [UInt8](repeating: 0xFF, count: 512 - head.count)
        var table: [UInt32] = [allocation, end] + (0..<sectors - 1).map { UInt32($0 + 3) } + [end]
        table += [UInt32](repeating: free, count: 128 - table.count)
        let directory =
            entry("Root Entry", 5, child: 1, start: end, size: 0)
            + entry(name, 2, child: free, start: 2, size: UInt32(sectors * 512)) + [UInt8](repeating: 0, count: 256)
        return head + table.flatMap { little($0) } + directory + [UInt8](repeating: 0x20, count: sectors * 512)
    }

    /// The beginning of a picture as an iPhone keeps it, with a place in it.
    public static let heic =
        [0, 0, 0, 24] + Array("ftypheic".utf8) + [0, 0, 0, 0] + Array("mif1heic".utf8)
        + Array("PLACE-30.2741N-120.1551E".utf8) + [UInt8](repeating: 0, count: 400)

    private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
