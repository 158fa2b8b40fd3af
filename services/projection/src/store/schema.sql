-- One generation of the read model. Everything in it follows from the events up to `checkpoint`: no wall clock, no chance.
--
-- place  A region of the territory in force: its code without dots, filled up with zeros to ten digits; the nation is 0.
--        What lies in a region is one range of places, and the order is that of codes.
-- basis  Which date is counted by: 1 when it happened, 2 when it was recorded.
-- month  Its first day.
-- status 1 draft, 2 submitted, 3 returned, 4 registered, 5 active, 6 dormant, 7 dissolved, 8 merged into another.
-- kind   1 dissemination, 2 literacy class, 3 coverage, 4 meeting, 5 training, 6 economic, 7 social.

-- A community as its newest event left it. Rows are updated in place, with room left for it.
CREATE TABLE community (
    id                 uuid PRIMARY KEY,
    version            bigint NOT NULL,
    name               text NOT NULL,
    seat               bigint NOT NULL,
    formed_on          date NOT NULL,
    members            int NOT NULL,
    -- The day that the number of members was told for, after the registration.
    members_on         date,
    last_activity_on   date,
    last_activity_kind smallint
) WITH (fillfactor = 80);

-- A community's states in time: from a day on until before another; 9999-12-31 while it lasts.
CREATE TABLE span (
    community_id uuid NOT NULL,
    basis        smallint NOT NULL,
    from_on      date NOT NULL,
    until_on     date NOT NULL,
    status       smallint NOT NULL,
    seat         bigint NOT NULL,
    name         text COLLATE "C" NOT NULL,
    PRIMARY KEY (community_id, basis, from_on)
);

-- The list behind a number, and the list of all but drafts and those that ended.
CREATE INDEX span_by_status ON span (basis, status, seat, name, community_id);
CREATE INDEX span_living ON span (basis, seat, name, community_id) WHERE status BETWEEN 2 AND 6;

-- A dormant community came back. `version` is the community's.
CREATE TABLE revival (
    community_id uuid NOT NULL,
    version      bigint NOT NULL,
    seat         bigint NOT NULL,
    name         text COLLATE "C" NOT NULL,
    active_from  date NOT NULL,
    recorded_on  date NOT NULL,
    -- What preceded it: 1 a training, 2 a partnership, 3 a visit.
    after_kind     smallint NOT NULL,
    after_training uuid,
    PRIMARY KEY (community_id, version)
);

-- A year's revivals in the list's order, where they are many; by date, where they are few.
CREATE INDEX revival_by_seat ON revival (seat, name, community_id, version) INCLUDE (active_from, recorded_on);
CREATE INDEX revival_happened ON revival (active_from);
CREATE INDEX revival_recorded ON revival (recorded_on);

-- The newest activity of each month: by the month it happened in, and the newest of all that were known at the end of the
-- month they were recorded in.
CREATE TABLE activity (
    community_id  uuid NOT NULL,
    month         date NOT NULL,
    happened_on   date,
    happened_kind smallint,
    known_on      date,
    known_kind    smallint,
    PRIMARY KEY (community_id, month)
);

-- Net changes in a month; the figure at a month's end is the sum up to it. A row that sums to nothing is not there.
CREATE TABLE figure (
    basis       smallint NOT NULL,
    place       bigint NOT NULL,
    month       date NOT NULL,
    draft       int NOT NULL,
    submitted   int NOT NULL,
    returned    int NOT NULL,
    registered  int NOT NULL,
    active      int NOT NULL,
    dormant     int NOT NULL,
    dissolved   int NOT NULL,
    merged      int NOT NULL,
    -- Revivals in the month, and those of them that followed a training within 90 days; one after two trainings counts once.
    revitalised            int NOT NULL,
    revived_after_training int NOT NULL,
    -- Regions in it, itself included, with at least one active community.
    regencies   int NOT NULL,
    districts   int NOT NULL,
    villages    int NOT NULL,
    PRIMARY KEY (basis, place, month)
) WITH (fillfactor = 80);

CREATE TABLE training (
    id          uuid PRIMARY KEY,
    place       bigint NOT NULL,
    held_from   date NOT NULL,
    held_to     date NOT NULL,
    recorded_on date NOT NULL
);

CREATE INDEX training_by_place ON training (place);

CREATE TABLE participant (
    community_id uuid NOT NULL,
    training_id  uuid NOT NULL,
    PRIMARY KEY (community_id, training_id)
);

-- Of a training's participants with their seat in a region: net changes in a month.
CREATE TABLE outcome (
    place       bigint NOT NULL,
    basis       smallint NOT NULL,
    training_id uuid NOT NULL,
    month       date NOT NULL,
    communities    int NOT NULL,
    dormant_before int NOT NULL,
    revived        int NOT NULL,
    PRIMARY KEY (place, basis, training_id, month)
);

