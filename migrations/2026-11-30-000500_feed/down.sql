do $$
declare
    entity text;
begin
    foreach entity in array array['user', 'user_metadata', 'asset', 'asset_exif', 'asset_metadata', 'album', 'album_user', 'album_asset']
    loop
        execute format('drop trigger feed_changed on %I', entity);
        execute format('drop trigger if exists feed_deleted on %I', entity);
        execute format('alter table %I drop column update_id, drop column changed_xid', entity);
        execute format('drop table if exists %I', entity || '_audit');
    end loop;
end
$$;
alter table asset_exif drop column owner_id;
alter table asset_metadata drop column owner_id;
drop function feed_of(text, text[], text[], text[]);
drop function feed_deleted();
drop function feed_changed();
drop function feed_place();
delete from chore where name = 'feed';
drop table feed;
