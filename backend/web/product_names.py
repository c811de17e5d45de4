"""What products are called, for the pages that know only their codes."""

from backend.web.door import Visit


async def product_names(visit: Visit) -> dict[str, str]:
    """By code, in the reader's language; a product without a version in force is not among them."""
    names: dict[str, str] = {}
    after = None
    while True:
        found = (await visit.query("product-names", after=after))["products"]
        known = ((each["code"], (each["current"] or {}).get("definition")) for each in found["nodes"])
        names |= {code: definition["name"] for code, definition in known if definition}
        if not found["pageInfo"]["hasNextPage"]:
            return names
        after = found["pageInfo"]["endCursor"]
