-- How many photos and videos somebody has is counted in the index alone.
create index asset_counted on asset (owner_id, visibility, type, is_favorite) where deleted_at is null;
-- The trash of a person by time, and everybody's in the order in which it is emptied, some at a time.
create index asset_trash on asset (owner_id, local_date_time desc, file_created_at desc) where deleted_at is not null;
create index asset_deleted_id on asset (id) where deleted_at is not null;

-- A page of a queue: its newest jobs. The two that go are served by those that come; older gateways use them as well.
create index job_waiting_page on job (queue, id) where state = 'waiting';
drop index job_waiting_queue;
create index job_parked_page on job (queue, id) where state = 'parked';
drop index job_parked;

-- Whoever ends a session looks for those that it has begun.
create index session_parent on session (parent_id) where parent_id is not null;
