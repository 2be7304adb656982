"""The review on the side of who receives it: what it says, what was answered, and what is sent with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.assessment import Answer, Assessment, Cell, PreparationTopic
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.grid_files import shared_lines
from ctg_tui.domain.review import Decision, FollowUp, answer, follow_up_key, is_by, order_in
from ctg_tui.domain.steps import Finding, FindingCode, Severity, check
from ctg_tui.report.content import discussion
from ctg_tui.storage import review as reviews
from ctg_tui.storage.review import WhatWasRead
from ctg_tui.submission.review import ReceivedReview, examine
from ctg_tui.wording.review import NO_AUTHOR, author_names, line_of, notes_of
from ctg_tui.wording.typed import typed_date

if TYPE_CHECKING:
    from datetime import datetime

    from ctg_tui.domain.grid import Grid
    from ctg_tui.services.workspace import Workspace


_MOST_ROWS: Final = 4_800
"""What a file holds of remarks, at most: beyond it, those of the earliest reviews are left out, and said."""


class ReviewItem(NamedTuple):
    """A remark or a question to answer, by the lines of the present grid.

    `row` is what was said and its answer, with the self-note that the adviser read as `first_note`.
    `is_changed` is True when the person has given another note since. `author` names the adviser where
    several answered. `suggested` is the note that stands over the self-note in the workbook of the review:
    perhaps the adviser's. `present` is the present self-note where the one that was read is not known.
    `is_elsewhere` says that the review is not here, only what a file that was taken back holds of it.
    """

    row: FollowUp
    is_changed: bool = False
    author: str = ""
    suggested: Answer | None = None
    present: Answer | None = None
    is_elsewhere: bool = False

    @property
    def key(self) -> str:
        return follow_up_key(self.row)

    @property
    def cell(self) -> Cell | None:
        activity, policy = self.row.activity, self.row.policy
        return None if activity is None or policy is None else Cell(activity, policy)

    @property
    def has_note(self) -> bool:
        """Whether it gives a note, of the adviser or agreed on, on one cell."""
        notes = self.row.adviser_note, self.row.agreed_note, self.suggested
        return self.cell is not None and any(note is not None for note in notes)

    @property
    def is_question(self) -> bool:
        return self.row.question is not None

    @property
    def shown(self) -> FollowUp:
        """The row to show: with the present self-note where the one that was read is not known."""
        return self.row if self.present is None else self.row._replace(first_note=self.present)

    @property
    def is_answered(self) -> bool:
        return self.row.is_answered

    @property
    def is_suggestion(self) -> bool:
        """Whether it is only a suggested note: nothing is owed to it."""
        row = self.row
        has_note = row.adviser_note is not None or row.agreed_note is not None
        is_said = self.is_question or bool(row.remark) or row.on_agenda or has_note
        return self.suggested is not None and not is_said

    @property
    def is_to_confirm(self) -> bool:
        """Whether it is only a suggested note, of which nothing was said yet."""
        return self.is_suggestion and not self.is_answered

    @property
    def is_open(self) -> bool:
        """Whether an answer is owed: a line that is only on the agenda, or suggested, owes none."""
        return self.row.is_open


class Apart(NamedTuple):
    """What a review says of a line that the present grid does not have: shown, tied to nothing."""

    line: str
    text: str


class ReviewToAnswer(NamedTuple):
    """The latest review of each adviser, their remarks in the order of the grid, then the other questions.

    `reviews` has the latest first; it is empty when only a file that was taken back holds what was said.
    `read_is_known` is False when the state that one is about was not found: the present notes then stand for
    those that the adviser read. `past` is what earlier reviews said, and the latest do not say any more.
    """

    reviews: tuple[ReceivedReview, ...]
    items: tuple[ReviewItem, ...]
    apart: tuple[Apart, ...]
    read_is_known: bool
    past: tuple[FollowUp, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether an adviser said anything, here or in a file that was taken back."""
        return bool(self.reviews or self.items or self.apart or self.past)

    @property
    def to_confirm(self) -> tuple[ReviewItem, ...]:
        """The suggested notes of which nothing was said yet."""
        return tuple(item for item in self.items if item.is_to_confirm)

    @property
    def left(self) -> tuple[ReviewItem, ...]:
        """What is left to answer or to confirm, in the order of the grid."""
        return tuple(item for item in self.items if item.is_open or item.is_to_confirm)


