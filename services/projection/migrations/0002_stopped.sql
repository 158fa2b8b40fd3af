-- Whether the writer was stopped by its log: it was restored, and went on otherwise than what the read model has folded.
ALTER TABLE writer ADD COLUMN stopped boolean NOT NULL DEFAULT false;
