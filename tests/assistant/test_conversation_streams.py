"""Streams through a real server: nothing is missed, doubled or out of order, however they are cut."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import httpx2
import pytest

from assistant.api import streams
from assistant.api.app import create_app
from assistant.bootstrap import Service
from assistant.conversations.caretaker import Caretaker
from assistant.conversations.delivery import Delivery
from assistant.conversations.subscriptions import Delivered, Subscription
from assistant.domain.conversation import assistant_replies
from assistant.store.rows import NotThere
from tests.assistant.building import open_home
from tests.assistant.serving import Person, client, free_port, served
from tests.assistant.talking import REPLY, a_room, until
from tests.loops import in_own_loop

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """An installation whose pages are empty: greetings are answered all the same."""
    return open_home(tmp_path_factory.mktemp("streams"))


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    with served(create_app(service)) as found:
        yield found


@pytest.fixture
def person(address: str) -> Iterator[Person]:
    found = Person(address)
    yield found
    found.http.close()


def test_what_was_said_before_comes_first_and_what_is_said_then_follows(person: Person) -> None:
    person.say()
    with person.stream() as events:
        first = list(islice(events, 2))
        Person.say(other_window(person), "bedankt", "c9")
        then = list(islice(events, 2))
    assert [(event["seq"], event["author"]) for event in first + then] == [
        (1, "citizen"),
        (2, "assistant"),
        (3, "citizen"),
        (4, "assistant"),
    ]


def other_window(person: Person) -> Person:
    """The same conversation over a connection of its own."""
    other = Person.__new__(Person)
    other.__dict__ |= person.__dict__ | {"http": client(str(person.http.base_url))}
    return other


def test_a_stream_goes_on_where_it_was_cut(person: Person) -> None:
    person.say()
    with person.stream() as events:
        seen = [next(events)["seq"]]
    person.say("bedankt")
    with person.stream(after=seen[-1]) as events:
        seen += [event["seq"] for event in islice(events, 3)]
    assert seen == [1, 2, 3, 4]


@pytest.mark.parametrize("header", ["", "x", "-1", "1.5", "٣", "99999999999999999999", "2"])
def test_a_strange_last_event_id_loses_nothing_that_comes(person: Person, header: str) -> None:
    person.say()
    until(lambda: len(events_of(person)) == 2)
    with person.stream(**{"Last-Event-ID": header}) if header.isascii() else person.stream() as events:
        other_window(person).say("bedankt", "c9")
        found = next(event for event in events if event["seq"] > 2)
    assert found["seq"] == 3


def events_of(person: Person) -> list[dict[str, object]]:
    found: list[dict[str, object]] = person.http.get(f"{person.path}/events", headers=person.headers).json()["events"]
    return found


def answered(person: Person) -> bool:
    """Whether the assistant replied; on a slow machine it said before that it takes longer."""
    return any((event["author"], event["type"]) == ("assistant", "message") for event in events_of(person))


def test_several_windows_get_the_same(person: Person) -> None:
    def follow(_: int) -> list[int]:
        with other_window(person).stream() as events:
            return [event["seq"] for event in islice(events, 6)]

    with ThreadPoolExecutor(3) as pool:
        told = pool.map(follow, range(3))
        for _ in range(3):
            person.say()
        assert list(told) == [[1, 2, 3, 4, 5, 6]] * 3


def test_a_stream_that_is_cut_again_and_again_misses_and_doubles_nothing(person: Person) -> None:
    seen: list[int] = []

    def follow() -> None:
        while len(seen) < 20:
            with other_window(person).stream(after=seen[-1] if seen else 0) as events:
                seen.extend(event["seq"] for event in islice(events, min(1 + len(seen) % 3, 20 - len(seen))))

    follower = threading.Thread(target=follow)
    follower.start()
    for _ in range(10):
        person.say()
    follower.join(timeout=30)
    assert seen[:20] == list(range(1, 21))


def test_that_the_assistant_is_busy_is_told_and_not_kept(tmp_path: Path) -> None:
    with served(create_app(open_home(tmp_path), works=False)) as quiet:
        person = Person(quiet)
        wished = person.headers | {"Accept": "text/event-stream"}
        with person.http.stream("GET", f"{person.path}/events", headers=wished) as response:
            lines = response.iter_lines()
            other_window(person).say()
            typing = next(line for line in lines if '"typing"' in line)
        assert json.loads(typing.removeprefix("data: ")).items() >= {
            ("seq", None),
            ("type", "typing"),
            ("author", "assistant"),
        }
        assert [event["type"] for event in events_of(person)] == ["message"]
        with person.http.stream("GET", f"{person.path}/events", headers=wished) as response:
            assert next(line for line in response.iter_lines() if '"typing"' in line)


def test_what_another_process_says_is_delivered_too(service: Service, person: Person) -> None:
    elsewhere = open_home(service.settings.home).conversation_store
    with person.stream() as events:
        person_seq = other_window(person).say()
        assert next(events)["seq"] == person_seq
        next(events)
        elsewhere.change(person.id, lambda now: assistant_replies(now, now.active_at, 99, REPLY))
        assert next(events)["text"] == REPLY["text"]


def test_streams_tell_how_to_come_back_and_pass_proxies_at_once(person: Person) -> None:
    wished = person.headers | {"Accept": "text/event-stream"}
    with person.http.stream("GET", f"{person.path}/events", headers=wished) as response:
        assert next(response.iter_lines()).startswith("retry: ")
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-accel-buffering"] == "no"
        assert response.headers["x-content-type-options"] == "nosniff"


def test_a_silent_stream_is_kept_open_with_comments(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_HEARTBEAT", 0.05)
    wished = person.headers | {"Accept": "text/event-stream"}
    with person.http.stream("GET", f"{person.path}/events", headers=wished) as response:
        assert [line for line in islice(response.iter_lines(), 6) if line.startswith(":")]


def test_a_stream_ends_after_a_while_and_its_token_is_looked_at_again(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_LIFE", 0.0)
    with person.stream() as events:
        assert list(events) == []


def test_an_erased_conversation_ends_its_streams(person: Person) -> None:
    with person.stream() as events:
        other_window(person).say()
        next(events)
        assert other_window(person).http.delete(person.path, headers=person.headers).status_code == 204
        list(events)
    response = person.http.get(f"{person.path}/events", headers=person.headers | {"Accept": "text/event-stream"})
    assert response.status_code == 404


def test_whoever_has_no_token_gets_no_stream(person: Person) -> None:
    wished = {"Accept": "text/event-stream"}
    assert person.http.get(f"{person.path}/events", headers=wished).status_code == 401
    wrong = wished | {"Authorization": "Bearer x"}
    assert person.http.get(f"{person.path}/events", headers=wrong).status_code == 404


# --- readers that do not read


def test_a_reader_that_does_not_read_loses_its_stream_and_nothing_else(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_PATIENCE", 0.5)
    service = open_home(home)
    app = create_app(service, works=False)
    long = REPLY | {"text": "x" * 100_000}
    with served(app) as address:
        person = Person(address)
        slow = socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])))
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        token = person.headers["Authorization"]
        slow.sendall(
            f"GET {person.path}/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
            f"Authorization: {token}\r\n\r\n".encode()
        )
        until(lambda: app.state.delivery.streams == 1)
        for number in range(200):
            service.conversation_store.change(
                person.id, lambda now, number=number: assistant_replies(now, now.active_at, 1000 + number, long)
            )
        until(lambda: app.state.delivery.streams == 0)
        with person.stream() as events:
            assert [event["seq"] for event in islice(events, 200)] == list(range(1, 201))
        slow.close()


def test_what_waits_for_a_slow_reader_is_bounded() -> None:
    async def scenario() -> None:
        subscription = Subscription()
        for number in range(1000):
            subscription.put(Delivered(number, "{}"))
        assert subscription.ended
        assert await subscription.next(1) is None
        assert await subscription.next(1) is None

    in_own_loop(scenario())


def test_what_is_written_between_subscribing_and_reading_comes_once(home: Path) -> None:
    """Whichever of the two, the log or the delivery, has it first."""

    async def scenario() -> list[int]:
        with a_room(home) as room:
            opened = room.open()
            room.say(opened.conversation, "een", "c1")
            delivery = Delivery(room.log)
            delivery.start(asyncio.get_running_loop())
            talk = streams.Talk(room.engine, delivery, opened.conversation.id, opened.token, 0)
            subscription = delivery.subscribe(opened.conversation.id)
            await asyncio.to_thread(room.say, opened.conversation, "twee", "c2")
            while subscription.waiting < 2:
                await asyncio.sleep(0.01)
            talk._caught_up = await talk._read(0)
            seen = []
            async for line in talk.lines(subscription):
                seen += [int(line.split("\n")[0].removeprefix("id: "))] if line.startswith("id") else []
                if seen == [1, 2]:
                    await asyncio.to_thread(room.say, opened.conversation, "drie", "c3")
                if len(seen) == 3:
                    break
            delivery.stop()
            delivery.join()
            return seen

    assert in_own_loop(scenario()) == [1, 2, 3]


def test_a_stream_of_a_conversation_that_is_not_there_leaves_nothing_behind(home: Path) -> None:
    async def scenario() -> int:
        with a_room(home) as room:
            delivery = Delivery(room.log)
            with pytest.raises(NotThere):
                await streams.Talk(room.engine, delivery, "nergens", "x", 0).open()
            return delivery.streams

    assert in_own_loop(scenario()) == 0


# --- stopping


def command(home: Path, *words: str) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WEGWIJZER_")}
    return subprocess.Popen(
        [sys.executable, "-c", "import assistant.cli; assistant.cli.main()", *words],
        env=environment | {"WEGWIJZER_HOME": str(home)},
        cwd=REPOSITORY,
        stderr=subprocess.PIPE,
    )


def answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/healthz", timeout=5, verify=False).status_code == 200
    except httpx2.TransportError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_ends_its_streams_and_goes(home: Path, number: int) -> None:
    port = free_port()
    running = command(home, "serve", "--port", str(port))
    try:
        address = f"http://127.0.0.1:{port}"
        until(lambda: answers(address), seconds=60)
        person = Person(address)
        with person.stream() as events:
            other_window(person).say()
            assert next(events)["seq"] == 1
            told = time.monotonic()
            running.send_signal(number)
            list(events)
        running.wait(timeout=30)
        assert time.monotonic() - told < 15
    finally:
        running.kill()
        _, said = running.communicate()
    assert b"Traceback" not in said
    assert b"timeout graceful shutdown exceeded" not in said


def test_several_processes_serve_one_home_and_a_worker_answers(home: Path) -> None:
    port = free_port()
    running = [command(home, "serve", "--port", str(port), "--workers", "2"), command(home, "worker")]
    try:
        address = f"http://127.0.0.1:{port}"
        until(lambda: answers(address), seconds=90)
        people = [Person(address) for _ in range(6)]
        for person in people:
            person.say()
        for person in people:
            until(lambda person=person: answered(person), seconds=60)
    finally:
        for one in running:
            one.terminate()
        codes = [one.wait(timeout=40) for one in running]
    assert codes[1] == 0


def test_a_laptop_that_slept_an_hour_hears_what_it_missed_and_goes_on(service: Service, person: Person) -> None:
    person.say()
    with person.stream() as events:
        assert [event["seq"] for event in islice(events, 2)] == [1, 2]
    elsewhere = open_home(service.settings.home)
    for minutes in (11, 60):
        later = datetime.now(UTC) + timedelta(minutes=minutes)
        Caretaker(elsewhere.conversation_store, elsewhere.sites, lambda later=later: later).look()
    with person.stream(after=2) as events:
        missed = [next(events)]
        while missed[-1]["status"] != "closed":
            missed.append(next(events))
        other_window(person).say("bedankt", "c9")
        then = [next(events), next(events)]
        while then[-1]["author"] != "assistant":
            then.append(next(events))
    heard = [event["seq"] for event in (*missed, *then)]
    assert heard == list(range(3, 3 + len(heard)))
    assert {event["type"] for event in missed} >= {"notice"}
    assert then[-1]["status"] == "bot"
