"""The thread in the file: sealed with it, outside the fingerprint of the answers, given back as it was."""

from __future__ import annotations

import hashlib
import json

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.thread import union
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.document import serialise
from ctg_tui.submission.file import Received, examine
from tests.example_assessment import example_draft
from tests.make_examples import document_of, with_thread
from tests.strategies import charente


def test_what_was_said_changes_no_fingerprint_and_is_given_back_whole() -> None:
    grid = charente()
    silent = example_draft(grid)
    told = with_thread(silent)
    document = document_of(grid, told, Status.DRAFT)
    assert document["integrite"] == document_of(grid, silent, Status.DRAFT)["integrite"]
    received = examine(serialise(document), Catalogue())
    assert isinstance(received, Received)
    assert received.assessment.said == told.said
    assert list(received.assessment.said) == [said.id for said in union(told.said.values())]


def test_the_id_of_a_row_is_computed_from_the_docs_alone() -> None:
    document = document_of(charente(), with_thread(example_draft(charente())), Status.DRAFT)
    answered = [answer for row in document["fil"] for answer in row.get("repond_a", ())]
    keys = ("caf", "fichier", "activite", "politique", "note", "texte", "repond_a")
    first = ["prenom nom", *(document["fil"][0].get(key) for key in keys)]
    spelt = json.dumps(first, ensure_ascii=False, separators=(",", ":")).encode()
    assert hashlib.sha256(spelt).hexdigest()[:32] in answered


def test_a_word_of_the_caf_changed_in_the_file_is_seen() -> None:
    grid = charente()
    content = serialise(document_of(grid, with_thread(example_draft(grid)), Status.DRAFT)).decode()
    changed = content.replace("qu’une fois", "que trois fois")
    assert changed != content
    refused = examine(changed.encode(), Catalogue())
    assert not isinstance(refused, Received)
    assert refused.path == "document.controle"
    assert json.loads(content)["fil"][0]["caf"] is True
