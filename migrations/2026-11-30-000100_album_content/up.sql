-- What albums hold, in the order in which it is asked for: a page of an album reads the page, and a list of albums adds nothing up.
-- Both tables follow from `album_asset` and `asset` by triggers, whoever writes those.

-- One row for each of `album_asset`, with what its asset says.
create table album_content (
    album_id uuid not null,
    asset_id uuid not null,
    owner_id uuid not null,
    -- Members of the album see it: it is neither in the trash nor hidden nor locked.
    in_sight boolean not null,
    is_archived boolean not null,
    is_favorite boolean not null,
    local_date_time timestamp not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (asset_id, album_id)
);
create index album_content_taken on album_content (album_id, in_sight, local_date_time desc, asset_id);
create index album_content_created on album_content (album_id, in_sight, created_at);
create index album_content_updated on album_content (album_id, in_sight, updated_at);

-- How many assets in sight each month of an album has. A key may have several rows, which add up: who finds the row of a key locked
-- writes another one instead of waiting, and whoever comes later makes one of those that are free.
create table album_month (
    album_id uuid not null references album (id) on delete cascade,
    -- By when assets were uploaded (in UTC), else by when they were taken.
    by_upload boolean not null,
    -- Its first day.
    month date not null,
    owner_id uuid not null,
    is_archived boolean not null,
    is_favorite boolean not null,
    assets bigint not null
);
create index album_month_of on album_month (album_id, by_upload, month);

-- The functions run as their owner, so that a role that may write assets needs no right for what follows from them. Each is
-- planned once in a session: without the other ways to join, no plan for a large set is kept that reads a table for a small one.

create function album_month_add(deltas album_month[]) returns void
language plpgsql security definer set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    with delta as materialized (select * from unnest(deltas)),
    free as materialized (
        select kept.ctid as place from delta join album_month kept
            using (album_id, by_upload, month, owner_id, is_archived, is_favorite)
        for update of kept skip locked),
    folded as (delete from album_month kept using free where kept.ctid = free.place returning kept.*)
    insert into album_month
    select album_id, by_upload, month, owner_id, is_archived, is_favorite, sum(assets)
    from (select * from delta union all select * from folded) both_of_them
    group by album_id, by_upload, month, owner_id, is_archived, is_favorite having sum(assets) <> 0;
end
$$;

create function album_month_follows() returns trigger
language plpgsql security definer set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    deltas album_month[];
begin
    if tg_op = 'INSERT' then
        deltas := array(
            select row (album_id, by_upload, month, owner_id, is_archived, is_favorite, count(*))::album_month
            from came cross join lateral (values
                (false, date_trunc('month', local_date_time)::date),
                (true, date_trunc('month', created_at at time zone 'UTC')::date)) months (by_upload, month)
            where in_sight group by album_id, by_upload, month, owner_id, is_archived, is_favorite);
    elsif tg_op = 'DELETE' then
        -- An album that goes takes its months along.
        deltas := array(
            select row (album_id, by_upload, month, owner_id, is_archived, is_favorite, -count(*))::album_month
            from went cross join lateral (values
                (false, date_trunc('month', local_date_time)::date),
                (true, date_trunc('month', created_at at time zone 'UTC')::date)) months (by_upload, month)
            where in_sight and exists (select from album where album.id = went.album_id)
            group by album_id, by_upload, month, owner_id, is_archived, is_favorite);
    else
        deltas := array(
            select row (album_id, by_upload, month, owner_id, is_archived, is_favorite, sum(assets))::album_month
            from (select *, 1 as assets from came union all select *, -1 from went) changed
            cross join lateral (values
                (false, date_trunc('month', local_date_time)::date),
                (true, date_trunc('month', created_at at time zone 'UTC')::date)) months (by_upload, month)
            where in_sight group by album_id, by_upload, month, owner_id, is_archived, is_favorite having sum(assets) <> 0);
    end if;
    if deltas <> '{}' then
        perform album_month_add(deltas);
    end if;
    return null;
end
$$;

create function is_in_sight(deleted_at timestamptz, visibility text) returns boolean
language sql immutable parallel safe as $$ select deleted_at is null and visibility in ('timeline', 'archive') $$;

-- Whoever changes the asset at this moment is waited for, so that nothing is copied that is about to change.
create function album_content_comes() returns trigger
language plpgsql security definer set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    perform from asset where id in (select asset_id from came) order by id for share;
    insert into album_content
    select came.album_id, a.id, a.owner_id, is_in_sight(a.deleted_at, a.visibility), a.visibility = 'archive', a.is_favorite,
        a.local_date_time, a.created_at, a.updated_at
    from came join asset a on a.id = came.asset_id;
    return null;
end
$$;

create function album_content_goes() returns trigger
language plpgsql security definer set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    delete from album_content content using went
    where content.asset_id = went.asset_id and content.album_id = went.album_id;
    return null;
end
$$;

-- Albums are held against their removal only, all of a statement in the order of their ids: who changes an asset does not wait
-- for others who change albums or what they hold.
create function album_content_follows() returns trigger
language plpgsql security definer set search_path from current set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    perform from album
    where id in (select content.album_id from came join album_content content on content.asset_id = came.id)
    order by id for key share;
    if found then
        -- By the asset as it is: another trigger of the same statement may have changed it again.
        update album_content content set owner_id = a.owner_id, in_sight = is_in_sight(a.deleted_at, a.visibility),
            is_archived = a.visibility = 'archive', is_favorite = a.is_favorite,
            local_date_time = a.local_date_time, created_at = a.created_at, updated_at = a.updated_at
        from came join asset a on a.id = came.id where content.asset_id = a.id;
    end if;
    return null;
end
$$;

-- Derives everything anew: for the rows that are there, and for those that come while triggers are off.
create function album_content_derive() returns void language plpgsql as $$
begin
    lock table asset, album_asset, album_content, album_month in share row exclusive mode;
    delete from album_content;
    insert into album_content
    select content.album_id, a.id, a.owner_id, is_in_sight(a.deleted_at, a.visibility), a.visibility = 'archive', a.is_favorite,
        a.local_date_time, a.created_at, a.updated_at
    from album_asset content join asset a on a.id = content.asset_id order by content.album_id, a.local_date_time;
    delete from album_month;
    insert into album_month
    select album_id, by_upload, month, owner_id, is_archived, is_favorite, count(*)
    from album_content cross join lateral (values
        (false, date_trunc('month', local_date_time)::date),
        (true, date_trunc('month', created_at at time zone 'UTC')::date)) months (by_upload, month)
    where in_sight group by album_id, by_upload, month, owner_id, is_archived, is_favorite
    order by album_id, by_upload, month;
end
$$;

select album_content_derive();

create trigger album_content_comes after insert on album_asset referencing new table as came
    for each statement execute function album_content_comes();
create trigger album_content_goes after delete on album_asset referencing old table as went
    for each statement execute function album_content_goes();
create trigger album_content_follows after update on asset referencing new table as came
    for each statement execute function album_content_follows();
create trigger album_month_comes after insert on album_content referencing new table as came
    for each statement execute function album_month_follows();
create trigger album_month_goes after delete on album_content referencing old table as went
    for each statement execute function album_month_follows();
create trigger album_month_changes after update on album_content referencing old table as went new table as came
    for each statement execute function album_month_follows();
