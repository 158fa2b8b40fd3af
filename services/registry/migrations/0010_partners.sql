-- Reactions are of partnerships, too: of those whose community or office is no more. What the log has of such already comes into these by
-- following it from its beginning. What is not made from the log stays.
ALTER TABLE registry.reaction RENAME COLUMN community_id TO aggregate_id;

DO $$
DECLARE
    made_of_log text;
BEGIN
    SELECT string_agg(format('registry.%I', tablename), ', ') INTO made_of_log
    FROM pg_tables WHERE schemaname = 'registry' AND tablename NOT IN ('migration', 'follower', 'simulated_clock', 'registration_number');
    EXECUTE 'TRUNCATE ' || made_of_log;
    UPDATE registry.follower SET position = 0, event_id = NULL, master_position = 0;
END $$;
