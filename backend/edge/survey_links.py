"""The signed links of surveys, with the key of this platform and the address at which customers reach it."""

from backend.edge.platform import Platform
from backend.servicing.feedback.links import Links


def survey_links(platform: Platform) -> Links:
    return Links.derived(platform.index_root, platform.settings.base_url)
