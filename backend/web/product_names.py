"""What products are called, for the pages that know only their codes."""

from backend.web.door import Visit


async def product_names(visit: Visit) -> dict[str, str]:
    """By code, in the reader's language; a product without a version in force is not among them."""
    nodes = (await visit.query("product-names"))["products"]["nodes"]
    found = ((each["code"], (each["current"] or {}).get("definition")) for each in nodes)
    return {code: definition["name"] for code, definition in found if definition}
