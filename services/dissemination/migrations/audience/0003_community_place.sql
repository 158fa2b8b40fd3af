-- Deliveries are listed by their communities' seats and names.
CREATE INDEX community_place ON audience.community (seat_code, name, community_id) WHERE until_position IS NULL;
