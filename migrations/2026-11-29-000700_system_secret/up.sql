-- What of the settings only the owner of the database reads: passwords and client secrets, one row each.
create table system_secret (
    -- Where it stands in the document of settings, with dots: `oauth.clientSecret`.
    path text primary key,
    value text not null,
    updated_at timestamptz not null default now()
);
-- A second wall behind the grants: without a policy no row is seen by anybody but the owner.
alter table system_secret enable row level security;

-- Who is not the owner reads what is in force, and may only name what nobody has named yet: the zone and the media store.
alter table system_metadata enable row level security;
create policy everybody_reads on system_metadata for select using (true);
create policy others_name_what_is_missing on system_metadata for insert with check (key in ('media-store', 'time-zone'));

-- The version of the settings never repeats, also where the row was removed: services tell by it that something changed.
create sequence system_config_version;
select setval('system_config_version', greatest((select max(version) from system_metadata), 1));

-- Whoever writes the document, also a gateway of an older release that does not know better: no secret stays in it. A document
-- without a secret leaves the one that is kept, because an older gateway shows an empty one.
create function system_config_written() returns trigger language plpgsql as $$
declare
    known text;
    place text[];
begin
    foreach known in array array['notifications.smtp.transport.password', 'oauth.clientSecret'] loop
        place := string_to_array(known, '.');
        if new.value #> place is not null then
            if new.value #>> place is not null then
                insert into system_secret (path, value) values (known, new.value #>> place)
                on conflict (path) do update set value = excluded.value, updated_at = now();
            end if;
            new.value := new.value #- place;
        end if;
    end loop;
    new.version := nextval('system_config_version');
    return new;
end $$;
create trigger system_config_written before insert or update on system_metadata
    for each row when (new.key = 'system-config') execute function system_config_written();

-- What is stored already.
update system_metadata set updated_at = now() where key = 'system-config';
