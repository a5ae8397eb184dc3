//! A suspect has its node for itself: nothing innocent runs beside it, in none of the queues, and nothing is written down as
//! lost alone that was not.

use super::*;
use crate::scripted::Troupe;
use safelight_core::jobs::engine::{LOSSES_ALONE, SUSPECT_AFTER};
use safelight_tests::scripted::{Errand, Order, Script, Then};
use safelight_tests::wait_until;

/// Notes every claim of a node that has company it must not have: a suspect beside anything, or anything beside a suspect.
const WATCH: &str = "
create table broken (suspect uuid, beside uuid);
create function watch() returns trigger language plpgsql as $$
begin
    insert into broken
    select new.id, other.id from job other
    where other.state = 'active' and other.owner = new.owner and other.id <> new.id
      and (new.losses >= 2 or other.losses >= 2);
    return new;
end $$;
create trigger watch after update on job for each row
    when (new.state = 'active' and old.state <> 'active') execute function watch();";

/// Notes every loss of a job that was never lost before.
const INNOCENTS: &str = "
create table innocent (id uuid);
create function innocent() returns trigger language plpgsql as $$
begin
    insert into innocent values (new.id);
    return new;
end $$;
create trigger innocent after update on job for each row
    when (old.losses = 0 and new.losses > 0) execute function innocent();";

#[tokio::test]
async fn suspects_and_others_share_no_process() {
    let troupe = Troupe::of(3, &[]).await.unwrap();
    troupe.sql.batch_execute(WATCH).await.unwrap();
    let short = Order::default().after(Duration::from_millis(300));
    for _ in 0..6 {
        troupe.put::<Script>(&short, SUSPECT_AFTER).await.unwrap();
    }
    let started = "select count(*) from job where state = 'active' and losses >= 2";
    wait_until("a suspect runs", async || Ok(troupe.number(started).await? > 0))
        .await
        .unwrap();
    // Work for both queues comes all the time that suspects run.
    wait_until("all are done", async || {
        if troupe.number("select count(*) from job where losses >= 2").await? > 0 {
            for _ in 0..4 {
                troupe.put::<Script>(&Order::default(), 0).await?;
                troupe.put::<Errand>(&Order::default(), 0).await?;
            }
        }
        Ok(troupe.open().await? == 0)
    })
    .await
    .unwrap();
    assert_eq!(troupe.number("select count(*) from broken").await.unwrap(), 0);
}

#[tokio::test]
async fn what_kills_its_worker_is_parked_and_nothing_is_lost_with_it() {
    let troupe = Troupe::of(2, &[]).await.unwrap();
    troupe.sql.batch_execute(INNOCENTS).await.unwrap();
    let fatal = Order::to(Then::Die).after(Duration::from_millis(200));
    troupe.put::<Script>(&fatal, SUSPECT_AFTER).await.unwrap();
    let innocent = Order::default().after(Duration::from_millis(100));
    wait_until("the killer is parked", async || {
        for service in troupe.system.services() {
            if service.exit_status()?.is_some() {
                service.spawn()?;
            }
        }
        if troupe.number("select count(*) from job where losses = 0").await? < 8 {
            troupe.put::<Script>(&innocent, 0).await?;
            troupe.put::<Errand>(&innocent, 0).await?;
        }
        // A suspect waits for an idle node.
        let waits = "select count(*) from job where losses >= 2 and state = 'waiting'";
        if troupe.number(waits).await? > 0 {
            wait_until("the others are done", async || {
                Ok(troupe.number("select count(*) from job where losses = 0").await? == 0)
            })
            .await?;
        }
        Ok(troupe.number("select count(*) from job where state = 'parked'").await? == 1)
    })
    .await
    .unwrap();
    let lost_alone = "select (select count(*) from jsonb_array_elements(history) line where line ->> 'what' = 'lost alone') \
        from job where state = 'parked'";
    assert_eq!(troupe.number(lost_alone).await.unwrap(), i64::from(LOSSES_ALONE));
    let innocents = "select count(*) from innocent";
    assert_eq!(troupe.number(innocents).await.unwrap(), 0, "lost beside a suspect");
}

#[tokio::test]
async fn only_who_was_claimed_alone_is_lost_alone() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    // As an older worker claims it, which knows nothing of this.
    put(&mut conn, thumbnails(Uuid::new_v4())).await.unwrap();
    run(&mut conn, "update job set losses = 2").await.unwrap();
    let alone = ClaimLimits {
        suspect: true,
        ..limits(1)
    };
    for (set, expected) in [("alone = false", "lost"), ("alone = true", "lost alone")] {
        assert_eq!(claim(&mut conn, alone).await.unwrap().len(), 1);
        assert_eq!(jobs.value("select alone from job").await.unwrap(), "true");
        let expire = format!("update job set {set}, lease_until = now() - interval '1 second'");
        run(&mut conn, &expire).await.unwrap();
        safelight_core::jobs::engine::sweep(&mut conn, Duration::ZERO)
            .await
            .unwrap();
        assert_eq!(
            jobs.value("select history -> -1 ->> 'what' from job").await.unwrap(),
            expected
        );
        assert_eq!(jobs.value("select alone from job").await.unwrap(), "false");
    }
}
