-- Albums that show an asset, which are locked when it goes.
create index album_thumbnail on album (album_thumbnail_asset_id) where album_thumbnail_asset_id is not null;
