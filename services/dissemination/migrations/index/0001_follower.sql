-- What dissemination knows of its own log: a read model for its lists, its policies and the inbox. It is made from the log alone; emptied together
-- with dissemination.follower, it is made again.

-- How far the log was followed, and the event there. One row: whichever replica follows takes its lock.
CREATE TABLE dissemination.follower (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL,
    event_id uuid
);

INSERT INTO dissemination.follower (position) VALUES (0);

-- The clock of a simulated log. Not in the log: nothing is reckoned from it but what is due.
CREATE TABLE dissemination.simulated_clock (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    now timestamptz NOT NULL
);
