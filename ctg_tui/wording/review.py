"""The adviser's review in words: written, sent back in a workbook, taken, answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from ctg_tui.domain.assessment import Answer, Status, Territory, answer_text
from ctg_tui.domain.errors import InvalidDocument, typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import Decision, FollowUp, Review
from ctg_tui.domain.text import clean
from ctg_tui.wording.french import NBSP, NO_TERRITORY, count, listing
from ctg_tui.wording.lines import line_number

MISSIONS: Final = "Missions"
ACTIVITIES: Final = "Activités"
SELF_NOTES: Final = "Politiques concernées"
COMMENTS: Final = "Commentaires"
NOTES: Final = "Note du CCD"
REVIEW: Final = "Avis de la Caf"
REMARK: Final = "Remarque du CCD"
AGENDA_HEADING: Final = "À l’ordre du jour"
AGREED: Final = "Note convenue"
MARK: Final = "Repère"
MARK_ADVICE: Final = "ne pas modifier"

ANSWERS: Final = "Réponses"
AGENDA_BEFORE: Final = "[à l’ordre du jour] "

MEETING_SHEET: Final = "Entretien"
MEETING_TITLE: Final = "Entretien avec la Caf"
AUTHOR: Final = "Votre nom"
EMAIL: Final = "Votre courriel"
MEETING: Final = "Date de l’entretien"
MET: Final = "Personnes rencontrées"
LINES_IN_DISCUSSION: Final = "Lignes en discussion"
THREE_NOTES: Final = "Les notes se lisent dans l’ordre des politiques"
NOT_AN_AGREEMENT: Final = f"Un tiret veut dire «{NBSP}sans avis{NBSP}», jamais un accord."
GOES_ON: Final = f"Ce qui finit par «{NBSP}…{NBSP}» se lit entier dans la feuille de la mission."
MORE_LINES: Final = f"Autres lignes en discussion, à lire dans les feuilles des missions{NBSP}:"
WHOLE_TEXT: Final = "texte entier"
ALSO_SAID: Final = "A été dit aussi"
QUESTIONS: Final = "Questions"
QUESTION: Final = "Question"
QUESTION_LINE: Final = "Ligne (facultatif)"
QUESTION_ANSWER: Final = "Réponse"
LINE_EXAMPLE: Final = "La ligne s’écrit comme dans les feuilles des missions, par exemple 1.3."

YES: Final = "oui"

HOW: Final = (
    "Complétez les cellules bleues de ce classeur (feuilles des missions et feuille "
    f"«{NBSP}{MEETING_SHEET}{NBSP}»), enregistrez-le, puis renvoyez-le"
)
HOW_NOTES: Final = (
    f"Une case bleue laissée vide veut dire «{NBSP}sans avis{NBSP}». Les autres cellules, notes de "
    "l’auto-évaluation comprises, sont protégées, sans mot de passe. "
    "Rien n’est calculé à partir de votre avis."
)
HOW_MEETING: Final = (
    "Cette feuille s’imprime pour l’entretien. Complétez ses cellules bleues, comme celles des missions, "
    f"enregistrez, puis renvoyez ce classeur{NBSP}: ce que vous y écrivez dans les missions est repris ici."
)
_WHAT_ENDS_IT: Final = (
    "écrivez dans le classeur les notes convenues (feuilles des missions) et la date (feuille "
    f"«{NBSP}{MEETING_SHEET}{NBSP}»), puis renvoyez-le"
)
HOW_IT_ENDS: Final = {
    Status.DRAFT: typeset(f"{_WHAT_ENDS_IT}. Sans cela, rien à faire : un envoi définitif suivra."),
    Status.FINAL: typeset(
        f"si tout est dit, rien à renvoyer. Sinon, {_WHAT_ENDS_IT} : un nouvel envoi suivra."
    ),
}
"""How the exchange ends, said from the second file on."""


def received_of(review: Review) -> str:
    """Return `Avis reçu de Prénom Nom`."""
    return f"Avis reçu{_author(review)}"


NO_AUTHOR: Final = "un auteur inconnu ici"


def author_names(reviews: Iterable[Review]) -> tuple[str, ...]:
    """Return the name of the author of each review, which tells several advisers apart; empty without one."""
    authors = [review.author for review in reviews]
    same_name = Counter(author.name for author in dict.fromkeys(authors))
    return tuple(
        f"{author.name} ({author.email})"
        if author.name and author.email and same_name[author.name] > 1
        else author.name or author.email
        for author in authors
    )


def contents(review: Review) -> str:
    """Return `6 remarques, 4 questions, 1 note convenue`."""
    parts = [count(len(review.remarks), "remarque"), count(len(review.questions), "question")]
    if not (review.remarks or review.questions):
        parts = ["ni remarque ni question"]
    if review.agreed:
        parts.append(count(len(review.agreed), "note convenue", "notes convenues"))
    return ", ".join(parts)


def _author(review: Review) -> str:
    return f" de {review.author.name}" if review.author.name else ""


def taken(review: Review, sending: int, *, is_of_sent: bool, apart: Sequence[str]) -> str:
    """Return what was taken, and what is to be looked at; `sending` is the latest number here."""
    sentences = [f"Avis{_author(review)} sur {_territory(review.territory)} : {contents(review)}."]
    if review.sending < sending:
        sentences.append(f"Il porte sur l’envoi n° {review.sending} ; votre dernier est le n° {sending}.")
    elif not is_of_sent:
        sentences.append("L’évaluation a changé depuis le fichier dont il parle.")
    if not (review.remarks or review.questions or review.agreed):
        sentences.append("Il ne retire rien d’un avis précédent.")
    if apart:
        lines = count(
            len(apart),
            "ligne absente de votre grille, conservée",
            "lignes absentes de votre grille, conservées",
        )
        sentences.append(f"{lines} à part.")
    return typeset(" ".join(sentences))


def unknown_submission(name: str, review: Review) -> str:
    """Return that the assessment of a review is not here."""
    return typeset(
        f"« {name} » : avis{_author(review)} sur {_territory(review.territory)}, {contents(review)}. "
        "L’évaluation dont il parle n’est pas ici : il est lu, et n’est pas gardé. "
        "Importez d’abord son fichier pour la Caf (reprenez-le si c’est le vôtre), puis l’avis ; sinon, "
        "renvoyez l’avis à son auteur."
    )


def renamed(here: Territory) -> str:
    """Return that the territory has another name since the file that a review is about."""
    return typeset(f"Depuis, votre évaluation est devenue celle de {_territory(here)}.")


def other_territory(name: str, here: Territory, review: Review) -> InvalidDocument:
    """Return the refusal of a review on another territory, both named."""
    return InvalidDocument(
        "avis-autre-territoire",
        f"L’avis « {name} » est refusé : il porte sur {_territory(review.territory)}, et votre évaluation "
        f"sur {_territory(here)}. Rien n’a été enregistré.",
        "Vérifiez que c’est le bon fichier, ou renvoyez-le à son auteur.",
    )


def _territory(territory: Territory) -> str:
    return f"« {territory.name or NO_TERRITORY} »"


CAF_SAID: Final = "Ce que la Caf a dit"
ON_AGENDA: Final = "à l’ordre du jour de l’entretien"
NO_REVIEW: Final = typeset("Aucun avis reçu sur cette évaluation. Pour en recevoir un : R depuis l’accueil.")
TO_ANSWER: Final = "Ouvrez votre évaluation : F3 va à la prochaine remarque."
DECISIONS: Final = {
    Decision.KEPT: "gardée",
    Decision.TAKEN: "retenue",
    Decision.AGREED: "convenue",
}
"""What the person answered about a note: theirs kept, the adviser's taken, or the one agreed on."""


