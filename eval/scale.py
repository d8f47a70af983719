"""Retrieval at scale, on one core: `python -m eval.scale --passages 100000`. Time, memory, disk, and where time goes.

Pages are mixed from the sentences of the real services beside the project where they are, else of the sample: other
sentences on every page, words as frequent as in the source, so that neither engine has it easier than in earnest.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from assistant.bootstrap import Service
from assistant.settings import Settings
from ingest.sync import import_ipdc, import_sample
from knowledge.pages import Page, PageDraft
from knowledge.retrieval import rank
from knowledge.services import PublicService, Section, SectionKind, Sentence

_DATA = Path(__file__).parents[2] / "shared" / "data" / "ipdc"
_WORDS = 100
"""Words of a section: one slice, and so one passage of the index."""
_SECTIONS = 8
_TEMPLATES = ("{}", "hoe vraag ik {} aan?", "wat kost {}", "heb ik recht op {}", "waar moet ik zijn voor {}")
_QUESTIONS = 400
_BATCH = 200
Search = Callable[[str], object]


class Material:
    """The sentences, titles and search terms that pages and questions are made of."""

    def __init__(self, pages: Sequence[Page], chance: random.Random) -> None:
        services = [page.service for page in pages]
        self.chance = chance
        self.titles = [title for one in services if (title := one.title.get("nl"))]
        self.words = [one.keywords.get("nl", ()) for one in services]
        self.sentences = [
            sentence.text
            for one in services
            for section in one.sections
            if section.language == "nl"
            for sentence in section.sentences
        ]

    def page(self, number: int) -> PublicService:
        """A page of its own: a title of two, sections of sentences from anywhere."""
        one, other = (title.split() for title in self.chance.sample(self.titles, 2))
        title = " ".join((*one[: len(one) // 2 + 1], *other[len(other) // 2 :]))
        sections = tuple(self._section() for _ in range(_SECTIONS))
        keywords = tuple(self.chance.choice(self.words)[:5])
        text = {"nl": sections[0].sentences[0].text}
        made = PublicService(source="scale", source_id=str(number), title={"nl": title}, description=text)
        return replace(made, keywords={"nl": keywords}, sections=sections)

    def _section(self) -> Section:
        sentences: list[Sentence] = []
        while sum(len(one.text.split()) for one in sentences) < _WORDS - 10:
            sentences.append(Sentence(self.chance.choice(self.sentences)))
        return Section(SectionKind.DESCRIPTION, "nl", "description", "", tuple(sentences))

    def questions(self) -> list[str]:
        """Search terms as people typed them, titles in a question, and pieces of sentences: a third each, shuffled."""
        file = _DATA / "queries_zoektermen_nl.jsonl.gz"
        typed = self.titles
        if file.is_file():
            with gzip.open(file, "rt", encoding="utf-8") as lines:
                typed = [json.loads(line)["query"] for line in lines]
        third = _QUESTIONS // 3 + 1
        found = self.chance.choices(typed, k=third)
        found += [self.chance.choice(_TEMPLATES).format(self.chance.choice(self.titles).lower()) for _ in range(third)]
        found += [" ".join(self.chance.choice(self.sentences).split()[:8]) for _ in range(third)]
        self.chance.shuffle(found)
        return list(dict.fromkeys(found))


def measure(passages: int, seed: int, home: Path) -> Iterator[str]:
    """Fill a home, index it, and yield one line of figures after the other."""
    service = Service(Settings.from_environment({"WEGWIJZER_HOME": str(home)}))
    material = _material(home / "source", random.Random(seed))  # noqa: S311 - the same pages every time
    before = _memory()
    started = time.perf_counter()
    count = passages // _SECTIONS
    for start in range(0, count, _BATCH):
        made = [material.page(number) for number in range(start, min(count, start + _BATCH))]
        service.pages.publish([PageDraft(one, f"{one.source_id}") for one in made], datetime.now(UTC))
    yield f"{count} pages published in {time.perf_counter() - started:.0f} s"
    seconds = _timed(service.index.rebuild)
    live = service.index.live(wait=True)
    assert live is not None  # noqa: S101 - it was just built
    indexed, vectors = live.lexical("nl").count(), live.dense.count("nl")
    yield f"rebuild: {indexed} passages and {vectors} vectors in {seconds:.0f} s = {indexed / seconds:.0f} passages/s"
    yield f"memory: {before:.0f} MiB before, {_memory():.0f} MiB after building and opening"
    for engine in ("lexical", "dense"):
        size = sum(file.stat().st_size for file in (live.folder / engine).rglob("*") if file.is_file())
        yield f"on disk: {engine} {size / 2**20:.0f} MiB"
    now, questions = datetime.now(UTC), material.questions()
    yield f"{len(questions)} questions, each asked once and once more; one core"
    searches: dict[str, Search] = {
        "retrieval": lambda text: service.retriever.search(text, "nl", 10, now),
        "  both engines": lambda text: rank(live, text, "nl"),
        "  words": lambda text: live.lexical("nl").search(text, 30),
        "  vectors": lambda text: live.dense.search(text, "nl", 30),
        "    of which embedding": service.embedder.embed_question,
    }
    for name, search in searches.items():
        yield f"{name:<24} {_times(search, questions)}; again: {_times(search, questions)}"
    yield f"memory after the questions: {_memory():.0f} MiB"
    material.chance.shuffle(questions)
    service.pages.publish([PageDraft(material.page(1), "changed")], datetime.now(UTC))
    yield f"one changed page is followed in {_timed(service.index.update):.2f} s"
    yield f"the first question after it: {_timed(lambda: service.retriever.search('paspoort', 'nl', 10, now)):.2f} s"
    yield f"nothing to follow: {_timed(service.index.update) * 1000:.0f} ms"
    report: dict[str, Any] = {}
    yield f"verify: {_timed(lambda: report.update(service.index.verify())):.0f} s, equal: {report['equal']}"


def _material(home: Path, chance: random.Random) -> Material:
    source = Service(Settings.from_environment({"WEGWIJZER_HOME": str(home)}))
    real = _DATA / "services_raw.jsonl.gz"
    if real.is_file():
        import_ipdc(source.pages, [real], datetime.now(UTC))
    else:
        import_sample(source.pages, datetime.now(UTC))
    return Material(list(source.pages.get(source.pages.page_ids()).values()), chance)


def _times(search: Search, questions: Sequence[str]) -> str:
    """Wall times, and beside them the processor's: on a machine that does other things too, those are the figures."""
    walls, processors = [], []
    for text in questions:
        wall, processor = time.perf_counter(), time.process_time()
        search(text)
        walls.append((time.perf_counter() - wall) * 1000)
        processors.append((time.process_time() - processor) * 1000)
    return f"wall {_figures(walls)}, processor {_figures(processors)} ms"


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _figures(times: list[float]) -> str:
    p50, p95 = np.percentile(times, [50, 95])
    return f"p50 {p50:.1f} p95 {p95:.1f}"


def _memory() -> float:
    """Resident memory of this process in MiB (Linux)."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def main() -> None:
    """Measure on one core and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, default=None, help="Keep the home here; default: a temporary one.")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as temporary:
        for line in measure(arguments.passages, arguments.seed, arguments.home or Path(temporary)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
