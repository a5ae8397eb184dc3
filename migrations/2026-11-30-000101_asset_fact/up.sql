-- What numbers, lists of places and cameras, and the map are made of: nothing of a library is added up when it is asked for. All three
-- tables follow from `asset` and `asset_exif` by triggers, as `album_content` does.

-- One row for each asset.
create table asset_fact (
    asset_id uuid primary key,
    owner_id uuid not null,
    type text not null,
    visibility text not null,
    is_trashed boolean not null,
    is_external boolean not null,
    -- Of the original, and of the sidecar in the store.
    bytes bigint not null,
    sidecar_bytes bigint not null,
    file_created_at timestamptz not null,
    has_coordinates boolean not null,
    country text,
    state text,
    city text,
    make text,
    model text,
    lens_model text
);

-- How many assets of a kind each account has, as differences that add up. They are only appended, so that nobody who writes waits for
-- another; now and then a writer makes one row of those of a kind.
create table asset_count (
    owner_id uuid not null,
    type text not null,
    visibility text not null,
    is_trashed boolean not null,
    is_external boolean not null,
    assets bigint not null,
    bytes bigint not null,
    sidecar_bytes bigint not null
);

-- Which places and cameras the assets of an account have together, outside of the trash and the locked folder, in the same way.
create table asset_label (
    owner_id uuid not null,
    in_timeline boolean not null,
    country text,
    state text,
    city text,
    make text,
    model text,
    lens_model text,
    assets bigint not null,
    -- A hash of the labels, by which they are found.
    key bigint not null
);

create function asset_label_key(country text, state text, city text, make text, model text, lens_model text) returns bigint
language sql immutable parallel safe as $$ select hashtextextended(row (country, state, city, make, model, lens_model)::text, 0) $$;

-- What is called for a row of `asset` or `asset_exif` runs as its owner, as in the migration `album_content`, and what that calls does, too.

create function asset_count_fold(account uuid) returns void
language plpgsql set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    -- What others have locked they are making one of already.
    with free as materialized (select ctid as place from asset_count where owner_id = account for update skip locked),
    folded as (delete from asset_count kept using free where kept.ctid = free.place returning kept.*)
    insert into asset_count
    select owner_id, type, visibility, is_trashed, is_external, sum(assets), sum(bytes), sum(sidecar_bytes) from folded
    group by owner_id, type, visibility, is_trashed, is_external
    having sum(assets) <> 0 or sum(bytes) <> 0 or sum(sidecar_bytes) <> 0;
end
$$;

create function asset_label_fold(account uuid) returns void
language plpgsql set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    with several as materialized (
        select key, in_timeline from asset_label where owner_id = account group by key, in_timeline having count(*) > 1),
    free as materialized (
        select kept.ctid as place from several join asset_label kept
            on kept.owner_id = account and kept.key = several.key and kept.in_timeline = several.in_timeline
        for update of kept skip locked),
    folded as (delete from asset_label kept using free where kept.ctid = free.place returning kept.*)
    insert into asset_label
    select owner_id, in_timeline, country, state, city, make, model, lens_model, sum(assets), key from folded
    group by owner_id, in_timeline, country, state, city, make, model, lens_model, key having sum(assets) <> 0;
end
$$;

create function asset_count_append(fact asset_fact, sign integer) returns void
language plpgsql as $$
begin
    insert into asset_count values (fact.owner_id, fact.type, fact.visibility, fact.is_trashed, fact.is_external, sign,
        sign * fact.bytes, sign * fact.sidecar_bytes);
end
$$;

create function asset_label_append(fact asset_fact, sign integer) returns void
language plpgsql as $$
begin
    if fact.is_trashed or fact.visibility = 'locked'
        or num_nonnulls(fact.country, fact.state, fact.city, fact.make, fact.model, fact.lens_model) = 0 then
        return;
    end if;
    insert into asset_label values (fact.owner_id, fact.visibility = 'timeline', fact.country, fact.state, fact.city, fact.make,
        fact.model, fact.lens_model, sign,
        asset_label_key(fact.country, fact.state, fact.city, fact.make, fact.model, fact.lens_model));
