"""The rules of revisions, held against a model: whatever editors, sources and the clock do, in whatever order."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from knowledge.pages import PageDraft, PageState, PublishOutcome
from knowledge.services import PublicService
from knowledge.store.database import Database
from knowledge.store.pages import Pages
from knowledge.store.revisions import RevisionRefused, Revisions
from knowledge.store.tables import RevisionRow
from tests.knowledge.build import NOW, service

PUBLISHED, WITHDRAWN = PageState.PUBLISHED, PageState.WITHDRAWN
WAITING = (PageState.DRAFT, PageState.IN_REVIEW)
TEXTS = tuple(service("", "Paspoort", f"Tekst {number}.") for number in range(3))
SOURCE_IDS = st.sampled_from("aaaab")
PICKS = st.integers(0, 99)
"""Which revision: mostly one with which something can be done."""
GONE = st.sampled_from([False, False, False, True])
CHOSEN_TEXTS = st.sampled_from(TEXTS)


@dataclass
class Kept:
    """A revision of the model."""

    text: PublicService
    state: PageState
    by_editor: bool


@dataclass
class Plan:
    """What is to happen to a page of the model; `order` settles what is to happen at one moment."""

    at: datetime
    order: int
    number: int | None


@dataclass
class Model:
    """A page of the model: its revisions, what was live from when, and what is planned."""

    since: datetime = NOW
    revisions: list[Kept] = field(default_factory=list)
    log: list[tuple[datetime, int, PageState]] = field(default_factory=list)
    plans: dict[PageState, Plan] = field(default_factory=dict)
    sent: str = ""
    held: bool = False
    expires: datetime | None = None

    def get(self, number: int) -> Kept | None:
        return self.revisions[number - 1] if 0 < number <= len(self.revisions) else None

    def publishable(self, number: int) -> bool:
        found = self.get(number)
        return found is not None and found.state in WAITING and not found.text.archived

    def go_live(self, number: int, state: PageState, at: datetime) -> None:
        """Time does not go back for a page, also where an import began before an editor decided."""
        self.log.append((max([at, self.since, *(line[0] for line in self.log)]), number, state))

    def publish(self, number: int, at: datetime) -> bool:
        if not self.publishable(number):
            return False
        kept = self.revisions[number - 1]
        kept.state, self.held = PUBLISHED, kept.by_editor
        self.go_live(number, PUBLISHED, at)
        return True

    def withdraw(self, at: datetime) -> bool:
        if self.live is None:
            return False
        self.revisions[self.live - 1].state, self.held = WITHDRAWN, True
        self.go_live(self.live, WITHDRAWN, at)
        return True

    @property
    def live(self) -> int | None:
        """The number of the one revision that citizens see."""
        return self.log[-1][1] if self.log and self.log[-1][2] is PUBLISHED else None

    def at(self, moment: datetime) -> tuple[int, PageState] | None:
        return next((line[1:] for line in reversed(self.log) if line[0] <= moment), None)


class RevisionRules(RuleBasedStateMachine):
    """Moves of editors, sources and the clock, on a database and on the model."""

    @initialize()
    def begin(self) -> None:
        self._folder = TemporaryDirectory()
        self.database = Database(Path(self._folder.name) / "knowledge.sqlite3")
        self.pages, self.revisions = Pages(self.database), Revisions(self.database)
        self.model: dict[str, Model] = {}
        self.log: list[tuple[str, int, PageState]] = []
        self.contents: dict[tuple[str, int], bytes] = {}
        self.now, self.orders = NOW, 0
        self.source_sends("a", TEXTS[0], gone=False, late=0)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.a_page_was_at_every_moment_what_the_model_says()
            self.database.close()
            self._folder.cleanup()

    def page(self, source_id: str) -> Model:
        return self.model.get(f"test-{source_id}", Model())

    def number(self, source_id: str, pick: int, *states: PageState) -> int:
        """A revision in one of these states, if there is one; now and then any, or one that is not there."""
        revisions = self.page(source_id).revisions
        fitting = [number for number, kept in enumerate(revisions, 1) if kept.state in states]
        return fitting[pick % len(fitting)] if fitting and pick % 5 != 4 else 1 + pick % (len(revisions) + 1)

    def logged(self, source_id: str, before: int) -> None:
        """Add what the model of a page logged since."""
        found = self.model[f"test-{source_id}"].log[before:]
        self.log += [(f"test-{source_id}", number, state) for _, number, state in found]

    def agree(self, done: bool, refused: bool) -> None:
        assert done is not refused

    @rule(source_id=SOURCE_IDS, text=CHOSEN_TEXTS, gone=GONE, back=st.sampled_from([None, 0, 0, 1]))
    def draft(self, source_id: str, text: PublicService, gone: bool, back: int | None) -> None:
        made = replace(text, source_id=source_id, archived=gone)
        expected = len(self.page(source_id).revisions)
        based_on = None if back is None else expected - back
        try:
            kept = self.revisions.draft(made, self.now, author="An", based_on=based_on)
        except RevisionRefused:
            assert based_on not in {None, expected}
            return
        assert based_on in {None, expected}
        assert kept.number == expected + 1
        model = self.model.setdefault(f"test-{source_id}", Model(self.now))
        model.revisions.append(Kept(made, PageState.DRAFT, True))

    @rule(source_id=SOURCE_IDS, pick=PICKS, submit=st.booleans())
    def review(self, source_id: str, pick: int, submit: bool) -> None:
        before, after = WAITING if submit else WAITING[::-1]
        number = self.number(source_id, pick, before)
        kept = self.page(source_id).get(number)
        possible = kept is not None and kept.state is before
        refused = False
        try:
            (self.revisions.submit if submit else self.revisions.send_back)(f"test-{source_id}", number)
        except RevisionRefused:
            refused = True
        self.agree(possible, refused)
        if kept is not None and possible:
            kept.state = after

    @rule(source_id=SOURCE_IDS, pick=PICKS)
    def publish(self, source_id: str, pick: int) -> None:
        model, refused, number = self.page(source_id), False, self.number(source_id, pick, *WAITING)
        before = len(model.log)
        done = model.publish(number, self.now)
        try:
            self.revisions.publish(f"test-{source_id}", number, self.now, author="Bo")
        except RevisionRefused:
            refused = True
        self.agree(done, refused)
        if done:
            self.logged(source_id, before)

    @rule(source_id=SOURCE_IDS)
    def withdraw(self, source_id: str) -> None:
        model, refused = self.page(source_id), False
        before = len(model.log)
        done = model.withdraw(self.now)
        try:
            self.revisions.withdraw(f"test-{source_id}", self.now, author="Bo")
        except RevisionRefused:
            refused = True
        self.agree(done, refused)
        if done:
            self.logged(source_id, before)

    @rule(source_id=SOURCE_IDS, pick=PICKS)
    def roll_back(self, source_id: str, pick: int) -> None:
        model, refused, number = self.page(source_id), False, self.number(source_id, pick, PUBLISHED, WITHDRAWN)
        earlier, before = model.get(number), len(model.log)
        done = earlier is not None and number != model.live and not earlier.text.archived
        if earlier is not None and done:
            model.revisions.append(Kept(earlier.text, PageState.IN_REVIEW, True))
            model.publish(len(model.revisions), self.now)
        try:
            self.revisions.rollback(f"test-{source_id}", number, self.now, author="Bo")
        except RevisionRefused:
            refused = True
        self.agree(done, refused)
        if done:
            self.logged(source_id, before)

    @rule(source_id=SOURCE_IDS, text=CHOSEN_TEXTS, gone=GONE, late=st.sampled_from([0, 0, 45]))
    def source_sends(self, source_id: str, text: PublicService, gone: bool, late: int) -> None:
        made, at = replace(text, source_id=source_id, archived=gone), self.now - timedelta(minutes=late)
        model = self.model.setdefault(f"test-{source_id}", Model(at))
        before, digest, new = len(model.log), repr(made), not model.revisions
        state = WITHDRAWN if gone else PUBLISHED
        if model.sent == digest:
            expected = PublishOutcome.UNCHANGED
        elif model.held and not gone:
            model.revisions.append(Kept(made, PageState.IN_REVIEW, False))
            expected = PublishOutcome.HELD
        else:
            model.revisions.append(Kept(made, state, False))
            model.go_live(len(model.revisions), state, at)
            expected = PublishOutcome.NEW if new else PublishOutcome.CHANGED
            expected = PublishOutcome.WITHDRAWN if gone else expected
        model.sent = digest
        assert self.pages.publish([PageDraft(made, digest)], at) == [expected]
        self.logged(source_id, before)

    @rule(source_id=SOURCE_IDS, pick=st.one_of(st.none(), PICKS), minutes=st.integers(-30, 60))
    def plan(self, source_id: str, pick: int | None, minutes: int) -> None:
        if minutes == 0:
            assert self.revisions.unschedule(f"test-{source_id}") == len(self.page(source_id).plans)
            self.page(source_id).plans.clear()
            return
        number = None if pick is None else self.number(source_id, pick, *WAITING)
        model, at, refused = self.page(source_id), self.now + timedelta(minutes=minutes), False
        possible = bool(model.revisions) if number is None else model.publishable(number)
        try:
            self.revisions.schedule(f"test-{source_id}", number, at, author="Cas")
        except RevisionRefused:
            refused = True
        self.agree(possible, refused)
        if possible:
            self.orders += 1
            model.plans[WITHDRAWN if number is None else PUBLISHED] = Plan(at, self.orders, number)

    @rule()
    def carry_out_plans(self) -> None:
        due = [(plan, page_id) for page_id, model in self.model.items() for plan in model.plans.values()]
        expected = []
        for plan, page_id in sorted(
            (one for one in due if one[0].at <= self.now), key=lambda one: (one[0].at, one[0].order)
        ):
            model = self.model[page_id]
            before = len(model.log)
            done = model.withdraw(self.now) if plan.number is None else model.publish(plan.number, self.now)
            del model.plans[WITHDRAWN if plan.number is None else PUBLISHED]
            self.logged(page_id.removeprefix("test-"), before)
            expected.append((page_id, plan.number, done))
        found = self.revisions.run_due(self.now)
        assert [(one.page_id, one.revision, not why) for one, why in found] == expected

    @rule(source_id=SOURCE_IDS, minutes=st.one_of(st.none(), st.integers(-30, 120)))
    def expire(self, source_id: str, minutes: int | None) -> None:
        at = None if minutes is None else self.now + timedelta(minutes=minutes)
        with suppress(RevisionRefused):
            self.revisions.expire(f"test-{source_id}", at)
        self.page(source_id).expires = at

    @invariant()
    def time_goes_by(self) -> None:
        self.now = getattr(self, "now", NOW) + timedelta(minutes=7)

    @invariant()
    def revisions_are_numbered_one_by_one_and_stand_where_the_model_says(self) -> None:
        for page_id, model in self._models():
            found = [(one.number, one.state, bool(one.author)) for one in reversed(self.revisions.history(page_id))]
            assert found == [(number, one.state, one.by_editor) for number, one in enumerate(model.revisions, 1)]

    @invariant()
    def the_content_of_a_revision_never_changes(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.read() as session:
            found = {(row.page_id, row.number): row.service for row in session.scalars(select(RevisionRow))}
        assert self.contents.items() <= found.items()
        self.contents = found

    @invariant()
    def the_change_log_is_complete_and_in_order(self) -> None:
        if not hasattr(self, "database"):
            return
        lines = self.pages.changes(0)
        assert [line.sequence for line in lines] == list(range(1, len(lines) + 1))
        assert [(line.page_id, line.revision, line.state) for line in lines] == self.log
        for page_id in self.model:
            moments = [line.at for line in lines if line.page_id == page_id]
            assert moments == sorted(moments) == [line[0] for line in self.model[page_id].log]

    @invariant()
    def citizens_see_the_one_live_revision_or_nothing(self) -> None:
        models = dict(self._models())
        headers, pages = (self.pages.headers(models), self.pages.get(models)) if models else ({}, {})
        for page_id, model in models.items():
            over = model.expires is not None and self.now > model.expires
            assert headers[page_id].answerable_at(self.now) == (model.live is not None and not over)
            if model.live is not None:
                assert headers[page_id].revision == pages[page_id].revision == model.live
                assert pages[page_id].service == model.revisions[model.live - 1].text

    def a_page_was_at_every_moment_what_the_model_says(self) -> None:
        for page_id, model in self._models():
            moments = {moment + timedelta(seconds=second) for moment, _, _ in model.log for second in (-1, 0, 1)}
            for moment in {NOW, self.now, *moments}:
                seen = self.revisions.as_of(page_id, moment)
                assert ((seen.revision, seen.state) if seen else None) == model.at(moment)
                if seen is not None:
                    assert seen.service == model.revisions[seen.revision - 1].text

    def _models(self) -> list[tuple[str, Model]]:
        return [(page_id, model) for page_id, model in getattr(self, "model", {}).items() if model.revisions]


RevisionRules.TestCase.settings = settings(
    max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestRevisionRules = RevisionRules.TestCase
