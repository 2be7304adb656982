"""French words and figures for every surface: screen, commands, reports, mail.

Typography: a no-break space before `%`, `:`, `€`, and inside « guillemets »; a narrow one before `;`, `!`,
`?` and between thousands (Imprimerie nationale).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from ctg_tui.domain.assessment import Identity, Moment, Outcome, PreparationTopic, Profile, Status
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Campaign, campaign_closing, campaign_opening
from ctg_tui.domain.scores import Tally

NBSP = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"
DASH = "—"

NO_TERRITORY = "Territoire sans nom"
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)

MOMENTS = {Moment.START: "au démarrage", Moment.YEARLY: "chaque année", Moment.END: "en fin d’engagement"}
PROFILES = {
    Profile.PROJECT_LEAD: "chef·fe de projet CTG",
    Profile.THEMATIC: "chargé·e de coopération thématique",
}
STATUSES = {Status.DRAFT: "provisoire", Status.FINAL: "définitif"}
STATUSES_OF_ASSESSMENT = {Status.DRAFT: "provisoire", Status.FINAL: "définitive"}
"""The same, agreeing with « évaluation »."""
OUTCOMES = {Outcome.DONE: "fait", Outcome.POSTPONED: "reporté", Outcome.ABANDONED: "abandonné"}
TOPICS = {
    PreparationTopic.MEETING: "Date de l’entretien",
    PreparationTopic.STRONG_POINTS: "Points forts",
    PreparationTopic.WEAK_POINTS: "Points à travailler",
    PreparationTopic.HELP_ASKED: "Aide demandée à la Caf",
    PreparationTopic.TRAINING: "Formation souhaitée",
}


def count(number: int, singular: str, plural: str | None = None) -> str:
    """Return `1 note`, `2 notes`, `0 note`: French takes the plural from 2 on."""
    return f"{thousands(number)}{NBSP}{singular if number < 2 else plural or singular + 's'}"


def thousands(number: int) -> str:
    """Return `4 580`, with narrow no-break spaces."""
    return f"{number:,}".replace(",", NARROW)


def percentage(tally: Tally) -> str:
    """Return `74 %`, or a dash when nothing is rated."""
    value = tally.percentage
    return DASH if value is None else f"{value}{NBSP}%"


def percentage_or_nc(tally: Tally) -> str:
    """Return the percentage, or `NC` where nothing is concerned."""
    return "NC" if tally.is_not_concerned else percentage(tally)


def euros(amount: int) -> str:
    """Whole euros: `24 000 €`."""
    return f"{thousands(amount)}{NBSP}€"


def day(value: date) -> str:
    """Return `1er mars 2027`, `12 janvier 2027`."""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number}{NBSP}{MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """Return `12 janvier`."""
    return f"{'1er' if value.day == 1 else value.day}{NBSP}{MONTHS[value.month - 1]}"


def clock_time(value: datetime) -> str:
    """Return `14 h 02`, in the zone that `value` carries."""
    return f"{value:%H}{NBSP}h{NBSP}{value:%M}"


def day_and_time(value: datetime) -> str:
    """Return `12 janvier 2027 à 14 h 02`, in the zone that `value` carries."""
    return f"{day(value)} à {clock_time(value)}"


def territory_name(identity: Identity) -> str:
    """Return the name of the territory, or that it has none yet."""
    return identity.territory.name or NO_TERRITORY


_KIND: Final = (
    r"^(communauté de communes|communauté d[’']agglomération|communauté urbaine|métropole|commune|ville|"
    r"cc|ca|cu)"
    r"\b((?-i: de la)(?= )| du(?= )| des(?= )| de l[’']| de(?= )| d[’'])?\s*"
)


def without_kind(name: str) -> str:
    """Return the name of a territory without « Communauté de communes de », if something is left.

    An article with a capital is part of the name: « La Rochefoucauld ».
    """
    return re.sub(_KIND, "", name, count=1, flags=re.IGNORECASE) or name


def assessment_name(identity: Identity) -> str:
    """Return `« Territoire » 2027`."""
    return typeset(f"« {territory_name(identity)} » {identity.year}")


def sending_name(number: int, made_on: date) -> str:
    """Return `envoi n° 2, du 30 novembre`."""
    return f"envoi n°{NBSP}{number}, du {short_day(made_on)}"


def people(identity: Identity) -> str:
    """Return the names of the coordinators, `Prénom Nom et Prénom Nom`; empty without any."""
    names = (f"{person.first_name} {person.last_name}".strip() for person in identity.coordinators)
    return listing(name for name in names if name)


def profile_name(profile: str) -> str:
    """Return the profile in words; a grid from elsewhere can name one that is unknown here."""
    return PROFILES[Profile(profile)] if profile in set(Profile) else profile


def explain(tally: Tally) -> str:
    """« Pourquoi 74 % ? »: the points, the maximum, NC and blanks, in a sentence."""
    out = [f"{tally.not_concerned} NC"] * bool(tally.not_concerned)
    out += [count(tally.blank, "case vide", "cases vides")] * bool(tally.blank)
    if not tally.rated:
        return typeset(f"{listing(['Aucune note', *out])} : pas de pourcentage.")
    of = f"{count(tally.rated, 'note')}{NBSP}×{NBSP}3{f', hors {listing(out)}' if out else ''}"
    return typeset(f"{count(tally.points, 'point')} sur {tally.maximum} ({of}) : {percentage(tally)}.")


def due_words(campaign: Campaign, year: int, today: date) -> str:
    """Return `À rendre au plus tard le 31 mars, dans 78 jours.`; before the campaign, both of its days."""
    opening, closing = campaign_opening(campaign, year), campaign_closing(campaign, year)
    first, last = (short_day(one) if one.year == today.year else day(one) for one in (opening, closing))
    left = (closing - today).days
    if today < opening:
        return typeset(f"À rendre du {first} au {last}.")
    when = (
        " : la date est passée" if left < 0 else f", dans {count(left, 'jour')}" if left else ", aujourd’hui"
    )
    return typeset(f"À rendre au plus tard le {last}{when}.")


def listing(words: Iterable[str], last: str = "et") -> str:
    """Return `Famille, Éducation et Social`, or with another word before the `last` one."""
    items = list(words)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


# Lines of a terminal: where a text is cut.


def wrap(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` cells, cut between words; its own newlines stay."""
    from rich.cells import cell_len, chop_cells  # the commands do without it

    if width <= 0:
        return []
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            candidate = f"{line} {word}" if line else word
            if cell_len(candidate) <= width:
                line = candidate
                continue
            if line:
                lines.append(line)
            while cell_len(word) > width:  # the name of a file: behind one of its parts
                head = chop_cells(word, width)[0]
                end = max(head.rfind("_"), head.rfind("/")) + 1 or max(len(head), 1)
                lines.append(word[:end])
                word = word[end:]
            line = word
        lines.append(line)
    return lines
