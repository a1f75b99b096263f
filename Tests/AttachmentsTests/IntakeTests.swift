import Foundation
import Kernel
import Ledger
import Storage
import StorageTestKit
import Testing

@testable import Attachments

@Suite("Files on their way in")
struct IntakeTests {
    @Test("a picture is kept as it was for those who handle the matter; copies hold nothing hidden")
    func picture() async throws {
        let original = try Sample.picture("JPEG", width: 3_000, height: 2_000)
        #expect(String(decoding: original, as: UTF8.self).contains("PLACE-30.2741N"))
        try await withEachStore { room in
            let file = try await room.keep(original, as: "IMG_0001.JPG")
            #expect(file.name == "IMG_0001.JPG" && file.reference.type == "jpeg")
            let kept = try #require(try await room.attachments.file(file.reference.id, of: room.stream))
            for (form, reader) in kept.forms {
                let bytes = try await reader.bytes(0..<reader.size)
                #expect(bytes.count == reader.size && bytes.starts(with: [0xFF, 0xD8]))
                let isHidden = String(decoding: bytes, as: UTF8.self).contains("PLACE-")
                #expect(isHidden == (form == .original), "\(form)")
            }
            #expect(kept.forms.count == 3 && kept.forms[.thumbnail].map { $0.size < 60_000 } == true)
            // Nothing readable is in the store.
            for hash in try await room.names() {
                let bytes = try #require(try await room.blobs.read(hash, from: 0, upTo: 10_000_000))
                #expect(!bytes.starts(with: [0xFF, 0xD8]))
            }
        }
    }

    @Test("every kind of picture is decoded", arguments: ["JPEG", "PNG", "WEBP", "GIF"])
    func kinds(_ format: String) async throws {
        try await withDatabase(.sqlite, migrations: Room.migrations) { database in
            let room = try await Room(database)
            let file = try await room.keep(try Sample.picture(format), as: "p.\(format.lowercased())")
            #expect(file.reference.type == format.lowercased())
            let kept = try #require(try await room.attachments.file(file.reference.id, of: room.stream))
            #expect(Set(kept.forms.keys) == Set(FileForm.allCases))
        }
    }

