"""Draws identifiers with valid checks, and what looks like one and is none. They belong to nobody that we know of."""

from __future__ import annotations

import random

from stdnum import iban, luhn
from stdnum.be import bis, nn, ogm_vcs, vat

_IBAN_DIGITS = {"BE": 12, "DE": 18, "LU": 16, "ES": 20, "PL": 24, "TR": 22}
_CARDS = (("4", 16), ("51", 16), ("55", 16), ("2345", 16), ("34", 15), ("37", 15), ("6703", 17), ("36", 14))
_PHONES = ("0470{}", "0485{}", "0496{}", "0456{}")


def _digits(random_: random.Random, how_many: int) -> str:
    return "".join(random_.choice("0123456789") for _ in range(how_many))


def _birth(random_: random.Random, more: int = 0) -> tuple[str, bool]:
    year = random_.randint(1930, 2024)
    date = f"{year % 100:02}{random_.randint(1, 12) + more:02}{random_.randint(1, 28):02}{random_.randint(1, 997):03}"
    return date, year >= 2000


def _with_check(date: str, *, late: bool) -> str:
    return f"{date}{97 - int(('2' if late else '') + date) % 97:02}"


def _grouped_national(random_: random.Random, digits: str) -> str:
    parts = (digits[:2], digits[2:4], digits[4:6], digits[6:9], digits[9:])
    patterns = ("{}.{}.{}-{}.{}", "{} {} {} {} {}", "{}{}{}{}{}", "{}.{}.{}.{}.{}", "{}-{}-{}-{}-{}", "{}/{}/{}-{}/{}",
                "{}{}{}-{}{}", "{}{}{} {} {}", "{}.{}.{} - {}.{}", "{}{}{}{} {}")  # fmt: skip
    return random_.choice(patterns).format(*parts)


def national(random_: random.Random) -> str:
    date, late = _birth(random_)
    digits = _with_check(date, late=late)
    return _grouped_national(random_, digits)


def bis_number(random_: random.Random) -> str:
    date, late = _birth(random_, random_.choice((20, 40)))
    digits = _with_check(date, late=late)
    return _grouped_national(random_, digits)


def wrong_national(random_: random.Random) -> str:
    while True:
        digits = _digits(random_, 11)
        if digits[0] in "3456789" and not nn.is_valid(digits) and not bis.is_valid(digits) and digits[2:4] > "12":
            return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"


def account(random_: random.Random) -> str:
    while True:
        country = random_.choice(sorted(_IBAN_DIGITS))
        bank = _digits(random_, _IBAN_DIGITS[country])
        value = f"{country}{iban.calc_check_digits(f'{country}00{bank}')}{bank}"
        if iban.is_valid(value, check_country=False):
            break
    fours = [value[place : place + 4] for place in range(0, len(value), 4)]
    return random_.choice((" ", "", ".", "-", " - ", "/")).join(fours)


def wrong_iban(random_: random.Random) -> str:
    while True:
        value = f"BE{_digits(random_, 14)}"
        if not iban.is_valid(value, check_country=False) and not ogm_vcs.is_valid(value[4:]):
            return " ".join(value[place : place + 4] for place in range(0, 16, 4))


def card(random_: random.Random) -> str:
    prefix, length = random_.choice(_CARDS)
    digits = prefix + _digits(random_, length - len(prefix) - 1)
    digits += luhn.calc_check_digit(digits)
    groups = (4, 6, 5) if length == 15 else (4, 6, 4) if length == 14 else (4, 4, 4, 4, 1)
    return _in_groups(random_.choice((" ", "-", "", ".")), digits, groups)


def wrong_card(random_: random.Random) -> str:
    while True:
        digits = f"4{_digits(random_, 15)}"
        if not luhn.is_valid(digits):
            return _in_groups(random_.choice((" ", "-")), digits, (4, 4, 4, 4))


def _in_groups(separator: str, digits: str, lengths: tuple[int, ...]) -> str:
    groups = []
    for length in lengths:
        groups.append(digits[:length])
        digits = digits[length:]
    return separator.join(group for group in groups if group)


