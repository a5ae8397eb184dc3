//! What has to be done now and then, found by one look.

use super::*;
use safelight_core::fleet::{Chores, chores};

const NONE: Chores = Chores {
    nodes: false,
    schedules: false,
    intents: false,
};
const NODES: Chores = Chores { nodes: true, ..NONE };
const SCHEDULES: Chores = Chores {
    schedules: true,
    ..NONE
};
const INTENTS: Chores = Chores { intents: true, ..NONE };

/// What somebody does, and which chores that makes.
const CASES: &[(&str, Chores)] = &[
    ("select", NONE),
    ("update node set heartbeat = now() - interval '29 seconds'", NONE),
    ("update node set heartbeat = now() - interval '31 seconds'", NODES),
    (
        "update node set heartbeat = now() - interval '23 hours', state = 'gone'",
        NONE,
    ),
    (
        "update node set heartbeat = now() - interval '25 hours', state = 'gone'",
        NODES,
    ),
    ("insert into queue_ended select 'library', boot, 1 from node", NONE),
    ("insert into queue_ended select 'library', gen_random_uuid(), 1", NODES),
    (
        "update node set state = 'gone'; insert into queue_ended select 'library', boot, 1 from node",
        NODES,
    ),
    ("update schedule set next_run = now()", SCHEDULES),
    (
        "update schedule set next_run = now(), name = 'of another service'",
        NONE,
    ),
    ("insert into file_intent (path, boot) select '/a', boot from node", NONE),
    ("insert into file_intent (path, lease) values ('/a', 4711)", INTENTS),
];

#[tokio::test]
async fn a_look_finds_what_there_is_to_do_and_nothing_else() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let world = "insert into node (boot, service, host, version) values (gen_random_uuid(), 'api-gateway', 'a', '1'); \
        insert into schedule (name, cron, zone, next_run) values ('nightly', '0 0 * * *', 'UTC', now() + interval '1 hour')";
    run(&mut conn, world).await.unwrap();
    for (happens, expected) in CASES {
        run(&mut conn, &format!("begin; {happens}")).await.unwrap();
        assert_eq!(
            chores(&mut conn, vec!["nightly"]).await.unwrap(),
            *expected,
            "{happens}"
        );
        run(&mut conn, "rollback").await.unwrap();
    }
}
