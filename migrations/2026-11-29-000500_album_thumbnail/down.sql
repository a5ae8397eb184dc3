drop index album_thumbnail;
