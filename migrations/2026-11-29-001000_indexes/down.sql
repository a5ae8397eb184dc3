drop index session_parent;
create index job_parked on job (queue, kind) where state = 'parked';
drop index job_parked_page;
create index job_waiting_queue on job (queue) where state = 'waiting';
drop index job_waiting_page;
drop index asset_deleted_id;
drop index asset_trash;
drop index asset_counted;
