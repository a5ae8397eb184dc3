-- Parts of the paths of originals, as the migration `search` has it for their names.
do $$
declare
    home text;
begin
    select n.nspname into home from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pg_trgm';
    if home is not null then
        execute format('create index asset_path_part on asset using gin
            (lower(original_path collate "und-x-icu") %I.gin_trgm_ops)', home);
    end if;
end
$$;
