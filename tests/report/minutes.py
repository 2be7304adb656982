"""Minutes of meetings to test with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ctg_tui.domain.assessment import Adviser, Cell, Rating, Territory
from ctg_tui.domain.review import Decision, FollowUp, Remark
from ctg_tui.report.minutes import MinutesContent
from tests.make_review_examples import example_review
from tests.received import an_assessment
from tests.report.contents import CREATED, FINGERPRINT
from tests.strategies import charente


def full_minutes(**changes: Any) -> MinutesContent:
    """Return the minutes of the example review, partly answered, with a line that the grid does not have."""
    review = example_review()
    assessment = an_assessment()
    first = next(iter(charente().activities))
    content = MinutesContent(
        review=review._replace(remarks=(*review.remarks, Remark("zz.a01", comment="Ligne d’ailleurs"))),
        fingerprint=FINGERPRINT,
        grid=charente(),
        identity=assessment.identity,
        self_notes=assessment.answers,
        created_at=CREATED,
        software="ctg-tui 0.1.0",
        follow_ups=(
            FollowUp(
                FINGERPRINT,
                first,
                "famille",
                first_note=Rating.NO,
                agreed_note=Rating.NO,
                decision=Decision.AGREED,
                text="Vu ensemble",
            ),
            FollowUp(FINGERPRINT, question="q1", text="La directrice"),
            FollowUp("0" * 64, first, "famille", first_note=Rating.FULLY, text="D’un autre avis"),
        ),
    )
    return replace(content, **changes)


def hostile_minutes(text: str) -> MinutesContent:
    """Return minutes with `text` in every field that a person or a file can fill, and no grid."""
    content = full_minutes()
    review = content.review
    return full_minutes(
        review=review._replace(
            territory=Territory(text, None, text),
            author=Adviser(text, text),
            remarks=(Remark(text, text, Rating.NO, text, on_agenda=True),),
            questions=tuple(question._replace(text=text, activity=text) for question in review.questions),
            agreed=tuple(one._replace(cell=Cell(text, text)) for one in review.agreed),
        ),
        grid=None,
        identity=None,
        follow_ups=(FollowUp(FINGERPRINT, text, text, text=text),),
        software=text,
        is_draft=True,
    )
