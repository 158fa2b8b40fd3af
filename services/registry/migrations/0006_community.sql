-- How far registration numbers were given out. Not made from the log: it is raised by what the log has, and never lowered, so that a
-- number that somebody was told is not given to another.
CREATE TABLE registry.registration_number (
    regency text COLLATE "C" NOT NULL,
    year    int NOT NULL,
    last    int NOT NULL CHECK (last > 0),
    PRIMARY KEY (regency, year)
);

-- Reactions of more than one policy: which one, what caused it, and the day that it counts from.
ALTER TABLE registry.reaction ADD COLUMN policy text NOT NULL DEFAULT 'revitalisation';
ALTER TABLE registry.reaction ALTER COLUMN policy DROP DEFAULT;
ALTER TABLE registry.reaction RENAME COLUMN training_id TO cause_id;
ALTER TABLE registry.reaction RENAME COLUMN held_from TO on_day;

-- Terms of officers that end by themselves, and have not ended yet.
CREATE TABLE registry.term (
    community_id uuid NOT NULL,
    officer_id   uuid NOT NULL,
    begins_on    date NOT NULL,
    -- The first day on which the chair is theirs no more.
    ends_on      date NOT NULL,
    PRIMARY KEY (community_id, officer_id, begins_on)
);

CREATE INDEX term_ends ON registry.term (ends_on, community_id, officer_id);
