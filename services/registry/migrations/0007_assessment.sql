-- The events of code lists and rubrics, in the order in which they were set.
CREATE TABLE registry.code_list (
    position bigint PRIMARY KEY,
    payload  bytea NOT NULL
);

CREATE TABLE registry.rubric (
    position bigint PRIMARY KEY,
    payload  bytea NOT NULL
);

-- Assessments that stand. Where they belong is a matter of their community's seat, which may move: see registry.community.
CREATE TABLE registry.assessment (
    assessment_id uuid PRIMARY KEY,
    community_id  uuid NOT NULL,
    rubric        text COLLATE "C" NOT NULL,
    -- `2026`, `2026-03`, `2026-Q1`
    period        text COLLATE "C" NOT NULL,
    -- kim.registry.v1.Assessment, without its rubric's name
    record        bytea NOT NULL
);

CREATE INDEX assessment_community ON registry.assessment (community_id, rubric, period);
