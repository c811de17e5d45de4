"""Reading a publisher's XML safely: no entities, no network, the line of whatever is broken."""

from lxml import etree

from backend.screening.lists.errors import BrokenXml, ListTruncated, WrongDocument

_CUT_OFF = {
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED,
    etree.ErrorTypes.ERR_DOCUMENT_END,
    etree.ErrorTypes.ERR_DOCUMENT_EMPTY,
}


def root_of(data: bytes, *, name: str, expected: str) -> etree._Element:
    """The root element, whose local name must be `expected`; its namespaces are removed from every tag."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        refusal = ListTruncated if error.code in _CUT_OFF else BrokenXml
        raise refusal(format=name, line=error.lineno or 1, problem=error.msg) from error
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = etree.QName(element).localname
    if root.tag != expected:
        raise WrongDocument(format=name, line=root.sourceline or 1, found=root.tag, expected=expected)
    return root


def text_of(element: etree._Element, path: str) -> str:
    """The text at `path` with its white space folded; empty where there is none."""
    return " ".join((element.findtext(path) or "").split())


def texts_of(element: etree._Element, path: str) -> tuple[str, ...]:
    found = (" ".join((one.text or "").split()) for one in element.iterfind(path))
    return tuple(dict.fromkeys(text for text in found if text))
