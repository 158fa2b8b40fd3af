-- What the channels out go by, made from the service's own log: which communities have an endpoint, and who was assigned in which batch. What is
-- to be sent stands in the queue (schema webhook), and is put there in the transaction of the event that it is sent for.

CREATE TABLE channel.endpoint (
    endpoint_id  uuid PRIMARY KEY,
    community_id uuid NOT NULL
);

CREATE INDEX endpoint_community ON channel.endpoint (community_id);

CREATE TABLE channel.batch (
    campaign_id      uuid NOT NULL,
    batch            integer NOT NULL,
    material_id      uuid NOT NULL,
    community_ids    uuid[] NOT NULL,
    PRIMARY KEY (campaign_id, batch)
);
