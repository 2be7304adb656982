"""`avis` and `compte-rendu`: the adviser's answer to a submission, and the page of the meeting to print."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctg_tui import PROGRAM
from ctg_tui.cli.options import (
    A_NUMBER_OR_PATH,
    A_PATH,
    Misuse,
    chosen_id,
    command,
    database_path,
    is_number,
    known_catalogue,
    never_replaced,
    option,
    output_option,
    replace_option,
    run_options,
    workspace,
)
from ctg_tui.cli.terminal import print_json, print_line
from ctg_tui.domain.assessment import Adviser, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.system.computer import utc_now
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.review import contents

if TYPE_CHECKING:
    from ctg_tui.report.minutes import MinutesContent


@command(
    "avis",
    short_help="Écrit l’avis de la Caf sur une auto-évaluation.",
    help="Écrit l’avis de la Caf sur un fichier reçu : des notes à côté de celles de la personne, des "
    "remarques, des questions. Le fichier reçu n’est pas modifié.",
)
@click.argument("submission", metavar="FICHIER", type=A_PATH)
@option(
    *("--ligne", "notes"),
    multiple=True,
    metavar="LIGNE=NOTE",
    help="Votre note, par exemple 1.3/famille=2. Peut se répéter.",
)
@option(
    *("--commentaire", "comments"),
    multiple=True,
    metavar="LIGNE=TEXTE",
    help="Votre remarque sur une ligne. Peut se répéter.",
)
@option(
    *("--ordre-du-jour", "on_agenda"),
    multiple=True,
    metavar="LIGNE",
    help="Une ligne à aborder pendant l’entretien. Peut se répéter.",
)
@option(
    *("--question", "questions"),
    multiple=True,
    metavar="TEXTE",
    help="Une question ; « 1.3=… » la rattache à une ligne. Peut se répéter.",
)
@option(
    *("--convenue", "agreed"),
    multiple=True,
    metavar="LIGNE=NOTE",
    help="La note convenue ensemble, par exemple 1.3/famille=2. Peut se répéter.",
)
@option("--entretien", "meeting", metavar="DATE", help="Le jour de l’entretien, 2027-02-11.")
@option(
    *("--auteur", "name"),
    metavar="NOM",
    help="Qui écrit l’avis, si ce n’est le destinataire du fichier.",
)
@option("--courriel", "email", metavar="COURRIEL", help="Son adresse.")
@option("--provisoire", "is_draft", is_flag=True, help="L’avis peut encore changer avant l’entretien.")
@output_option("L’avis à écrire", "de l’avis", ".json")
@output_option(
    "Écrit aussi le compte rendu de l’entretien, à imprimer",
    *("du compte rendu", ".html"),
    names=("--compte-rendu", "minutes_path"),
    required=False,
)
@replace_option
@run_options
def write_review(
    submission: Path,
    notes: tuple[str, ...],
    comments: tuple[str, ...],
    on_agenda: tuple[str, ...],
    questions: tuple[str, ...],
    agreed: tuple[str, ...],
    meeting: str | None,
    name: str | None,
    email: str | None,
    is_draft: bool,
    path: Path,
    minutes_path: Path | None,
    replace: bool,
    as_json: bool,
) -> None:
    from ctg_tui.services import meeting as minutes
    from ctg_tui.services.files import check_output, read_submission
    from ctg_tui.services.review import writing

    wanted = writing.Wanted(
        notes=tuple(_pair(text) for text in notes),
        comments=tuple(_pair(text) for text in comments),
        on_agenda=on_agenda,
        questions=questions,
        agreed=tuple(_pair(text) for text in agreed),
        meeting=_day(meeting),
        author=None if name is None and email is None else Adviser(name or "", email or ""),
    )
    catalogue = known_catalogue()
    received = read_submission(submission, catalogue)
    review = writing.written_review(received, wanted)
    protected = never_replaced(submission)
    if minutes_path is not None:  # before anything is written: both files, or none
        check_output(minutes_path, (*protected, path), replace=replace)
    found = writing.write_review(
        review,
        path,
        catalogue,
        utc_now(),
        status=Status.DRAFT if is_draft else Status.FINAL,
        protected=protected,
        replace=replace,
    )
    if minutes_path is not None:
        content = minutes.of_submission(received, found)
        minutes.write(content, minutes_path, protected=(*protected, path), replace=replace)
    if as_json:
        print_json(
            {
                "fichier": str(path),
                **({} if minutes_path is None else {"compte_rendu": str(minutes_path)}),
                "empreinte": found.fingerprint,
                "empreinte_courte": short_fingerprint(found.fingerprint),
                "soumission": found.document["soumission"],
                "remarques": len(review.remarks),
                "questions": len(review.questions),
                "notes_convenues": len(review.agreed),
            }
        )
        return
    print_line(f"Avis écrit et relu{NBSP}: {path}")
    print_line(f"{contents(review)}, code de contrôle {short_fingerprint(found.fingerprint)}")
    if minutes_path is not None:
        print_line(f"Compte rendu écrit{NBSP}: {minutes_path}")


@command(
    "compte-rendu",
    short_help="Écrit le compte rendu de l’entretien, à imprimer.",
    help="Écrit le compte rendu de l’entretien avec la Caf, une page à imprimer : les notes côte à côte, les "
    "remarques, les questions et ce qui y a été répondu. D’un avis (.json), du rapport que la Caf a complété "
    "(.xlsx), ou d’une évaluation dont un avis a été importé. Rien n’est changé.",
)
@click.argument("which", metavar="AVIS|ID", type=A_NUMBER_OR_PATH)
@output_option("Le compte rendu à écrire", "du compte rendu", ".html")
@replace_option
@run_options
def write_minutes(which: str, path: Path, replace: bool, as_json: bool) -> None:
    from ctg_tui.services import meeting as minutes

    content = _minutes_of(which)
    protected = never_replaced(None if is_number(which) else Path(which))
    minutes.write(content, path, protected=protected, replace=replace)
    if as_json:
        print_json({"fichier": str(path), "empreinte": content.fingerprint})
    else:
        print_line(f"Compte rendu écrit{NBSP}: {path}")


def _minutes_of(which: str) -> MinutesContent:
    from ctg_tui.services import meeting as minutes

    if is_number(which):
        with workspace() as opened:
            assessment = opened.load(chosen_id(opened, which, latest=False))[1]
            content = minutes.of_assessment(opened, assessment)
        if content is None:
            raise Refusal(
                "sans-avis",
                "Aucun avis de la Caf n’a été importé pour cette évaluation. Rien n’a été écrit.",
                f"Importez-le d’abord : {PROGRAM} importer FICHIER.",
            )
        return content
    if not database_path().exists():
        return minutes.of_file(Path(which), known_catalogue(), None)
    with workspace() as opened:
        return minutes.of_file(Path(which), opened.catalogue, opened)


def _pair(text: str) -> tuple[str, str]:
    line, equals, value = text.partition("=")
    if not equals:
        raise Misuse(f"« {text} » n’a pas la forme LIGNE=VALEUR.")
    return line, value


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Misuse(f"« {text} » n’est pas une date : 2027-02-11.") from error


COMMANDS = (write_review, write_minutes)
