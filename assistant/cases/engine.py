"""What is done with cases, by citizens, staff and the clock. Every method is one act: it happened whole, or not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from assistant.cases.case_letters import case_letter, opened_notice
from assistant.cases.contact import ContactDetails
from assistant.cases.outbox import KEPT
from assistant.cases.references import BadReference, new_reference, written_reference
from assistant.cases.sealing import Seal, SealBroken
from assistant.cases.windows import BadWindow, callback_windows, calls_of, chosen_window, due_after
from assistant.clock import Clock, now
from assistant.conversations.credentials import keyed_digest
from assistant.domain import case_acts as acts
from assistant.domain.case import CITIZEN, Case, CaseAct, CaseKind, CaseLetter, Step, StepKind, Window
from assistant.domain.conversation import Change, Conversation, Status, tell
from assistant.sites import Site
from assistant.store.access import Tries
from assistant.store.audit import Deed
from assistant.store.case_limits import CaseLimit, WindowFull
from assistant.store.cases import CaseStore, NewCase, NoCase, Wanted
from assistant.store.outbox import SealedMail

LIMIT = CaseLimit(conversation=3, contact=3, within=timedelta(days=1))
TRIES = Tries(one=10, all=1000, within=timedelta(minutes=10))
ANSWER_DAYS = 5
"""Working days within which a ticket is answered, and something that was opened again is taken up."""
PATIENCE = timedelta(days=14)
"""After it a case is closed of which the citizen did not say whether it is solved."""


class Cases:
    """The cases of one installation."""

    def __init__(
        self,
        store: CaseStore,
        sites: Mapping[str, Site],
        secret: Callable[[], bytes],
        *,
        sends: bool,
        clock: Clock = now,
    ) -> None:
        """`sends` says whether a mail server is set; without one no letters are written."""
        self._store, self._sites, self._secret, self._sends, self.clock = store, sites, secret, sends, clock
        self._seal = Seal(secret)

    # --- the citizen

    def open(
        self,
        conversation: Conversation,
        kind: CaseKind,
        contact: ContactDetails,
        *,
        site: Site,
        consent: str,
        brief: dict[str, Any],
        window: Window | datetime | None = None,
        opened_by: str = CITIZEN,
    ) -> Case:
        """Promise to call back or to answer, and say so in the conversation; asking for the same again gives the same.

        `window` is one of `offered`, or its start; staff may fill one that is full. Raises BadPhone, BadAddress,
        BadWindow, TooManyCases, NotThere.
        """
        at, known = self.clock(), contact.checked(kind)
        chosen = chosen_window(site, at, window) if kind is CaseKind.CALLBACK else None
        due_at, email = chosen.end if chosen else due_after(site, at, ANSWER_DAYS), bool(known.email)
        what = (0, new_reference(), kind, site.id, conversation.language, at, due_at)
        case = Case(*what, conversation.id, consent, brief, chosen, has_email=email)

        def told(before: Conversation) -> Change | None:
            if before.status is Status.CLOSED:
                return None
            return tell(before, at, opened_notice(case, site, before.language))

        step, new = Step(at, StepKind.OPENED, opened_by, {"site": site.id}), self._new(case, known)
        if opened_by != CITIZEN:
            return self._store.open(new, step, told, self._post)
        with _one_that_is_free():
            return self._store.open(new, step, told, self._post, limit=LIMIT, room=calls_of(site))

    def seen(self, typed: str, source: str) -> Case:
        """Return the case that a reference opens; `source` is where it comes from.

        Raises BadReference for a typing error, NoCase, TooManyTries.
        """
        reference = written_reference(typed)
        return self._store.opened_by(reference, self.clock(), self._digest("case source", source), TRIES)

    def offered(self, site: Site) -> tuple[Window, ...]:
        """Return the moments at which a citizen can still be called: those of the phone hours that are not full."""
        at = self.clock()
        called = self._store.called(site.id, at)
        return tuple(one for one in callback_windows(site, at) if called.get(one.start, 0) < calls_of(site))

    def windows(self, case: Case) -> tuple[Window, ...]:
        """Return the moments at which the citizen of a case can be called from now on."""
        site = self._sites.get(case.site)
        return self.offered(site) if site and case.kind is CaseKind.CALLBACK and not case.ended else ()

    def move(self, case: Case, window: Window | datetime) -> Case:
        """The citizen chooses another moment. Raises BadWindow, CaseOutOfTurn, NoCase."""
        at, chosen, site = self.clock(), self.chosen(case, window), self._sites.get(case.site)
        room = calls_of(site) if site else None
        with _one_that_is_free():
            return self._store.change(
                case.reference, lambda before: acts.move(before, at, CITIZEN, chosen), self._post, room=room
            )

    def cancel(self, case: Case) -> Case:
        """The citizen needs it no more. Raises NoCase."""
        return self.change(case, lambda before: acts.cancel(before, self.clock()))

    def answer(self, case: Case, *, solved: bool) -> Case:
        """The citizen says whether it is solved. Raises CaseOutOfTurn, NoCase."""
        return self.change(case, lambda before: acts.answer(before, self.clock(), solved, self.due(case)))

    # --- staff

    def found(self, typed: str) -> Case:
        """Return the case of a reference, for staff. Raises NoCase."""
        try:
            return self._store.find(written_reference(typed))
        except BadReference:
            raise NoCase from None

    def change(self, case: Case, act: CaseAct) -> Case:
        """Do one act (see `domain/case_acts.py`) with a case as it is now. Raises CaseOutOfTurn, NoCase."""
        return self._store.change(case.reference, act, self._post)

    def due(self, case: Case) -> datetime:
        """Return by when something that is taken up now must be done."""
        site, at = self._sites.get(case.site), self.clock()
        return due_after(site, at, ANSWER_DAYS) if site else at + timedelta(days=ANSWER_DAYS)

    def listing(self, wanted: Wanted, limit: int) -> list[Case]:
        """Return cases, those that are due first on top, what ended at the end; at most `limit`."""
        return self._store.listing(wanted, self.clock(), limit)

    def counts(self, sites: Collection[str]) -> tuple[int, int]:
        """Return how many cases of these sites are still to be done, and how many of them are late."""
        return self._store.counts(sites, self.clock())

    def of_conversation(self, conversation_id: str) -> list[Case]:
        """Return the cases that were opened in a conversation, in order."""
        return self._store.of_conversation(conversation_id)

    def chain(self, case: Case) -> list[Step]:
        """Return what was done with a case, in order."""
        return self._store.chain(case)

    def contact(self, case: Case, by: str) -> ContactDetails:
        """Return how the citizen can be reached; that `by` looked is in the audit log. Raises NoCase, SealBroken."""
        deed = Deed(self.clock(), by, "contact_seen", f"case {case.id}", {"site": case.site})
        return ContactDetails.from_json(self._seal.open(self._store.contact(case.reference, deed)))

    # --- the clock

    def look(self) -> int:
        """Do all that is due now: close what nobody answered, remove what is long over; returns how many cases."""
        at, touched = self.clock(), 0
        for reference in self._store.unanswered(at - PATIENCE):
            with suppress(NoCase):
                self._store.change(reference, lambda before: acts.lapse(before, at), self._post)
                touched += 1
        return touched + sum(self._store.remove(site.id, at - site.patience.keep) for site in self._sites.values())

    def _new(self, case: Case, contact: ContactDetails) -> NewCase:
        phone, email = (
            self._digest("case contact", one.casefold()) if one else None for one in (contact.phone, contact.email)
        )
        wish = f"{case.conversation} {case.kind} {case.site} {contact.to_json()} {case.window}"
        return NewCase(case, self._seal.close(contact.to_json()), phone, email, self._digest("case", wish))

    def chosen(self, case: Case, window: Window | datetime) -> Window:
        """Return the moment that is meant: the one that was chosen before, or one that is offered. Raises BadWindow."""
        if case.window is not None and window in (case.window, case.window.start):
            return case.window
        site = self._sites.get(case.site)
        if site is None:
            raise BadWindow
        return chosen_window(site, self.clock(), window)

    def _post(self, case: Case, kind: CaseLetter, contact: str) -> SealedMail | None:
        site, at = self._sites.get(case.site), self.clock()
        if not self._sends or site is None:
            return None
        try:
            email = ContactDetails.from_json(self._seal.open(contact)).email
        except SealBroken:
            # What staff and citizens do must not fail for a letter that nobody can address.
            return None
        letter = case_letter(case, kind, site, at).to_json()
        key = self._digest("case mail", f"{case.reference} {kind} {case.version}")
        sealed = (self._seal.close(email), self._seal.close(letter))
        return SealedMail(key, f"case_{kind}", case.language, *sealed, at, at + KEPT)

    def _digest(self, kind: str, value: str) -> str:
        return keyed_digest(self._secret(), f"{kind} {value}")


@contextmanager
def _one_that_is_free() -> Iterator[None]:
    """Who chooses a moment that became full meanwhile chooses another one."""
    try:
        yield
    except WindowFull:
        raise BadWindow from None
