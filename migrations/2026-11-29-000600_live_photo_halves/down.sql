drop trigger moving_part_stays_locked on asset;
drop trigger moving_part_follows on asset;
drop trigger moving_part_is_linked on asset;
drop function moving_part_stays_locked();
drop function moving_part_follows();
