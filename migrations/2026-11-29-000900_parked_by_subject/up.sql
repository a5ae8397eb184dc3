-- Why an asset has no pictures is asked for many at once: by what was given up for each of them.
create index job_parked_key on job (kind, dedup_key) where state = 'parked';
