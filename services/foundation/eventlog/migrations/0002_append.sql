-- Appends a group of members in one transaction. A member is one aggregate's events with all that belongs to them; each stands
-- or falls alone: 'appended', 'repeated' (its key was carried out before), 'claimed' (a name is another's), 'conflict' (version).
--
-- The lock comes first and the positions in a statement after it, so that this statement's snapshot sees every commit before:
-- positions are gapless and in commit order, and an aborted transaction leaves no hole. All callers of one log take the same lock.
--
-- Arrays e_, c_, r_, k_ and v_ name their member by its ordinal, from 1. Within a group no two members share an aggregate, a key or a claim.
CREATE FUNCTION log.append(
    m_aggregate uuid[], m_expected bigint[], m_key uuid[], m_body bytea[], m_result bytea[],
    m_actor text[], m_traceparent text[], m_recorded timestamptz[],
    e_member int[], e_id uuid[], e_type text[], e_province text[], e_regency text[], e_time timestamptz[], e_payload bytea[],
    c_member int[], c_kind text[], c_value uuid[],
    r_member int[], r_kind text[], r_value uuid[],
    k_member int[], k_owner uuid[], k_wrapped bytea[],
    v_member int[], v_record uuid[], v_reference uuid[], v_owner uuid[], v_kind text[], v_sealed bytea[]
) RETURNS TABLE (
    member int, outcome text, first_position bigint, recorded_time timestamptz,
    prior_body bytea, prior_result bytea, prior_recorded timestamptz, holder uuid, claim_kind text
)
LANGUAGE plpgsql VOLATILE
-- The function's plans are kept from the time when the tables were empty: they must be index plans then, too.
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    head bigint;
    head_recorded timestamptz;
    is_simulated boolean;
    written timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('log.append'), 0);

    SELECT e.position, e.recorded_time INTO head, head_recorded FROM log.event e ORDER BY e.position DESC LIMIT 1;
    head := coalesce(head, 0);
    SELECT i.simulated INTO STRICT is_simulated FROM log.identity i;
    -- A clock that was set back does not turn the order of recorded times.
    written := clock_timestamp();
    IF NOT is_simulated AND head_recorded > written THEN
        written := head_recorded;
    END IF;

    RETURN QUERY
    WITH member AS (
        SELECT m.*, m.ordinal::int AS ord
        FROM unnest(m_aggregate, m_expected, m_key, m_body, m_result, m_actor, m_traceparent, m_recorded)
            WITH ORDINALITY AS m (aggregate_id, expected, key, body, result, actor, traceparent, recorded, ordinal)
    ),
    taken AS (
        SELECT DISTINCT ON (c.member) c.member, held.aggregate_id AS holder, c.kind
        FROM unnest(c_member, c_kind, c_value) AS c (member, kind, value)
        CROSS JOIN LATERAL (
            SELECT h.aggregate_id FROM log.claim h WHERE h.kind = c.kind AND h.value = c.value LIMIT 1
        ) AS held
        WHERE held.aggregate_id <> m_aggregate[c.member]
        ORDER BY c.member
    ),
    verdict AS (
        SELECT m.ord, m.aggregate_id, m.expected, m.key, m.body, m.result, m.actor, m.traceparent,
               CASE WHEN is_simulated THEN coalesce(m.recorded, written) ELSE written END AS recorded,
               prior.body AS prior_body, prior.result AS prior_result, prior.recorded_at AS prior_recorded,
               taken.holder, taken.kind AS claim_kind,
               CASE
                   WHEN prior.body IS NOT NULL THEN 'repeated'
                   WHEN coalesce(last.version, 0) <> m.expected THEN 'conflict'
                   WHEN taken.holder IS NOT NULL THEN 'claimed'
                   ELSE 'appended'
               END AS outcome
        FROM member m
        LEFT JOIN LATERAL (
            SELECT e.version FROM log.event e WHERE e.aggregate_id = m.aggregate_id ORDER BY e.version DESC LIMIT 1
        ) AS last ON true
        LEFT JOIN LATERAL (
            SELECT r.body, r.result, r.recorded_at FROM log.request r WHERE r.key = m.key LIMIT 1
        ) AS prior ON true
        LEFT JOIN taken ON taken.member = m.ord
    ),
    numbered AS (
        SELECT head + row_number() OVER (ORDER BY e.ordinal) AS position,
               v.expected + row_number() OVER (PARTITION BY e.member ORDER BY e.ordinal) AS version,
               e.*, v.aggregate_id, v.actor, v.traceparent, v.recorded
        FROM unnest(e_member, e_id, e_type, e_province, e_regency, e_time, e_payload)
            WITH ORDINALITY AS e (member, event_id, type, province, regency, time, payload, ordinal)
        JOIN verdict v ON v.ord = e.member AND v.outcome = 'appended'
    ),
    events AS (
        INSERT INTO log.event (position, event_id, aggregate_id, version, type, province, regency, time, recorded_time, actor, traceparent, payload)
        SELECT n.position, n.event_id, n.aggregate_id, n.version, n.type, n.province, n.regency, n.time, n.recorded, n.actor, n.traceparent, n.payload
        FROM numbered n ORDER BY n.position
    ),
    requests AS (
        INSERT INTO log.request (key, body, result, recorded_at)
        SELECT v.key, v.body, v.result, v.recorded FROM verdict v WHERE v.outcome = 'appended' AND v.key IS NOT NULL
    ),
    releases AS (
        DELETE FROM log.claim c
        USING unnest(r_member, r_kind, r_value) AS r (member, kind, value), verdict v
        WHERE v.ord = r.member AND v.outcome = 'appended'
          AND c.kind = r.kind AND c.value = r.value AND c.aggregate_id = v.aggregate_id
    ),
    claims AS (
        INSERT INTO log.claim (kind, value, aggregate_id)
        SELECT c.kind, c.value, v.aggregate_id
        FROM unnest(c_member, c_kind, c_value) AS c (member, kind, value)
        JOIN verdict v ON v.ord = c.member AND v.outcome = 'appended'
        ON CONFLICT DO NOTHING
    ),
    keys AS (
        INSERT INTO vault.key (owner, wrapped)
        SELECT k.owner, k.wrapped
        FROM unnest(k_member, k_owner, k_wrapped) AS k (member, owner, wrapped)
        JOIN verdict v ON v.ord = k.member AND v.outcome = 'appended'
    ),
    records AS (
        INSERT INTO vault.record (record_id, reference, owner, kind, sealed)
        SELECT r.record_id, r.reference, r.owner, r.kind, r.sealed
        FROM unnest(v_member, v_record, v_reference, v_owner, v_kind, v_sealed)
            AS r (member, record_id, reference, owner, kind, sealed)
        JOIN verdict v ON v.ord = r.member AND v.outcome = 'appended'
    ),
    firsts AS (
        SELECT n.member, min(n.position) AS position FROM numbered n GROUP BY n.member
    )
    SELECT v.ord, v.outcome, f.position, v.recorded, v.prior_body, v.prior_result, v.prior_recorded, v.holder, v.claim_kind
    FROM verdict v LEFT JOIN firsts f ON f.member = v.ord
    ORDER BY v.ord;
END $$;
