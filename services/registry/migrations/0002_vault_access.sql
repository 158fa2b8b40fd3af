-- Who read personal data, when, and where in the vault the purpose stands that they gave. Written before the data is handed out.
CREATE TABLE vault.access (
    access_id    uuid PRIMARY KEY,
    community_id uuid NOT NULL,
    -- The opaque subject of the reader.
    subject      text NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    -- Reference to the sealed purpose.
    purpose_ref  uuid NOT NULL
);

CREATE INDEX access_community ON vault.access (community_id, at);

CREATE FUNCTION vault.keep_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record of who read what is never changed';
END $$;

CREATE TRIGGER keep_access BEFORE UPDATE OR DELETE ON vault.access
    FOR EACH ROW EXECUTE FUNCTION vault.keep_access();
