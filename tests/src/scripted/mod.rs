//! A worker whose jobs do what their payload says: for tests of the engine with real processes.

mod kind;
mod worker;

pub use kind::{Errand, Order, Script, Then};
pub use worker::work;

/// SQL by which every job is noted in the table `lost` whose worker was taken for lost, or that failed.
pub const LOST: &str = "
create table lost (id uuid);
create function lost() returns trigger language plpgsql as $$
begin
    insert into lost values (new.id);
    return new;
end $$;
create trigger lost after update on job for each row
    when (old.losses < new.losses or old.failures < new.failures) execute function lost();";
