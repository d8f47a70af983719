"""Whether records keep to the shapes (SHACL) of the IPDC-LPDC model. Needs the extra `shacl`; nothing is downloaded."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.report import Refusal, SourceError
from ingest.staff import mask_staff
from knowledge.errors import NamedFailure

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_SHAPES, _CONTEXT = "instantie-shape.ttl", "ipdc-lpdc-im.jsonld"
_RECORD = "InstantieSnapshot"
_SHOWN = 60
"""Characters of a value that a warning shows."""


class ShaclMissing(NamedFailure):
    """The libraries that read shapes are not installed."""


class Shapes:
    """The shapes of one folder, ready to check records with."""

    def __init__(self, path: Path) -> None:
        """`path` is the file of shapes or a folder with it; context and code lists are found beside it.

        Raises ShaclMissing, and SourceError where a file is not there or cannot be read.
        """
        try:
            import pyshacl
            from rdflib import Graph
        except ImportError as error:
            raise ShaclMissing("Checking shapes needs pyshacl: pip install 'wegwijzer[shacl]'.") from error
        # A value of the wrong kind is a warning of ours, not a line in the log.
        logging.getLogger("rdflib.term").setLevel(logging.ERROR)
        self._validate = pyshacl.validate
        file = _find(path, _SHAPES, "shacl") if path.is_dir() else path
        self._shapes = _read(Graph(), file)
        self._context = _context(_find(file.parent, _CONTEXT, "jsonld"))
        self._codes = _codes(file.parent)
        self._lists = {code.rpartition("/")[0] for code in self._codes}
        self._terms, self._classes = _terms(self._context), _classes(self._context)

    def check(self, record: dict[str, Any], where: str) -> list[Refusal]:
        """Return what in `record` does not keep to the shapes, each kind of thing once."""
        from rdflib import RDF, SH, Graph

        graph = Graph()
        document = {"@type": _RECORD} | _local(record, self._classes) | {"@context": self._context}
        try:
            graph.parse(data=json.dumps(document), format="json-ld")
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            return [Refusal(where, "record", f"It cannot be read as linked data, so it was not checked ({error}).")]
        self._add_codes(graph)
        _, results, _ = self._validate(graph, shacl_graph=self._shapes, inplace=True)
        found = [
            self._warning(graph, results, result, where) for result in results.subjects(RDF.type, SH.ValidationResult)
        ]
        return sorted({one for one in found if one}, key=lambda one: (one.field, one.why))

    def _add_codes(self, graph: Graph) -> None:
        from rdflib import RDF, SKOS

        for value in set(graph.objects()):
            if str(value) in self._codes:
                graph.add((value, RDF.type, SKOS.Concept))

    def _warning(self, graph: Graph, results: Graph, result: Node, where: str) -> Refusal | None:
        from rdflib import RDF, SH

        path, value, focus = (results.value(result, one) for one in (SH.resultPath, SH.value, SH.focusNode))
        constraint = _last(str(results.value(result, SH.sourceConstraintComponent))).removesuffix("ConstraintComponent")
        # Of what is in no code list, as bodies and languages are, nothing can be said.
        if constraint == "Class" and str(value).rpartition("/")[0] not in self._lists:
            return None
        why = self._why(results, result, constraint, value)
        kind = self._classes.get(str(graph.value(focus, RDF.type)), "")
        inside = f" (in {kind})" if kind != _RECORD else ""
        return Refusal(where, self._terms.get(str(path)) or _last(str(path)), f"{why}{inside}")

    def _why(self, results: Graph, result: Node, constraint: str, value: Node | None) -> str:
        from rdflib import SH

        shape = results.value(result, SH.sourceShape)
        shown = mask_staff(str(value))[:_SHOWN]
        match constraint:
            case "MinCount":
                return "The model requires this, and it is missing."
            case "MaxCount":
                return f"The model allows {results.value(shape, SH.maxCount)} of these, and there are more."
            case "LanguageIn":
                return (
                    f"The model has no texts in the language {getattr(value, 'language', None) or 'that is not named'}."
                )
            case "UniqueLang":
                return "There are several texts in one language."
            case "Datatype":
                return f"Expected {_last(str(results.value(shape, SH.datatype)))}, found {shown!r}."
            case "Class":
                return f"{_last(str(value))!r} is not in the code list of the model."
        return str(results.value(shape, SH.message) or results.value(result, SH.resultMessage))


def _find(folder: Path, name: str, kind: str) -> Path:
    """Return a file of the model: in `folder`, below it, or beside it in the folder of its kind."""
    places = [folder, folder / kind, folder.parent / kind]
    found = next((place / name for place in places if (place / name).is_file()), None)
    if found is None:
        raise SourceError(f"{name} is not in any of {', '.join(str(place) for place in places)}: fetch the model.")
    return found


def _read(graph: Graph, file: Path) -> Graph:
    from rdflib.exceptions import ParserError

    try:
        return graph.parse(file, format="turtle")
    except (OSError, ValueError, LookupError, SyntaxError, ParserError) as error:
        said = " ".join(str(error).split())
        raise SourceError(f"{file} cannot be read as Turtle, fetch the model again ({said[:200]}).") from None


def _context(file: Path) -> dict[str, Any]:
    try:
        context = json.loads(file.read_bytes())["@context"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise SourceError(f"{file} is not a JSON-LD context: {error}") from None
    # Anything but an object would name other contexts, and those would be fetched from the network.
    if not isinstance(context, dict):
        raise SourceError(f"{file} only refers to other contexts; give the context itself.")
    return context


def _codes(folder: Path) -> set[str]:
    """Return the IRIs in the code lists of the model; without the lists codes are not checked."""
    from rdflib import RDF, SKOS, Graph

    lists = Graph()
    for file in sorted((folder.parent / "codelists").glob("*.ttl")):
        _read(lists, file)
    return {str(code) for code in lists.subjects(RDF.type, SKOS.Concept)}


def _terms(context: dict[str, Any]) -> dict[str, str]:
    """Return the model's own word for the IRI of each property; those of a record come first."""
    terms: dict[str, str] = {}
    for name in sorted(context, key=lambda name: name != _RECORD):
        own = context[name].get("@context", {}) if isinstance(context[name], dict) else {}
        for key, meaning in own.items():
            terms.setdefault(_iri(meaning), key)
    return terms


def _classes(context: dict[str, Any]) -> dict[str, str]:
    """Return the model's own word for each class, by its IRI and by the last part of that."""
    classes = {_iri(meaning): name for name, meaning in context.items()}
    return {_last(iri): name for iri, name in classes.items()} | classes


def _iri(meaning: Any) -> str:
    return str(meaning.get("@id", "")) if isinstance(meaning, dict) else str(meaning)


def _local(value: Any, classes: dict[str, str]) -> Any:
    """Return a record without contexts of its own, which would be fetched, and its types in the model's words."""
    if isinstance(value, float) and value.is_integer():
        # JSON-LD reads 1.0 as the integer 1; rdflib does not.
        return int(value)
    if isinstance(value, list):
        return [_local(one, classes) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _local(one, classes) for key, one in value.items() if key not in {"@context", "@type"}}
    if "@type" in value:
        kinds = value["@type"] if isinstance(value["@type"], list) else [value["@type"]]
        found["@type"] = [classes.get(str(kind), kind) for kind in kinds]
    return found


def _last(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]
