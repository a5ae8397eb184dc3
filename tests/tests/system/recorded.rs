//! The recorded exchanges of the contract: what passed once passes for ever.

use safelight_tests::replay::{self, Expected, Records};

#[tokio::test]
async fn recorded_exchanges_that_passed_still_pass() {
    let Some(records) = Records::load().unwrap() else {
        return;
    };
    let expected = Expected::load().unwrap();
    if expected.is_empty() {
        return;
    }
    let report = replay::run(&records).await.unwrap();
    eprintln!("{}", report.summary());
    let broken = expected.broken(&report);
    assert!(broken.is_empty(), "{broken}");
}
