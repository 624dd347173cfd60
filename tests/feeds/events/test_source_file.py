"""DATA/sources.toml as a form changes it: one declaration at a time, and everything else of the file
stays as it was written.
"""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from feeds.events import declared_sources, source_file
from feeds.events.declared_sources import Source, SourcesError

WRITTEN = """# The sources of the city.

[[source]]  # the grid
id = "urn:grid"
case = "JJ[0-9]{12}"

# Since June of the new system.
[[source]]
id = "urn:court"
# Of the district court.
case = ["A[0-9]{4}", "B[0-9]{4}"]
title = "法院"
"""


def sources(text: str) -> dict[str, tuple[str, ...]]:
    return {id: form.source.patterns for id, form in declared_sources.parse(text).items()}


def test_a_new_declaration_stands_at_the_end() -> None:
    text = source_file.put(WRITTEN, Source("urn:new", ("X[0-9]{3}",), "新", "办公室"))
    assert text.startswith(WRITTEN)
    assert sources(text)["urn:new"] == ("X[0-9]{3}",)
    assert declared_sources.parse(text)["urn:new"].source.owner == "办公室"
    assert list(sources(source_file.put("", Source("urn:first", "X")))) == ["urn:first"]


def test_a_changed_declaration_keeps_its_place_and_the_comments() -> None:
    text = source_file.put(WRITTEN, Source("urn:grid2", ("JJ[0-9]{13}",)), was="urn:grid")
    assert list(sources(text)) == ["urn:grid2", "urn:court"]
    assert "# The sources of the city." in text
    assert "# Since June of the new system." in text
    again = source_file.put(text, Source("urn:court", "C[0-9]{4}"), was="urn:court")
    assert "# Of the district court." in again
    assert sources(again) == {"urn:grid2": ("JJ[0-9]{13}",), "urn:court": ("C[0-9]{4}",)}


def test_a_declaration_is_taken_out_with_its_comment() -> None:
    text = source_file.without(WRITTEN, "urn:court")
    assert sources(text) == {"urn:grid": ("JJ[0-9]{12}",)}
    assert "Since June" not in text
    assert "# The sources of the city." in text
    assert source_file.without("", "urn:none") == ""


def test_a_file_that_is_not_in_blocks_is_written_anew() -> None:
    inline = 'source = [{ id = "urn:a", case = "A" }, { id = "urn:b", case = "B" }]\n'
    text = source_file.put(inline, Source("urn:b", "B[0-9]"), was="urn:b")
    assert sources(text) == {"urn:a": ("A",), "urn:b": ("B[0-9]",)}
    assert text.count("[[source]]") == 2
    hidden = '[[source]]\nid = "urn:a"\ntitle = """\n[[source]]\n"""\ncase = "A"\n'
    text = source_file.put(hidden, Source("urn:c", "C"))
    assert sources(text) == {"urn:a": ("A",), "urn:c": ("C",)}


def test_a_change_is_refused_where_the_file_is_another_by_now(tmp_path: Path) -> None:
    path = tmp_path / declared_sources.FILE
    path.write_text(WRITTEN, "utf-8")
    seen = source_file.stamp(WRITTEN)
    source_file.change(path, seen, lambda text: source_file.without(text, "urn:court"))
    with pytest.raises(source_file.Changed):
        source_file.change(path, seen, lambda text: source_file.without(text, "urn:grid"))
    assert list(sources(path.read_text("utf-8"))) == ["urn:grid"]


def test_what_can_t_be_used_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / declared_sources.FILE
    path.write_text(WRITTEN, "utf-8")
    path.chmod(0o640)
    seen = source_file.stamp(WRITTEN)
    for wrong in (Source("urn:court", "A"), Source("urn:x", "A*"), Source("urn x", "A")):
        with pytest.raises(SourcesError):
            source_file.change(path, seen, lambda text, one=wrong: source_file.put(text, one))
    assert path.read_text("utf-8") == WRITTEN
    source_file.change(path, seen, lambda text: source_file.put(text, Source("urn:x", "A")))
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir() if "." in one.name[:1]] == []


def test_of_many_at_once_one_is_taken(tmp_path: Path) -> None:
    path = tmp_path / declared_sources.FILE
    path.write_text(WRITTEN, "utf-8")
    seen, begun, taken = source_file.stamp(WRITTEN), threading.Barrier(8), list[int]()

    def put(n: int) -> None:
        begun.wait()
        try:
            source_file.change(
                path, seen, lambda text: source_file.put(text, Source(f"urn:{n}", "A"))
            )
        except source_file.Changed:
            return
        taken.append(n)

    threads = [threading.Thread(target=put, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(sources(path.read_text("utf-8"))) == ["urn:grid", "urn:court", f"urn:{taken[0]}"]
    assert len(taken) == 1
