"""Counts on a disk that is full: kept by the process alone, and nobody is killed for them."""

import errno
import os

import pytest

from api.count_file import FIRST_BYTES, CountFile, take_space


def key(number):
    return f'["requests", "requests_total", {{"route": "/{number}"}}, "help"]'


@pytest.fixture
def disk(monkeypatch):
    """A disk that is full while `full` is true."""

    class Disk:
        full = False

    allocate = os.posix_fallocate

    def limited(*words):
        if Disk.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        allocate(*words)

    monkeypatch.setattr(os, "posix_fallocate", limited)
    return Disk


@pytest.fixture
def path(tmp_path):
    return tmp_path / "counter_1.db"


@pytest.fixture
def begin(path):
    """A file in use, closed in the end."""
    begun = []

    def begin():
        begun.append(CountFile(str(path)))
        return begun[-1]

    yield begin
    for counts in begun:
        counts.close()


def on_disk(path):
    return {name: value for name, value, _, _ in CountFile.read_all_values_from_file(str(path))}


def test_blocks_are_behind_the_whole_file_from_its_birth_and_as_it_grows(path, begin):
    counts = begin()
    assert path.stat().st_blocks * 512 >= path.stat().st_size == FIRST_BYTES
    for number in range(2000):
        counts.write_value(key(number), number, 0.0)
    assert path.stat().st_blocks * 512 >= path.stat().st_size > FIRST_BYTES
    assert on_disk(path) == {key(number): number for number in range(2000)}


def test_what_finds_no_space_is_kept_and_moves_in_when_there_is_some(path, begin, disk, caplog):
    counts = begin()
    disk.full = True
    for number in range(2000):
        counts.write_value(key(number), number, 0.0)
    assert counts.read_value(key(1999)) == (1999, 0.0)
    assert 0 < len(on_disk(path)) < 2000
    disk.full = False
    for number in range(2000):
        counts.write_value(key(number), number + 1, 0.0)
    assert on_disk(path) == {key(number): number + 1 for number in range(2000)}
    assert [record.getMessage() for record in caplog.records] == [
        "counts of counter_1.db are kept in this process alone: No space left on device"
    ]


def test_a_file_that_cannot_even_begin_is_begun_later(path, begin, disk):
    disk.full = True
    counts = begin()
    counts.write_value(key(1), 5.0, 0.0)
    assert counts.read_value(key(1)) == (5.0, 0.0)
    disk.full = False
    counts.write_value(key(1), 6.0, 0.0)
    assert on_disk(path) == {key(1): 6.0}


def test_space_that_is_there_is_left_as_it_is(path):
    assert take_space(path, 100) == 100
    path.write_bytes(b"x" * 300)
    assert take_space(path, 100) == 300
    assert path.read_bytes() == b"x" * 300
