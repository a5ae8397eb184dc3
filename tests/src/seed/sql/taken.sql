-- Photos are taken in bursts: forty rows of one person at one place, the last but one of twenty a live photo with its moving
-- part behind it.
create temp table seed_burst as
select burst, person.number as person, person.id as owner,
    -- Every other one at home.
    place.number as place,
    (case when pg_temp.seed_dice(burst, 1) < 600000 then person.number % 3 else pg_temp.seed_dice(burst, 2) % 10 end)::int as camera,
    pg_temp.seed_dice(burst, 3) < 700000 as has_place,
    -- By the clock there: more and more over twenty years, between eight and eight.
    date_trunc('day', ends - interval '20 years' * (1 - sqrt(pg_temp.seed_dice(burst, 4) / 1000000.0)) - interval '1 day')
        at time zone 'UTC' + interval '8 hours' + interval '12 hours' * (pg_temp.seed_dice(burst, 5) / 1000000.0) as clock,
    place.zone, place.lat, place.lon
from seed, generate_series(0, (assets - 1) / 40) burst
join seed_person person on burst * 7919 % 1000 >= person.from_share and burst * 7919 % 1000 < person.to_share
join seed_place place on place.number
    = case when pg_temp.seed_dice(burst, 6) < 500000 then person.number * 5 % 40 else pg_temp.seed_dice(burst, 7) % 40 end;

create temp table seed_asset as
select n, subject, is_part, is_live, is_video, burst, person, owner, place, camera, has_place, lat, lon,
    pg_temp.seed_id('asset', n) as id, pg_temp.seed_id('file', n) as file,
    clock, clock at time zone zone as taken, zone,
    pg_temp.seed_dice(subject, 8) / 1000 as state, pg_temp.seed_dice(subject, 9) < 250000 as is_upright
from (
    select n, n - is_part::int as subject, is_part, is_live, is_part or (not is_live and pg_temp.seed_dice(n, 10) < 80000) as is_video,
        burst.burst, person, owner, place, camera, has_place, lat, lon, zone,
        clock + (n - is_part::int) % 40 * interval '47.013 seconds' as clock
    from seed, generate_series(1, assets) n
    cross join lateral (select n % 20 = 0 as is_part, n % 20 = 19 and n < assets as is_live) live
    join seed_burst burst on burst.burst = (n - 1) / 40) row;

analyze seed_asset;
