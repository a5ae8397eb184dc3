drop table version_history, system_metadata, album_asset, album_user, album, asset_metadata, asset_job_status, asset_file,
    asset_exif, asset, api_key, session, user_metadata, "user";
