-- The log of what was touched: for each transaction the owners and the months of the assets that it changed, added or removed,
-- and the albums. Finished answers hold for as long as nothing is written here behind them. It is not a history: what is a day
-- old is removed.
create table touched (
    -- An owner of assets, or an album, or somebody whose list of albums is another.
    scope uuid not null,
    changed_xid xid8 not null default pg_current_xact_id(),
    -- The first day of the month by the clock where the asset was taken, and of that in which it was added (UTC). A long time
    -- ago, where it is not about a month.
    taken date not null default '-infinity',
    added date not null default '-infinity',
    at timestamptz not null default now(),
    primary key (scope, changed_xid, taken, added)
);
create index touched_at on touched (at);

-- The last transaction of which a line was removed: an answer from before it cannot be compared.
alter table feed add column untold_xid xid8 not null default '0';

-- As their owner: who changes an asset need not be able to write here.
create function asset_touched() returns trigger language plpgsql security definer as $$
begin
    if tg_op <> 'INSERT' then
        insert into touched (scope, taken, added)
        select distinct owner_id, date_trunc('month', local_date_time)::date, date_trunc('month', created_at at time zone 'UTC')::date
        from was on conflict do nothing;
    end if;
    if tg_op <> 'DELETE' then
        insert into touched (scope, taken, added)
        select distinct owner_id, date_trunc('month', local_date_time)::date, date_trunc('month', created_at at time zone 'UTC')::date
        from is_now on conflict do nothing;
    end if;
    return null;
end
$$;
create trigger asset_touched_inserted after insert on asset referencing new table as is_now
    for each statement execute function asset_touched();
create trigger asset_touched_updated after update on asset referencing old table as was new table as is_now
    for each statement execute function asset_touched();
create trigger asset_touched_deleted after delete on asset referencing old table as was
    for each statement execute function asset_touched();

-- Of the tags only what lists of assets show. The asset of each is looked up by its id, whatever a plan made for an empty table
-- would do.
create function asset_exif_touched() returns trigger language plpgsql security definer as $$
begin
    if tg_op = 'UPDATE' then
        insert into touched (scope, taken, added)
        select distinct its.owner_id, its.taken, its.added
        from is_now join was using (asset_id) cross join lateral (
            select asset.owner_id, date_trunc('month', local_date_time)::date as taken,
                date_trunc('month', created_at at time zone 'UTC')::date as added
            from asset where asset.id = asset_id offset 0) its
        where (is_now.city, is_now.country, is_now.projection_type, is_now.latitude, is_now.longitude)
            is distinct from (was.city, was.country, was.projection_type, was.latitude, was.longitude)
        on conflict do nothing;
    else
        insert into touched (scope, taken, added)
        select distinct its.owner_id, its.taken, its.added
        from changed cross join lateral (
            select asset.owner_id, date_trunc('month', local_date_time)::date as taken,
                date_trunc('month', created_at at time zone 'UTC')::date as added
            from asset where asset.id = asset_id offset 0) its
        on conflict do nothing;
    end if;
    return null;
end
$$;
do $$ begin
    -- A table of the same name that somebody made for themselves is not meant.
    execute format('alter function asset_touched() set search_path = %I, pg_temp', current_schema());
    execute format('alter function asset_exif_touched() set search_path = %I, pg_temp', current_schema());
end $$;
create trigger asset_exif_touched_inserted after insert on asset_exif referencing new table as changed
    for each statement execute function asset_exif_touched();
create trigger asset_exif_touched_updated after update on asset_exif referencing old table as was new table as is_now
    for each statement execute function asset_exif_touched();
create trigger asset_exif_touched_deleted after delete on asset_exif referencing old table as changed
    for each statement execute function asset_exif_touched();
