-- The extension stays: it may have been there before, or be of use to others.
drop index if exists asset_exif_description_part, asset_name_part;
drop index asset_exif_place, asset_exif_size, asset_folder, asset_search;
