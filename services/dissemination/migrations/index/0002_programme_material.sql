-- Programmes and materials, as lists show them. Where they belong is where their office is, which the copy of the registry knows.

CREATE TABLE dissemination.programme (
    programme_id uuid PRIMARY KEY,
    -- Where the log has its first event: the order of lists.
    position     bigint NOT NULL,
    office_id    uuid NOT NULL,
    -- kim.dissemination.v1.ProgrammeStatus
    status       smallint NOT NULL,
    topic        text COLLATE "C" NOT NULL,
    version      bigint NOT NULL,
    -- kim.dissemination.v1.Programme, as answers show it
    record       bytea NOT NULL
);

CREATE UNIQUE INDEX programme_newest ON dissemination.programme (position DESC);
CREATE INDEX programme_office ON dissemination.programme (office_id, position DESC);

CREATE TABLE dissemination.material (
    material_id  uuid PRIMARY KEY,
    -- Where the log has its first event: the order of lists.
    position     bigint NOT NULL,
    office_id    uuid NOT NULL,
    programme_id uuid NOT NULL,
    -- kim.dissemination.v1.MaterialStatus
    status       smallint NOT NULL,
    -- kim.dissemination.v1.Material, as answers show it
    record       bytea NOT NULL
);

CREATE UNIQUE INDEX material_newest ON dissemination.material (position DESC);
CREATE INDEX material_office ON dissemination.material (office_id, position DESC);
CREATE INDEX material_programme ON dissemination.material (programme_id, position DESC);
