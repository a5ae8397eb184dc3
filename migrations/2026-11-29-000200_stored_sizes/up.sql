-- The bytes of a sidecar, so that it can be counted. Nothing where they are not known yet: the next count of usage looks at the
-- file.
alter table asset_file add column size_in_byte bigint;
