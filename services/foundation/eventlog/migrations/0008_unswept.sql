-- Whether keys were destroyed since vault.key was last written anew: until then the files may still hold them.
ALTER TABLE vault.erased ADD COLUMN unswept boolean NOT NULL DEFAULT true;