CREATE TABLE dormancy_rule (
    aggregate_id    uuid NOT NULL,
    version         int NOT NULL,
    place           bigint NOT NULL,
    effective_from  date NOT NULL,
    recorded_on     date NOT NULL,
    reminder_months int NOT NULL,
    dormant_months  int NOT NULL,
    PRIMARY KEY (aggregate_id, version)
);

CREATE INDEX dormancy_rule_by_place ON dormancy_rule (place, effective_from);

CREATE TABLE baseline (
    code    text NOT NULL,
    version int NOT NULL,
    value   bigint NOT NULL,
    as_of   date NOT NULL,
    source  text NOT NULL,
    PRIMARY KEY (code, version)
);

-- The territories that were adopted; the last one is in force, and all places are its places.
CREATE TABLE territory_adopted (
    decree     text PRIMARY KEY,
    -- In the log.
    position   bigint NOT NULL,
    adopted_on date NOT NULL,
    -- Of the list of codes; not there before the adoption itself is folded, next to what it changed.
    digest     text
);

-- What became of the regions of the territory adopted before. One that is not here is the same region at the same code.
CREATE TABLE territory_change (
    to_decree   text NOT NULL,
    number      int NOT NULL,
    from_decree text NOT NULL,
    -- 1 renamed, 2 moved, 3 split (a row for each part, the heir first), 4 merged, 5 new, 6 gone.
    kind        smallint NOT NULL,
    -- In the territory before.
    old_place   bigint,
    new_place   bigint,
    PRIMARY KEY (to_decree, number)
);

-- How many aggregates of each log are in the read model: of the registry's, communities and trainings.
CREATE TABLE tally (
    context    text PRIMARY KEY,
    aggregates bigint NOT NULL
);

INSERT INTO tally (context, aggregates) VALUES ('registry', 0), ('dissemination', 0);

-- What an office is called from a day on.
CREATE TABLE office_name (
    office_id uuid NOT NULL,
    from_on   date NOT NULL,
    name      text NOT NULL,
    PRIMARY KEY (office_id, from_on)
);

-- Dissemination. What is folded from its log reads nothing of what is folded from the registry's, and the other way round: the
-- two meet in questions only.
--
-- decree, place  A region as its event names it: its place under the list of that decree. Where it is counted by the territory in
--                force is told when figures are asked for.
-- rung           See `Funnel`: reached at least, or reported itself.
-- notice_kind    1 corrected, 2 withdrawn.

CREATE TABLE programme (
    id         uuid PRIMARY KEY,
    name       text NOT NULL,
    topic      text NOT NULL,
    office_id  uuid NOT NULL,
    from_on    date NOT NULL,
    until_on   date,
    closed_on  date
);

-- A material from its first publication on, as its newest version has it.
CREATE TABLE material (
    id           uuid PRIMARY KEY,
    programme_id uuid NOT NULL,
    version      int NOT NULL,
    title        text NOT NULL,
    published_on date NOT NULL,
    withdrawn_on date,
    -- The version that it took the place of; 0 for the first.
    superseded_version int NOT NULL,
    -- 1 correction, 2 update, 3 addition; NULL for the first.
    revision_reason    smallint,
    revision_note      text NOT NULL
);

-- What the newest version says, for sheets that are hung up; of a material that was withdrawn there is nothing.
CREATE TABLE material_content (
    material_id    uuid NOT NULL,
    -- Indonesian first, as it was published.
    number         int NOT NULL,
    language       text NOT NULL,
    title          text NOT NULL,
    body           text NOT NULL,
    link_titles    text[] NOT NULL,
    link_addresses text[] NOT NULL,
    -- How many there are: what they show is kept where the material is.
    media          int NOT NULL,
    PRIMARY KEY (material_id, number)
);

CREATE TABLE campaign (
    id           uuid PRIMARY KEY,
    material_id  uuid NOT NULL,
    programme_id uuid NOT NULL,
    office_id    uuid NOT NULL,
    name         text NOT NULL,
    from_on      date NOT NULL,
    until_on     date NOT NULL,
    -- 1 ordinary, 2 important, 3 urgent.
    priority     smallint NOT NULL,
    -- 1 draft, 2 scheduled, 3 running, 4 paused, 5 completed, 6 cancelled.
    status       smallint NOT NULL,
    started_at   timestamptz,
    material_version int
);

-- Campaigns of a period, the newest first: those that have begun.
CREATE INDEX campaign_by_start ON campaign (from_on, id) WHERE started_at IS NOT NULL;

-- Communities of one regency that got a campaign together.
CREATE TABLE batch (
    campaign_id uuid NOT NULL,
    batch       int NOT NULL,
    decree      text COLLATE "C" NOT NULL,
    place       bigint NOT NULL,
    -- Hours ahead of Greenwich: a day there is a day in that zone.
    zone        smallint NOT NULL,
    assigned_at timestamptz NOT NULL,
    -- Communities that are still there: those that notices wait for.
    followed    bigint NOT NULL,
    PRIMARY KEY (campaign_id, batch)
) WITH (fillfactor = 80);

