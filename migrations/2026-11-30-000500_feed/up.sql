-- The feed: what clients mirror tells of itself when it changed. `changed_xid` is the transaction that wrote a row last, and
-- `update_id` names the change. A deletion leaves its keys in an audit table. Readers go by (changed_xid, update_id) and only
-- below the oldest transaction that still runs: whatever may still commit has a larger key than all of that.

-- Version 7 of RFC 9562, with the part of the millisecond in the bits behind it (section 6.2, method 3), so that ids of one
-- process sort as they were made. The clock is read once: 48 bits of milliseconds and 12 of 1/4096 are one number.
create or replace function uuid_v7() returns uuid language sql volatile parallel safe as $$
    select (overlay(lpad(to_hex((date_part('epoch', clock_timestamp()) * 4096000)::bigint), 15, '0') placing '7' from 13 for 0)
        || right(gen_random_uuid()::text, 17))::uuid
$$;

-- One row: for what readers remember to hold.
create table feed (
    id boolean primary key default true check (id),
    -- A random number. What is remembered under another one is worth nothing: the rows came from elsewhere since.
    generation bigint not null default (random() * 9007199254740991)::bigint,
    -- Where the rows were when somebody looked last (`feed_place`).
    place text,
    -- Rows that came from another cluster tell transactions that mean nothing here, and are being set anew.
    is_anew boolean not null default false,
    -- The last transaction whose deletions are no longer told. Who has not read beyond it begins again.
    forgotten_xid xid8 not null default '0',
    -- The oldest transaction that ran when somebody looked last, and when it was first seen to be the oldest.
    oldest_xid xid8,
    oldest_since timestamptz
);
insert into chore (name) values ('feed');

-- Where we are. A new cluster has another identifier, a standby that took over another timeline, and a table that was made anew
-- another number. A copy of the database in its own cluster is where it was: the numbers of its transactions hold.
create function feed_place() returns text language plpgsql as $$
declare
    cluster text;
begin
    begin
        select concat_ws('/', system.system_identifier, checkpoint.timeline_id) into cluster
        from pg_control_system() system, pg_control_checkpoint() checkpoint;
    exception
        -- Somebody keeps these for administrators: the rest has to do.
        when insufficient_privilege then cluster := '';
    end;
    return concat_ws('/', cluster, 'feed'::regclass::oid);
end
$$;
insert into feed (place) values (feed_place());

-- With an argument: the row belongs to an asset, and to the owner of that.
create function feed_changed() returns trigger language plpgsql as $$
begin
    new.update_id := uuid_v7();
    new.changed_xid := pg_current_xact_id();
    if tg_nargs > 0 then
        if new.owner_id is null then
            select asset.owner_id into new.owner_id from asset where asset.id = new.asset_id;
        end if;
    end if;
    return new;
end
$$;

-- The arguments are the keys that are kept. As its owner: who may delete a row need not be able to read who deleted what.
create function feed_deleted() returns trigger language plpgsql security definer as $$
declare
    keys text;
begin
    if exists (select from gone) then
        select string_agg(quote_ident(key), ', ') into keys from unnest(tg_argv) key;
        execute format('insert into %I (%s) select %2$s from gone', tg_table_name || '_audit', keys);
    end if;
    return null;
end
$$;
do $$ begin
    -- A table of the same name that somebody made for themselves is not meant.
    execute format('alter function feed_deleted() set search_path = %I, pg_temp', current_schema());
end $$;

-- Puts a table into the feed. `scopes` are columns by one of which a reader asks (an owner, an album; none where everybody reads
-- all). `ids` are what a row is called within each scope, as a uuid: rows that are older than the feed have no `update_id`, so
-- that a large table need not be written anew. `keys` are what a deletion leaves; none where rows go with others only.
create function feed_of(entity text, scopes text[], ids text[], keys text[]) returns void language plpgsql as $$
declare
    audit text := entity || '_audit';
    columns text;
    scope text;
    is_owned boolean := 'owner_id' = any(scopes) and not exists (
        select from pg_attribute where attrelid = quote_ident(entity)::regclass and attname = 'owner_id' and not attisdropped);
begin
    execute format('alter table %I add column update_id uuid, add column changed_xid xid8 not null default pg_current_xact_id()',
        entity);
    if is_owned then
        execute format('alter table %I add column owner_id uuid', entity);
        -- What is older than the feed gets its owner in slices (the chore `feed`).
        execute format('create index %I on %I (asset_id) where owner_id is null', entity || '_feed_owner', entity);
    end if;
    execute format('create trigger feed_changed before insert or update on %I for each row execute function feed_changed(%s)',
        entity, case when is_owned then '''asset''' else '' end);
    if keys is not null then
        select string_agg(format('%I %s not null', attname, format_type(atttypid, atttypmod)), ', ') into columns
        from pg_attribute where attrelid = quote_ident(entity)::regclass and attname = any(keys);
        execute format('create table %I (update_id uuid primary key default uuid_v7(), '
            'changed_xid xid8 not null default pg_current_xact_id(), %s)', audit, columns);
        execute format('create trigger feed_deleted after delete on %I referencing old table as gone for each statement '
            'execute function feed_deleted(%s)', entity, (select string_agg(quote_literal(key), ', ') from unnest(keys) key));
    end if;
    for i in 1 .. coalesce(cardinality(ids), 0) loop
        scope := coalesce(quote_ident(scopes[i]) || ', ', '');
        execute format('create index %I on %I (%schanged_xid, coalesce(update_id, %s))',
            concat_ws('_', entity, 'feed', scopes[i]), entity, scope, ids[i]);
        if keys is not null then
            execute format('create index %I on %I (%schanged_xid, update_id)', concat_ws('_', audit, 'feed', scopes[i]), audit, scope);
        end if;
    end loop;
end
$$;

select feed_of('user', null, '{id}', '{id}');
select feed_of('user_metadata', '{user_id}', '{md5(key)::uuid}', '{user_id, key}');
select feed_of('asset', '{owner_id}', '{id}', '{id, owner_id}');
select feed_of('asset_exif', '{owner_id}', '{asset_id}', null);
select feed_of('asset_metadata', '{owner_id}', '{md5(asset_id::text || key)::uuid}', '{asset_id, owner_id, key}');
select feed_of('album', '{id}', '{id}', '{id}');
select feed_of('album_user', '{album_id, user_id}', '{user_id, album_id}', '{album_id, user_id}');
select feed_of('album_asset', '{album_id}', '{asset_id}', '{album_id, asset_id}');
