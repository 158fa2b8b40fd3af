-- The service's own copy of what the registry says of communities, partnerships and offices: made from the registry's events alone, and
-- made again from them when it is emptied together with audience.checkpoint and audience.parked.
--
-- A row says what held from a position of the registry's log until another; null while it holds. What is asked for a position that the
-- checkpoint has reached is answered by the same rows for ever.

CREATE TABLE audience.community (
    community_id   uuid NOT NULL,
    from_position  bigint NOT NULL,
    until_position bigint,
    name           text NOT NULL,
    -- Codes with dots, in the order of bytes: what lies in a region is one range, from its code to its code followed by `/`.
    seat_code      text COLLATE "C" NOT NULL,
    seat_decree    text COLLATE "C" NOT NULL,
    -- The regency and the province that the seat lies in; the seat itself where it lies in none.
    regency_code   text COLLATE "C" NOT NULL,
    province_code  text COLLATE "C" NOT NULL,
    -- kim.registry.v1.RegionLevel
    seat_level     smallint NOT NULL,
    -- kim.registry.v1.CommunityStatus
    status         smallint NOT NULL,
    -- kim.registry.v1.BaseGroup
    base_group     smallint NOT NULL,
    PRIMARY KEY (community_id, from_position),
    CHECK (until_position > from_position)
);

-- One row holds now.
CREATE UNIQUE INDEX community_now ON audience.community (community_id) WHERE until_position IS NULL;

-- An audience goes by regency and then by id, and all that decides who is in it stands here.
CREATE INDEX community_order ON audience.community (regency_code, community_id, from_position)
    INCLUDE (until_position, seat_code, province_code, seat_level, status, base_group);

-- Who changed between two positions.
CREATE INDEX community_changed ON audience.community (from_position) INCLUDE (community_id);

CREATE TABLE audience.partnership (
    partnership_id uuid NOT NULL,
    from_position  bigint NOT NULL,
    until_position bigint,
    office_id      uuid NOT NULL,
    community_id   uuid NOT NULL,
    -- The agreement's first and last day.
    begins_on      date NOT NULL,
    ends_on        date NOT NULL,
    -- Null while it is proposed.
    signed_on      date,
    -- The first day on which it is no more: expired, terminated, or never agreed on.
    over_on        date,
    PRIMARY KEY (partnership_id, from_position),
    CHECK (until_position > from_position)
);

CREATE UNIQUE INDEX partnership_now ON audience.partnership (partnership_id) WHERE until_position IS NULL;
CREATE INDEX partnership_community ON audience.partnership (community_id, office_id, from_position);
CREATE INDEX partnership_changed ON audience.partnership (from_position) INCLUDE (community_id);

CREATE TABLE audience.office (
    office_id      uuid NOT NULL,
    from_position  bigint NOT NULL,
    until_position bigint,
    -- kim.registry.v1.OfficeKind
    kind           smallint NOT NULL,
    region_code    text COLLATE "C" NOT NULL,
    region_decree  text COLLATE "C" NOT NULL,
    -- What it is called, each with its first day and in the order of days.
    names          text[] NOT NULL,
    names_from     date[] NOT NULL,
    -- The first day on which it is no more.
    closed_on      date,
    PRIMARY KEY (office_id, from_position),
    CHECK (until_position > from_position)
);

CREATE UNIQUE INDEX office_now ON audience.office (office_id) WHERE until_position IS NULL;
