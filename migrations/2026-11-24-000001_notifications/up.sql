-- What people are told in the bell of their page.

create table notification (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references "user" (id) on delete cascade,
    level text not null check (level in ('success', 'error', 'warning', 'info')),
    type text not null check (type in ('JobFailed', 'BackupFailed', 'SystemMessage', 'AlbumInvite', 'AlbumUpdate', 'Custom')),
    title text not null,
    description text,
    data jsonb,
    read_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- The list of one person, newest first.
create index notification_user on notification (user_id, created_at desc);
-- The nightly cleanup.
create index notification_created on notification (created_at);
