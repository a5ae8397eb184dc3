-- A live photo is one thing to its owner: two rows, of which the photo leads and its moving part follows. The moving part is
-- never shown more than its photo, whoever writes the rows: a gateway, a worker, an older version of either.
-- It may be shown less, since it can be locked, trashed and deleted alone. Several photos may share one moving part
-- (a photo and its edited copy): it is locked with any of them, and in the trash with the last.

create function moving_part_follows() returns trigger language plpgsql as $$
begin
    -- Two photos of one moving part, changed at the same time, come one after the other: the second sees the first.
    perform from asset where id = new.live_photo_video_id for no key update;
    if new.visibility = 'locked' then
        update asset set visibility = 'locked', updated_at = now()
        where id = new.live_photo_video_id and visibility <> 'locked';
        delete from album_asset where asset_id = new.live_photo_video_id;
    elsif tg_op = 'UPDATE' and old.visibility = 'locked' and old.live_photo_video_id = new.live_photo_video_id then
        update asset set visibility = 'hidden', updated_at = now()
        where id = new.live_photo_video_id and visibility = 'locked' and not exists (
            select from asset photo where photo.live_photo_video_id = new.live_photo_video_id
            and photo.id <> new.live_photo_video_id and photo.visibility = 'locked');
    end if;
    if new.status <> 'active' then
        -- What its owner shows on its own stays.
        update asset set status = new.status, deleted_at = new.deleted_at, updated_at = now()
        where id = new.live_photo_video_id and visibility in ('hidden', 'locked') and status <> 'deleted'
          and (status, deleted_at) is distinct from (new.status, new.deleted_at)
          and not exists (
            select from asset photo where photo.live_photo_video_id = new.live_photo_video_id
            and photo.id <> new.id and (photo.status = 'active' or (photo.status = 'trashed' and new.status = 'deleted')));
    elsif tg_op = 'UPDATE' and old.status = 'trashed' then
        update asset set status = 'active', deleted_at = null, updated_at = now()
        where id = new.live_photo_video_id and status = 'trashed';
    end if;
    return null;
end
$$;

create trigger moving_part_is_linked after insert on asset
    for each row when (new.live_photo_video_id <> new.id)
    execute function moving_part_follows();
create trigger moving_part_follows after update of visibility, status, deleted_at, live_photo_video_id on asset
    for each row when (new.live_photo_video_id <> new.id
        and (old.visibility, old.status, old.deleted_at, old.live_photo_video_id)
            is distinct from (new.visibility, new.status, new.deleted_at, new.live_photo_video_id))
    execute function moving_part_follows();

-- The other direction: a moving part does not leave the locked folder before its photos do.
create function moving_part_stays_locked() returns trigger language plpgsql as $$
begin
    update asset set visibility = 'locked'
    where id = new.id and visibility <> 'locked' and exists (
        select from asset photo where photo.live_photo_video_id = new.id and photo.id <> new.id
        and photo.visibility = 'locked');
    return null;
end
$$;

create trigger moving_part_stays_locked after update of visibility on asset
    for each row when (old.visibility = 'locked' and new.visibility <> 'locked')
    execute function moving_part_stays_locked();

-- What was written before this held.
delete from album_asset content using asset photo
where photo.live_photo_video_id = content.asset_id and photo.visibility = 'locked' and photo.id <> content.asset_id;
update asset part set visibility = 'locked', updated_at = now()
where part.visibility <> 'locked' and exists (
    select from asset photo where photo.live_photo_video_id = part.id and photo.id <> part.id
    and photo.visibility = 'locked');
update asset part set status = photos.status, deleted_at = photos.deleted_at, updated_at = now()
from (
    -- By their alphabet: where one is only trashed, so is the part.
    select live_photo_video_id as part, max(status) as status, max(deleted_at) as deleted_at
    from asset where live_photo_video_id <> id group by live_photo_video_id having bool_and(status <> 'active')) photos
where photos.part = part.id and part.visibility in ('hidden', 'locked') and part.status = 'active';
