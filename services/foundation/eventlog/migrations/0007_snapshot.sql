-- What an aggregate's events up to a version made of it, so that whoever decides need not read them all again. Made from the log
-- alone by who has just read it: what is deleted here is made again.
CREATE TABLE log.snapshot (
    aggregate_id uuid PRIMARY KEY,
    version      bigint NOT NULL,
    -- The event at that version: where the log has another one, the snapshot is of a log that is no more.
    event_id     uuid NOT NULL,
    -- How the state is written, as `Aggregate::SHAPE` names it. Whoever writes it otherwise does not read it.
    shape        text NOT NULL,
    state        bytea NOT NULL
);
