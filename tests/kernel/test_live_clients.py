"""Who is told what, without a database."""

from __future__ import annotations

from vinloop.kernel.live.clients import QUEUE, Client, Credentials, Message, Register


def watching(register: Register, *organisations: int, kinds: tuple[str, ...] = ()) -> Client:
    client = Client(Credentials(), frozenset(organisations) if organisations else None, kinds)
    register.add(client)
    return client


def told(client: Client) -> list[str]:
    return [message.ref for message in client.take()[1]]


def test_only_those_who_see_the_organisation_are_told() -> None:
    register = Register()
    dealer, sister, region, root = (watching(register, *ids) for ids in ((1,), (2,), (1, 2), ()))
    register.tell(Message(1, "a.B", "L1"))
    register.tell(Message(3, "a.B", "L3"))
    assert [told(c) for c in (dealer, sister, region, root)] == [["L1"], [], ["L1"], ["L1", "L3"]]


def test_one_who_sees_nothing_is_told_nothing() -> None:
    register = Register()
    client = Client(Credentials(), frozenset())
    register.add(client)
    register.tell(Message(1, "a.B", "L1"))
    assert told(client) == []


def test_a_message_told_by_mistake_is_not_passed_on() -> None:
    client = Client(Credentials(), frozenset({1}))
    client.tell(Message(2, "a.B", "L2"))
    assert told(client) == []


def test_kinds_are_exact_or_a_whole_room() -> None:
    register = Register()
    exact, room = watching(register, kinds=("leads.Won",)), watching(register, kinds=("leads",))
    for kind in ("leads.Won", "leads.WonBack", "leadsx.Won", "orders.Won"):
        register.tell(Message(1, kind, kind))
    assert (told(exact), told(room)) == (["leads.Won"], ["leads.Won", "leads.WonBack"])


def test_a_slow_client_is_told_to_fetch_again_instead_of_filling_memory() -> None:
    register = Register()
    client = watching(register)
    for number in range(QUEUE * 10):
        register.tell(Message(1, "a.B", str(number)))
    assert len(client.waiting) == 0
    assert client.take() == (True, [])
    register.tell(Message(1, "a.B", "next"))
    assert client.take() == (False, [Message(1, "a.B", "next")])


def test_moving_and_leaving() -> None:
    register = Register()
    client = watching(register, 1)
    register.move(client, frozenset({2}))
    register.tell(Message(1, "a.B", "L1"))
    register.tell(Message(2, "a.B", "L2"))
    assert client.take() == (True, [])  # a resync stands for everything
    register.tell(Message(1, "a.B", "L1"))
    register.tell(Message(2, "a.B", "L2"))
    assert told(client) == ["L2"]
    register.remove(client)
    register.move(client, None)
    register.tell(Message(2, "a.B", "L2"))
    assert (told(client), len(register)) == ([], 0)
