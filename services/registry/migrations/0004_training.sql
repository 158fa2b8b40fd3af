-- Trainings, and what the communities that took part did in the 90 days after.

CREATE TABLE registry.training (
    training_id uuid PRIMARY KEY,
    region_code text COLLATE "C" NOT NULL,
    -- kim.registry.v1.TrainingKind and TrainingStatus
    kind        smallint NOT NULL,
    status      smallint NOT NULL,
    -- As it was held; before that, as it is planned.
    begins_on   date NOT NULL,
    ends_on     date NOT NULL,
    -- kim.registry.v1.TrainingSummary, as answers show it
    record      bytea NOT NULL
);

CREATE INDEX training_newest ON registry.training (begins_on DESC, training_id DESC);
CREATE INDEX training_region ON registry.training (region_code, begins_on DESC, training_id DESC);

-- A community that took part, and the first day on which each of these happened from held_from to follow_until: null when none did.
CREATE TABLE registry.training_participant (
    training_id       uuid NOT NULL,
    community_id      uuid NOT NULL,
    held_from         date NOT NULL,
    follow_until      date NOT NULL,
    first_activity_on date,
    registered_on     date,
    revitalised_on    date,
    PRIMARY KEY (training_id, community_id)
);

CREATE INDEX training_participant_community ON registry.training_participant (community_id, held_from);

-- What the log has of trainings already comes into these by following it from its beginning. What is not made from the log stays.
DO $$
DECLARE
    made_of_log text;
BEGIN
    SELECT string_agg(format('registry.%I', tablename), ', ') INTO made_of_log
    FROM pg_tables WHERE schemaname = 'registry' AND tablename NOT IN ('migration', 'follower', 'simulated_clock', 'registration_number');
    EXECUTE 'TRUNCATE ' || made_of_log;
    UPDATE registry.follower SET position = 0, event_id = NULL, master_position = 0;
END $$;
