"""Makes a PDF of one HTML document: HTML on standard input, PDF on standard output.

Run by `WeasyPrintRenderer` with `python3 -I -c`, an almost empty environment and no arguments. It fetches nothing: not
from the network, not from the disk. Exit code 3 means that WeasyPrint is not installed. Nothing is ever written to
standard error on purpose: the document holds personal data.
"""

import os
import resource
import sys

MEBIBYTE = 1 << 20


def limit():
    """What a document may cost. The program outside watches the clock as well."""
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, 20),
        (resource.RLIMIT_AS, 1024 * MEBIBYTE),
        (resource.RLIMIT_FSIZE, MEBIBYTE),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(kind, (most, most))
    # Pages come first.
    os.nice(5)


def refuse(url, *_, **__):
    """Stands where WeasyPrint would fetch pictures, fonts and styles."""
    raise ValueError("nothing is fetched")


def harfbuzz():
    """A function that keeps only the used glyphs of a font, or None when HarfBuzz's subset library is not there."""
    import ctypes

    try:
        library = ctypes.CDLL("libharfbuzz-subset.so.0")
    except OSError:
        return None
    pointer, number = ctypes.c_void_p, ctypes.c_uint

    def function(name, result, *arguments):
        found = getattr(library, name)
        found.restype, found.argtypes = result, arguments
        return found

    blob_create = function("hb_blob_create", pointer, ctypes.c_char_p, number, ctypes.c_int, pointer, pointer)
    face_create = function("hb_face_create", pointer, pointer, number)
    input_create = function("hb_subset_input_create_or_fail", pointer)
    set_flags = function("hb_subset_input_set_flags", None, pointer, number)
    glyph_set = function("hb_subset_input_glyph_set", pointer, pointer)
    other_set = function("hb_subset_input_set", pointer, pointer, ctypes.c_int)
    add = function("hb_set_add", None, pointer, number)
    subset = function("hb_subset_or_fail", pointer, pointer, pointer)
    reference = function("hb_face_reference_blob", pointer, pointer)
    data = function("hb_blob_get_data", pointer, pointer, ctypes.POINTER(number))

    no_hinting, keep_glyph_numbers, no_subroutines = 0x1, 0x2, 0x4
    read_only, dropped_tables = 1, 3
    unneeded = (b"BASE", b"GDEF", b"GPOS", b"GSUB", b"SVG ", b"VORG", b"name", b"post", b"vhea", b"vmtx")

    def run(content, index, glyphs):
        # Nothing is freed: the process ends with the document.
        face = face_create(blob_create(content, len(content), read_only, None, None), index)
        wanted = input_create()
        set_flags(wanted, no_hinting | keep_glyph_numbers | no_subroutines)
        kept = glyph_set(wanted)
        for glyph in glyphs:
            add(kept, glyph)
        dropped = other_set(wanted, dropped_tables)
        for table in unneeded:
            add(dropped, int.from_bytes(table, "big"))
        small = subset(face, wanted)
        if not small:
            return None
        length = number()
        start = data(reference(small), ctypes.byref(length))
        return ctypes.string_at(start, length.value) if length.value else None

    return run


def use_harfbuzz():
    """WeasyPrint 57 cuts fonts to size in Python, which takes four seconds for each Chinese font; HarfBuzz takes a
    hundredth of one. Newer versions do it themselves and have no such method: then nothing is changed."""
    try:
        from weasyprint.pdf.stream import Font

        by_weasyprint = Font.clean
    except (ImportError, AttributeError):
        return
    by_harfbuzz = harfbuzz()
    if by_harfbuzz is None:
        return

    def clean(self, cmap):
        font = self.ttfont
        if font is not None and not (self.bitmap or self.png or self.svg or "fvar" in font):
            # A font of which nothing but "no such glyph" is shown has an empty map, and would be kept whole.
            small = by_harfbuzz(self.file_content, self.index, cmap or [0])
            if small is not None:
                self.file_content = small
                return
        by_weasyprint(self, cmap)

    Font.clean = clean


# Font sizes and line heights for Chinese and English, from what is easiest to read to what still is.
SIZES = (("14pt", "1.7", "11.5pt", "1.5"), ("13.2pt", "1.6", "11pt", "1.45"), ("12.6pt", "1.5", "10.5pt", "1.4"))


def lay_out(weasyprint, html):
    """A short document that would need one more page for little more than the seal is set smaller, until it does not:
    a seal on a page of its own proves nothing. Where that does not help, it stays as large as it was."""
    first = html.render()
    if len(first.pages) not in (2, 3):
        return first
    for size, height, english_size, english_height in SIZES:
        sheet = (
            f".doc {{ font-size: {size} !important; line-height: {height} !important }}"
            f".doc:lang(en) {{ font-size: {english_size} !important; line-height: {english_height} !important }}"
        )
        smaller = html.render(stylesheets=[weasyprint.CSS(string=sheet, url_fetcher=refuse)])
        if len(smaller.pages) < len(first.pages):
            return smaller
    return first


def main():
    limit()
    html = sys.stdin.buffer.read().decode("utf-8", "replace")
    try:
        import weasyprint
    except (ImportError, OSError):
        return 3
    use_harfbuzz()
    document = lay_out(weasyprint, weasyprint.HTML(string=html, url_fetcher=refuse))
    try:
        pdf = document.write_pdf(variant="pdf/ua-1")
    except TypeError:
        # From version 58 on it is called so.
        pdf = document.write_pdf(pdf_variant="pdf/ua-1")
    sys.stdout.buffer.write(pdf)
    sys.stdout.buffer.flush()
    return 0


sys.exit(main())
