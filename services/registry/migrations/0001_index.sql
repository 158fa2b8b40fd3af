-- What the registry knows of its own log: a read model for its lists, its timers and its rules. It is made from the log alone;
-- emptied together with registry.follower, it is made again.

-- How far the log was followed, and the event there. One row: whichever replica follows takes its lock.
CREATE TABLE registry.follower (
    one            boolean PRIMARY KEY DEFAULT true CHECK (one),
    position       bigint NOT NULL,
    event_id       uuid,
    -- The last position that changed a rule or revoked a grant: a replica that has not seen it reads them again.
    master_position bigint NOT NULL
);

INSERT INTO registry.follower (position, master_position) VALUES (0, 0);

CREATE TABLE registry.community (
    community_id     uuid PRIMARY KEY,
    -- Codes with dots, in the order of bytes: what lies in a region is one range, from its code to its code followed by `/`.
    seat_code        text COLLATE "C" NOT NULL,
    name_key         text COLLATE "C" NOT NULL,
    -- kim.registry.v1.CommunityStatus
    status           smallint NOT NULL,
    last_activity_on date,
    -- That it was reminded of its present silence.
    reminded         boolean NOT NULL DEFAULT false,
    -- The days on which its silence falls due; null when they do not apply.
    remind_on        date,
    dormant_on       date,
    version          bigint NOT NULL,
    -- kim.registry.v1.Community, as answers show it
    record           bytea NOT NULL
);

CREATE INDEX community_seat ON registry.community (seat_code, name_key, community_id);
CREATE INDEX community_remind_due ON registry.community (remind_on, community_id) WHERE remind_on IS NOT NULL;
CREATE INDEX community_dormant_due ON registry.community (dormant_on, community_id) WHERE dormant_on IS NOT NULL;

-- A row is written for each activity: what it was before is cleared away early, so that the table stays small.
ALTER TABLE registry.community SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

CREATE TABLE registry.office (
    office_id   uuid PRIMARY KEY,
    region_code text COLLATE "C" NOT NULL,
    name_key    text COLLATE "C" NOT NULL,
    -- kim.registry.v1.Office
    record      bytea NOT NULL
);

CREATE INDEX office_region ON registry.office (region_code, name_key, office_id);

-- The rules' events, in the order in which they were set.
CREATE TABLE registry.rule (
    position bigint PRIMARY KEY,
    type     text NOT NULL,
    payload  bytea NOT NULL
);

CREATE TABLE registry.revoked_grant (
    grant_id uuid PRIMARY KEY
);

-- Communities that a training gives a plan, as soon as the policy comes to them.
CREATE TABLE registry.reaction (
    position      bigint NOT NULL,
    community_id  uuid NOT NULL,
    training_id   uuid NOT NULL,
    held_from     date NOT NULL,
    -- When the training was recorded: the reaction to it in a simulated log is, too.
    recorded_time timestamptz NOT NULL,
    PRIMARY KEY (position, community_id)
);

-- The clock of a simulated log. Not in the log: nothing is reckoned from it but what is due.
CREATE TABLE registry.simulated_clock (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    now timestamptz NOT NULL
);
