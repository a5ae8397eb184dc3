//! A worker whose jobs do what their payload says: for tests of the engine with real processes.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    safelight_tests::scripted::work().await
}
