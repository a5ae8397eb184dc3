-- What an operator wants of a node, whichever process that is at the moment: a node is a service on a host, and its orders
-- outlive its processes. `node.desired_state` and `node.overrides` are not read any more.
create table node_order (
    host text not null,
    service text not null,
    -- Null is active.
    desired_state text check (desired_state in ('quiet', 'paused')),
    -- Slots by queue, in place of those of the settings.
    slots jsonb not null default '{}',
    -- It works only between these times of the day, such as 22:00-07:00, in the zone of the installation.
    hours text check (hours ~ '^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$'),
    updated_at timestamptz not null default now(),
    primary key (host, service)
);

insert into node_order (host, service, desired_state, slots)
select distinct on (host, service) host, service, nullif(desired_state, 'active'), overrides
from node where overrides <> '{}' or desired_state in ('quiet', 'paused')
order by host, service, started_at desc;

-- What the machine is, as the process found it: cores, memory, what its store takes to answer, encoders and so on.
alter table node add column facts jsonb not null default '{}';
