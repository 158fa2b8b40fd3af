-- Campaigns, whom they got to, and what they are still to do.

CREATE TABLE dissemination.campaign (
    campaign_id uuid PRIMARY KEY,
    -- Where the log has its first event: the order of lists.
    position    bigint NOT NULL,
    office_id   uuid NOT NULL,
    programme_id uuid NOT NULL,
    material_id uuid NOT NULL,
    -- kim.dissemination.v1.CampaignStatus and CampaignPriority
    status      smallint NOT NULL,
    priority    smallint NOT NULL,
    -- The level of its office: 1 nation, 2 province, 3 regency.
    origin      smallint NOT NULL,
    -- Whether batches are still to be told of a correction or withdrawal.
    notices_due boolean NOT NULL,
    -- When its last event was recorded.
    changed_at  timestamptz NOT NULL,
    -- The office's words about a pause or the cancellation, in the vault.
    note_ref    uuid,
    version     bigint NOT NULL,
    -- The campaign as the log's snapshots have it. Another shape of them comes with a step that makes the index again.
    state       bytea NOT NULL,
    -- kim.dissemination.v1.Campaign, as answers show it
    record      bytea NOT NULL
);

CREATE UNIQUE INDEX campaign_newest ON dissemination.campaign (position DESC);
CREATE INDEX campaign_office ON dissemination.campaign (office_id, position DESC);
CREATE INDEX campaign_material ON dissemination.campaign (material_id);
-- Scheduled, running, paused, or with somebody to be told: what the policies look at.
CREATE INDEX campaign_live ON dissemination.campaign (campaign_id) WHERE status IN (2, 3, 4) OR notices_due;

-- A community that got a campaign.
CREATE TABLE dissemination.assignment (
    campaign_id      uuid NOT NULL,
    community_id     uuid NOT NULL,
    batch            integer NOT NULL,
    -- The version that it got.
    material_version integer NOT NULL,
    assigned_at      timestamptz NOT NULL,
    -- The day of that in the zone of the regency.
    assigned_on      date NOT NULL,
    -- The regency in which it was told.
    regency_code     text COLLATE "C" NOT NULL,
    regency_decree   text COLLATE "C" NOT NULL,
    -- Of an ordinary campaign the level of its office, as campaigns have it: it counts in the community's week. Null for others.
    origin           smallint,
    -- That it was dissolved, or merged into another, while the campaign ran.
    released         boolean NOT NULL DEFAULT false,
    PRIMARY KEY (campaign_id, community_id)
);

CREATE INDEX assignment_community ON dissemination.assignment (community_id, assigned_on) INCLUDE (origin);

-- A batch was told that what it got was corrected or withdrawn.
CREATE TABLE dissemination.notice (
    campaign_id      uuid NOT NULL,
    batch            integer NOT NULL,
    -- kim.dissemination.v1.NoticeKind
    kind             smallint NOT NULL,
    -- The version that corrects, or the one that was withdrawn.
    material_version integer NOT NULL,
    issued_at        timestamptz NOT NULL,
    PRIMARY KEY (campaign_id, batch, kind, material_version)
);

-- Campaigns whose material has a newer version, or is withdrawn, as soon as the policy comes to them.
CREATE TABLE dissemination.reaction (
    position         bigint NOT NULL,
    campaign_id      uuid NOT NULL,
    material_version integer NOT NULL,
    -- kim.dissemination.v1.RevisionReason; null for a withdrawal
    revision_reason  smallint,
    -- When that was recorded: the reaction to it in a simulated log is, too.
    recorded_time    timestamptz NOT NULL,
    PRIMARY KEY (position, campaign_id)
);
