-- What is not made again with a read model: which one serves, what the log is, and how its writer stands.

-- A generation of the read model: one schema, `read_<number>`, folded from position 1. One serves at a time.
CREATE TABLE generation (
    number       bigint PRIMARY KEY,
    schema       text NOT NULL UNIQUE,
    status       text NOT NULL CHECK (status IN ('building', 'serving', 'retired')),
    -- The fold, the tables and the territory that it was made by: another one is made anew.
    fold_version text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX generation_serving ON generation (status) WHERE status = 'serving';
CREATE UNIQUE INDEX generation_building ON generation (status) WHERE status = 'building';

CREATE SEQUENCE generation_number;

-- Somebody asked for a rebuild; the writer takes it.
CREATE TABLE rebuild_request (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    requested_at timestamptz NOT NULL DEFAULT now()
);

-- What is known of a log beyond its events, by its identity; kept so that it is known when the registry is down.
CREATE TABLE source (
    log_id    uuid PRIMARY KEY,
    context   text NOT NULL,
    simulated boolean NOT NULL
);

-- How the writer hears from the log, for the replicas that only read. One row.
CREATE TABLE writer (
    one       boolean PRIMARY KEY DEFAULT true CHECK (one),
    head      bigint NOT NULL,
    -- How far the read model is behind, in milliseconds.
    lag_ms    bigint NOT NULL,
    -- Since when the stream cannot be heard; NULL while it can.
    silent_since timestamptz,
    beat_at   timestamptz NOT NULL
);
