"""Why a file cannot be read as a workbook: what happened, what is safe, what to do."""

from __future__ import annotations

from ctg_tui.domain.errors import InvalidDocument, Refusal

_NOTHING_TAKEN = "Rien n’a été repris."


def old_format(name: str) -> InvalidDocument:
    """Return the refusal of a workbook in the format of Excel 97-2003."""
    return InvalidDocument(
        "tableur-ancien-format",
        f"« {name} » est au format .xls, trop ancien pour être lu ici. {_NOTHING_TAKEN}",
        "Ouvrez-le dans votre tableur, enregistrez-le au format .xlsx, puis recommencez.",
    )


def protected_by_password(name: str) -> InvalidDocument:
    """Return the refusal of an encrypted workbook."""
    return InvalidDocument(
        "tableur-mot-de-passe",
        f"« {name} » est protégé par un mot de passe. {_NOTHING_TAKEN}",
        "Ouvrez-le dans votre tableur, enregistrez une copie sans mot de passe, puis recommencez.",
    )


def with_macros(name: str) -> InvalidDocument:
    """Return the refusal of a workbook that carries macros."""
    return InvalidDocument(
        "tableur-macros",
        f"« {name} » contient des macros : il n’a pas été lu. {_NOTHING_TAKEN}",
        "Ouvrez-le dans votre tableur, enregistrez-le au format .xlsx (sans macros), puis recommencez.",
    )


def too_large(name: str) -> InvalidDocument:
    """Return the refusal of a workbook whose content goes over the limits."""
    return InvalidDocument(
        "tableur-trop-gros",
        f"« {name} » contient bien plus de données qu’une grille d’auto-évaluation. {_NOTHING_TAKEN}",
        "Vérifiez que c’est le bon fichier.",
    )


def damaged(name: str) -> InvalidDocument:
    """Return the refusal of a file that is no workbook, or is damaged."""
    return InvalidDocument(
        "tableur-illisible",
        f"« {name} » n’a pas pu être lu comme un tableur. {_NOTHING_TAKEN}",
        "Ouvrez-le dans votre tableur pour le vérifier, enregistrez-le au format .xlsx, puis recommencez.",
    )


def without_grid(name: str) -> InvalidDocument:
    """Return the refusal of a workbook in which no table of a grid is found."""
    return InvalidDocument(
        "tableur-sans-grille",
        f"« {name} » ne contient pas de tableau d’auto-évaluation : aucun en-tête avec des politiques "
        f"(Famille, Éducation, Social). {_NOTHING_TAKEN}",
        "Vérifiez que c’est le tableur de votre Caf.",
    )


def two_columns(name: str, policy: str, addresses: str) -> InvalidDocument:
    """Return the refusal of a table in which a policy stands in several columns."""
    return InvalidDocument(
        "tableur-deux-personnes",
        f"« {name} » a plusieurs colonnes « {policy} » ({addresses}) : une par personne ? {_NOTHING_TAKEN}",
        "Gardez une copie du tableur par personne, avec une seule colonne par politique, puis recommencez.",
    )


def only_xlsx(name: str) -> InvalidDocument:
    """Return the refusal to fill a file that is no .xlsx."""
    return InvalidDocument(
        "tableur-pas-xlsx",
        f"« {name} » n’est pas au format .xlsx : seul ce format peut être rempli. Rien n’a été écrit.",
        "Ouvrez-le dans votre tableur, enregistrez-le au format .xlsx, puis recommencez.",
    )


def of_another_grid(name: str, address: str, done: str = "écrit") -> InvalidDocument:
    """Return the refusal of a workbook whose lines are not those of the assessment.

    `address` is that of the first line; `done` says what was not done: `écrit`, `repris`.
    """
    return InvalidDocument(
        "tableur-autre-grille",
        f"Les lignes de « {name} », à partir de {address}, ne sont pas celles de cette évaluation. "
        f"Rien n’a été {done}.",
        "Donnez le tableur que la Caf a envoyé pour cette grille.",
    )


def report_of_unknown_grid(name: str) -> InvalidDocument:
    """Return the refusal of a report of this program whose grid is not known here."""
    return InvalidDocument(
        "tableur-rapport",
        f"« {name} » est un rapport de ctg-tui, rempli avec une grille qui n’est pas sur ce poste. "
        f"{_NOTHING_TAKEN}",
        "Installez cette grille, ou reprenez le fichier pour la Caf (.json), puis recommencez.",
    )


def data_changed(name: str, address: str) -> InvalidDocument:
    """Return the refusal of a returned report whose sheet « Données » is not the one that was sent."""
    return InvalidDocument(
        "avis-donnees-modifiees",
        f"« {name} » : les données en {address} ne sont plus celles qui ont été envoyées. {_NOTHING_TAKEN}",
        "Demandez à son auteur de reporter son avis dans le rapport tel qu’il l’a reçu.",
    )


def rows_of_two_files(name: str, address: str) -> InvalidDocument:
    """Return the refusal of a returned report with rows of another file."""
    return InvalidDocument(
        "avis-deux-fichiers",
        f"« {name} » : la ligne en {address} vient d’un autre fichier, ou y est deux fois. {_NOTHING_TAKEN}",
        "Demandez à son auteur un fichier par évaluation, sans ligne copiée d’un autre.",
    )


def column_twice(name: str, address: str) -> InvalidDocument:
    """Return the refusal of a returned report in which a column to fill stands twice."""
    return InvalidDocument(
        "avis-colonne-double",
        f"« {name} » : la colonne en {address} y est deux fois. {_NOTHING_TAKEN}",
        "Demandez à son auteur de ne garder que la colonne du rapport, puis recommencez.",
    )


def formula_without_value(name: str, address: str) -> InvalidDocument:
    """Return the refusal of a returned report with a formula that was never computed."""
    return InvalidDocument(
        "avis-formule",
        f"« {name} » : la cellule {address} contient une formule qui n’a pas été calculée. {_NOTHING_TAKEN}",
        "Ouvrez-le dans votre tableur, enregistrez-le, puis recommencez.",
    )


def changed_since_read(name: str, address: str) -> InvalidDocument:
    """Return the refusal to take a workbook saved again after it was read; `address` may be empty."""
    where = f" (première différence : {address})" if address else ""
    return InvalidDocument(
        "tableur-modifie",
        f"« {name} » a changé depuis qu’il a été lu{where}. {_NOTHING_TAKEN}",
        "Relisez-le, vérifiez les trois listes, puis recommencez.",
    )


def open_elsewhere(name: str, program: str) -> InvalidDocument:
    """Return the refusal to take a workbook that `program` has open: its last notes may not be saved."""
    return InvalidDocument(
        "tableur-ouvert",
        f"« {name} » est ouvert dans {program} : vos dernières notes peuvent ne pas y être enregistrées. "
        f"{_NOTHING_TAKEN}",
        "Enregistrez-le et fermez-le, puis recommencez. S’il n’est plus ouvert, copiez-le sous un autre nom.",
    )


def without_workbook() -> Refusal:
    """Return the refusal to fill the workbook of an assessment that came from none."""
    return Refusal(
        "tableur-absent",
        "Cette évaluation ne vient pas d’un tableur : il n’y en a pas à remplir. Rien n’a été écrit.",
        "Ajoutez « --modele FICHIER.xlsx » avec le tableur de votre Caf.",
    )
