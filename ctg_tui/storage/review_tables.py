"""The tables of a review: the one being written, and the answers to one received. See `storage.schema`."""

from __future__ import annotations

from typing import Final

TABLES_OF_8: Final = """
CREATE TABLE review_draft (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    lineage TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE review_part (
    draft_id INTEGER NOT NULL REFERENCES review_draft (id) ON DELETE CASCADE,
    part TEXT NOT NULL,
    text TEXT NOT NULL CHECK (text <> ''),
    PRIMARY KEY (draft_id, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_journal (
    id INTEGER PRIMARY KEY,
    draft_id INTEGER NOT NULL REFERENCES review_draft (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    op TEXT NOT NULL,
    field TEXT NOT NULL,
    key TEXT NOT NULL,
    before TEXT,
    after TEXT,
    at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'fait' CHECK (state IN ('fait', 'annule', 'abandonne')),
    author TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT 'saisie'
) STRICT;
CREATE INDEX review_journal_step ON review_journal (draft_id, state, step);

CREATE TABLE review_read (
    review TEXT PRIMARY KEY REFERENCES review (sha256) ON DELETE CASCADE,
    answers TEXT NOT NULL CHECK (json_valid(answers))
) STRICT;

CREATE TABLE follow_up (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    answer TEXT NOT NULL CHECK (json_valid(answer)),
    PRIMARY KEY (assessment_id, subject)
) STRICT, WITHOUT ROWID
"""
