-- What an account stores beside its originals, in bytes, so that it can be counted. Nothing where it is not known yet: the next
-- count of usage looks at the files.
alter table asset_file add column size_in_byte bigint;
alter table "user" add column profile_image_size_in_byte bigint;
