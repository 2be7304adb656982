"""Sentences with plain spaces."""

from __future__ import annotations


def plain(sentence: str) -> str:
    return sentence.replace("\N{NO-BREAK SPACE}", " ")