class KeptReview(NamedTuple):
    """A review of one's own assessment, and what its author had before them.

    `former` are the other reviews of the same adviser, the latest first.
    """

    received: ReceivedReview
    had: WhatWasRead = WhatWasRead()
    id: str = ""
    former: tuple[KeptReview, ...] = ()


def received_reviews(workspace: Workspace, uuid: str) -> tuple[KeptReview, ...]:
    """Return every review about an assessment, the latest received first. Raises DatabaseRefusal."""
    store = workspace.store
    with store.reading():
        kept = reviews.of_lineage(store.connection, uuid)
        read = ((sha256, examine(content, workspace.catalogue)) for sha256, content in kept)
        return tuple(
            KeptReview(one, reviews.read_with(store.connection, sha256), sha256)
            for sha256, one in read
            if isinstance(one, ReceivedReview)
        )


def _with_emails(received: Sequence[KeptReview]) -> tuple[KeptReview, ...]:
    """Return reviews with the e-mail of their author, where only others of the same name give it.

    The workbook of a second round knows the name alone of an adviser who is not the addressee.
    """
    emails: dict[str, set[str]] = {}
    for author in (one.received.review.author for one in received):
        emails.setdefault(author.name.casefold(), set()).update({author.email} - {""})

    def with_email(kept: KeptReview) -> KeptReview:
        one, author = kept.received, kept.received.review.author
        found = emails[author.name.casefold()]
        if not author.name or author.email or len(found) != 1:
            return kept
        review = one.review._replace(author=author._replace(email=min(found)))
        return kept._replace(received=replace(one, review=review))

    return tuple(map(with_email, received))


def kept_reviews(workspace: Workspace, uuid: str) -> tuple[KeptReview, ...]:
    """Return the latest review of each adviser about an assessment. Raises DatabaseRefusal."""
    return latest_of_each(received_reviews(workspace, uuid))


def latest_of_each(received: Sequence[KeptReview]) -> tuple[KeptReview, ...]:
    """Return the latest review of each adviser, the latest first, with the others of the same adviser.

    What advisers read decides, never the order of arrival: see `_takes_its_place`. Two reviews of one adviser
    of which none takes the place of the other are both the latest. Those that name no author are of one
    adviser, who may be another: they hide no other, and only the answers given to them are offered.
    """
    by_rank = sorted(_with_emails(received), key=_rank, reverse=True)
    answered_at: dict[str, datetime] = {}
    for one in received:
        review, moment = one.received.review, _written(one)
        answered_at[review.submission] = min(moment, answered_at.get(review.submission, moment))
    every = [(_adviser_of(one), one) for one in by_rank]
    return tuple(
        one._replace(
            former=tuple(other for whose, other in every if whose in {author, ""} and other is not one)
        )
        for place, (author, one) in enumerate(every)
        if not any(
            whose == author and _takes_its_place(later, one, answered_at) for whose, later in every[:place]
        )
    )


def _takes_its_place(later: KeptReview, one: KeptReview, answered_at: Mapping[str, datetime]) -> bool:
    """Return whether a review takes the place of one by the same adviser that comes before it.

    It does when its file held what the other said, or when the program wrote it after the other: the adviser
    had both, and what is not said again is dropped. A workbook knows nothing but what its file held, and what
    was written in it before. Notes typed over the self-notes, with nothing said, hide no remark.
    """
    if _says_anything(one) and not _says_anything(later):
        return False
    about, of_one = later.received.review, one.received.review
    if one.received.fingerprint in later.had.held:
        return True
    if about.submission == of_one.submission:
        return later.had.is_workbook == one.had.is_workbook
    if later.had.step is not None and one.had.step is not None:
        is_known = not (later.had.is_workbook or one.had.is_workbook)
        return is_known and _written(later) >= _written(one)
    is_after = answered_at[about.submission] >= answered_at[of_one.submission]
    return is_after and _written(later) >= _written(one)


