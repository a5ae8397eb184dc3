-- Eight people own the library, the first one half of it; the others are members of albums. As many as a thousandth of the
-- assets, at least eight, at most a thousand.
create temp table seed_person as
select number, pg_temp.seed_id('person', number) as id, from_share, to_share
from generate_series(1, (select least(1000, greatest(8, assets / 1000)) from seed)) number
-- Of a thousand bursts, those from the first to before the last are this person's.
left join (values (1, 0, 500), (2, 500, 700), (3, 700, 820), (4, 820, 900), (5, 900, 950), (6, 950, 980), (7, 980, 998),
    (8, 998, 1000)) share (owner, from_share, to_share) on owner = number;
alter table seed_person add primary key (number);

insert into "user" (id, email, name, avatar_color, created_at, updated_at)
select id, 'person-' || number || case when salt = 0 then '' else '.' || salt end || '@seed.example', 'Person ' || number,
    (array['primary', 'pink', 'red', 'yellow', 'blue', 'green', 'purple', 'orange', 'gray', 'amber'])[1 + number % 10],
    ends - interval '8 years' + number * interval '1 day', ends - interval '8 years' + number * interval '1 day'
from seed_person, seed;
