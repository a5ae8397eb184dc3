//! Half a million jobs that nobody can do, beside a library of a million.

use safelight_core::config::{DatabaseConfig, Env};
use safelight_tests::million;

use crate::engine::lanes::is_cheap;

#[tokio::test]
async fn half_a_million_jobs_that_nobody_can_do_are_stepped_over() {
    let turn = million::turn().await.unwrap();
    let url = turn.system().database().url();
    let config = DatabaseConfig::from_env(&Env::of([("DB_URL", url)])).unwrap();
    is_cheap(&config, "with half a million jobs that nobody can do").await;
}