-- What a batch was told of its material, and how many of its communities that are still there took notice.
CREATE TABLE batch_notice (
    campaign_id  uuid NOT NULL,
    batch        int NOT NULL,
    notice_kind  smallint NOT NULL,
    version      int NOT NULL,
    -- The how-manieth notice of the batch; the last one is what it is to take notice of.
    turn         int,
    issued_at    timestamptz,
    acknowledged bigint NOT NULL,
    PRIMARY KEY (campaign_id, batch, notice_kind, version)
);

-- A campaign at a community. It counts once its batch is known.
CREATE TABLE delivery (
    campaign_id     uuid NOT NULL,
    community_id    uuid NOT NULL,
    batch           int,
    released        boolean NOT NULL,
    delivered_at    timestamptz,
    opened_at       timestamptz,
    acknowledged_at timestamptz,
    declined_at     timestamptz,
    undeliverable   boolean NOT NULL,
    -- The first day on which a session was held, and all sessions that count.
    session_on      date,
    sessions        bigint NOT NULL,
    attendance      bigint NOT NULL,
    reach_on        date,
    people          bigint,
    verified_on     date,
    PRIMARY KEY (campaign_id, community_id)
) WITH (fillfactor = 70);

-- A campaign in a regency, for medians; a community's campaigns, for regions below a regency.
CREATE INDEX delivery_by_batch ON delivery (campaign_id, batch);
CREATE INDEX delivery_by_community ON delivery (community_id);
-- Where a community's seat is: those of a district or a village are few.
CREATE INDEX community_by_seat ON community (seat);

CREATE TABLE session (
    campaign_id  uuid NOT NULL,
    community_id uuid NOT NULL,
    id           uuid NOT NULL,
    held_on      date NOT NULL,
    attendance   int NOT NULL,
    PRIMARY KEY (campaign_id, community_id, id)
);

-- A community took notice of a correction or a withdrawal.
CREATE TABLE notice_receipt (
    campaign_id  uuid NOT NULL,
    community_id uuid NOT NULL,
    notice_kind  smallint NOT NULL,
    version      int NOT NULL,
    PRIMARY KEY (campaign_id, community_id, notice_kind, version)
);

-- A campaign's funnel in a regency, and in all together: decree '', place 0. A row is there from its first delivery on.
CREATE TABLE funnel (
    campaign_id uuid NOT NULL,
    decree      text COLLATE "C" NOT NULL,
    place       bigint NOT NULL,
    -- Deliveries that reached the rung.
    assigned       bigint NOT NULL,
    delivered      bigint NOT NULL,
    opened         bigint NOT NULL,
    acknowledged   bigint NOT NULL,
    session_held   bigint NOT NULL,
    reach_reported bigint NOT NULL,
    verified       bigint NOT NULL,
    -- Deliveries of which the rung itself was reported.
    delivered_itself      bigint NOT NULL,
    opened_itself         bigint NOT NULL,
    acknowledged_itself   bigint NOT NULL,
    session_held_itself   bigint NOT NULL,
    reach_reported_itself bigint NOT NULL,
    verified_itself       bigint NOT NULL,
    declined      bigint NOT NULL,
    undeliverable bigint NOT NULL,
    released      bigint NOT NULL,
    sessions      bigint NOT NULL,
    attendance    bigint NOT NULL,
    people        bigint NOT NULL,
    -- Communities, still there, whose newest notice is such a one, and those of them that took notice.
    corrected_told         bigint NOT NULL,
    corrected_acknowledged bigint NOT NULL,
    withdrawn_told         bigint NOT NULL,
    withdrawn_acknowledged bigint NOT NULL,
    PRIMARY KEY (campaign_id, decree, place)
) WITH (fillfactor = 80);

-- Where somebody has not taken notice yet.
CREATE INDEX funnel_unacknowledged ON funnel (decree, place)
WHERE corrected_told > corrected_acknowledged OR withdrawn_told > withdrawn_acknowledged;

-- A question that people asked in a session.
CREATE TABLE question (
    id            uuid PRIMARY KEY,
    campaign_id   uuid NOT NULL,
    programme_id  uuid NOT NULL,
    community_id  uuid NOT NULL,
    -- The regency that the community's seat was in.
    decree        text COLLATE "C" NOT NULL,
    place         bigint NOT NULL,
    -- That is to answer.
    office_id     uuid NOT NULL,
    asked_on      date NOT NULL,
    -- Since when it waits for an answer; NULL while it does not.
    waiting_since date
);

CREATE INDEX question_waiting ON question (decree, place) WHERE waiting_since IS NOT NULL;
CREATE INDEX question_waiting_at ON question (community_id) WHERE waiting_since IS NOT NULL;
