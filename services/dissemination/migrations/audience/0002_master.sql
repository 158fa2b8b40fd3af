-- What of the registry's master data dissemination goes by: the territory in force, revoked grants, the list of topics. Events as the
-- registry's log has them, few, and read in their order.
CREATE TABLE audience.master (
    position bigint PRIMARY KEY,
    -- Full name of the event's message.
    type     text COLLATE "C" NOT NULL,
    payload  bytea NOT NULL
);