end
$$;

create function asset_fact_changes() returns trigger
language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (old.owner_id, old.type, old.visibility, old.is_trashed, old.is_external)
            = (new.owner_id, new.type, new.visibility, new.is_trashed, new.is_external) then
        if old.bytes <> new.bytes or old.sidecar_bytes <> new.sidecar_bytes then
            insert into asset_count values (new.owner_id, new.type, new.visibility, new.is_trashed, new.is_external, 0,
                new.bytes - old.bytes, new.sidecar_bytes - old.sidecar_bytes);
        end if;
    else
        if tg_op <> 'INSERT' then
            perform asset_count_append(old, -1);
        end if;
        if tg_op <> 'DELETE' then
            perform asset_count_append(new, 1);
        end if;
    end if;
    if tg_op <> 'UPDATE' or (old.owner_id, old.visibility, old.is_trashed, old.country, old.state, old.city, old.make, old.model,
                old.lens_model)
            is distinct from (new.owner_id, new.visibility, new.is_trashed, new.country, new.state, new.city, new.make, new.model,
                new.lens_model) then
        if tg_op <> 'INSERT' then
            perform asset_label_append(old, -1);
        end if;
        if tg_op <> 'DELETE' then
            perform asset_label_append(new, 1);
        end if;
    end if;
    -- So seldom that it costs nothing, and often enough that there are some hundred differences at most.
    if random() < 0.005 then
        perform asset_count_fold(case when tg_op = 'DELETE' then old.owner_id else new.owner_id end);
        perform asset_label_fold(case when tg_op = 'DELETE' then old.owner_id else new.owner_id end);
    end if;
    return null;
end
$$;

create function sidecar_bytes_of(asset uuid) returns bigint language sql stable as $$
    select coalesce(sum(size_in_byte), 0)::bigint from asset_file where asset_id = asset and type = 'sidecar'
$$;

-- By the asset as it is: another trigger of the same statement may have changed it again.
create function asset_fact_of_asset() returns trigger
language plpgsql security definer set search_path from current as $$
begin
    if tg_op = 'INSERT' then
        -- Its tags and files come behind it, also where one statement writes all.
        insert into asset_fact
        select a.id, a.owner_id, a.type, a.visibility, a.deleted_at is not null, a.library_id is not null, 0, 0, a.file_created_at, false
        from asset a where a.id = new.id;
    elsif tg_op = 'DELETE' then
        delete from asset_fact where asset_id = old.id;
    else
        update asset_fact fact set owner_id = a.owner_id, type = a.type, visibility = a.visibility,
            is_trashed = a.deleted_at is not null, is_external = a.library_id is not null, file_created_at = a.file_created_at
        from asset a where a.id = new.id and fact.asset_id = new.id;
    end if;
    return null;
end
$$;

create function asset_fact_of_exif() returns trigger
language plpgsql security definer set search_path from current as $$
begin
    update asset_fact fact set bytes = coalesce(e.file_size_in_byte, 0),
        has_coordinates = e.latitude is not null and e.longitude is not null,
        country = e.country, state = e.state, city = e.city, make = e.make, model = e.model, lens_model = e.lens_model
    from asset_exif e where e.asset_id = new.asset_id and fact.asset_id = new.asset_id;
    return null;
end
$$;

create function asset_fact_of_file() returns trigger
language plpgsql security definer set search_path from current as $$
declare
    asset uuid := case when tg_op = 'DELETE' then old.asset_id else new.asset_id end;
begin
    update asset_fact set sidecar_bytes = sidecar_bytes_of(asset) where asset_id = asset;
    return null;
end
$$;