def notes_of(row: FollowUp, author: str = "") -> str:
    """Return `auto-évaluation 1 · Caf 2 · convenue 2`, without what is missing, `author` for the Caf."""
    notes = (
        ("auto-évaluation", row.first_note),
        (author or "Caf", row.adviser_note),
        ("convenue", row.agreed_note),
    )
    return " · ".join(f"{name}{NBSP}{answer_text(note)}" for name, note in notes if note is not None)


def remark_words(comment: str, *, on_agenda: bool) -> str:
    """Return what the adviser says of a line, and that it is on the agenda of the meeting."""
    return " · ".join(filter(None, (clean(comment, multiline=True), ON_AGENDA if on_agenda else "")))


def suggestion_words(note: Answer, author: str = "") -> str:
    """Return that a note stands over the self-note in the workbook: perhaps that of `author`."""
    whose = author or "la Caf"
    return typeset(f"Dans le classeur, {answer_text(note)} remplace votre note. Est-ce celle de {whose} ?")


def caf_answered(left: int) -> str:
    """Return `La Caf a répondu : 3 points à regarder`, `left` being answers to give and notes to confirm."""
    return typeset(f"La Caf a répondu : {left_to_look_at(left)}")


def left_to_look_at(left: int) -> str:
    """Return `3 points à regarder`, or that everything was looked at."""
    return count(left, "point à regarder", "points à regarder") if left else "tout est regardé"


