drop index if exists asset_path_part;
