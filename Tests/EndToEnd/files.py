"""Files that people send, honest and hostile, and forms with files sent without a browser."""

import io
import os
import struct
import zipfile
import zlib

PLACE = b"PLACE-30.2741N-120.1551E"


def png(width, height, rows=None):
    """A grey picture; `rows` bytes of pixels compress to next to nothing, however large it says it is."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    pixels = zlib.compress(rows if rows is not None else (b"\0" + b"\x80" * width) * height, 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"tEXt", b"Comment\0" + PLACE) \
        + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def wav(seconds=1):
    count = 8000 * seconds
    return b"RIFF" + struct.pack("<I", 36 + count) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) \
        + b"data" + struct.pack("<I", count) + bytes(128 + (at // 20 % 2) * 40 for at in range(count))


def gif(trailer=b""):
    return b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00," \
        b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;" + trailer


def pdf(extra=b""):
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog" + extra + b">>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def bomb_zip():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", "<Relationships/>")
        archive.writestr("word/document.xml", b"\0" * 50_000_000)
    return held.getvalue()


def multipart(fields, files, boundary=None):
    """A body as browsers send it: `files` are (field, name, type, bytes), in their order, behind the fields."""
    boundary = boundary or "----jiaxin" + os.urandom(8).hex()
    out = io.BytesIO()
    for name, value in fields:
        if value is None:
            continue
        out.write(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for field, name, kind, content in files:
        out.write(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
            f"Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n")
    out.write(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", out.getvalue()


def submit_files(visitor, answer, having, files, button=None, **fields):
    """Sends a form of a page with files, as a browser would."""
    form = answer.form(having)
    sent = {name: value for name, value in form.fields.items() if name not in ("files", "file", "shown")}
    sent.update(fields)
    pairs = list(sent.items()) + ([button] if button else [])
    kind, body = multipart(pairs, [("files", *file) for file in files])
    return visitor.send(
        "POST", form.action or answer.path, body=body,
        headers={"Content-Type": kind, "Origin": visitor.server.url})


def kept_files(store):
    """The finished files of a store's folder, and those that are still growing."""
    root = store.folder / "county.sqlite.files"
    found = [path for path in root.rglob("*") if path.is_file()] if root.exists() else []
    return [path for path in found if path.parent.name != "parts"], [path for path in found if path.parent.name == "parts"]