NOTHING_TO_KEEP: Final = typeset("Case vide : rien à garder.")

YES_OR_NO: Final = f"Entrée{NBSP}: oui · Échap{NBSP}: non."


def day_given(day: str) -> str:
    """Return `11/02/2027, d’après l’avis de la Caf`, where the person gave no day; empty without one."""
    return f"{day}, d’après l’avis de la Caf" if day else ""


def put_note(row: FollowUp, present: Answer | None) -> str:
    """Return what a note decided on asks while one's own is another: `Mettre 2 à la place de 1 ?`"""
    note = "" if row.settled_note is None else answer_text(row.settled_note)
    where = "dans votre grille" if present is None else f"à la place de votre {answer_text(present)}"
    return typeset(f"Mettre {note} {where} ?")


def answer_words(row: FollowUp) -> str:
    """Return the answer in words: `gardée. « … »`; empty without one."""
    decision = "" if row.decision is None else DECISIONS[row.decision]
    text = clean(row.text, multiline=True).strip()
    quoted = f"«{NBSP}{text}{NBSP}»" if text else ""
    return ". ".join(filter(None, (decision, quoted)))


AGREEMENT: Final = typeset("d’accord : même note")


def outcome_words(row: FollowUp) -> str:
    """Return what became of a remark: the answer, or that it has none; empty where none is owed."""
    if row.is_answered:
        return answer_words(row)
    if row.is_agreement:
        return AGREEMENT
    if row.is_past:
        return "n’est plus demandé"
    return "sans réponse" if row.is_open else ""


CHANGED: Final = "changée depuis"


def changed_words(row: FollowUp, present: Answer | None) -> str:
    """Return `changée depuis : 1 → 2`, of the self-note that the adviser read; empty when it is the same."""
    if row.policy is None or row.first_note is None or row.first_note == present:
        return ""
    now = "vide" if present is None else answer_text(present)
    return f"{CHANGED}{NBSP}: {answer_text(row.first_note)} → {now}"


def line_of(grid: Grid, row: FollowUp) -> str:
    """Return `1.3 Famille`, `1.3`, `1.3 question` or `Question`."""
    if row.activity is None:
        return "Question"
    number = line_number(grid, row.activity)
    if row.question is not None:
        return f"{number} question"
    if row.policy is None:
        return number
    policy = grid.policies_by_id.get(row.policy)
    return f"{number} {clean(row.policy if policy is None else policy.label)}"


def taken_up(answers: int) -> str:
    """Return `3 réponses reprises`."""
    return count(answers, "réponse reprise", "réponses reprises")


BESIDE_A_LATER_ONE: Final = (
    f"Il parle d’un fichier plus ancien que son avis précédent{NBSP}: les deux avis restent."
)
BESIDE_AN_EARLIER_ONE: Final = (
    f"Son avis précédent n’était pas dans le fichier dont il parle{NBSP}: les deux avis restent."
)

# What is said of our own report when an adviser sends it back filled, besides its review.

_MOST_NAMED: Final = 5
_MOST_SHOWN: Final = 40


