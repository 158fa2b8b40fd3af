-- Several logs are read: the writer says of each how it hears from it. What stood there is said again within a second.
DELETE FROM writer;
ALTER TABLE writer DROP COLUMN one;
ALTER TABLE writer ADD COLUMN context text PRIMARY KEY;
