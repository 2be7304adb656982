"""`avis`: the adviser's answer to a submission, as one file to send back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctg_tui import PROGRAM
from ctg_tui.cli.databases import chosen_id, database_path, is_number, known_catalogue, workspace
from ctg_tui.cli.french import Command, Misuse, Option
from ctg_tui.cli.options import (
    A_PATH,
    database_option,
    grid_option,
    json_option,
    output_option,
    replace_option,
    run_options,
    where,
)
from ctg_tui.cli.streams import print_json, print_line
from ctg_tui.domain.assessment import Adviser, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.fingerprint import short_fingerprint
from ctg_tui.system.local_time import utc_now
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.review import contents

if TYPE_CHECKING:
    from ctg_tui.report.minutes import MinutesContent


@click.command(
    "avis",
    cls=Command,
    short_help="Écrit l’avis de la Caf sur une auto-évaluation.",
    help="Écrit l’avis de la Caf sur un fichier reçu : des notes à côté de celles de la personne, des "
    "commentaires, des questions. Le fichier reçu n’est pas modifié.",
)
@click.argument("submission", metavar="FICHIER", type=A_PATH)
@click.option(
    *("--ligne", "notes"),
    cls=Option,
    multiple=True,
    metavar="LIGNE=NOTE",
    help="Votre note, par exemple 1.3/famille=2. Peut se répéter.",
)
@click.option(
    *("--commentaire", "comments"),
    cls=Option,
    multiple=True,
    metavar="LIGNE=TEXTE",
    help="Votre commentaire sur une ligne. Peut se répéter.",
)
@click.option(
    *("--ordre-du-jour", "on_agenda"),
    cls=Option,
    multiple=True,
    metavar="LIGNE",
    help="Une ligne à aborder pendant l’entretien. Peut se répéter.",
)
@click.option(
    *("--question", "questions"),
    cls=Option,
    multiple=True,
    metavar="TEXTE",
    help="Une question ; « 1.3=… » la rattache à une ligne. Peut se répéter.",
)
@click.option(
    *("--convenue", "agreed"),
    cls=Option,
    multiple=True,
    metavar="LIGNE=NOTE",
    help="La note convenue ensemble, par exemple 1.3/famille=2. Peut se répéter.",
)
@click.option(
    "--entretien", "meeting", cls=Option, metavar="DATE", help="Le jour de l’entretien, 2027-02-11."
)
@click.option(
    *("--auteur", "name"),
    cls=Option,
    metavar="NOM",
    help="Qui écrit l’avis, si ce n’est le destinataire du fichier.",
)
@click.option("--courriel", "email", cls=Option, metavar="COURRIEL", help="Son adresse.")
@click.option(
    "--provisoire", "is_draft", cls=Option, is_flag=True, help="L’avis peut encore changer avant l’entretien."
)
@click.option(
    *("--sortie", "path"),
    cls=Option,
    type=A_PATH,
    required=True,
    metavar="FICHIER",
    help="L’avis à écrire, en .json (obligatoire).",
)
@click.option(
    *("--compte-rendu", "minutes_path"),
    cls=Option,
    type=A_PATH,
    metavar="FICHIER",
    help="Écrit aussi le compte rendu de l’entretien, à imprimer, en .html.",
)
@replace_option
@database_option
@grid_option
@json_option
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
    from ctg_tui.services import minutes, reviews
    from ctg_tui.services.outputs import protected_files
    from ctg_tui.services.received import read_submission

    if path.suffix.casefold() != ".json":
        raise Misuse("Le nom de l’avis doit finir par .json.", click.get_current_context())
    wanted = reviews.Wanted(
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
    review = reviews.review_of(received, wanted)
    inputs = [file for file in (submission, where().grid_file) if file is not None]
    protected = protected_files(database_path(), *inputs)
    if minutes_path is not None:  # before anything is written: both files, or none
        minutes.check(minutes_path, (*protected, path), replace=replace)
    found = reviews.write(
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
    print_line(f"{contents(review)}, code {short_fingerprint(found.fingerprint)}")
    if minutes_path is not None:
        print_line(f"Compte rendu écrit{NBSP}: {minutes_path}")


@click.command(
    "compte-rendu",
    cls=Command,
    short_help="Écrit le compte rendu de l’entretien, à imprimer.",
    help="Écrit le compte rendu de l’entretien avec la Caf, une page à imprimer : les notes côte à côte, les "
    "remarques, les questions et ce qui y a été répondu. D’un avis (.json), du rapport que la Caf a complété "
    "(.xlsx), ou d’une évaluation dont un avis a été importé. Rien n’est changé.",
)
@click.argument("which", metavar="AVIS|ID")
@output_option("Le compte rendu à écrire", "du compte rendu", ".html")
@replace_option
@run_options
def write_minutes(which: str, path: Path, replace: bool, as_json: bool) -> None:
    from ctg_tui.services import minutes
    from ctg_tui.services.outputs import protected_files

    inputs = [*([] if is_number(which) else [Path(which)]), *filter(None, [where().grid_file])]
    content = _minutes_of(which)
    minutes.write(content, path, protected=protected_files(database_path(), *inputs), replace=replace)
    if as_json:
        print_json({"fichier": str(path), "empreinte": content.fingerprint})
    else:
        print_line(f"Compte rendu écrit{NBSP}: {path}")


def _minutes_of(which: str) -> MinutesContent:
    from ctg_tui.services import minutes

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
        raise Misuse(f"« {text} » n’a pas la forme LIGNE=VALEUR.", click.get_current_context())
    return line, value


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Misuse(f"« {text} » n’est pas une date : 2027-02-11.", click.get_current_context()) from error


COMMANDS = (write_review, write_minutes)
