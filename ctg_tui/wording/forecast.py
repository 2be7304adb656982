"""The forecast table in French words and figures, for the screen, its files, the mail and the commands."""

from __future__ import annotations

from ctg_tui.domain.forecast import (
    DiagnosisEstimate,
    Estimate,
    ForecastCode,
    ForecastTable,
    Reading,
    readings,
)
from ctg_tui.domain.grid import Funding, FundingRate
from ctg_tui.wording.french import NARROW, NBSP, count, euros, thousands, unbroken_amounts

ESTIMATE = "estimation"
COST = "Coût salarial annuel"
COST_HINT = (
    f"{COST}{NBSP}: ce que la personne coûte à l’employeur pour la coordination, brut et charges "
    "(à confirmer avec la Caf)."
)
ABOUT_CAP = (
    f"Plafond{NBSP}: au-delà, la Caf ne compte plus. Chaque personne est comptée comme un poste.\n"
    f"Proratisé{NBSP}: réduit à sa part de temps plein."
)
FIRST = f"Heures et coût de chaque personne{NBSP}: enregistrés automatiquement."
PRIVACY = f"Facultatif. Données personnelles{NBSP}: dans un tableau à part, que vous pouvez ne pas joindre."
ON_ESTIMATE = f"Estimation, sans engagement. Les phrases de la Caf{NBSP}: F1 puis C."
NO_ESTIMATE = "Choisissez le taux de la Caf pour voir une estimation de sa part."


def hours_hint(full_time_hours: int) -> str:
    """Return how hours are typed: a number, hours and minutes, a part of a full-time post."""
    return (
        f"Par exemple 803{NBSP}h{NBSP}30, ou 60{NBSP}% d’un temps plein ({count(full_time_hours, 'heure')})."
    )


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
    """Return `80 % – Charente (à confirmer)`."""
    doubt = " (à confirmer)" if chosen.to_confirm else ""
    return f"{chosen.per_cent}{NBSP}% – {chosen.name}{doubt}"


def reading(which: Reading, chosen: FundingRate, yearly_cap_eur: int) -> str:
    """Return `80 % d’un coût plafonné à 48 000 € (38 400 € au plus)`."""
    part, cap = f"{chosen.per_cent}{NBSP}%", euros(yearly_cap_eur)
    if which is Reading.CAPPED_COST:
        most = money(yearly_cap_eur * chosen.per_cent)
        return f"{part} d’un coût plafonné à {cap} ({most} au plus)"
    return f"{part} du coût ({cap} au plus)"


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
                "Cette personne n’entre pas dans l’estimation."
            )
        case ForecastCode.FEW_HOURS:
            return f"Moins d’une heure par semaine{NBSP}: est-ce bien le volume de toute l’année{NARROW}?"
        case ForecastCode.OVER_FULL_TIME:
            return f"Plus d’un temps plein ({count(full_time_hours, 'heure')} par an){NBSP}: à vérifier."
        case ForecastCode.NO_SALARY:
            return "Le coût salarial affecté à la coordination manque."
        case ForecastCode.LOW_HOURLY:
            return f"Moins de 10{NBSP}€ de l’heure{NBSP}: est-ce bien le coût de toute l’année{NARROW}?"
        case ForecastCode.HIGH_HOURLY:
            return f"Plus de 100{NBSP}€ de l’heure{NBSP}: est-ce bien le volume de toute l’année{NARROW}?"


def basis(table: ForecastTable) -> str:
    """Return how the estimate is made, shown beside every estimated amount."""
    if table.rate is None:
        return NO_ESTIMATE
    cap = f"plafond de {euros(table.yearly_cap_eur)} par an et par poste"
    if table.pro_rata:
        full_time = count(table.full_time_hours, "heure")
        cap += f", proratisé au temps de travail (temps plein{NBSP}: {full_time})"
    sentence = (
        f"Estimation, sans engagement de la Caf{NBSP}: {rate(table.rate)} du coût salarial, {cap}"
        f"{NARROW}; arrondie à l’euro pour chaque personne."
    )
    if any(row.line.centihours == 0 for row in table.rows):
        sentence += f" Une personne à 0{NBSP}heure n’y est pas comptée."
    return sentence


def doubt(table: ForecastTable) -> str | None:
    """Return the ways to read the Caf's sentence, with full caps; None when there is one only."""
    if table.rate is None or len(ways := readings(table.rate)) < 2:
        return None
    either = ", ou ".join(reading(way, table.rate, table.yearly_cap_eur) for way in ways)
    return (
        f"La phrase de la Caf peut se lire de deux façons{NBSP}: {either}. Elle peut aussi parler de la part "
        f"des postes aidés, et non d’un taux{NBSP}: demandez à la Caf ce qu’elle entend par là."
    )


def share(table: ForecastTable) -> str:
    """Return `Part de la Caf (estimation) : 19 200 €`, both readings in one; empty without an estimate."""
    if table.rate is None or not table.shares_eur:
        return ""
    amounts = table.shares_eur
    name = f"Part de la Caf ({ESTIMATE})"
    if len(set(amounts.values())) == 1:
        both = ", dans les deux lectures" if len(amounts) > 1 else ""
        return f"{name}{both}{NBSP}: {euros(next(iter(amounts.values())))}"
    either = " ou ".join(
        f"{euros(amount)}, {reading(way, table.rate, table.yearly_cap_eur)}"
        for way, amount in amounts.items()
    )
    return f"{name}{NBSP}: {either}"


def short_share(estimate: Estimate | None) -> str:
    """Return `Caf ≈ 38 400 € ou 48 000 €`: the estimate of one person; empty without one."""
    if estimate is None:
        return ""
    return f"Caf ≈ {' ou '.join(dict.fromkeys(map(euros, estimate.shares_eur.values())))}"


def diagnosis(estimated: DiagnosisEstimate) -> str:
    """Return the line of the initial diagnosis, which is in no total."""
    rule = estimated.rule
    return (
        f"Diagnostic initial ({ESTIMATE}), {rule.per_cent}{NBSP}% d’un coût plafonné à {euros(rule.cap_eur)}"
        f"{NBSP}: {euros(estimated.share_eur)}, hors total."
    )


def caf_sentences(funding: Funding) -> list[str]:
    """Return what the Caf wrote on each rate and on the diagnosis, word for word."""
    texts = [rate.text for rate in funding.rates]
    if funding.diagnosis is not None and funding.diagnosis.text:
        texts.append(f"Diagnostic initial{NBSP}: {funding.diagnosis.text}")
    return [f"La Caf{NBSP}: «{NBSP}{unbroken_amounts(text)}{NBSP}»" for text in texts]
