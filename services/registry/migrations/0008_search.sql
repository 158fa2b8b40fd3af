-- Communities are looked for by name, number, base group and silence. The index is made again from the log: what it had says too little.
TRUNCATE registry.community, registry.term, registry.office, registry.partnership, registry.rule, registry.revoked_grant,
         registry.reaction, registry.training, registry.training_participant, registry.code_list, registry.rubric,
         registry.assessment;
UPDATE registry.follower SET position = 0, event_id = NULL, master_position = 0;

ALTER TABLE registry.community
    -- kim.registry.v1.BaseGroup
    ADD COLUMN base_group          smallint NOT NULL,
    -- Null before it is registered, and for one from before numbers were given.
    ADD COLUMN registration_number text COLLATE "C";

CREATE INDEX community_registration_number ON registry.community (registration_number) WHERE registration_number IS NOT NULL;

-- What communities are called: each replica keeps it in memory, and reads what came since it last looked.
CREATE TABLE registry.name (
    community_id uuid PRIMARY KEY,
    -- The event that named it so, or gave it this seat.
    position     bigint NOT NULL,
    seat_code    text NOT NULL,
    -- Without the words for "KIM", in lower case, with one space between two.
    words        text NOT NULL
);

CREATE INDEX name_position ON registry.name (position);