class _Placed(Protocol):
    @property
    def address(self) -> str: ...


class _Changed(_Placed, Protocol):
    @property
    def sent(self) -> Answer | None: ...

    @property
    def now(self) -> str: ...


class _NotRead(_Placed, Protocol):
    @property
    def value(self) -> str: ...

    @property
    def reason(self) -> str: ...


def not_taken(
    notes: Sequence[_Changed], comments: Sequence[str], unread: Sequence[_NotRead], *, are_offered: bool
) -> tuple[str, ...]:
    """Return a sentence each for self-notes and comments changed since they were sent, and for unread cells.

    The first addresses are named; a command prints them all. `are_offered` says that the page of the review
    offers the notes as the adviser's.
    """
    return tuple(map(typeset, _sentences(notes, comments, unread, are_offered)))


def _sentences(
    notes: Sequence[_Changed], comments: Sequence[str], unread: Sequence[_NotRead], are_offered: bool
) -> Iterator[str]:
    if notes:
        number = count(
            len(notes),
            "note de l’auto-évaluation a été changée",
            "notes de l’auto-évaluation ont été changées",
        )
        changes = [f"{one.address} : {_shown(one.sent)} → {one.now or 'vide'}" for one in notes]
        offered = f"l’avis {'les' if len(notes) > 1 else 'la'} propose, " if are_offered else ""
        yield f"{number} dans ce classeur ({_named(changes)}) : {offered}rien n’en est repris."
        if not are_offered:
            yield "Si la Caf y a écrit les siennes, leur place est dans les cellules bleues."
    if comments:
        number = count(
            len(comments),
            "commentaire de l’auto-évaluation a été changé",
            "commentaires de l’auto-évaluation ont été changés",
        )
        yield f"{number} dans ce classeur ({_named(comments)}) : rien n’en est repris."
    if unread:
        number = count(len(unread), "cellule n’a pas été lue", "cellules n’ont pas été lues")
        yield f"{number} ({_named([one.address for one in unread])}). {unread_cell(unread[0])}"


def unread_cell(one: _NotRead) -> str:
    """Return where a cell not taken is, the beginning of what it says, and why."""
    said = " ".join(one.value.split())
    beginning = f"{said[:_MOST_SHOWN].rstrip()}…" if len(said) > _MOST_SHOWN else said
    return f"{one.address}{f', « {beginning} »' if said and said not in one.reason else ''} : {one.reason}"


def review_left(name: str, review: Review, *, is_here: bool) -> str:
    """Return that the review in a workbook is not taken with its notes, and how to take it."""
    how = f"Pour le recevoir : « importer {name} », sans autre option."
    if not is_here:
        how = (
            "L’évaluation dont il parle n’est pas ici : importez d’abord son fichier pour la Caf, puis ce "
            "classeur, sans autre option."
        )
    return typeset(
        f"Les notes de l’auto-évaluation de {_territory(review.territory)} ont été lues dans ce classeur, "
        "telles qu’elles ont été envoyées. "
        f"L’avis{_author(review)} qu’il contient n’est pas repris ({contents(review)}). {how}"
    )


def review_unread(refusal: InvalidDocument) -> str:
    """Return that the review in a workbook whose notes are taken cannot be read, and why."""
    return typeset(f"L’avis que contient ce classeur n’est pas repris. {refusal.sentences()}")


def nothing_filled(name: str, aside: Sequence[str], *, is_unread: bool) -> str:
    """Return that a returned report holds no review, then what is said besides.

    `is_unread` says that blue cells are filled, and that none can be read.
    """
    what = "aucune cellule bleue n’est remplie"
    if is_unread:
        what = "rien n’a pu être lu dans les cellules bleues"
    return " ".join((typeset(f"« {name} » : {what}, il n’y a pas d’avis."), *aside))


def _shown(note: Answer | None) -> str:
    return "vide" if note is None else answer_text(note)


def _named(addresses: Sequence[str]) -> str:
    shown = list(addresses[:_MOST_NAMED])
    others = len(addresses) - len(shown)
    return listing([*shown, *([count(others, "autre")] if others else [])])
