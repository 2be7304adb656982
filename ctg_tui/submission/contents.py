"""Converting a document into values of the domain, before or after its checks by the schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from ctg_tui.domain.answers import Answer, Cell
from ctg_tui.domain.assessment import (
    Action,
    Adviser,
    Assessment,
    Coordinator,
    Identity,
    Moment,
    Outcome,
    PreparationTopic,
    Profile,
    Status,
    Territory,
)
from ctg_tui.formats.notes import ANSWERS
from ctg_tui.formats.sealed import Document
from ctg_tui.submission.document import Header
from ctg_tui.submission.exchanges import contributions_of, follow_ups_of


def header_of(document: Document) -> Header:
    """Return the header. Raises ValueError when its date does not exist."""
    block = document["document"]
    return Header(
        block["id"],
        datetime.fromisoformat(block["cree_le"].removesuffix("Z")).replace(tzinfo=UTC),
        block["logiciel"],
        Status(block["etat"]),
        block["revision"],
        block.get("remplace"),
    )


def answers_of(document: Document) -> dict[Cell, Answer]:
    """Return the answers; the last one of a cell written twice."""
    return {Cell(row["activite"], row["politique"]): ANSWERS[row["note"]] for row in document["reponses"]}


def assessment_of(
    document: Document, header: Header, answers: Mapping[Cell, Answer], *, proposed_lines: bool = True
) -> Assessment:
    """Return the assessment, with id 0: it is in no database. Raises ValueError for an impossible date.

    `proposed_lines` is False when the file has none of those that its grid has.
    """
    grid = document["grille"]
    indicators = document["indicateurs"]
    return Assessment(
        id=0,
        grid_id=grid["id"],
        grid_version=grid["version"],
        grid_fingerprint=grid["empreinte"],
        identity=_identity(document),
        status=header.status,
        revision=header.revision,
        replaces=header.replaces,
        proposed_lines=proposed_lines,
        answers=answers,
        comments={row["activite"]: row["texte"] for row in document["commentaires"]},
        numbers={row["indicateur"]: row["nombre"] for row in indicators if "nombre" in row},
        remarks={row["indicateur"]: row["commentaire"] for row in indicators if "commentaire" in row},
        preparation={
            PreparationTopic(topic): text for topic, text in document.get("preparation", {}).items()
        },
        actions=dict(_actions(document.get("actions", ()))),
        uuid=document["evaluation"]["id"],
        previous_uuid=document["evaluation"].get("precedente"),
        follow_ups=follow_ups_of(document.get("suites", ())),
        contributions=contributions_of(document.get("contributions", ())),
    )


def _identity(document: Document) -> Identity:
    territory = document["territoire"]
    adviser = document["destinataire"]
    return Identity(
        year=document["evaluation"]["annee"],
        moment=Moment(document["evaluation"]["moment"]),
        territory=Territory(
            territory.get("nom", ""),
            territory.get("siren"),
            territory.get("departement", ""),
            territory.get("identifiant"),
        ),
        coordinators=tuple(
            Coordinator(
                person["ref"],
                person.get("nom", ""),
                person.get("prenom", ""),
                Profile(person["profil"]),
                tuple(person["politiques"]),
            )
            for person in document["charges_de_cooperation"]
        ),
        adviser=Adviser(adviser.get("nom", ""), adviser.get("courriel", "")),
    )


def _actions(rows: Iterable[Document]) -> Iterable[tuple[str, Action]]:
    for row in rows:
        due = row.get("quand")
        outcome = Outcome(row["devenir"]) if "devenir" in row else None
        due_day = date.fromisoformat(due) if due else None
        yield row["activite"], Action(row.get("quoi", ""), row.get("qui", ""), due_day, outcome)
