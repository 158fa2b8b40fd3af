-- Messages to other people's endpoints: whom they are for, what waits, what was tried, and what came of it.

CREATE TABLE webhook.endpoint (
    endpoint_id   uuid PRIMARY KEY,
    -- Address and secrets as the caller's vault sealed them, or what that vault finds them by.
    sealed        bytea NOT NULL,
    -- suspended: nothing but failures for days; gone: it answered 410; disabled: by whoever owns it, or erased.
    state         text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'gone', 'disabled')),
    state_since   timestamptz NOT NULL,
    -- In a row, and since when; 0 and null after an attempt that went well.
    failures      integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    -- Until then it is left alone.
    rest_until    timestamptz,
    -- The last attempt failed or took long: it waits among its like, and delays no others.
    slow          boolean NOT NULL DEFAULT false,
    CHECK ((failures = 0) = (failing_since IS NULL))
);

CREATE INDEX endpoint_stopped ON webhook.endpoint (endpoint_id) WHERE state <> 'active';

CREATE TABLE webhook.message (
    -- UUIDv7: in the order in which messages were queued.
    queued_id   uuid PRIMARY KEY,
    endpoint_id uuid NOT NULL REFERENCES webhook.endpoint ON DELETE CASCADE,
    -- What the receiver knows it by.
    message_id  text COLLATE "C" NOT NULL,
    kind        text NOT NULL,
    payload     bytea NOT NULL,
    queued_at   timestamptz NOT NULL,
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'dead')),
    -- When it is to be sent; while it is leased, when the lease runs out.
    due_at      timestamptz NOT NULL,
    -- Of whoever is sending it.
    lease       uuid,
    -- Since it was queued or replayed.
    attempts    integer NOT NULL DEFAULT 0,
    -- Why the last attempt failed.
    failure     text,
    ended_at    timestamptz,
    -- Why it is a dead letter.
    reason      text CHECK (reason IN ('exhausted', 'suspended', 'gone', 'disabled', 'moot')),
    UNIQUE (endpoint_id, message_id),
    CHECK ((state = 'waiting') = (ended_at IS NULL)),
    CHECK ((state = 'dead') = (reason IS NOT NULL)),
    CHECK (state = 'waiting' OR lease IS NULL)
);

-- What an endpoint has to be sent, the longest due first.
CREATE INDEX message_turn ON webhook.message (endpoint_id, due_at, queued_id) WHERE state = 'waiting';
CREATE INDEX message_leased ON webhook.message (endpoint_id, due_at) WHERE lease IS NOT NULL;
CREATE INDEX message_order ON webhook.message (endpoint_id, queued_id);
CREATE INDEX message_dead ON webhook.message (endpoint_id, queued_id) WHERE state = 'dead';
CREATE INDEX message_ended ON webhook.message (ended_at) WHERE ended_at IS NOT NULL;

-- The delivery log.
CREATE TABLE webhook.attempt (
    -- UUIDv7: in the order in which attempts ended.
    attempt_id  uuid PRIMARY KEY,
    queued_id   uuid NOT NULL REFERENCES webhook.message ON DELETE CASCADE,
    endpoint_id uuid NOT NULL,
    -- Which of the message's.
    number      integer NOT NULL,
    begun_at    timestamptz NOT NULL,
    took_ms     bigint NOT NULL,
    outcome     text NOT NULL,
    -- What the receiver answered.
    status      smallint
);

CREATE INDEX attempt_order ON webhook.attempt (endpoint_id, attempt_id);
CREATE INDEX attempt_message ON webhook.attempt (queued_id);

-- What the caller has not taken note of yet. Independent of the rows above, which may be gone by then.
CREATE TABLE webhook.outcome (
    -- UUIDv7: the key of what the caller does about it.
    outcome_id  uuid PRIMARY KEY,
    endpoint_id uuid NOT NULL,
    -- Null where it is about the endpoint.
    message_id  text COLLATE "C",
    what        text NOT NULL CHECK (what IN ('delivered', 'dead', 'suspended', 'gone', 'disabled')),
    reason      text,
    failure     text,
    at          timestamptz NOT NULL
);