def standing_beside(workspace: Workspace, received: ReceivedReview) -> bool | None:
    """Return whether another review by the same adviser, on a later file, stands too; None without another.

    False is for one on an earlier file, which did not reach this adviser's file.
    """
    said = [one for one in kept_reviews(workspace, received.review.assessment) if _says_anything(one)]
    ranks = {one.received.fingerprint: place for place, one in enumerate(said)}
    place = ranks.get(received.fingerprint)
    if place is None:
        return None
    whose = _adviser_of(said[place])
    others = [rank for rank, one in enumerate(said) if rank != place and _adviser_of(one) == whose]
    return min(others) < place if others else None


def _says_anything(kept: KeptReview) -> bool:
    return any(True for _ in said_in(kept.received))


def _rank(kept: KeptReview) -> tuple[int, int, int, datetime]:
    """Return the sort key of reviews: the greatest is about the latest file, then the latest written.

    One about a later sending is later, whatever the clock of its author says; then one whose file held more
    reviews, then more edits. One about a file that the journal does not lead to comes first.
    """
    step, review = kept.had.step, kept.received.review
    place = (-1, -1) if step is None else (len(kept.had.held), step)
    return review.sending, *place, kept.received.header.created_at


def _written(kept: KeptReview) -> datetime:
    """Return when a review was written, as far as it is known: a workbook may say when it was saved."""
    return kept.received.header.created_at


def _adviser_of(kept: KeptReview) -> str:
    """Return whose review it is: advisers go by their e-mail, else by their name."""
    name, email = kept.received.review.author
    return (email or name).casefold()


def review_to_answer(workspace: Workspace, grid: Grid, assessment: Assessment) -> ReviewToAnswer | None:
    """Return what advisers said of one's own assessment; None without a review. Raises DatabaseRefusal."""
    review = to_answer(kept_reviews(workspace, assessment.uuid), grid, assessment)
    return review if review.is_there else None


def to_answer(kept: Sequence[KeptReview], grid: Grid, assessment: Assessment) -> ReviewToAnswer:
    """Return what there is to answer in the reviews of an assessment, the latest first."""
    every = {one.received.fingerprint: one for review in kept for one in (review, *review.former)}
    by_rank = sorted(every.values(), key=_rank, reverse=True)
    names = dict(zip((one.received.fingerprint for one in by_rank), _names(by_rank), strict=True))
    every_row = _every_row(by_rank, grid, assessment)
    not_here = [row for row in assessment.follow_ups if row.review not in every]
    elsewhere = list(_elsewhere(not_here, by_rank, every_row))
    items: list[ReviewItem] = []
    apart: list[Apart] = []
    said = _Said()
    for one in kept:
        of_review, unknown = _to_answer(one, grid, assessment)
        author = names[one.received.fingerprint] or NO_AUTHOR
        of_review = [item for item in of_review if item.is_suggestion or not said.has(one, item.row)]
        said.add(one, (item.row for item in of_review))
        items += (item._replace(author=author) for item in of_review)
        apart += unknown
    for row in elsewhere:
        if not _is_asked(grid, row):
            apart.append(Apart(row.activity or "", " · ".join(filter(None, (notes_of(row), row.remark)))))
        elif not row.is_past:
            present = assessment.answers.get(Cell(row.activity or "", row.policy or ""))
            is_changed = row.first_note is not None and present != row.first_note
            items.append(ReviewItem(row, is_changed, row.author or NO_AUTHOR, is_elsewhere=True))
    if len({item.author for item in items}) < 2:
        items = [item._replace(author="") for item in items]
    rank = order_in(grid)

    def order(item: ReviewItem) -> tuple[int, bool, int]:
        line, policy = rank(item.row.activity, item.row.policy)
        return line, item.is_question, policy

    items.sort(key=order)
    is_known = all(one.had.answers is not None for one in kept)
    latest = tuple(one.received for one in kept)
    past = [row for row in every_row if row.is_past]
    past += (row for row in elsewhere if row.is_past and _is_asked(grid, row))
    return ReviewToAnswer(latest, tuple(items), tuple(apart), is_known, tuple(past))


