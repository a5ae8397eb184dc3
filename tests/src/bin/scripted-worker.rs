//! A worker whose jobs do what their payload says: for tests of the engine with real processes.

fn main() -> anyhow::Result<()> {
    safelight_core::service::run_program(safelight_tests::scripted::work())?
}
