"""Tries of passwords are counted by name and by address, all workers together, and end by
themselves.
"""

from __future__ import annotations

import threading

import pytest
import redis as redis_client

from dashboard.people.attempts import MOST, PLACE, WINDOW_S, Attempts

HERE, THERE = "10.1.2.3", "10.9.8.7"


@pytest.fixture
def attempts(redis: redis_client.Redis) -> Attempts:
    return Attempts(redis)


def test_ten_tries_of_a_name_from_many_addresses_are_all(attempts: Attempts) -> None:
    waits = [attempts.begin("Wang", f"10.0.0.{n}") for n in range(MOST)]
    assert waits == [0] * MOST
    assert 0 < attempts.begin("wang ", "10.0.1.1") <= WINDOW_S
    assert attempts.begin("li", "10.0.0.1") == 0, "another name from another's address"


def test_ten_tries_of_an_address_for_many_names_are_all(attempts: Attempts) -> None:
    assert [attempts.begin(f"name{n}", HERE) for n in range(MOST)] == [0] * MOST
    assert attempts.begin("nobody", HERE) > 0
    assert attempts.begin("nobody", THERE) == 0


def test_a_right_try_does_not_count(attempts: Attempts) -> None:
    for _ in range(5 * MOST):
        assert attempts.begin("wang", HERE) == 0
        attempts.forgive("wang", HERE)


def test_a_right_try_does_not_take_back_wrong_ones(attempts: Attempts) -> None:
    for _ in range(MOST - 1):
        attempts.begin("wang", HERE)
    assert attempts.begin("own", HERE) == 0
    attempts.forgive("own", HERE)
    assert attempts.begin("wang", HERE) == 0
    assert attempts.begin("wang", HERE) > 0


def test_of_many_at_once_ten_get_through(redis: redis_client.Redis) -> None:
    begun, waits = threading.Barrier(40), list[int]()

    def one() -> None:
        begun.wait()
        waits.append(Attempts(redis).begin("wang", HERE))

    threads = [threading.Thread(target=one) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waits.count(0) == MOST


def test_tries_are_forgotten_with_their_window(
    attempts: Attempts, redis: redis_client.Redis
) -> None:
    for _ in range(MOST + 3):
        attempts.begin("wang", HERE)
    keys = redis.keys(f"{PLACE}*")
    assert len(keys) == 2
    assert all(0 < redis.ttl(key) <= WINDOW_S for key in keys), "a refused try prolongs nothing"
    assert not any(b"wang" in key for key in keys), "what was typed is not kept"
    attempts.forgive("later", THERE)
    assert all(redis.ttl(key) > 0 for key in redis.keys(f"{PLACE}*"))


def test_an_address_of_ipv6_counts_with_its_network(attempts: Attempts) -> None:
    for n in range(MOST):
        attempts.begin(f"name{n}", f"2001:db8:1:2::{n:x}")
    assert attempts.begin("nobody", "2001:db8:1:2:ffff::1") > 0
    assert attempts.begin("nobody", "2001:db8:1:3::1") == 0
    for n in range(MOST):
        attempts.begin(f"other{n}", f"::ffff:{THERE}")
    assert attempts.begin("nobody", THERE) > 0
