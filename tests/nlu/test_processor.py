"""OpenBLAS is told what a processor can do only where it can, and a setting of one's own stays."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nlu.processor import use_all_of_it

WIDE = "fma avx2 avx512f avx512cd avx512bw avx512dq avx512vl"


@pytest.mark.parametrize(
    ("flags", "kernels"),
    [(WIDE, "SkylakeX"), ("fma avx2 avx512f", "Haswell"), ("sse3 avx2", None), ("", None)],
)
def test_the_widest_numbers_that_the_processor_multiplies_are_used(
    flags: str, kernels: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)
    told = tmp_path / "cpuinfo"
    told.write_text(f"processor\t: 0\nflags\t\t: fpu {flags}\nbugs\t\t: none\n", encoding="utf-8")
    use_all_of_it(told)
    assert os.environ.pop("OPENBLAS_CORETYPE", None) == kernels


def test_a_setting_of_ones_own_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Zen")
    told = tmp_path / "cpuinfo"
    told.write_text(f"flags\t\t: {WIDE}\n", encoding="utf-8")
    use_all_of_it(told)
    assert os.environ["OPENBLAS_CORETYPE"] == "Zen"


def test_where_nothing_is_told_nothing_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)
    use_all_of_it(tmp_path / "missing")
    assert "OPENBLAS_CORETYPE" not in os.environ
