-- Nearly every change of a community's row leaves alone what is indexed of it: with room on its page it stays there, and no index is
-- written.
ALTER TABLE registry.community SET (fillfactor = 60);
