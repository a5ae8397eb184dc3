alter table asset_file drop column size_in_byte;
