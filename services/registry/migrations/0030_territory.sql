-- Territories that came into force, and by which decree the codes of seats and regions are. What the log has of them already comes into
-- these by following it from its beginning. What is not made from the log stays.
DO $$
DECLARE
    made_of_log text;
BEGIN
    SELECT string_agg(format('registry.%I', tablename), ', ') INTO made_of_log
    FROM pg_tables WHERE schemaname = 'registry' AND tablename NOT IN ('migration', 'follower', 'simulated_clock', 'registration_number');
    EXECUTE 'TRUNCATE ' || made_of_log;
    UPDATE registry.follower SET position = 0, event_id = NULL, master_position = 0;
END $$;

-- The territory's events, in their order.
CREATE TABLE registry.territory (
    position      bigint PRIMARY KEY,
    type          text NOT NULL,
    payload       bytea NOT NULL,
    recorded_time timestamptz NOT NULL
);

ALTER TABLE registry.community ADD COLUMN seat_decree text COLLATE "C" NOT NULL;
ALTER TABLE registry.office ADD COLUMN region_decree text COLLATE "C" NOT NULL;

-- Grants that hold, by the region that each was issued for.
CREATE TABLE registry.held_grant (
    grant_id      uuid PRIMARY KEY,
    -- kim.registry.v1.Role
    role          smallint NOT NULL,
    region_code   text COLLATE "C" NOT NULL,
    region_decree text COLLATE "C" NOT NULL
);
