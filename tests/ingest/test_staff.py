"""Addresses of people go, mailboxes of services stay."""

from __future__ import annotations

import re
import time
import tomllib
from importlib import resources

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.staff import OMITTED, is_personal, mask_staff, mask_staff_within

PEOPLE = [
    "jan.peeters@lv.vlaanderen.be",
    "JAN.PEETERS@Vlaanderen.be",
    "an-sofie.de-smet@stad.example",
    "jan.van.de.velde@stad.example",
    "j.peeters@stad.example",
    "zoë.ünal@stad.example",
    "sean.o'neil@stad.example",
    "jan.peeters@ext.stad.example",
]
SERVICES = [
    "info@stad.example",
    "burgerzaken@stad.example",
    "erkenningen.omgeving@vlaanderen.be",
    "inkomenssteun.aangiftes@lv.vlaanderen.be",
    "subsidies.veilige.schoolroutes@mow.vlaanderen.be",
    "naric.attesten@vlaanderen.be",
    "team.brugge@stad.example",
    "loket1.noord2@stad.example",
    "no-reply@stad.example",
    "1700@vlaanderen.be",
]


@pytest.mark.parametrize("address", PEOPLE)
def test_an_address_of_a_person_is_left_out(address: str) -> None:
    assert is_personal(address)
    assert mask_staff(f"Mail naar {address}, of bel.") == f"Mail naar {OMITTED}, of bel."


@pytest.mark.parametrize("address", SERVICES)
def test_a_mailbox_of_a_service_stays(address: str) -> None:
    assert not is_personal(address)
    assert mask_staff(f"Mail naar {address}, of bel.") == f"Mail naar {address}, of bel."


@pytest.mark.parametrize(
    ("html", "masked"),
    [
        ('<a href="mailto:jan.peeters@x.example">Jan</a>', "<a>Jan</a>"),
        ("<a href='mailto:jan.peeters@x.example?subject=Vraag'>Jan</a>", "<a>Jan</a>"),
        ('<a class="k" HREF="MAILTO:jan.peeters@x.example" id="m">Jan</a>', '<a class="k" id="m">Jan</a>'),
        ('<a href="mailto:jan.peeters@x.example">jan.peeters@x.example</a>', f"<a>{OMITTED}</a>"),
    ],
)
def test_the_link_to_a_person_goes_with_the_address(html: str, masked: str) -> None:
    assert mask_staff(html) == masked


def test_the_link_to_a_service_stays() -> None:
    html = '<a href="mailto:info@x.example?subject=Vraag">info@x.example</a>'
    assert mask_staff(html) == html


def test_people_and_services_are_told_apart_within_one_text() -> None:
    text = "Jan (jan.peeters@x.example) of info@x.example. Of: an.smet@x.example."
    assert mask_staff(text) == f"Jan ({OMITTED}) of info@x.example. Of: {OMITTED}."


@settings(max_examples=60)
@given(st.text(alphabet=st.characters(exclude_characters="@", exclude_categories=["Cs"])))
def test_a_text_without_an_address_is_not_touched(text: str) -> None:
    assert mask_staff(text) == text


@settings(max_examples=60)
@given(
    st.lists(st.from_regex(r"[a-zé]{1,9}(-[a-z]{2,5})?", fullmatch=True), min_size=2, max_size=4),
    st.sampled_from(["{} ", "<p>{}</p>", "({})", '<a href="mailto:{}">mail</a>', "{}.", "Bel of mail:{};"]),
)
def test_whatever_looks_like_a_person_is_gone_from_the_text(words: list[str], around: str) -> None:
    address = f"{'.'.join(words)}@dienst.vlaanderen.be"
    assume(is_personal(address))
    assert address not in mask_staff(around.format(address))


@settings(max_examples=60)
@given(st.text(alphabet="ab.@-<>\"' hrefmailto:=", max_size=60))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask_staff(text)
    assert mask_staff(once) == once
    assert not any(is_personal(found) for found in re.findall(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+", once))


@pytest.mark.parametrize(
    "name",
    [
        *("jan.persoons", "an.bouwens", "els.huisman", "tom.groenen", "kris.waterschoot", "jan.schools", "an.burgers"),
        *("jan.van.de.water", "jan.van-dieren", "tim.leger"),
    ],
)
def test_a_family_name_that_begins_like_a_service_is_still_a_person(name: str) -> None:
    assert is_personal(f"{name}@vlaanderen.be")


@pytest.mark.parametrize("name", ["jan.peeters2", "jan.peeters+werk", "jan.peeters+1700", "jan_peeters"])
def test_a_name_with_a_number_a_tag_or_a_line_is_still_a_person(name: str) -> None:
    assert is_personal(f"{name}@vlaanderen.be")
    assert name not in mask_staff(f"Mail {name}@vlaanderen.be")


@pytest.mark.parametrize("sign", ["%40", "&#64;", "&#064;", "&#64", "&#x40;", "&#X40;", "&commat;"])
def test_an_at_sign_may_be_written_in_any_way(sign: str) -> None:
    assert mask_staff(f"Mail jan.peeters{sign}x.example.") == f"Mail {OMITTED}."
    assert mask_staff(f"Mail info{sign}x.example.") == f"Mail info{sign}x.example."
    assert "peeters" not in mask_staff(f'<a href="mailto:jan.peeters{sign}x.example">mail @ Jan</a>')


def test_texts_are_masked_however_deep_they_stand() -> None:
    value = {"a": [{"b": "jan.peeters@x.example"}, 5, None], "c": "info@x.example"}
    assert mask_staff_within(value) == {"a": [{"b": OMITTED}, 5, None], "c": "info@x.example"}


@pytest.mark.parametrize("text", ["a" * 200_000, "a." * 100_000, " " * 200_000 + "@", "a@" * 100_000])
def test_a_long_text_takes_no_longer_than_its_length(text: str) -> None:
    started = time.perf_counter()
    mask_staff(f"{text} @")
    assert time.perf_counter() - started < 2


def test_no_family_name_begins_like_a_service() -> None:
    tables = tomllib.loads(resources.files("ingest").joinpath("staff.toml").read_text("utf-8"))
    assert min(len(beginning) for beginning in tables["beginnings"].split()) >= 6
