"""The forecast table in French words and figures, for the screen, its files, the mail and the commands."""

from __future__ import annotations

from ctg_tui.domain.forecast import ForecastCode, ForecastTable
from ctg_tui.domain.grid import FundingRate
from ctg_tui.wording.french import NARROW, NBSP, count, euros, thousands

ESTIMATE = "estimation"


def money(cents: int) -> str:
    """Return `24 000 €`, `24 000,50 €`: cents only when there are some."""
    return f"{_decimal(cents)}{NBSP}€"


def hours(centihours: int) -> str:
    """Return `1 607 h`, `803,5 h`."""
    whole, hundredths = divmod(centihours, 100)
    part = f",{hundredths:02}".rstrip("0") if hundredths else ""
    return f"{thousands(whole)}{part}{NBSP}h"


def fte(hundredths: int) -> str:
    """Return `0,50 ETP`."""
    return f"{hundredths // 100},{hundredths % 100:02}{NBSP}ETP"


def typed(hundredths: int | None) -> str:
    """Hours or a salary as a field shows them to be typed over: `803,50`, `1607`, nothing when blank."""
    return "" if hundredths is None else _decimal(hundredths).replace(NARROW, "")


def _decimal(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{thousands(whole)},{rest:02}" if rest else thousands(whole)


def rate(chosen: FundingRate) -> str:
    """Return `80 % (taux à confirmer par la Caf)`."""
    doubt = " (taux à confirmer par la Caf)" if chosen.to_confirm else ""
    return f"{chosen.per_cent}{NBSP}%{doubt}"


def finding(code: ForecastCode, full_time_hours: int) -> str:
    """Return the sentence of a finding on a line or on the table."""
    match code:
        case ForecastCode.NO_PERSON:
            return "Le tableau est vide."
        case ForecastCode.NO_NAME:
            return "Le nom ou le prénom manque."
        case ForecastCode.DUPLICATE:
            return "Cette personne est deux fois dans le tableau."
        case ForecastCode.NO_HOURS:
            return "Le volume horaire de l’année manque."
        case ForecastCode.ZERO_HOURS:
            return (
                f"0{NBSP}heure dans l’année{NBSP}: est-ce bien cela{NARROW}? "
                "La part de la Caf n’est pas estimée pour cette personne."
            )
        case ForecastCode.FEW_HOURS:
            return f"Moins d’une heure par semaine{NBSP}: est-ce bien le volume de toute l’année{NARROW}?"
        case ForecastCode.OVER_FULL_TIME:
            return f"Plus d’un temps plein ({count(full_time_hours, 'heure')} par an){NBSP}: à vérifier."
        case ForecastCode.NO_SALARY:
            return "Le salaire affecté à la coordination manque."
        case ForecastCode.LOW_HOURLY:
            return f"Moins de 10{NBSP}€ de l’heure{NBSP}: est-ce bien le salaire de toute l’année{NARROW}?"
        case ForecastCode.HIGH_HOURLY:
            return f"Plus de 100{NBSP}€ de l’heure{NBSP}: est-ce bien le volume de toute l’année{NARROW}?"


def basis(table: ForecastTable) -> str:
    """Return how the estimate is made, shown beside every estimated amount."""
    if table.rate is None:
        return "Choisissez le taux de la Caf pour voir une estimation de sa part."
    cap = f"plafond de {euros(table.yearly_cap_eur)} par an et par personne"
    if table.pro_rata:
        full_time = count(table.full_time_hours, "heure")
        cap += f", réduit à la part du poste (temps plein{NBSP}: {full_time})"
    sentence = (
        f"Estimation, sans engagement de la Caf{NBSP}: {rate(table.rate)} du salaire, dans la limite du {cap}"
        f"{NARROW}; arrondie à l’euro par personne."
    )
    if any(row.line.centihours == 0 for row in table.rows):
        sentence += f" Une personne à 0{NBSP}heure n’y est pas comptée."
    return sentence


def share(table: ForecastTable) -> str | None:
    """Return `Part de la Caf (estimation) : 19 200 €`; None when nothing can be estimated."""
    if table.share_eur is None:
        return None
    return f"Part de la Caf ({ESTIMATE}){NBSP}: {euros(table.share_eur)}"