def _names(received: Sequence[KeptReview]) -> tuple[str, ...]:
    """Return the name of the author of each review, which distinguishes advisers; empty without one."""
    return author_names(one.received.review for one in received)


def _is_asked(grid: Grid, row: FollowUp) -> bool:
    """Return whether the grid has the line of `row`, and its column."""
    if row.activity is None:
        return True
    return row.activity in grid.activities and (row.policy is None or row.policy in grid.policies_by_id)


def _to_answer(kept: KeptReview, grid: Grid, assessment: Assessment) -> tuple[list[ReviewItem], list[Apart]]:
    """Return what one review asks about lines of the present grid, and what it says of others."""
    received, read = kept.received, kept.had.answers
    lines = _lines(received, grid)
    given = {follow_up_key(row): row for row in assessment.follow_ups}
    items, apart = [], []
    suggested = dict(kept.had.typed_over)
    every = list(said_in(received))
    said = {Cell(row.activity, row.policy) for row in every if row.activity and row.policy}
    every += [FollowUp(received.fingerprint, *cell) for cell in suggested if cell not in said]
    for blank in every:
        activity = None if blank.activity is None else lines.get(blank.activity)
        is_lost = activity is None and blank.activity is not None
        is_asked = not is_lost and _is_asked(grid, blank._replace(activity=activity))
        if not is_asked and blank.activity is not None:
            where = blank.activity if is_lost else line_of(grid, blank._replace(activity=activity))
            apart.append(Apart(where, " ".join(filter(None, (notes_of(blank), blank.remark)))))
            continue
        row, is_changed, present = blank._replace(activity=activity), False, None
        if activity is not None and row.policy is not None and blank.activity is not None:
            present = assessment.answers.get(Cell(activity, row.policy))
            if read is not None:
                first = read.get(Cell(blank.activity, row.policy))
                row, is_changed, present = row._replace(first_note=first), present != first, None
        stored = given.get(follow_up_key(row))
        if stored is not None and stored.first_note is not None:
            present = None
        note = suggested.get(Cell(blank.activity or "", blank.policy or ""))
        if stored is not None and not _is_suggested_anew(blank, stored, note):
            row = _with_answer(row, stored)
        items.append(ReviewItem(row, is_changed, suggested=note, present=present))
    return items, apart


def _is_suggested_anew(said: FollowUp, stored: FollowUp, note: Answer | None) -> bool:
    """Return whether a later workbook suggests another note than the one that was answered."""
    is_said = said.adviser_note is not None or said.remark or said.on_agenda
    return note is not None and not is_said and stored.adviser_note not in {None, note}


def _with_answer(said: FollowUp, stored: FollowUp) -> FollowUp:
    """Return what a review says with the answer stored for it."""
    first = said.first_note if stored.first_note is None else stored.first_note
    if not stored.is_answered:
        return said._replace(first_note=first)
    return said._replace(
        first_note=first,
        adviser_note=said.adviser_note if stored.adviser_note is None else stored.adviser_note,
        agreed_note=said.agreed_note if stored.agreed_note is None else stored.agreed_note,
        decision=stored.decision,
        text=stored.text,
    )


