-- As in 0006_append_all_or_none.sql, with less to write under the log's lock. A row of a community's import brought three foreign
-- keys to check, nine entries of the vault's indexes and two claims that were compared by their kind's text first: two fifths of
-- what it took.

-- A value tells claims apart at its first bytes; the kind seldom has to.
ALTER TABLE log.claim DROP CONSTRAINT claim_pkey, ADD PRIMARY KEY (value, kind);

-- Records are opened by reference and erased by owner; nobody asks for one alone. That their owner has a key is seen to by
-- log.append and by who erases, who destroys the key before the records.
ALTER TABLE vault.record DROP CONSTRAINT record_owner_fkey, DROP CONSTRAINT record_pkey, ADD PRIMARY KEY (reference, record_id);
DROP INDEX vault.record_reference;

-- Appends a group of members in one transaction, all of them or none. A member is one aggregate's events with all that belongs to
-- them. The first row says where the group begins. Then comes a row for each member that stands in the way: 'repeated' (its key was
-- carried out before), 'conflict' (version) or 'claimed' (a name is another's). If there is one, nothing was written, and the caller
-- comes again without those; else all members were appended, in order.
--
-- The lock comes first and the positions in a statement after it, so that this statement's snapshot sees every commit before:
-- positions are gapless and in commit order, and an aborted transaction leaves no hole. All callers of one log take the same lock.
--
-- Arrays e_, c_, r_, k_ and v_ name their member by its ordinal, from 1. Within a group no two members share an aggregate, a key or
-- a claim. `k_` are new keys of the vault, and `known_owner` all other owners of `v_`, each once. Whoever holds the lock holds up all
-- others, so it is spent sparingly: elements by subscript (a row of unnest(a, b, …)
-- costs a tuplestore an array), and nothing is asked of what no member has. The plans are made when the tables are empty, and must
-- be index plans kept for good: who calls this sets enable_seqscan = off and plan_cache_mode = force_generic_plan for its connection,
-- which for the function alone would cost more.
DROP FUNCTION log.append;

CREATE FUNCTION log.append(
    m_aggregate uuid[], m_expected bigint[], m_actor text[], m_traceparent text[], m_recorded timestamptz[],
    m_key uuid[], m_body bytea[], m_result bytea[],
    e_member int[], e_id uuid[], e_version bigint[], e_type text[], e_province text[], e_regency text[],
    e_time timestamptz[], e_payload bytea[], e_attached bytea[],
    c_member int[], c_kind text[], c_value uuid[],
    r_member int[], r_kind text[], r_value uuid[],
    k_member int[], k_owner uuid[], k_wrapped bytea[],
    v_member int[], v_record uuid[], v_reference uuid[], v_owner uuid[], v_kind text[], v_sealed bytea[],
    known_owner uuid[]
) RETURNS TABLE (
    member int, outcome text, head bigint, written timestamptz, waited interval,
    prior_body bytea, prior_result bytea, holder uuid, claim_kind text
)
LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
    began timestamptz := clock_timestamp();
    newest bigint;
    newest_recorded timestamptz;
    is_simulated boolean;
    clock timestamptz;
    bad record;
    keys bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('log.append'), 0);

    SELECT coalesce(e.position, 0), e.recorded_time, i.simulated INTO STRICT newest, newest_recorded, is_simulated
    FROM log.identity i
    LEFT JOIN LATERAL (
        SELECT e.position, e.recorded_time FROM log.event e ORDER BY e.position DESC LIMIT 1
    ) AS e ON true;
    clock := clock_timestamp();
    waited := clock - began;
    -- A clock that was set back does not turn the order of recorded times.
    IF NOT is_simulated AND newest_recorded > clock THEN
        clock := newest_recorded;
    END IF;
    member := 0;
    outcome := 'begins';
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
        member := bad.ordinal;
        outcome := CASE WHEN bad.body IS NULL THEN 'conflict' ELSE 'repeated' END;
        prior_body := bad.body;
        prior_result := bad.result;
        RETURN NEXT;
    END LOOP;
    IF member > 0 THEN
        RETURN;
    END IF;

    IF cardinality(c_member) > 0 THEN
        FOR bad IN
            SELECT DISTINCT ON (c_member[c.i]) c_member[c.i] AS ordinal, c_kind[c.i] AS kind, held.aggregate_id
            FROM generate_series(1, cardinality(c_member)) AS c (i)
            CROSS JOIN LATERAL (
                SELECT h.aggregate_id FROM log.claim h WHERE h.value = c_value[c.i] AND h.kind = c_kind[c.i] LIMIT 1
            ) AS held
            WHERE held.aggregate_id <> m_aggregate[c_member[c.i]]
            ORDER BY c_member[c.i]
        LOOP
            member := bad.ordinal;
            outcome := 'claimed';
            holder := bad.aggregate_id;
            claim_kind := bad.kind;
            RETURN NEXT;
        END LOOP;
        IF member > 0 THEN
            RETURN;
        END IF;
    END IF;

    INSERT INTO log.event (position, event_id, aggregate_id, version, type, province, regency, time, recorded_time, actor, traceparent, payload,
                           attached)
    SELECT newest + e.i, e_id[e.i], m_aggregate[e_member[e.i]], e_version[e.i], e_type[e.i], e_province[e.i], e_regency[e.i], e_time[e.i],
           CASE WHEN is_simulated THEN coalesce(m_recorded[e_member[e.i]], clock) ELSE clock END,
           m_actor[e_member[e.i]], m_traceparent[e_member[e.i]], e_payload[e.i], e_attached[e.i]
    FROM generate_series(1, cardinality(e_member)) AS e (i);

    IF cardinality(m_key) > 0 THEN
        INSERT INTO log.request (key, body, result, recorded_at)
        SELECT m_key[m.i], m_body[m.i], m_result[m.i], CASE WHEN is_simulated THEN coalesce(m_recorded[m.i], clock) ELSE clock END
        FROM generate_series(1, cardinality(m_key)) AS m (i) WHERE m_key[m.i] IS NOT NULL;
    END IF;
    FOR i IN 1 .. coalesce(cardinality(r_member), 0) LOOP
        DELETE FROM log.claim c WHERE c.kind = r_kind[i] AND c.value = r_value[i] AND c.aggregate_id = m_aggregate[r_member[i]];
    END LOOP;
    IF cardinality(c_member) > 0 THEN
        INSERT INTO log.claim (kind, value, aggregate_id)
        SELECT c_kind[c.i], c_value[c.i], m_aggregate[c_member[c.i]] FROM generate_series(1, cardinality(c_member)) AS c (i)
        ON CONFLICT DO NOTHING;
    END IF;
    IF cardinality(k_member) > 0 THEN
        INSERT INTO vault.key (owner, wrapped)
        SELECT k_owner[k.i], k_wrapped[k.i] FROM generate_series(1, cardinality(k_member)) AS k (i);
    END IF;
    IF cardinality(known_owner) > 0 THEN
        -- Whoever erases one of them waits until this is committed, or has destroyed its key already.
        PERFORM FROM vault.key k WHERE k.owner = ANY (known_owner) ORDER BY k.owner FOR KEY SHARE;
        GET DIAGNOSTICS keys = ROW_COUNT;
        IF keys < cardinality(known_owner) THEN
            RAISE EXCEPTION 'an owner has no key in the vault any more' USING ERRCODE = 'foreign_key_violation';
        END IF;
    END IF;
    IF cardinality(v_member) > 0 THEN
        INSERT INTO vault.record (record_id, reference, owner, kind, sealed)
        SELECT v_record[v.i], v_reference[v.i], v_owner[v.i], v_kind[v.i], v_sealed[v.i]
        FROM generate_series(1, cardinality(v_member)) AS v (i);
    END IF;
END $$;
