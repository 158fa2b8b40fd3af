-- The append-only log of one service, in the schema `log`, and the vault of what must never stand in it.

-- Who this log is. One row, written once.
CREATE TABLE log.identity (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    log_id     uuid NOT NULL,
    context    text NOT NULL,
    -- A log made as simulated is so for good: see log.keep_identity.
    simulated  boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION log.keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the identity of a log never changes';
END $$;

CREATE TRIGGER keep_identity BEFORE UPDATE OR DELETE ON log.identity
    FOR EACH ROW EXECUTE FUNCTION log.keep_identity();

CREATE TABLE log.event (
    position      bigint PRIMARY KEY,
    event_id      uuid NOT NULL,
    aggregate_id  uuid NOT NULL,
    version       bigint NOT NULL,
    type          text NOT NULL,
    -- The tokens of the subject: `14`, `1401`; `00`, `0000` for the nation.
    province      text NOT NULL,
    regency       text NOT NULL,
    -- When it happened, as the reporter says; and when it was written, as the log says.
    time          timestamptz NOT NULL,
    recorded_time timestamptz NOT NULL,
    actor         text NOT NULL,
    traceparent   text,
    payload       bytea NOT NULL,
    CONSTRAINT event_aggregate UNIQUE (aggregate_id, version)
);

-- The log only grows.
CREATE FUNCTION log.keep_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never changed and never deleted';
END $$;

CREATE TRIGGER keep_event BEFORE UPDATE OR DELETE ON log.event
    FOR EACH ROW EXECUTE FUNCTION log.keep_event();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON log.event
    FOR EACH STATEMENT EXECUTE FUNCTION log.keep_event();

-- Commands, reactions and timers that were carried out: each key once. Keys and bodies are keyed hashes.
CREATE TABLE log.request (
    key         uuid PRIMARY KEY,
    body        bytea NOT NULL,
    result      bytea NOT NULL,
    recorded_at timestamptz NOT NULL
);

-- Names held by one aggregate at a time: (kind, keyed hash of the value).
CREATE TABLE log.claim (
    kind         text NOT NULL,
    value        uuid NOT NULL,
    aggregate_id uuid NOT NULL,
    PRIMARY KEY (kind, value)
);

CREATE SCHEMA vault;

-- One key an owner (a person, or a community for its address), wrapped by the service's master key.
CREATE TABLE vault.key (
    owner   uuid PRIMARY KEY,
    wrapped bytea NOT NULL
);

CREATE TABLE vault.record (
    record_id uuid PRIMARY KEY,
    -- What events call it: several records, of several owners, may share a reference.
    reference uuid NOT NULL,
    owner     uuid NOT NULL REFERENCES vault.key ON DELETE CASCADE,
    kind      text NOT NULL,
    sealed    bytea NOT NULL
);

CREATE INDEX record_reference ON vault.record (reference);
CREATE INDEX record_owner ON vault.record (owner);
