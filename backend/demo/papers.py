"""Papers for the demonstration: one-page PDF files with a title and a line, so that upload and review have content."""

from typing import Final

_PAGE: Final = "BT /F1 20 Tf 60 760 Td ({title}) Tj 0 -36 Td /F1 12 Tf ({line}) Tj ET"
_OBJECTS: Final = (
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
)


def paper(title: str, line: str) -> bytes:
    """PDF 1.4 (ISO 32000-1, 7.5). ASCII text without brackets."""
    stream = _PAGE.format(title=title, line=line)
    objects = [*_OBJECTS, f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream"]
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size, start = len(objects) + 1, len(body)
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("ascii")
