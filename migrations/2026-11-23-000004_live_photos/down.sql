drop index asset_exif_live_photo_cid;
