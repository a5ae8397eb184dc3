do $$ declare index record; begin
    for index in select * from seed_index loop
        if index.conname is null then
            execute index.definition;
        else
            execute format('alter table %s add constraint %I %s', index.held_by, index.conname, index.definition);
        end if;
    end loop;
end $$;