def take_up(workspace: Workspace, assessment_id: int) -> int:
    """Give again, as one edit, the answers to an earlier review of which a later one says the same.

    Return how many. To be called inside the transaction that stores the review. Raises NotSaved.
    """
    assessment = workspace.store.load(assessment_id).assessment
    grid = workspace.catalogue.own_grid(assessment)
    if grid is None:
        return 0

    kept = kept_reviews(workspace, assessment.uuid)
    rows = [row for one in kept for row in _given_before(one, grid, assessment)]
    made = tuple(change for row in rows for change in answer(assessment, row))
    if made:
        workspace.store.record(assessment_id, Edit(Operation.FOLLOW_UP, made))
        workspace.shelf.forget()
    return len(made)


def _given_before(kept: KeptReview, grid: Grid, assessment: Assessment) -> Iterator[FollowUp]:
    """Yield the open items with the answer given when an earlier review, on the same grid, said the same."""
    lines = _lines(kept.received, grid)
    items, _ = _to_answer(kept, grid, assessment)
    given = {follow_up_key(row): row for row in assessment.follow_ups}
    answers: dict[tuple[object, ...], FollowUp] = {}
    here = {one.received.fingerprint for one in (kept, *kept.former)}
    for former in kept.former:
        if former.received.review.grid_fingerprint != kept.received.review.grid_fingerprint:
            continue
        for said in said_in(former.received):
            row = said._replace(activity=lines.get(said.activity or ""))
            stored = given.get(follow_up_key(row))
            if stored is not None and stored.is_answered:
                answers.setdefault(_what_is_said(row), stored)
    for row in assessment.follow_ups:
        if row.is_answered and row.review not in here and _knows(kept, row):
            answers.setdefault(_what_is_said(row), row)
    for item in items:
        before = None if item.is_answered else answers.get(_what_is_said(item.row))
        if before is not None:
            agreed = before.agreed_note if item.row.agreed_note is None else item.row.agreed_note
            yield item.row._replace(agreed_note=agreed, decision=before.decision, text=before.text)


def _what_is_said(row: FollowUp) -> tuple[object, ...]:
    """Return what a remark or a question says, whichever review it stands in."""
    return row.activity, row.policy, row.question is None, row.adviser_note, row.agreed_note, row.remark


def _lines(received: ReceivedReview, grid: Grid) -> Mapping[str, str]:
    """Return the line of the present grid for each of the review's own, where there is one."""
    own = grid if received.review.grid_fingerprint == grid.fingerprint else received.grid
    lines = () if own is None else shared_lines(own, grid)
    return {line: line for line in lines if line in grid.activities}


def said_in(received: ReceivedReview) -> Iterator[FollowUp]:
    """Yield each remark and question as a row to answer, that of a line before those of its cells."""
    review = received.review
    said = FollowUp(received.fingerprint, author=review.author.name or review.author.email)
    agreed = {row.cell: row.note for row in review.agreed}
    for remark in review.remarks:
        yield said._replace(
            activity=remark.activity,
            policy=remark.policy,
            adviser_note=remark.note,
            agreed_note=agreed.pop(Cell(remark.activity, remark.policy or ""), None),
            remark=remark.comment,
            on_agenda=remark.on_agenda,
        )
    for (activity, policy), note in agreed.items():
        yield said._replace(activity=activity, policy=policy, agreed_note=note)
    for question in review.questions:
        yield said._replace(activity=question.activity, question=question.id, remark=question.text)


def states_before(
    received: Sequence[KeptReview], grid: Grid, assessment: Assessment, most: int | None = None
) -> Iterator[tuple[Sequence[KeptReview], Assessment]]:
    """Yield the reviews that the file of an assessment holds, and the assessment with what they say.

    Then those before each of the latest reviews. `received` has the latest first, of which `most` are taken
    off one by one; without any review comes last. A file holds no more than `in_a_file` keeps.
    """
    here = {one.received.fingerprint for one in received}
    not_here = [row for row in assessment.follow_ups if row.review not in here]
    steps = len(received) if most is None else min(most, len(received))
    for later in dict.fromkeys([*range(steps), len(received)]):
        by_rank = sorted(_with_emails(received[later:]), key=_rank, reverse=True)
        said = _every_row(by_rank, grid, assessment)
        rows = _owed(grid, (*_elsewhere(not_here, by_rank, said), *said))
        preparation, day = assessment.preparation, _meeting_day(by_rank)
        if day and not preparation.get(PreparationTopic.MEETING, "").strip():
            preparation = {**preparation, PreparationTopic.MEETING: day}
        yield received[later:], assessment._replace(follow_ups=rows, preparation=preparation)


