"""Letter paper: the owner's own sheet behind what is printed, and its absence when the printer holds such sheets.

`made_of` turns a PDF or a picture into one PDF of one or two pictures (first page, following pages), so that whatever was
in the file, the result is fit for archives. `put_behind` lays it under painted pages, `for_printed_sheets` takes letter
paper and our own letterhead out of a stored PDF, without touching anything else in it.

Source: ISO 19005-3 (every font embedded, colours by profile), which a picture in RGB always fulfils.
"""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.documents.layout import LETTERHEAD_BEGINS, LETTERHEAD_ENDS

if TYPE_CHECKING:
    import pikepdf
    from PIL.Image import Image

_DPI, _WIDEST, _PAGES = 250, 2130, 2
# Beyond this a picture is packed as photographs are, with a loss that nobody sees.
_LARGE = 300_000
_NAME = "/LetterPaper"


def made_of(content: bytes) -> bytes:
    """Letter paper from a PDF, PNG or JPEG.

    Raises:
        UserError: the file is neither, or cannot be read.
    """
    import pikepdf

    pictures = _pages_of(content) if content[:1024].lstrip().startswith(b"%PDF") else [_picture_of(content)]
    with pikepdf.new() as pdf:
        for picture in pictures:
            page = pdf.add_blank_page(page_size=(595, 842))
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(LetterPaper=_stream(pdf, picture)))
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _pages_of(content: bytes) -> list[Image]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise UserError(_("This PDF cannot be read. Save it without a password and choose it again.")) from error
    try:
        count = min(len(document), _PAGES)
        return [
            page.render(scale=min(_DPI / 72, _WIDEST / page.get_width())).to_pil().convert("RGB")
            for page in (document[number] for number in range(count))
        ]
    finally:
        document.close()


def _picture_of(content: bytes) -> Image:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
            opened.thumbnail((_WIDEST, _WIDEST * 2))
            picture = opened.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise UserError(
            _(
                "This file is no PDF, PNG or JPEG that can be printed. Save your letter paper as one and choose it again."
            )
        ) from error
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A"))
    return flat


def _stream(pdf: pikepdf.Pdf, picture: Image) -> pikepdf.Stream:
    import pikepdf

    packed, packing = zlib.compress(picture.tobytes(), 9), pikepdf.Name.FlateDecode
    if len(packed) > _LARGE:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=88, subsampling=0)
        packed, packing = min(
            (packed, packing), (out.getvalue(), pikepdf.Name.DCTDecode), key=lambda pair: len(pair[0])
        )
    made = pdf.make_stream(packed, {"/Filter": packing})
    made.Type, made.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    made.Width, made.Height, made.BitsPerComponent = picture.width, picture.height, 8
    made.ColorSpace = pikepdf.Name.DeviceRGB
    return made


def put_behind(painted: bytes, letter_paper: bytes) -> bytes:
    """The painted pages with letter paper behind them: its first page, and its last one behind those that follow."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(painted)) as pdf, pikepdf.open(io.BytesIO(letter_paper)) as sheets:
        ready = [pdf.copy_foreign(sheet.obj.Resources.XObject.LetterPaper) for sheet in sheets.pages]
        for number, page in enumerate(pdf.pages):
            wide, high = (float(page.mediabox[place]) for place in (2, 3))
            # Pages share their dictionary of resources; each gets its own, since what lies behind differs.
            own = dict(page.obj.Resources.items())
            known = dict(own.get("/XObject", pikepdf.Dictionary()).items())
            own["/XObject"] = pikepdf.Dictionary({**known, _NAME: ready[min(number, len(ready) - 1)]})
            page.obj.Resources = pikepdf.Dictionary(own)
            drawing = f"{LETTERHEAD_BEGINS}\nq {wide:.3f} 0 0 {high:.3f} 0 0 cm {_NAME} Do Q\n{LETTERHEAD_ENDS}\n"
            page.contents_add(drawing.encode(), prepend=True)
        pdf.save(out, deterministic_id=True, compress_streams=True, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def for_printed_sheets(content: bytes) -> bytes:
    """A stored PDF without letter paper, head and foot, for a printer that holds sheets which have them already."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            kept, inside = [], 0
            for step in pikepdf.parse_content_stream(page):
                name = str(step.operator)
                begins = name == "BMC" and bool(step.operands) and str(step.operands[0]) == "/Letterhead"
                if inside or begins:
                    inside += {"BMC": 1, "BDC": 1, "EMC": -1}.get(name, 0)
                else:
                    kept.append(step)
            page.obj.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()
