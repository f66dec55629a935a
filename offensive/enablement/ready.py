"""Stages that staff can close: everything their requirements ask for is there."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

# One statement and no list of achievements: for each company the requirements of its stage are looked up in the index
# of its achievements, and the search ends with the last row wanted. What was reversed does not count, what an absorbed
# record has reached does.
_READY = """
SELECT o.slug, o.name, s.name, c.stage_due_on
  FROM companies_company c
  JOIN enablement_enrolment e ON e.company_id = c.organisation_id AND e.programme_id = c.programme_id
  JOIN enablement_stage s ON s.id = e.stage_id
  JOIN tenancy_organisation o ON o.id = c.organisation_id
 WHERE c.programme_id = %(programme)s AND c.stage_due_on IS NOT NULL
   AND c.caring_partner_id = %(organisation)s AND (c.caring_person_id IS NULL OR c.caring_person_id = %(person)s)
   AND c.organisation_id NOT IN (SELECT absorbed_id FROM companies_merge WHERE ended_at IS NULL)
   AND EXISTS (SELECT FROM enablement_requirement r WHERE r.stage_id = e.stage_id)
   AND NOT EXISTS (
       SELECT FROM enablement_requirement r
        WHERE r.stage_id = e.stage_id
          AND r.count > (
              SELECT count(*) FROM enablement_achievement a
               WHERE a.kind = r.achievement
                 AND a.company_id IN (
                     SELECT c.organisation_id
                     UNION ALL
                     SELECT m.absorbed_id FROM companies_merge m
                      WHERE m.survivor_id = c.organisation_id AND m.ended_at IS NULL)
                 AND NOT EXISTS (
                     SELECT FROM enablement_delivery d
                      WHERE d.company_id = a.company_id AND 'delivery:' || d.reverses_id = a.source))
          AND NOT (
              r.achievement = 'profile_complete' AND r.count = 1 AND EXISTS (
                  SELECT FROM companies_profile p
                   WHERE p.company_id = c.organisation_id AND p.completed_on IS NOT NULL)))
 ORDER BY c.stage_due_on, c.organisation_id
 LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class ReadyStage:
    """A running stage of which nothing is missing."""

    slug: str
    company: str
    stage: str
    due_on: date


def ready_stages(acting, *, most):
    """``ReadyStage`` of the companies the person looks after, those due first; at most ``most``."""
    parameters = {
        "programme": acting.programme_id,
        "organisation": acting.organisation_id,
        "person": acting.user_id,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_READY, parameters)
        return [ReadyStage(*row) for row in cursor.fetchall()]