def _owed(grid: Grid, rows: Iterable[FollowUp]) -> tuple[FollowUp, ...]:
    """Return `rows`, those on a line that the grid lacks as past: nothing is owed on it."""
    return tuple(row if _is_asked(grid, row) else row._replace(is_past=True) for row in rows)


def in_a_file(assessment: Assessment) -> Assessment:
    """Return an assessment with no more remarks than a file holds, the latest."""
    return assessment._replace(follow_ups=assessment.follow_ups[:_MOST_ROWS])


def meeting_day(workspace: Workspace, assessment: Assessment) -> str:
    """Return the day of the meeting in the latest review, empty without any. Raises DatabaseRefusal."""
    if not workspace.store.has_review(assessment.uuid):
        return ""
    return _meeting_day(sorted(received_reviews(workspace, assessment.uuid), key=_rank, reverse=True))


def _meeting_day(by_rank: Sequence[KeptReview]) -> str:
    dates = (one.received.review.meeting for one in by_rank)
    return next((typed_date(day) for day in dates if day is not None), "")


class _Said:
    """What reviews said so far, and what was answered to it."""

    def __init__(self) -> None:
        self._answers: dict[tuple[object, ...], set[tuple[Decision | None, str]]] = {}

    def has(self, kept: KeptReview, row: FollowUp) -> bool:
        """Return whether the same adviser said it in another review, unless it has another answer there."""
        answers = self._answers.get((_adviser_of(kept), *_what_is_said(row)))
        return bool(answers) and (not row.is_answered or (row.decision, row.text) in (answers or ()))

    def add(self, kept: KeptReview, rows: Iterable[FollowUp]) -> None:
        """Add what one review says."""
        for row in rows:
            key = (_adviser_of(kept), *_what_is_said(row))
            self._answers.setdefault(key, set()).add((row.decision, row.text))


def _every_row(received: Sequence[KeptReview], grid: Grid, assessment: Assessment) -> list[FollowUp]:
    """Return every remark and question of reviews, the latest first, with its answer where there is one.

    What a later review of the same adviser says again is there once, unless the answers differ.
    """
    latest = {one.received.fingerprint for one in latest_of_each(received)}
    names = _names(received)
    rows: list[FollowUp] = []
    said = _Said()
    stored = {follow_up_key(row): row for row in assessment.follow_ups if row.is_answered}
    # Rows of the latest reviews first: the others are compared with them.
    for one, name in sorted(
        zip(received, names, strict=True), key=lambda pair: pair[0].received.fingerprint not in latest
    ):
        is_past = one.received.fingerprint not in latest
        of_review = [item.row for item in _to_answer(one, grid, assessment)[0] if not item.is_to_confirm]
        for row in of_review:
            stored.pop(follow_up_key(row), None)
        # An answer to a note typed over that the last workbook does not have any more stays.
        of_review += (row for row in stored.values() if row.review == one.received.fingerprint)
        of_review = [row for row in of_review if not said.has(one, row)]
        said.add(one, of_review)
        rows += (row._replace(author=name, is_past=is_past) for row in of_review)
    return rows


