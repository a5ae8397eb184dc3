-- The other half of a live photo is looked for by what both share.
create index asset_exif_live_photo_cid on asset_exif (live_photo_cid) where live_photo_cid is not null;
