-- What a community is called stands in its row, and a replica that keeps names in memory reads what was named since it last looked.
-- The index is made again from the log.
DO $$
DECLARE
    made_of_log text;
BEGIN
    SELECT string_agg(format('registry.%I', tablename), ', ') INTO made_of_log
    FROM pg_tables WHERE schemaname = 'registry' AND tablename NOT IN ('migration', 'follower', 'simulated_clock', 'registration_number');
    EXECUTE 'TRUNCATE ' || made_of_log;
    UPDATE registry.follower SET position = 0, event_id = NULL, master_position = 0;
END $$;

DROP TABLE registry.name;

-- The event that named it so, or gave it this seat.
ALTER TABLE registry.community ADD COLUMN named_at bigint NOT NULL;
CREATE INDEX community_named_at ON registry.community (named_at);