def enterprise(random_: random.Random) -> str:
    while True:
        first = f"0{random_.randint(4, 9)}{_digits(random_, 6)}"
        digits = f"{first}{97 - int(first) % 97:02}"
        if vat.is_valid(digits):
            break
    shape = random_.choice(("{}.{}.{}", "{} {} {}", "{}{}{}", "{}-{}-{}", "{}/{}/{}"))
    return shape.format(digits[:4], digits[4:7], digits[7:])


def wrong_enterprise(random_: random.Random) -> str:
    while True:
        digits = f"0{random_.choice('56789')}{_digits(random_, 8)}"
        # A number that could also be somebody's phone is no look-alike.
        if not vat.is_valid(digits) and digits[1] in "56789" and digits[2] == "0":
            return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"


def reference(random_: random.Random) -> str:
    first = _digits(random_, 10)
    digits = first + ogm_vcs.calc_check_digits(first)
    sign = random_.choice(("+++", "***", ""))
    separators = ("/",) if not sign else ("/", " ", "-", ".", "")
    return sign + _in_groups(random_.choice(separators), digits, (3, 4, 5)) + sign


def wrong_reference(random_: random.Random) -> str:
    while True:
        digits = f"9{_digits(random_, 11)}"
        if not ogm_vcs.is_valid(digits):
            return _in_groups("/", digits, (3, 4, 5))


def phone(random_: random.Random) -> str:
    number = random_.choice(_PHONES).format(_digits(random_, 6))
    short = number[1:]
    pairs = f"{short[3:5]}{{0}}{short[5:7]}{{0}}{short[7:]}"
    dotted = pairs.format(random_.choice((" ", ".", "-", "")))
    fixed = (
        f"0{random_.choice(('9', '3', '2'))} {random_.randint(220, 280)} {_digits(random_, 2)} {_digits(random_, 2)}"
    )
    return random_.choice(
        (number, f"{number[:4]} {dotted}", f"{number[:4]}/{dotted}", f"+32 {short[:3]} {dotted}", f"+32{short}",
         f"0032 {short[:3]} {dotted}", f"+32 (0){short[:3]} {dotted}", fixed, fixed.replace(" ", "/", 1))
    )  # fmt: skip


def email(random_: random.Random) -> str:
    name = random_.choice(("voorbeeld", "v.oorbeeld", "exemple_1", "beispiel", "some.one", "a-b", "x99"))
    host = random_.choice(("voorbeeld.be", "exemple.example", "post.beispiel.de", "mail.example.org", "example.co.uk"))
    return f"{name}{random_.choice(('@', '@', '(at)', ' [at] '))}{host}"


def plate(random_: random.Random) -> str:
    letters = "".join(random_.choice("BCDFGHJKLPRSTVXZ") for _ in range(3))
    first, last = random_.randint(1, 2), _digits(random_, 3)
    return random_.choice(("{}-{}-{}", "{}{}{}", "{}.{}.{}")).format(first, letters, last)


def date(random_: random.Random) -> str:
    day, month, year = random_.randint(1, 28), random_.randint(1, 12), random_.randint(1950, 2030)
    shapes = ("{0:02}/{1:02}/{2}", "{0}-{1}-{2}", "{2}-{1:02}-{0:02}", "{0:02}.{1:02}.{2} 9:30", "{0}/{1}/{2} 14 uur",
              "{0:02}.{1:02}.{2} - {0:02}.{1:02}.2031", "{2}-2031", "9.00-12.00 13.00-17.00")  # fmt: skip
    return random_.choice(shapes).format(day, month, year)


def amount(random_: random.Random) -> str:
    value = random_.randint(1_000, 999_999_999)
    dotted, spaced = f"{value:,}".replace(",", "."), f"{value:,}".replace(",", " ")
    return random_.choice((f"€ {dotted},50", f"{spaced} euro", f"{value} EUR", f"€{value}", f"{dotted},00 €"))


def public(random_: random.Random) -> str:
    numbers = ("1700", "112", "101", "1733", "1712", "1813", "0800 65 0 65", "070 245 245", "078 15 10 20", "116 000",
               "0800 12 033", "9000 Gent", "1000 Bruxelles", "artikel 12.3.4", "§ 4, 2°", "OVO000112", "KB 12/1973",
               "bus 0101", "50.8503 4.3517", "formulier 1234-5678")  # fmt: skip
    return random_.choice(numbers)
