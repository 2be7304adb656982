"""The French views of the database, for people who open the file with another program."""

from __future__ import annotations

from typing import Final

VIEWS: Final = """
CREATE VIEW answer AS
SELECT assessment_id, substr(key, 1, instr(key, '/') - 1) AS activity,
    substr(key, instr(key, '/') + 1) AS policy, value AS note
FROM value WHERE field = 'note';

CREATE VIEW comment AS
SELECT assessment_id, key AS activity, value AS text
FROM value WHERE field = 'commentaire';

CREATE VIEW v_reponses AS
SELECT a.id AS evaluation, a.territory_name AS territoire, a.year AS annee, a.moment,
    l.number AS ligne, l.label AS intitule, iif(l.is_proposed, 'proposée', 'Caf') AS provenance,
    p.label AS politique, n.value AS note
FROM assessment a
JOIN grid_line l ON l.grid = a.grid_fingerprint
JOIN grid_policy p ON p.grid = a.grid_fingerprint
JOIN value n ON n.owner = CAST(a.id AS TEXT) AND n.field = 'note' AND n.key = l.line || '/' || p.policy
WHERE NOT l.is_indicator AND (a.proposed_lines OR NOT l.is_proposed)
ORDER BY a.id, l.rank, p.rank;

CREATE VIEW v_pourcentages AS
WITH cell AS (
    SELECT a.id AS evaluation, a.territory_name AS territoire, a.year AS annee, a.moment,
        l.is_proposed, l.mission_number, l.mission_title, p.rank, p.label, n.value AS note
    FROM assessment a
    JOIN grid_line l ON l.grid = a.grid_fingerprint
    JOIN grid_policy p ON p.grid = a.grid_fingerprint
    LEFT JOIN value n
        ON n.owner = CAST(a.id AS TEXT) AND n.field = 'note' AND n.key = l.line || '/' || p.policy
    WHERE NOT l.is_indicator AND (a.proposed_lines OR NOT l.is_proposed)
), grouped AS (
    SELECT *, mission_number AS mission, mission_title AS titre, label AS politique, rank AS place FROM cell
    UNION ALL SELECT *, mission_number, mission_title, 'Ensemble', 1000 FROM cell
    UNION ALL SELECT *, NULL, 'Ensemble', label, rank FROM cell
    UNION ALL SELECT *, NULL, 'Ensemble', 'Ensemble', 1000 FROM cell
), counted AS (
    SELECT evaluation, territoire, annee, moment, is_proposed, mission, titre, politique, place,
        CAST(total(CAST(note AS INTEGER)) AS INTEGER) AS points,
        count(note) - CAST(total(note = 'NC') AS INTEGER) AS notees,
        CAST(total(note = 'NC') AS INTEGER) AS nc,
        count(*) - count(note) AS sans_reponse
    FROM grouped
    GROUP BY evaluation, is_proposed, mission, place
)
SELECT evaluation, territoire, annee, moment, iif(is_proposed, 'proposées', 'Caf') AS lignes,
    mission, titre, politique, points, 3 * notees AS maximum, notees, nc, sans_reponse,
    iif(notees = 0, NULL, (200 * points + 3 * notees) / (6 * notees)) AS pourcentage
FROM counted
ORDER BY evaluation, is_proposed, mission IS NULL, mission, place;

CREATE VIEW v_commentaires AS
SELECT a.id AS evaluation, a.territory_name AS territoire, a.year AS annee, a.moment,
    l.number AS ligne, l.label AS intitule, iif(l.is_proposed, 'proposée', 'Caf') AS provenance,
    coalesce(c.value, r.value) AS commentaire, CAST(i.value AS INTEGER) AS nombre
FROM assessment a
JOIN grid_line l ON l.grid = a.grid_fingerprint
LEFT JOIN value c ON c.owner = CAST(a.id AS TEXT) AND c.field = 'commentaire' AND c.key = l.line
LEFT JOIN value r ON r.owner = CAST(a.id AS TEXT) AND r.field = 'remarque' AND r.key = l.line
LEFT JOIN value i ON i.owner = CAST(a.id AS TEXT) AND i.field = 'nombre' AND i.key = l.line
WHERE coalesce(c.value, r.value, i.value) IS NOT NULL AND (a.proposed_lines OR NOT l.is_proposed)
ORDER BY a.id, l.rank
"""
