alter table "user" drop column profile_image_size_in_byte;
alter table asset_file drop column size_in_byte;
