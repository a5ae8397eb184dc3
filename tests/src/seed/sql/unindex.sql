-- Into an empty library rows go several times faster without indexes. Those that no foreign key needs are put down and made
-- anew behind the rows, by their own definitions; references are not looked up, since all of them come from one place.
set local session_replication_role = replica;
set local maintenance_work_mem = '256MB';

create temp table seed_index as
select index.indexrelid::regclass::text as name, index.indrelid::regclass::text as held_by, its.conname,
    coalesce(pg_get_constraintdef(its.oid), pg_get_indexdef(index.indexrelid)) as definition
from pg_index index
left join pg_constraint its on its.conindid = index.indexrelid and its.conrelid = index.indrelid and its.contype in ('p', 'u')
where index.indrelid in ('asset'::regclass, 'asset_exif'::regclass, 'asset_file'::regclass, 'asset_job_status'::regclass,
        'asset_metadata'::regclass, 'asset_video'::regclass, 'asset_audio'::regclass, 'album_asset'::regclass, 'job'::regclass)
  and not exists (select from pg_constraint key where key.contype = 'f' and key.conindid = index.indexrelid);

do $$ declare index record; begin
    for index in select * from seed_index loop
        if index.conname is null then
            execute format('drop index %s', index.name);
        else
            execute format('alter table %s drop constraint %I', index.held_by, index.conname);
        end if;
    end loop;
end $$;