    @Test("what it is must agree with what it says it is")
    func hostile() async throws {
        let script = Array("<html><script>alert(1)</script></html>".utf8)
        let gif = try Sample.picture("GIF")
        let cases: [(String, [UInt8], String?)] = [
            ("a.jpg", Array("MZ\u{90}\u{0}".utf8) + [UInt8](repeating: 0, count: 300), "file.disagrees"),
            ("a.png", script, "file.disagrees"), ("a.html", script, "file.kind"), ("a.svg", script, "file.kind"),
            ("a.pdf", Sample.wav(100), "file.disagrees"), ("a.txt", script, "file.disagrees"),
            ("a.docx", Sample.pdf, "file.disagrees"), ("a.exe", gif, "file.kind"),
            // Telephones name pictures wrongly; content decides, and the name follows.
            ("a.jpg", try Sample.picture("PNG"), nil), ("picture", gif, nil),
            // A picture that is also a page is a picture; the copy is nothing but a picture.
            ("a.gif", gif + script, nil), ("a.pdf", Sample.pdf + script, nil),
            ("a.jpg", Array(try Sample.picture("JPEG").prefix(900)), "file.damaged"),
            ("a.png", try Sample.bomb(), "file.tooManyPoints"), ("a.txt", [], "file.empty"),
            ("a.wav", Sample.wav(5_000), nil), ("说明.txt", Array("路灯坏了".utf8), nil),
        ]
        try await withDatabase(.sqlite, migrations: Room.migrations) { database in
            let room = try await Room(database)
            for (name, bytes, expected) in cases {
                let before = try await room.names().count
                let code = await plainCode { _ = try await room.send(bytes, as: name) }
                let isCut = expected == "file.damaged" && code == nil
                #expect(code == expected || isCut, "\(name)")
                if code != nil { #expect(try await room.names().count == before, "\(name) left something") }
            }
        }
    }

    @Test("files of old office programs are kept as they are and never decoded")
    func oldOffice() async throws {
        let (word, sheet) = (ForeignFile.office(stream: "WordDocument"), ForeignFile.office(stream: "Workbook"))
        let unknown = ForeignFile.office(stream: "Contents")
        let mail = ForeignFile.office(stream: "__properties_version1.0")
        try await withEachStore { room in
            let cases: [(String, [UInt8], String)] = [
                ("来信.doc", word, "doc"), ("台账.XLS", sheet, "xls"),
                ("情况.ppt", ForeignFile.office(stream: "PowerPoint Document"), "ppt"), ("说明.wps", word, "wps"),
                ("说明.wps", unknown, "wps"), ("a.doc", unknown, "doc"), ("来信", word, "doc"),
            ]
            for (name, bytes, code) in cases {
                let file = try await room.keep(bytes, as: name)
                #expect(file.reference.type == code && file.type?.family == .document, "\(name)")
                #expect(file.name == (name.contains(".") ? name : "\(name).\(code)"))
                let kept = try #require(try await room.attachments.file(file.reference.id, of: room.stream))
                #expect(Set(kept.forms.keys) == [.original])
                let reader = try #require(kept.forms[.original])
                #expect(try await reader.bytes(0..<reader.size) == bytes)
            }
            for (name, bytes, expected) in [
                ("a.doc", sheet, "file.disagrees"), ("a.xls", word, "file.disagrees"),
                ("a.docx", word, "file.disagrees"),
                ("a.jpg", word, "file.disagrees"), ("a.doc", Sample.pdf, "file.disagrees"),
                ("a.doc", mail, "file.disagrees"),
                ("a.msg", mail, "file.kind"), ("a.msi", unknown, "file.kind"), ("a", unknown, "file.kind"),
                ("a.doc", Array("MZ\u{90}\u{0}".utf8) + [UInt8](repeating: 0, count: 300), "file.disagrees"),
            ] {
                #expect(await plainCode { _ = try await room.send(bytes, as: name) } == expected, "\(name)")
            }
        }
    }

    @Test("a picture that nothing here decodes is not taken, because it tells the place")
    func heic() async throws {
        try await withEachStore { room in
            for name in ["IMG_0001.HEIC", "IMG_0001.heif", "IMG_0001.jpg", "IMG_0001"] {
                #expect(await plainCode { _ = try await room.send(ForeignFile.heic, as: name) } == "file.heic")
            }
            #expect(try await room.names().isEmpty)
            // Some telephones write JPEG and name it so; content counts, and the name follows.
            let file = try await room.keep(try Sample.picture("JPEG"), as: "IMG_0002.HEIC")
            #expect(file.reference.type == "jpeg" && file.name == "IMG_0002.jpg")
            #expect(await plainCode { _ = try await room.send(Sample.pdf, as: "a.heic") } == "file.kind")
        }
    }

    @Test("a file that grows too large is given up while it comes, and leaves nothing")
    func large() async throws {
        var limits = FileLimits()
        limits.mostBytes = 500_000
        try await withEachStore(limits: limits) { room in
            #expect(await plainCode { _ = try await room.send(Sample.wav(600_000), as: "a.wav") } == "file.tooLarge")
            #expect(try await room.names().isEmpty)
            _ = try await room.send(Sample.wav(499_000), as: "a.wav")
        }
    }

    @Test(
        "names become harmless",
        arguments: [
            ("../../etc/passwd", "passwd"), ("C:\\Users\\a\\照片.JPG", "照片.JPG"), ("", "file"), ("..", "file"),
            (".htaccess", "htaccess"), ("a\u{0}b\r\nSet-Cookie: x.txt", "abSet-Cookie_ x.txt"),
            ("\u{202E}gpj.exe", "gpj.exe"),
            ("a\"b;c%41.pdf", "a_b_c_41.pdf"), ("name with blanks .png", "name with blanks .png"), ("路灯。jpg", "路灯。jpg"),
        ])
    func names(_ raw: String, _ clean: String) {
        #expect(FileName(raw).text == clean)
        #expect(FileName(String(repeating: "很", count: 500) + ".pdf").text.count == 120)
    }
}