create function asset_fact_derive() returns void language plpgsql as $$
begin
    lock table asset, asset_exif, asset_file, asset_fact, asset_count, asset_label in share row exclusive mode;
    delete from asset_fact;
    insert into asset_fact
    select a.id, a.owner_id, a.type, a.visibility, a.deleted_at is not null, a.library_id is not null,
        coalesce(e.file_size_in_byte, 0), coalesce(sidecars.bytes, 0), a.file_created_at,
        e.latitude is not null and e.longitude is not null, e.country, e.state, e.city, e.make, e.model, e.lens_model
    from asset a left join asset_exif e on e.asset_id = a.id
    left join (select asset_id, sum(size_in_byte) as bytes from asset_file where type = 'sidecar' group by asset_id) sidecars
        on sidecars.asset_id = a.id;
    delete from asset_count;
    insert into asset_count
    select owner_id, type, visibility, is_trashed, is_external, count(*), sum(bytes), sum(sidecar_bytes)
    from asset_fact group by owner_id, type, visibility, is_trashed, is_external order by owner_id;
    delete from asset_label;
    insert into asset_label
    select owner_id, visibility = 'timeline', country, state, city, make, model, lens_model, count(*),
        asset_label_key(country, state, city, make, model, lens_model)
    from asset_fact
    where not is_trashed and visibility <> 'locked' and num_nonnulls(country, state, city, make, model, lens_model) > 0
    group by owner_id, visibility = 'timeline', country, state, city, make, model, lens_model order by owner_id;
end
$$;

select asset_fact_derive();

-- Moving parts of photos in the locked folder are no items of it.
create index asset_locked_video on asset (owner_id) where visibility = 'locked' and type = 'VIDEO' and deleted_at is null;
-- Sidecars whose size is not known yet.
create index asset_file_unsized on asset_file (id) where type = 'sidecar' and size_in_byte is null;
-- Ids are random, so what lies side by side in their order is a sample.
create index asset_random on asset (owner_id, id) include (deleted_at, visibility);
-- The newest of each city, and everything with a place, newest first.
create index asset_fact_city on asset_fact (owner_id, city, file_created_at desc, asset_id)
    where city is not null and visibility = 'timeline' and not is_trashed;
create index asset_fact_place on asset_fact (owner_id, visibility, file_created_at desc) where has_coordinates and not is_trashed;
create index asset_count_of on asset_count (owner_id);
create index asset_label_of on asset_label (owner_id, key);

create trigger asset_fact_comes after insert or delete on asset for each row execute function asset_fact_of_asset();
create trigger asset_fact_follows after update on asset for each row
    when ((old.owner_id, old.type, old.visibility, old.deleted_at is null, old.library_id is null, old.file_created_at)
        <> (new.owner_id, new.type, new.visibility, new.deleted_at is null, new.library_id is null, new.file_created_at))
    execute function asset_fact_of_asset();
create trigger asset_fact_has_tags after insert on asset_exif for each row
    when (num_nonnulls(new.file_size_in_byte, new.latitude, new.country, new.state, new.city, new.make, new.model, new.lens_model) > 0)
    execute function asset_fact_of_exif();
create trigger asset_fact_follows after update on asset_exif for each row
    when ((old.file_size_in_byte, old.latitude is null, old.longitude is null, old.country, old.state, old.city, old.make, old.model,
            old.lens_model)
        is distinct from (new.file_size_in_byte, new.latitude is null, new.longitude is null, new.country, new.state, new.city,
            new.make, new.model, new.lens_model))
    execute function asset_fact_of_exif();
create trigger asset_fact_has_sidecar after insert on asset_file for each row
    when (new.type = 'sidecar') execute function asset_fact_of_file();
create trigger asset_fact_loses_sidecar after delete on asset_file for each row
    when (old.type = 'sidecar') execute function asset_fact_of_file();
create trigger asset_fact_follows after update on asset_file for each row
    when ('sidecar' in (old.type, new.type) and (old.type, old.size_in_byte) is distinct from (new.type, new.size_in_byte))
    execute function asset_fact_of_file();
create trigger asset_fact_changes after insert or update or delete on asset_fact for each row execute function asset_fact_changes();
