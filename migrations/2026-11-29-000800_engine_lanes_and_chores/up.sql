-- Jobs stand in lanes: those of one kind, version, requirement and class, ordered by time. A claim looks at the head of each
-- lane that its node can serve, and never at the rows of another, however many wait there or are not due yet. Those that were
-- lost twice stand apart. `requires_settings` is null for what holds under all settings. `job_claim` is needed no more: older
-- workers sort instead, until they are started anew.
create index job_lane on job
    (kind, payload_version, requires, coalesce(requires_settings, 9223372036854775807), class, run_at, id)
    where state in ('waiting', 'delayed') and losses < 2;
create index job_lane_suspect on job
    (kind, payload_version, requires, coalesce(requires_settings, 9223372036854775807), class, run_at, id)
    where state in ('waiting', 'delayed') and losses >= 2;
drop index job_claim;

-- Whether it was claimed as the only job of its node: a loss says more then.
alter table job add column alone boolean not null default false;
-- How often a node was too ill for it that was found to be well.
alter table job add column illnesses integer not null default 0;

-- What the fleet does now and then, whichever process has the time.
create table chore (
    name text primary key,
    -- Whoever beats after this moment takes it.
    due_at timestamptz not null default now(),
    -- Of the last run: when it began and ended, who did it, and what went wrong.
    started_at timestamptz,
    ended_at timestamptz,
    node uuid,
    error text
);
insert into chore (name) values ('leases'), ('nodes'), ('schedules'), ('files');
