-- Jobs, the nodes that run them, and the files they are about to write.

create table queue (
    name text primary key,
    is_paused boolean not null default false,
    -- The most jobs of this queue that may be active over all nodes; null is no limit.
    max_active integer check (max_active > 0),
    updated_at timestamptz not null default now()
);
insert into queue (name, max_active) values
    ('thumbnailGeneration', null), ('metadataExtraction', null), ('videoConversion', null), ('faceDetection', null),
    ('facialRecognition', 1), ('smartSearch', null), ('duplicateDetection', 1), ('backgroundTask', null),
    ('storageTemplateMigration', 1), ('migration', null), ('search', null), ('sidecar', null), ('library', null),
    ('notifications', null), ('backupDatabase', 1), ('ocr', null), ('workflow', null), ('integrityCheck', null),
    ('editor', null);

-- The fence: a new number at every claim, never reused and never going back.
create sequence job_lease as bigint;

create table job (
    id uuid primary key,
    queue text not null references queue (name),
    kind text not null,
    -- The subject of the job; null is never merged with another.
    dedup_key text,
    payload jsonb not null,
    payload_version integer not null,
    -- 0 interactive, 1 normal, 2 bulk.
    class smallint not null check (class between 0 and 2),
    -- What set the chain off: upload, sidecar-write, copy, edit.
    source text,
    force boolean not null default false,
    notify boolean not null default false,
    -- What a node must be able to do to run it.
    requires text[] not null default '{}',
    state text not null default 'waiting' check (state in ('waiting', 'delayed', 'active', 'parked')),
    run_at timestamptz not null default now(),
    lease bigint,
    lease_until timestamptz,
    owner uuid,
    started_at timestamptz,
    failures integer not null default 0,
    losses integer not null default 0,
    -- 0 to 1, where the work can tell.
    progress real,
    -- What happened, when, on which node: an array of objects, newest last.
    history jsonb not null default '[]',
    created_at timestamptz not null default now(),
    check (state <> 'active' or (lease is not null and lease_until is not null and owner is not null))
);
-- One waiting row per subject: enqueueing again merges into it.
create unique index job_pending_key on job (kind, dedup_key) where state in ('waiting', 'delayed');
-- The order in which jobs are claimed.
create index job_claim on job (queue, class, run_at, id) where state in ('waiting', 'delayed');
create index job_active_key on job (kind, dedup_key) where state = 'active';
create index job_active_owner on job (owner) where state = 'active';
create index job_active_lease on job (lease_until) where state = 'active';
create index job_active_queue on job (queue) where state = 'active';
create index job_parked on job (queue, kind) where state = 'parked';

-- Finished jobs, counted per node so that no row is contended.
create table queue_count (
    queue text not null references queue (name),
    node uuid not null,
    completed bigint not null default 0,
    primary key (queue, node)
);

-- One row per process that lives or has lived lately; `boot` is new at every start.
create table node (
    boot uuid primary key,
    service text not null,
    host text not null,
    version text not null,
    capabilities jsonb not null default '{}',
    state text not null default 'active' check (state in ('active', 'quiet', 'paused', 'ill', 'gone')),
    -- Why it is ill, for people.
    reason text,
    -- What the operator wants: null is active.
    desired_state text check (desired_state in ('active', 'quiet', 'paused')),
    -- Slots per queue as the node runs them now, and the operator's overrides.
    slots jsonb not null default '{}',
    overrides jsonb not null default '{}',
    running integer not null default 0,
    health_address text,
    started_at timestamptz not null default now(),
    heartbeat timestamptz not null default now()
);
create index node_heartbeat on node (heartbeat);

-- A file somebody is about to write, committed before its first byte. Owned by a lease (a job) or by a boot (an upload).
create table file_intent (
    path text primary key,
    lease bigint,
    boot uuid,
    created_at timestamptz not null default now(),
    check (num_nonnulls(lease, boot) = 1)
);
create index file_intent_lease on file_intent (lease) where lease is not null;
create index file_intent_boot on file_intent (boot) where boot is not null;

create table schedule (
    name text primary key,
    cron text not null,
    zone text not null,
    next_run timestamptz not null
);
create index schedule_next_run on schedule (next_run);
