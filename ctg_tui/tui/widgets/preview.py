"""What the chosen year needs: its date, the way on, its steps; what was made for the Caf, the campaign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import campaign_closing, campaign_opening
from ctg_tui.domain.steps import Step
from ctg_tui.services.home import Preview, Way
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import shown
from ctg_tui.tui.widgets.buttons import PlainButton
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import (
    STATUSES_OF_ASSESSMENT,
    count,
    due_words,
    listing,
    short_day,
    short_territory,
    territory_name,
)
from ctg_tui.wording.grid import place_shown
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.sending import changes_since, files_made
from ctg_tui.wording.steps import NAMES, stops

if TYPE_CHECKING:
    from datetime import date

    from ctg_tui.tui.commands import Command

_STEP_NAMES: Final = 16
"""The columns of the names of the steps."""


class YearPanel(Container):
    """The year at the left; at the right, or below in a narrow window, what was made for the Caf.

    The buttons take no focus: the keys of the page do the same.
    """

    DEFAULT_CSS = """
    YearPanel {
        layout: vertical;
        padding: 0 2;
        Vertical, Horizontal, PlainStatic { height: auto; }
        PlainStatic { padding: 0 1; }
        #a-faire { height: 11; }
        #choix { margin: 1 0; }
        PlainButton { margin-right: 2; }
        PlainButton.vert.-style-default { background: $curseur; color: $curseur-texte; text-style: bold; }
        #pour-la-caf PlainButton.-style-default {
            background: transparent;
            &:hover { background: $panel; }
        }
        #faits { layout: horizontal; height: auto; PlainStatic { width: auto; } }
        .titre { color: $discret; }
        .titre, #ou, #campagne { display: none; }
        &.-refusee { #choix, #etapes, #pour-la-caf { display: none; } }
    }
    """

    def compose(self) -> ComposeResult:
        self._year, self._steps = PlainStatic(), PlainStatic(id="etapes")
        self._way = _button("screen.open")
        self._way.add_class("vert")
        self._second = _button()
        self._made, self._where = PlainStatic(), PlainStatic(id="ou")
        self._changed = _button("screen.read_changes")
        self._answered = _button("screen.visit('ANSWERS')")
        self._campaign = PlainStatic(id="campagne")
        yield Vertical(self._year, Horizontal(self._way, self._second, id="choix"), self._steps, id="a-faire")
        yield Vertical(
            PlainStatic("Pour la Caf", classes="titre"),
            Container(self._made, self._changed, id="faits"),
            self._answered,
            self._where,
            self._campaign,
            id="pour-la-caf",
        )

    def refuse(self, sentence: str) -> None:
        """Show why the year cannot be read, in place of what it needs."""
        self.add_class("-refusee")
        self._year.update(shown(sentence))

    def show(self, seen: Preview, today: date, following: int | None) -> None:
        """Show a year; `following` is the one that can be begun from it."""
        self.remove_class("-refusee")
        identity, sending = seen.assessment.identity, seen.heard.sending
        due = "" if seen.is_final else due_words(seen.grid.campaign, identity.year, today)
        name = Content.styled(shown(short_territory(territory_name(identity))), "$discret")
        year = Content.styled(f"{identity.year}", "bold") + Content(f"  {due}".rstrip())
        self._year.update(Content("\n").join([name, year]))
        _show(self._way, Content(way_words(seen)))
        label, action = _second_way(seen, following)
        self._second.action = f"screen.{action}"
        _show(self._second, Content(label))
        self._steps.update(Content("\n").join(_step_rows(seen)))
        made = Content.styled("Pas encore de fichiers.", "$discret")
        self._made.update(made if sending is None else Content(files_made(sending)))
        _show(self._changed, _changes(seen))
        _show(self._answered, _answered(seen))
        self._where.update(Content.styled(_places(seen), "$discret"))
        self._campaign.update(Content("\n").join(_dates(seen, today)))


def _button(action: str = "") -> PlainButton:
    """Return a button that only a click presses."""
    button = PlainButton("", action=action)
    button.can_focus = False
    return button


def _show(button: PlainButton, label: Content) -> None:
    button.label = label
    button.display = bool(label.plain)
    button.refresh(layout=True)


def way_words(seen: Preview) -> str:
    """Return what the green button says."""
    match seen.way:
        case Way.ANSWER:
            words = f"Répondre à la Caf : {count(len(seen.heard.open_points), 'point')}"
        case Way.SEND_ANSWERS:
            words = f"Créer les fichiers : {count(seen.kept, 'réponse')}"
        case Way.LINE if seen.cell is not None:
            words = f"Continuer à la ligne {line_number(seen.grid, seen.cell.activity)}"
        case Way.STEP if seen.heard.sending is not None and seen.step in {None, Step.SENDING}:
            words = "Continuer : Envoi définitif"
        case Way.STEP:
            words = f"Continuer : {NAMES[seen.step or Step.SENDING][0]}"
        case _:
            words = "Ouvrir"
    return typeset(words)


def _second_way(seen: Preview, following: int | None) -> tuple[str, str]:
    """Return the words and the action beside the green one: the next year once all is sent, else the grid."""
    if seen.way is Way.READ_AGAIN:
        return ("", "") if following is None else (f"Commencer {following}", "begin_next")
    return ("Relire la grille", "visit('GRID')") if seen.leads_elsewhere else ("", "")


def _step_rows(seen: Preview) -> Iterator[Content]:
    """Yield the steps, each with how far it is."""
    for stop, progress in zip(stops(seen.steps), seen.steps.steps, strict=True):
        tally = stop.tally
        if progress.step is Step.SENDING:
            sending = seen.heard.sending
            files = f"n° {sending.number}, {STATUSES_OF_ASSESSMENT[sending.status]}" if sending else "à faire"
            tally = f"{files} {tally}".rstrip()
        elif not tally:
            tally = ("commencé" if progress.has_begun else "vide") + " · facultatif" * (
                not progress.is_needed
            )
        yield Content(stop.name.ljust(_STEP_NAMES)) + Content.styled(shown(typeset(tally)), "$discret")


def _changes(seen: Preview) -> Content:
    """Return what changed since the latest files, with the key of the list; nothing before the first ones."""
    if seen.heard.sending is None:
        return Content("")
    words = changes_since(seen.heard.changes)
    if not seen.heard.changes:
        return Content.styled(_capital(words), "$discret")
    return Content.styled(words, "$warning") + Content(" · ") + Content.styled("M", "$accent bold")


def _answered(seen: Preview) -> Content:
    """Return that the Caf answered, when, and how many points wait."""
    points = seen.heard.open_points
    if not points:
        return Content("")
    at = max(said.at for point in points for said in point.owed)
    day = short_day(local_time(at).date())
    return Content.styled(typeset(f"La Caf a répondu le {day} : {count(len(points), 'point')}"), "bold")


def _places(seen: Preview) -> str:
    """Return where the Caf waits for an answer: `1.8 Famille, 1.1 et Sur l’ensemble`."""
    known = {*seen.grid.activities, *seen.grid.indicators, None}
    named = (place_shown(seen.grid, point) for point in seen.heard.open_points if point.line in known)
    return shown(listing(dict.fromkeys(named)))


def _dates(seen: Preview, today: date) -> Iterable[Content]:
    """Yield the dates of the campaign; the next one is bold, with the days left."""
    campaign, year = seen.grid.campaign, seen.assessment.identity.year
    yield Content.styled("Campagne", "$discret")
    days = {campaign_opening(campaign, year): "ouverture", campaign_closing(campaign, year): "clôture"}
    following = min((day for day in days if day >= today), default=None)
    width = max(cell_len(short_day(day)) for day in days) + 4
    for day, words in days.items():
        is_next = day == following
        left = (day - today).days
        when = f", dans {count(left, 'jour')}" if left else ", aujourd’hui"
        row = f"{short_day(day).ljust(width)}{words}{when if is_next else ''}"
        yield Content.styled(row, "bold" if is_next else "")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


class LettersPanel(Container):
    """The letters of the page: what each does, and examples of it where there is room."""

    DEFAULT_CSS = """
    LettersPanel {
        layout: horizontal;
        height: 1;
        PlainButton.-style-default { background: transparent; &:hover { background: $panel; } }
        .exemple { display: none; width: 1fr; color: $discret; }
        Horizontal { width: auto; height: 1; }
    }
    """

    def __init__(self, letters: Iterable[Command], examples: Mapping[str, str]) -> None:
        super().__init__()
        self._letters, self._examples = letters, examples

    def compose(self) -> ComposeResult:
        for command in self._letters:
            button, key = _button(f"screen.{command.run}"), f"{command.key_text} "
            button.label = Content.styled(key, "$accent bold") + Content(_capital(command.word))
            example = PlainStatic(self._examples[command.id], classes="exemple")
            yield Horizontal(button, example, id=command.id.replace(".", "-"))
