"""PDF/A-3b: the PDF of an issued document made fit for archives, with the e-invoice inside where there is one.

Takes what the painter made, whose fonts are embedded and whose colours are RGB, and adds what the standard asks for:
the colour profile, the metadata as XMP, a file id, and the XML as an attachment that the document names as its own.
Equal contents give equal bytes.

Source: ISO 19005-3; Factur-X 1.09, chapter 6 (attachment, XMP extension schema `fx`); ZUGFeRD 2.3: AFRelationship
`Alternative`, since picture and data say the same.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from crm_desktop.core import resources

if TYPE_CHECKING:
    import pikepdf

_FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """The e-invoice inside: its file name, its bytes, the name of its profile, and how picture and data relate."""

    name: str
    content: bytes
    level: str = "EN 16931"
    relation: str = "Alternative"


def archive(painted: bytes, made_on: date, attachment: Attachment | None = None) -> bytes:
    """The PDF/A-3b of a painted PDF; `made_on` is the day that its metadata name, so that equal papers stay equal."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(painted)) as pdf:
        words = {name: str(pdf.docinfo.get(f"/{name}", "")) for name in ("Title", "Author", "Subject", "Creator")}
        _describe(pdf, words, made_on, attachment)
        _output_intent(pdf)
        for page in pdf.pages:
            if "/Trans" in page.obj:  # the painter's empty page transition
                del page.obj["/Trans"]
        if attachment is not None:
            _attach(pdf, attachment, made_on)
        # What is painted is packed already; unpacking and packing it again would take most of the time.
        pdf.save(
            out,
            deterministic_id=True,
            force_version="1.7",
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return out.getvalue()


def _stamp(day: date) -> str:
    return f"{day:%Y-%m-%d}T00:00:00+00:00"


def _pdf_stamp(day: date) -> str:
    return f"D:{day:%Y%m%d}000000+00'00'"


def _describe(pdf: pikepdf.Pdf, words: dict[str, str], day: date, attachment: Attachment | None) -> None:
    """Metadata twice, as ever: for old readers and as XMP; both must say the same."""
    import pikepdf

    info = {f"/{name}": value for name, value in words.items() if value} | {"/Producer": "CRM Desktop"}
    info |= {"/CreationDate": _pdf_stamp(day), "/ModDate": _pdf_stamp(day)}
    pdf.trailer.Info = pdf.make_indirect(pikepdf.Dictionary(info))
    metadata = pdf.make_stream(_xmp(words, day, attachment).encode())
    metadata.Type, metadata.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
    pdf.Root.Metadata = metadata


def _xmp(words: dict[str, str], day: date, attachment: Attachment | None) -> str:
    said = {name: escape(value) for name, value in words.items()}
    described = (
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{said["Title"]}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:creator><rdf:Seq><rdf:li>{said['Author']}</rdf:li></rdf:Seq></dc:creator>"
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{said["Subject"]}</rdf:li></rdf:Alt></dc:description>'
        f"<xmp:CreatorTool>{said['Creator']}</xmp:CreatorTool>"
        f"<xmp:CreateDate>{_stamp(day)}</xmp:CreateDate><xmp:ModifyDate>{_stamp(day)}</xmp:ModifyDate>"
        "<pdf:Producer>CRM Desktop</pdf:Producer>"
        "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
    )
    spaces = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"'
    )
    blocks = f'<rdf:Description rdf:about="" {spaces}>{described}</rdf:Description>'
    if attachment is not None:
        blocks += _fx_values(attachment) + _fx_schema()
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF xmlns:rdf="{_RDF}">{blocks}</rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
    )


def _fx_values(attachment: Attachment) -> str:
    values = {
        "DocumentType": "INVOICE",
        "DocumentFileName": attachment.name,
        "Version": "1.0",
        "ConformanceLevel": attachment.level,
    }
    said = "".join(f"<fx:{name}>{escape(value)}</fx:{name}>" for name, value in values.items())
    return f'<rdf:Description rdf:about="" xmlns:fx="{_FX}">{said}</rdf:Description>'


@cache
def _fx_schema() -> str:
    """What the properties of `fx` are; PDF/A wants each namespace that it does not know explained."""
    return resources.resource("paper", "factur-x-schema.xml").read_text(encoding="utf-8")


@cache
def _profile() -> bytes:
    return zlib.compress(resources.resource("paper", "srgb.icc").read_bytes())


def _output_intent(pdf: pikepdf.Pdf) -> None:
    import pikepdf

    profile = pdf.make_stream(_profile(), {"/N": 3, "/Filter": pikepdf.Name.FlateDecode})
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB IEC61966-2.1",
        Info="sRGB IEC61966-2.1",
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = pikepdf.Array([pdf.make_indirect(intent)])


def _attach(pdf: pikepdf.Pdf, attachment: Attachment, day: date) -> None:
    import pikepdf

    stream = pdf.make_stream(zlib.compress(attachment.content, 6), {"/Filter": pikepdf.Name.FlateDecode})
    stream.Type, stream.Subtype = pikepdf.Name.EmbeddedFile, pikepdf.Name("/text/xml")
    stream.Params = pikepdf.Dictionary(ModDate=_pdf_stamp(day), Size=len(attachment.content))
    spec = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F=attachment.name,
            UF=attachment.name,
            Desc="Factur-X",
            AFRelationship=pikepdf.Name(f"/{attachment.relation}"),
            EF=pikepdf.Dictionary(F=stream, UF=stream),
        )
    )
    names = pikepdf.Dictionary(Names=pikepdf.Array([attachment.name, spec]))
    pdf.Root.Names = pikepdf.Dictionary(EmbeddedFiles=names)
    pdf.Root.AF = pikepdf.Array([spec])
