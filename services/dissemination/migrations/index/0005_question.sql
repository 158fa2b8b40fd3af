-- Questions from sessions, as lists and inboxes ask for them.
CREATE TABLE dissemination.question (
    question_id    uuid PRIMARY KEY,
    -- Where the log has its first event, and its last: the oldest come first.
    asked_position bigint NOT NULL,
    position       bigint NOT NULL,
    community_id   uuid NOT NULL,
    campaign_id    uuid NOT NULL,
    programme_id   uuid NOT NULL,
    -- The office that it is with.
    office_id      uuid NOT NULL,
    -- kim.dissemination.v1.QuestionStatus
    status         smallint NOT NULL,
    -- The day of the last answer; null before the first.
    answered_on    date,
    published      boolean NOT NULL
);

CREATE UNIQUE INDEX question_order ON dissemination.question (asked_position);
CREATE INDEX question_office ON dissemination.question (office_id, asked_position);
CREATE INDEX question_community ON dissemination.question (community_id, campaign_id);
