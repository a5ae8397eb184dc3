use crate::jobs::engine::Engine;
use crate::settings::SystemConfig;

/// Sets how many jobs of each queue may run here: the operator's number for this node where there is one (an object of
/// queue names and numbers), else the one of the settings.
pub fn apply_slots(engine: &Engine, settings: &SystemConfig, overrides: &serde_json::Value) {
    for (queue, control) in engine.queues() {
        let own = overrides.get(queue.as_str()).and_then(serde_json::Value::as_u64);
        let limit = own
            .and_then(|slots| usize::try_from(slots).ok())
            .unwrap_or_else(|| settings.job.concurrency(queue));
        if control.limit() != limit {
            tracing::info!(queue = %queue, slots = limit, "slots changed");
            control.set_limit(limit);
        }
    }
}
