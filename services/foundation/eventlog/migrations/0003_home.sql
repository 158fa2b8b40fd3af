-- Where the log runs, whether it takes events there, and what people decided after a restore.

-- The timeline that is written now: the first eight digits of a segment's name. The last checkpoint may still have the old one
-- for a moment after a promotion.
CREATE FUNCTION log.timeline() RETURNS int LANGUAGE sql STABLE AS $$
    SELECT ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int
$$;

-- A backup that was restored, a copy, a promoted standby: each shows as another cluster, timeline, database or table.
CREATE FUNCTION log.here(OUT system_identifier bigint, OUT timeline int, OUT database oid, OUT event_table oid)
LANGUAGE sql STABLE AS $$
    SELECT c.system_identifier, log.timeline(), d.oid, to_regclass('log.event')::oid
    FROM pg_control_system() c, pg_database d WHERE d.datname = current_database()
$$;

-- Where the log last ran, and why it takes no events, if it takes none. One row.
CREATE TABLE log.home (
    one               boolean PRIMARY KEY DEFAULT true CHECK (one),
    system_identifier bigint NOT NULL,
    timeline          int NOT NULL,
    database          oid NOT NULL,
    event_table       oid NOT NULL,
    noted_at          timestamptz NOT NULL DEFAULT now(),
    -- See `Reason` in src/gate/mod.rs; null while events are taken.
    closed            text,
    closed_at         timestamptz,
    -- The position that showed it, where there is one.
    closed_position   bigint,
    -- An event that the log must have again before it opens by itself: the position, and the id where it is known.
    wanted_position   bigint,
    wanted_event      uuid,
    -- The last decision to let the log go on as it is: who knows events that it does without since then must forget them.
    kept              uuid,
    -- What the relay cannot mend by itself, though events are taken; see `Alarm` in src/relay/status.rs.
    alarm             text
);

INSERT INTO log.home (system_identifier, timeline, database, event_table) SELECT * FROM log.here();

-- Refuses events where the log did not last run, and while it is closed: exact for every replica, however late it looks. What a
-- connection cannot leave, its cluster and its database, is compared once a connection.
CREATE FUNCTION log.keep_home() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Set for their transactions only by those who take events back into a log that is closed.
    IF current_setting('kim.taking_back', true) = 'on' THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (
        SELECT FROM log.home h WHERE h.closed IS NULL AND h.event_table = TG_RELID AND h.timeline = log.timeline()
    ) THEN
        RAISE EXCEPTION 'the log is closed' USING ERRCODE = 'KIM01';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER keep_home BEFORE INSERT ON log.event FOR EACH STATEMENT EXECUTE FUNCTION log.keep_home();

-- What an event's member brought beside its events and its vault records, as `Attached` in src/attached.rs: request key, claims,
-- releases. It stands at the member's first event, and goes with it to the stream, so that it can come back with it.
ALTER TABLE log.event ADD COLUMN attached bytea;

-- Who decided what became of a log that differed from its stream. Never changed but by its end.
CREATE TABLE log.decision (
    decision_id   uuid PRIMARY KEY,
    -- `take_back` or `keep_log`
    choice        text NOT NULL,
    -- The opaque subject of who decided.
    subject       text NOT NULL,
    decided_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- The positions that only the stream had, as they were shown to who decided.
    from_position bigint NOT NULL,
    to_position   bigint NOT NULL,
    -- The log's newest position then.
    head          bigint NOT NULL,
    -- How many events were taken back, or set aside.
    events        bigint NOT NULL DEFAULT 0,
    -- Null while it is carried out, and for good when it was broken off; then another decision follows.
    ended_at      timestamptz
);

CREATE FUNCTION log.keep_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL
       AND (NEW.decision_id, NEW.choice, NEW.subject, NEW.decided_at, NEW.from_position, NEW.to_position, NEW.head)
         = (OLD.decision_id, OLD.choice, OLD.subject, OLD.decided_at, OLD.from_position, OLD.to_position, OLD.head) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a decision is never changed';
END $$;

CREATE TRIGGER keep_decision BEFORE UPDATE OR DELETE ON log.decision
    FOR EACH ROW EXECUTE FUNCTION log.keep_decision();

-- What only the stream had when an operator decided that the log stays as it is. Nothing reads it; it is for people.
CREATE TABLE log.set_aside (
    decision_id uuid NOT NULL REFERENCES log.decision,
    sequence    bigint NOT NULL,
    subject     text NOT NULL,
    -- The message's headers as they stood in the stream, a line each.
    headers     text NOT NULL,
    payload     bytea NOT NULL,
    PRIMARY KEY (decision_id, sequence)
);

-- Up to which position of the log the vault knows what was erased. It stands in the vault's own schema: a vault from a backup
-- brings it along, and what was erased since is erased again.
CREATE TABLE vault.erased (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL
);

INSERT INTO vault.erased (position) VALUES (0);
