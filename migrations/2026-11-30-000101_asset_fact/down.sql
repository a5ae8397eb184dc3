drop trigger asset_fact_comes on asset;
drop trigger asset_fact_follows on asset;
drop trigger asset_fact_has_tags on asset_exif;
drop trigger asset_fact_follows on asset_exif;
drop trigger asset_fact_has_sidecar on asset_file;
drop trigger asset_fact_loses_sidecar on asset_file;
drop trigger asset_fact_follows on asset_file;
drop index asset_locked_video, asset_file_unsized, asset_random;
drop function asset_count_append, asset_label_append;
drop table asset_fact, asset_count, asset_label;
drop function asset_fact_derive, asset_fact_of_asset, asset_fact_of_exif, asset_fact_of_file, asset_fact_changes, asset_count_fold,
    asset_label_fold, asset_label_key, sidecar_bytes_of;
