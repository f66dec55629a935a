"""The counting as SQL: set-based, one statement for an indicator however many companies there are.

``member`` says to which enterprise a company's deliveries belong (itself, or the survivor of a standing merge; a
survivor is absorbed by nobody). ``judged`` looks at every delivery that is no reversal (one enterprise's, where one is
named) and says what stands in its way, if anything.
"""

_JUDGED = """
WITH member AS MATERIALIZED (
    SELECT company.organisation_id AS company_id, company.participating_on,
           COALESCE(standing.survivor_id, company.organisation_id) AS enterprise_id
    FROM "companies_company" company
    LEFT JOIN "companies_merge" standing
           ON standing.absorbed_id = company.organisation_id AND standing.ended_at IS NULL
    WHERE company.programme_id = %(programme)s
), judged AS MATERIALIZED (
    SELECT delivery.id, delivery."on", delivery.title, delivery.partner_id, kind.name AS kind, member.enterprise_id,
           CASE WHEN verification.id IS NOT NULL THEN 'verified'
                WHEN evidence.delivery_id IS NOT NULL THEN 'evidenced' ELSE 'claimed' END AS proof,
           CASE WHEN reversal.id IS NOT NULL THEN 'reversed'
                WHEN delivery."on" > %(until)s THEN 'after_period'
                WHEN %(structured_only)s
                     AND NOT (kind.is_structured AND delivery.minutes >= kind.structured_from_minutes)
                    THEN 'not_structured'
                WHEN %(proof)s <> 'claimed' AND evidence.delivery_id IS NULL AND verification.id IS NULL
                    THEN 'not_evidenced'
                WHEN %(proof)s = 'verified' AND verification.id IS NULL THEN 'not_verified'
                ELSE '' END AS obstacle
    FROM "enablement_delivery" delivery
    JOIN member USING (company_id)
    JOIN "enablement_deliverykind" kind ON kind.id = delivery.kind_id
    LEFT JOIN "enablement_delivery" reversal
           ON reversal.reverses_id = delivery.id AND reversal.programme_id = %(programme)s
    LEFT JOIN (SELECT DISTINCT delivery_id FROM "enablement_evidence" WHERE programme_id = %(programme)s) evidence
           ON evidence.delivery_id = delivery.id
    LEFT JOIN "enablement_verification" verification
           ON verification.delivery_id = delivery.id AND verification.programme_id = %(programme)s
    WHERE delivery.programme_id = %(programme)s AND delivery.reverses_id IS NULL
      AND (%(enterprise)s::bigint IS NULL OR member.enterprise_id = %(enterprise)s)
)
"""

# Each enterprise with the delivery that counts or comes closest. The size class is the one assessed last before that
# delivery, else the first there is; among assessments of one day the survivor's, then the later correction.
COUNTING = (
    _JUDGED  # noqa: S608 - joined of constants
    + """
, best AS (
    SELECT DISTINCT ON (enterprise_id) * FROM judged
    ORDER BY enterprise_id, array_position(%(closest_first)s::text[], obstacle), "on", id
), agreed AS (
    SELECT enterprise_id, min(participating_on) AS agreed_on FROM member GROUP BY enterprise_id
), size AS (
    SELECT DISTINCT ON (member.enterprise_id) member.enterprise_id, assessment.size_class
    FROM "companies_sizeassessment" assessment
    JOIN member USING (company_id)
    JOIN best ON best.enterprise_id = member.enterprise_id AND best.obstacle = ''
    WHERE assessment.programme_id = %(programme)s
    ORDER BY member.enterprise_id, assessment.assessed_on > best."on", abs(assessment.assessed_on - best."on"),
             member.company_id <> member.enterprise_id, assessment.id DESC
)
SELECT best.enterprise_id, company.legal_name, company.sort_name, company.town, company.district,
       COALESCE(size.size_class, ''), best.id, best."on", best.kind, best.title, best.partner_id, best.proof,
       GREATEST(best."on", agreed.agreed_on),
       CASE WHEN best.obstacle <> '' THEN best.obstacle
            WHEN agreed.agreed_on IS NULL OR agreed.agreed_on > %(until)s THEN 'no_agreement'
            WHEN size.size_class IS NULL THEN 'no_size_class'
            ELSE '' END
FROM best
JOIN agreed USING (enterprise_id)
JOIN "companies_company" company ON company.organisation_id = best.enterprise_id
LEFT JOIN size USING (enterprise_id)
ORDER BY company.sort_name, best.enterprise_id
"""
)

# All deliveries of one enterprise, oldest first.
DELIVERIES = (
    _JUDGED
    + """
SELECT id, "on", title, obstacle FROM judged ORDER BY "on", id
"""
)