def _elsewhere(
    rows: Iterable[FollowUp], received: Sequence[KeptReview], said: Sequence[FollowUp]
) -> Iterator[FollowUp]:
    """Yield `rows` of reviews that are not here: of a file taken back.

    A review that is here, about a file that held them, takes their place; `said` is what those here say.
    """
    for row in rows:
        later = {one.received.fingerprint for one in received if _knows(one, row)}
        same = [one for one in said if one.review in later and _what_is_said(one) == _what_is_said(row)]
        if not any(
            (one.decision, one.text) == (row.decision, row.text) or not row.is_answered for one in same
        ):
            yield row._replace(is_past=row.is_past or bool(later))


def _knows(kept: KeptReview, row: FollowUp) -> bool:
    """Return whether a review is by the author of a row that its file held."""
    is_held = kept.had.step is None or row.review in kept.had.held
    return is_held and is_by(row, kept.received.review.author) and _says_anything(kept)


def with_reviews(workspace: Workspace, grid: Grid, assessment: Assessment) -> Assessment:
    """Return the assessment of a file received with every review of it that is kept here, each once.

    An answer that the file holds stands where a later review of the same adviser says the same. Raises
    DatabaseRefusal.
    """
    received = received_reviews(workspace, assessment.uuid)
    if not received:
        return assessment
    latest = latest_of_each(received)
    given = [row for one in latest for row in _given_before(one, grid, assessment)]
    assessment = assessment._replace(follow_ups=(*assessment.follow_ups, *given))
    _, assessment = next(states_before(received, grid, assessment))
    here = {one.received.fingerprint for one in received}
    rows: dict[tuple[object, ...], FollowUp] = {}
    for row in sorted(assessment.follow_ups, key=lambda row: (row.is_past, row.review not in here)):
        key = (row.author.casefold(), *_what_is_said(row))
        same = rows.get(key)
        if same is None:
            rows[key] = row
        elif not same.is_answered:
            rows[key] = same._replace(decision=row.decision, text=row.text, first_note=row.first_note)
        elif row.is_answered and (row.decision, row.text) != (same.decision, same.text):
            rows[*key, row.review] = row
    return assessment._replace(follow_ups=tuple(rows.values()))


def decided(item: ReviewItem, decision: Decision) -> FollowUp | None:
    """Return the answer with that decision, or without it when it was already there.

    None when the remark has no note that could be kept, taken or agreed on.
    """
    row = item.row
    if row.adviser_note is None and decision is not Decision.AGREED:
        row = row._replace(adviser_note=item.suggested)
    note = row.agreed_note if decision is Decision.AGREED else row.adviser_note
    if item.cell is None or note is None:
        return None
    return row._replace(decision=None if row.decision is decision else decision)


def as_sent(workspace: Workspace, grid: Grid, assessment: Assessment) -> Assessment:
    """Return `assessment` as its file holds it. Raises DatabaseRefusal."""
    return in_a_file(_with_all_said(workspace, grid, assessment))


def _with_all_said(workspace: Workspace, grid: Grid, assessment: Assessment) -> Assessment:
    store = workspace.store
    if not store.has_review(assessment.uuid):
        return assessment._replace(follow_ups=_owed(grid, assessment.follow_ups))

    received = received_reviews(workspace, assessment.uuid)
    _, state = next(states_before(received, grid, assessment))
    return state


def before_sending(workspace: Workspace, grid: Grid, assessment: Assessment) -> tuple[Finding, ...]:
    """Return the findings to review before sending, blocking ones first: the remarks left to answer too.

    Raises DatabaseRefusal.
    """
    if workspace.store.is_in_memory:
        return check(grid, assessment)

    whole = _with_all_said(workspace, grid, assessment)
    found = check(grid, whole)
    places = tuple(one.row.activity or "" for one in discussion(grid, whole) if one.is_open)
    left_out = tuple(row.activity or "" for row in whole.follow_ups[_MOST_ROWS:])
    more = [
        Finding(code, Severity.ADVICE, lines)
        for code, lines in ((FindingCode.REMARKS_LEFT_OUT, left_out), (FindingCode.OPEN_REMARKS, places))
        if lines
    ]
    return tuple(sorted((*more, *found), key=lambda one: one.severity is not Severity.BLOCKING))
