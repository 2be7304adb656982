"""The forecast table in French words and figures, for the screen, its files, the mail and the commands."""

from __future__ import annotations

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.forecast import ForecastTable
from ctg_tui.domain.grid import FundingRate
from ctg_tui.wording.french import NARROW, NBSP, euros, thousands

ESTIMATE = "estimation"
PRIVACY = typeset("Facultatif. Les personnes de Vous ; salaires dans un fichier à part.")
ESTIMATED = "Part Caf estimée"
NO_ESTIMATE = "Choisissez le taux de la Caf pour l’estimer."


def money(cents: int) -> str:
    """Return `24 000 €`, `24 000,50 €`: cents only when there are some."""
    return f"{_decimal(cents)}{NBSP}€"


def hours(centihours: int) -> str:
    """Return `1 607 h`, `803,5 h`."""
    whole, hundredths = divmod(centihours, 100)
    part = f",{hundredths:02}".rstrip("0") if hundredths else ""
    return f"{thousands(whole)}{part}{NBSP}h"


def typed(hundredths: int | None) -> str:
    """Hours or a salary as a field shows them to be typed over: `803,50`, `1607`, nothing when blank."""
    return "" if hundredths is None else _decimal(hundredths).replace(NARROW, "")


def _decimal(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{thousands(whole)},{rest:02}" if rest else thousands(whole)


def rate(chosen: FundingRate) -> str:
    """Return `80 % – Charente (à confirmer)`."""
    doubt = " (à confirmer)" if chosen.to_confirm else ""
    return typeset(f"{chosen.per_cent} % – {chosen.name}{doubt}")


def readings(table: ForecastTable) -> tuple[str, ...]:
    """Return `80 % d’un coût plafonné à 48 000 € (38 400 € au plus)`, and any other way to read it."""
    if table.rate is None:
        return ()
    part, cap = typeset(f"{table.rate.per_cent} %"), table.funding.yearly_cap_eur
    most = money(cap * table.rate.per_cent)
    of_cost = f"{part} d’un coût plafonné à {euros(cap)} ({most} au plus)"
    return (of_cost, f"{part} du coût ({euros(cap)} au plus)")[: 1 + table.rate.to_confirm]


def cap(table: ForecastTable) -> str:
    """Return what bounds the estimate, and whether its rate is sure; empty without a rate."""
    if table.rate is None:
        return ""
    doubt = "À confirmer par la Caf. " * table.rate.to_confirm
    return f"{doubt}Plafond de {euros(table.funding.yearly_cap_eur)} par poste."


def basis(table: ForecastTable) -> str:
    """Return how the estimate is made, shown beside every estimated amount."""
    if table.rate is None:
        return NO_ESTIMATE
    sentence = typeset(
        f"Estimation, sans engagement de la Caf : {rate(table.rate)} du coût salarial, plafond de "
        f"{euros(table.funding.yearly_cap_eur)} par an et par poste ; arrondie à l’euro pour chaque personne."
    )
    if any(row.line.centihours == 0 for row in table.rows):
        sentence += f" Une personne à 0{NBSP}heure n’y est pas comptée."
    return sentence


def doubt(table: ForecastTable) -> str | None:
    """Return the ways to read the Caf's sentence, with full caps; None when there is one only."""
    if len(ways := readings(table)) < 2:
        return None
    return typeset(
        f"La phrase de la Caf peut se lire de deux façons : {', ou '.join(ways)}. Elle peut aussi parler "
        "de la part des postes aidés, et non d’un taux : demandez à la Caf ce qu’elle entend par là."
    )


def share(table: ForecastTable) -> str:
    """Return `19 200 €`, two readings that differ in one sentence; without a rate, what to choose."""
    amounts = [euros(amount) for amount in dict.fromkeys(table.shares_eur)]
    if len(amounts) == 2:
        return f"{amounts[0]} (coût plafonné) ou {amounts[1]} (part plafonnée)"
    return amounts[0] if amounts else NO_ESTIMATE
