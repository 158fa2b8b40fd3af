-- What communities reported of a campaign that they got: a row for each of which something was reported.
CREATE TABLE dissemination.delivery (
    campaign_id       uuid NOT NULL,
    community_id      uuid NOT NULL,
    -- Of its last event.
    position          bigint NOT NULL,
    -- Which of its rungs were reported.
    delivered         boolean NOT NULL,
    opened            boolean NOT NULL,
    acknowledged      boolean NOT NULL,
    declined          boolean NOT NULL,
    -- That some channel does not reach the community.
    undeliverable     boolean NOT NULL,
    -- Sessions that count.
    sessions          integer NOT NULL,
    reach_reported    boolean NOT NULL,
    -- Null where an office never said so.
    verified          boolean,
    -- The newest correction, and the version whose withdrawal, the community took notice of; 0 for none.
    corrected_version integer NOT NULL,
    withdrawn_version integer NOT NULL,
    -- kim.dissemination.v1.DeliveryStatus: the highest rung, as the delivery itself says it.
    status            smallint NOT NULL GENERATED ALWAYS AS (
        CASE WHEN verified THEN 9
             WHEN reach_reported THEN 8
             WHEN sessions > 0 THEN 7
             WHEN declined THEN 6
             WHEN acknowledged THEN 5
             WHEN opened THEN 4
             WHEN delivered THEN 3
             WHEN undeliverable THEN 2
             ELSE 1 END) STORED,
    PRIMARY KEY (community_id, campaign_id)
);

-- What is published, with where the log has it: in which languages, and its titles in their order.
CREATE TABLE dissemination.publication (
    material_id uuid NOT NULL,
    version     integer NOT NULL,
    position    bigint NOT NULL,
    languages   text[] NOT NULL,
    titles      text[] NOT NULL,
    PRIMARY KEY (material_id, version)
);

-- What is not opened any more.
CREATE TABLE dissemination.withdrawal (
    material_id  uuid PRIMARY KEY,
    position     bigint NOT NULL,
    withdrawn_at timestamptz NOT NULL
);
