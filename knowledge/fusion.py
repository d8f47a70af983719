"""How much vectors count beside words: by embedder and by the languages of question and page, as it was measured."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources

_SOURCE_LANGUAGE = "nl"


@dataclass(frozen=True)
class Fusion:
    """What the square of a cosine counts for, beside 1 for the best words.

    `translation` is what a page's version in the language of the question adds to what its Dutch version says; None
    lets the versions compete.
    """

    dutch: float
    own: float
    cross: float
    translation: float | None = None

    def weight(self, language: str, page_language: str) -> float:
        """Return what vectors count for a question in `language` and pages in `page_language`."""
        if language == _SOURCE_LANGUAGE:
            return self.dutch
        return self.own if page_language == language else self.cross


WORDS_ALONE = Fusion(0.0, 0.0, 0.0)


def fusion_for(version: str) -> Fusion:
    """Return what was measured for embedders whose version begins like this one's, or for models brought along."""
    text = resources.files("knowledge").joinpath("fusion.toml").read_text("utf-8")
    measured = tomllib.loads(text)
    return Fusion(**measured.get(version.partition("-")[0], measured["st"]))
