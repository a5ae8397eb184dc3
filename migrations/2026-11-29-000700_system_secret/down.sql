drop trigger system_config_written on system_metadata;
drop function system_config_written;
drop sequence system_config_version;
drop policy others_name_what_is_missing on system_metadata;
drop policy everybody_reads on system_metadata;
alter table system_metadata disable row level security;

-- The secrets go back into the document.
insert into system_metadata (key, value) select 'system-config', '{}' where exists (select from system_secret)
on conflict do nothing;
do $$
declare
    kept record;
    place text[];
begin
    for kept in select path, value from system_secret loop
        place := string_to_array(kept.path, '.');
        for depth in 1 .. array_length(place, 1) - 1 loop
            update system_metadata set value = jsonb_set(value, place[1:depth], '{}')
            where key = 'system-config' and value #> place[1:depth] is null;
        end loop;
        update system_metadata set value = jsonb_set(value, place, to_jsonb(kept.value)) where key = 'system-config';
    end loop;
end $$;
drop table system_secret;
