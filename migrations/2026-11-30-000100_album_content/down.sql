drop trigger album_content_follows on asset;
drop trigger album_content_comes on album_asset;
drop trigger album_content_goes on album_asset;
drop function album_month_add;
drop table album_content, album_month;
drop function album_content_derive, album_content_follows, album_content_goes, album_content_comes, is_in_sight, album_month_follows;
