-- Offices whose names and parents change by date, and partnerships. The index is made again from the log: what it had of offices
-- does not say enough.
TRUNCATE registry.community, registry.office, registry.rule, registry.revoked_grant, registry.reaction;
UPDATE registry.follower SET position = 0, event_id = NULL, master_position = 0;

ALTER TABLE registry.office
    -- kim.registry.v1.OfficeKind
    ADD COLUMN kind           smallint NOT NULL,
    ADD COLUMN established_on date NOT NULL,
    -- Null while it is open.
    ADD COLUMN closed_on      date,
    ADD COLUMN version        bigint NOT NULL;

CREATE TABLE registry.partnership (
    partnership_id    uuid PRIMARY KEY,
    office_id         uuid NOT NULL,
    community_id      uuid NOT NULL,
    -- kim.registry.v1.PartnershipStatus
    status            smallint NOT NULL,
    -- The last day of the agreement.
    until_on          date NOT NULL,
    -- The days on which the partners are reminded, and on which it expires; null when they do not apply.
    first_reminder_on date,
    last_reminder_on  date,
    expire_on         date,
    -- kim.registry.v1.Partnership, as answers show it
    record            bytea NOT NULL
);

CREATE INDEX partnership_community ON registry.partnership (community_id);
CREATE INDEX partnership_office ON registry.partnership (office_id);
CREATE INDEX partnership_first_reminder_due ON registry.partnership (first_reminder_on, partnership_id)
    WHERE first_reminder_on IS NOT NULL;
CREATE INDEX partnership_last_reminder_due ON registry.partnership (last_reminder_on, partnership_id)
    WHERE last_reminder_on IS NOT NULL;
CREATE INDEX partnership_expire_due ON registry.partnership (expire_on, partnership_id) WHERE expire_on IS NOT NULL;
