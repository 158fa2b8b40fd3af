-- Appends a group of members in one transaction. A member is one aggregate's events with all that belongs to them; each stands
-- or falls alone. The first row says where the group begins; then comes a row for each member that was not appended: 'repeated'
-- (its key was carried out before), 'conflict' (version) or 'claimed' (a name is another's). All others were appended, in order.
--
-- The lock comes first and the positions in a statement after it, so that this statement's snapshot sees every commit before:
-- positions are gapless and in commit order, and an aborted transaction leaves no hole. All callers of one log take the same lock.
--
-- Arrays e_, c_, r_, k_ and v_ name their member by its ordinal, from 1. Within a group no two members share an aggregate, a key or
-- a claim. Whoever holds the lock holds up all others, so it is spent sparingly: one plan a statement for good, elements by
-- subscript (a row of unnest(a, b, …) costs a tuplestore an array), and nothing is asked of what no member has.
DROP FUNCTION log.append;

CREATE FUNCTION log.append(
    m_aggregate uuid[], m_expected bigint[], m_key uuid[], m_body bytea[], m_result bytea[], m_recorded timestamptz[],
    e_member int[], e_id uuid[], e_aggregate uuid[], e_version bigint[], e_type text[], e_province text[], e_regency text[],
    e_time timestamptz[], e_actor text[], e_traceparent text[], e_payload bytea[], e_attached bytea[],
    c_member int[], c_kind text[], c_value uuid[],
    r_member int[], r_kind text[], r_value uuid[],
    k_member int[], k_owner uuid[], k_wrapped bytea[],
    v_member int[], v_record uuid[], v_reference uuid[], v_owner uuid[], v_kind text[], v_sealed bytea[]
) RETURNS TABLE (
    member int, outcome text, head bigint, written timestamptz, waited_seconds double precision,
    prior_body bytea, prior_result bytea, holder uuid, claim_kind text
)
LANGUAGE plpgsql VOLATILE
-- The plans are made when the tables are empty: they must be index plans then, too.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    began timestamptz := clock_timestamp();
    newest bigint;
    newest_recorded timestamptz;
    is_simulated boolean;
    clock timestamptz;
    -- Ordinals of the members that are not appended.
    refused int[] := '{}';
    bad record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('log.append'), 0);

    SELECT coalesce(e.position, 0), e.recorded_time, i.simulated INTO STRICT newest, newest_recorded, is_simulated
    FROM log.identity i
    LEFT JOIN LATERAL (
        SELECT e.position, e.recorded_time FROM log.event e ORDER BY e.position DESC LIMIT 1
    ) AS e ON true;
    clock := clock_timestamp();
    waited_seconds := extract(epoch FROM clock - began);
    -- A clock that was set back does not turn the order of recorded times.
    IF NOT is_simulated AND newest_recorded > clock THEN
        clock := newest_recorded;
    END IF;
    member := 0;
    outcome := 'appended';
    head := newest;
    written := clock;
    RETURN NEXT;

    FOR bad IN
        SELECT m.ordinal, prior.body, prior.result
        FROM generate_series(1, cardinality(m_aggregate)) AS m (ordinal)
        LEFT JOIN LATERAL (
            SELECT e.version FROM log.event e WHERE e.aggregate_id = m_aggregate[m.ordinal] ORDER BY e.version DESC LIMIT 1
        ) AS last ON true
        LEFT JOIN LATERAL (
            SELECT r.body, r.result FROM log.request r WHERE r.key = m_key[m.ordinal] LIMIT 1
        ) AS prior ON true
        WHERE prior.body IS NOT NULL OR coalesce(last.version, 0) <> m_expected[m.ordinal]
    LOOP
        refused := refused || bad.ordinal;
        member := bad.ordinal;
        outcome := CASE WHEN bad.body IS NULL THEN 'conflict' ELSE 'repeated' END;
        prior_body := bad.body;
        prior_result := bad.result;
        RETURN NEXT;
    END LOOP;

    IF cardinality(c_member) > 0 THEN
        FOR bad IN
            SELECT DISTINCT ON (c_member[c.i]) c_member[c.i] AS ordinal, c_kind[c.i] AS kind, held.aggregate_id
            FROM generate_series(1, cardinality(c_member)) AS c (i)
            CROSS JOIN LATERAL (
                SELECT h.aggregate_id FROM log.claim h WHERE h.kind = c_kind[c.i] AND h.value = c_value[c.i] LIMIT 1
            ) AS held
            WHERE c_member[c.i] <> ALL (refused) AND held.aggregate_id <> m_aggregate[c_member[c.i]]
            ORDER BY c_member[c.i]
        LOOP
            refused := refused || bad.ordinal;
            member := bad.ordinal;
            outcome := 'claimed';
            holder := bad.aggregate_id;
            claim_kind := bad.kind;
            RETURN NEXT;
        END LOOP;
    END IF;

    INSERT INTO log.event (position, event_id, aggregate_id, version, type, province, regency, time, recorded_time, actor, traceparent, payload,
                           attached)
    SELECT newest + row_number() OVER (), e_id[i], e_aggregate[i], e_version[i], e_type[i], e_province[i], e_regency[i], e_time[i],
           CASE WHEN is_simulated THEN coalesce(m_recorded[e_member[i]], clock) ELSE clock END,
           e_actor[i], e_traceparent[i], e_payload[i], e_attached[i]
    FROM generate_series(1, cardinality(e_member)) AS e (i)
    WHERE e_member[i] <> ALL (refused);

    INSERT INTO log.request (key, body, result, recorded_at)
    SELECT m_key[m.ordinal], m_body[m.ordinal], m_result[m.ordinal],
           CASE WHEN is_simulated THEN coalesce(m_recorded[m.ordinal], clock) ELSE clock END
    FROM generate_series(1, cardinality(m_key)) AS m (ordinal)
    WHERE m_key[m.ordinal] IS NOT NULL AND m.ordinal <> ALL (refused);

    FOR i IN 1 .. cardinality(r_member) LOOP
        IF r_member[i] <> ALL (refused) THEN
            DELETE FROM log.claim c
            WHERE c.kind = r_kind[i] AND c.value = r_value[i] AND c.aggregate_id = m_aggregate[r_member[i]];
        END IF;
    END LOOP;
    IF cardinality(c_member) > 0 THEN
        INSERT INTO log.claim (kind, value, aggregate_id)
        SELECT c_kind[i], c_value[i], m_aggregate[c_member[i]]
        FROM generate_series(1, cardinality(c_member)) AS c (i)
        WHERE c_member[i] <> ALL (refused)
        ON CONFLICT DO NOTHING;
    END IF;
    IF cardinality(k_member) > 0 THEN
        INSERT INTO vault.key (owner, wrapped)
        SELECT k_owner[i], k_wrapped[i] FROM generate_series(1, cardinality(k_member)) AS k (i)
        WHERE k_member[i] <> ALL (refused);
    END IF;
    IF cardinality(v_member) > 0 THEN
        INSERT INTO vault.record (record_id, reference, owner, kind, sealed)
        SELECT v_record[i], v_reference[i], v_owner[i], v_kind[i], v_sealed[i]
        FROM generate_series(1, cardinality(v_member)) AS v (i)
        WHERE v_member[i] <> ALL (refused);
    END IF;
END $$;
