drop table chore;
alter table job drop column illnesses;
alter table job drop column alone;
create index job_claim on job (queue, class, run_at, id) where state in ('waiting', 'delayed');
drop index job_lane_suspect;
drop index job_lane;
