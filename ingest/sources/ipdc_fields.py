"""Typed fields of one IPDC record: texts, codes, moments, parts; a value of another type is a RecordError."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from ingest.report import RecordError
from ingest.staff import mask_staff
from knowledge.richtext import clean_html
from knowledge.services import AuthorityLevel, LocalizedText

_LEVELS = {
    "europees": AuthorityLevel.EUROPEAN,
    "federaal": AuthorityLevel.FEDERAL,
    "vlaams": AuthorityLevel.FLEMISH,
    "provinciaal": AuthorityLevel.PROVINCIAL,
    "lokaal": AuthorityLevel.LOCAL,
    "derden": AuthorityLevel.THIRD_PARTY,
}
_NANOSECONDS = re.compile(r"(\.\d{6})\d+")
_ONE = {"bewijs", "adres", "publicatieLink"}
"""Fields that hold one object and not a list of them."""


class Fields:
    """Reads typed fields from one object of the record; every complaint names the full path of the field."""

    def __init__(self, data: dict[str, Any], where: str, path: str = "") -> None:
        self._data, self._where, self._path = data, where, path

    def text(self, key: str, *, required: bool = False) -> LocalizedText:
        """A language-tagged plain text; a bare string counts as Dutch."""
        return {tag: mask_staff(words) for tag, words in self._texts(key, required).items()}

    def _texts(self, key: str, required: bool) -> LocalizedText:
        value = self._data.get(key)
        if isinstance(value, str):
            value = {"nl": value}
        if value is not None and not isinstance(value, dict):
            raise self._error(key, f"Expected texts per language, found {type(value).__name__}.")
        texts = {_tag(tag): words.strip() for tag, words in (value or {}).items() if self._is_text(key, words)}
        if required and not texts:
            raise self._error(key, "This field is required and has no text in any language.")
        return texts

    def html(self, key: str, *, required: bool = False) -> LocalizedText:
        """A language-tagged HTML text, cleaned; the line ends that editors type inside paragraphs are kept."""
        return {
            tag: mask_staff(clean_html(words.replace("\n", "<br>")))
            for tag, words in self._texts(key, required).items()
        }

    def parts(self, key: str) -> list[Fields]:
        """The objects of a list field in the order of their `order` (sh:order), then of the source."""
        value = self._data.get(key)
        found = as_list(value)
        for part in found:
            if not isinstance(part, dict):
                raise self._error(key, f"Expected objects, found {type(part).__name__}.")
        single = key in _ONE and isinstance(value, dict)
        numbers = [""] if single else [f"[{i}]" for i in range(len(found))]
        readers = [
            Fields(part, self._where, f"{self._path}{key}{number}.")
            for part, number in zip(found, numbers, strict=True)
        ]
        return sorted(readers, key=lambda reader: reader.order())

    def part(self, key: str) -> Fields | None:
        found = self.parts(key)
        if len(found) > 1:
            raise self._error(key, f"Expected one object, found {len(found)}.")
        return found[0] if found else None

    def order(self) -> float:
        value = self._data.get("order")
        try:
            return float(value) if value is not None else float("inf")
        except (TypeError, ValueError, OverflowError):
            raise self._error("order", f"Expected a number, found {value!r}.") from None

    def plain(self, key: str) -> str:
        value = self._data.get(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            raise self._error(key, f"Expected text, found {type(value).__name__}.")
        return mask_staff(str(value).strip()) if value is not None else ""

    def codes(self, key: str) -> tuple[str, ...]:
        """Codes, each the last part of its IRI or as it stands."""
        return tuple(_last(self._named(key, value)) for value in as_list(self._data.get(key)) if value)

    def code(self, key: str) -> str:
        return _last(self.reference(key))

    def reference(self, key: str) -> str:
        value = self._data.get(key)
        return self._named(key, value) if value else ""

    def _named(self, key: str, value: Any) -> str:
        name = (value.get("@id") or value.get("id")) if isinstance(value, dict) else value
        if isinstance(name, bool) or not isinstance(name, str | int):
            raise self._error(key, f"Expected a code or an object with @id, found {type(value).__name__}.")
        return str(name)

    def truth(self, key: str) -> bool:
        word = str(self._data.get(key) or False).lower()
        if word not in {"true", "false"}:
            raise self._error(key, "Expected true or false.")
        return word == "true"

    def levels(self, key: str) -> tuple[AuthorityLevel, ...]:
        codes = self.codes(key)
        if unknown := [code for code in codes if code.lower() not in _LEVELS]:
            raise self._error(key, f"{unknown[0]!r} is not a level of government ({', '.join(_LEVELS)}).")
        return tuple(_LEVELS[code.lower()] for code in codes)

    def keywords(self, key: str) -> dict[str, tuple[str, ...]]:
        value = self._data.get(key) or {}
        if isinstance(value, list):
            value = {"nl": value}
        if not isinstance(value, dict):
            raise self._error(key, f"Expected words per language, found {type(value).__name__}.")
        for word in (word for words in value.values() for word in as_list(words)):
            if not isinstance(word, str):
                raise self._error(key, f"Expected words, found {type(word).__name__}.")
        return {_tag(tag): tuple(mask_staff(word.strip()) for word in as_list(words)) for tag, words in value.items()}

    def moment(self, key: str) -> datetime | None:
        value = self._data.get(key)
        if value in (None, ""):
            return None
        try:
            # IPDC writes nanoseconds; Python reads microseconds.
            moment = datetime.fromisoformat(_NANOSECONDS.sub(r"\1", str(value)))
        except ValueError:
            raise self._error(key, f"{value!r} is not a date and time in ISO 8601.") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        try:
            moment.astimezone(UTC)
        except OverflowError:
            raise self._error(key, f"{value!r} lies outside the years 1 to 9999.") from None
        return moment

    def _is_text(self, key: str, words: Any) -> bool:
        if words is not None and not isinstance(words, str):
            raise self._error(key, f"Expected text, found {type(words).__name__}.")
        return bool(words and words.strip())

    def _error(self, key: str, why: str) -> RecordError:
        return RecordError(self._where, f"{self._path}{key}", why)


def _tag(tag: str) -> str:
    """Language tags in IPDC's own letter case; LPDC writes the same ones in lower case."""
    return tag.replace("-be-", "-BE-")


def _last(iri: str) -> str:
    return iri.rstrip("/").rsplit("/", 1)[-1]


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, one value as a list of one, None as an empty list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
