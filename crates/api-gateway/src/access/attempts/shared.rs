//! The counts of all gateways, in Redis: the same rule as in [`super::count`], each step one script, so that nothing comes in
//! between.

use std::time::Duration;

use deadpool_redis::redis;
use safelight_core::{
    config::RedisConfig,
    events::{CommandPool, StreamError},
};

use super::{
    AttemptLimits,
    count::{Count, millis},
};

/// Answers `{0, wait}`, or `{1, next, ...}`, in milliseconds.
const BEGIN: &str = include_str!("begin.lua");
/// Answers nothing of interest.
const GIVE_BACK: &str = include_str!("give_back.lua");

/// Counts in Redis.
#[derive(Clone)]
pub(super) struct Shared {
    commands: CommandPool,
    prefix: String,
}

impl Shared {
    /// The counts under the prefix of this installation.
    pub(super) fn new(commands: CommandPool, redis: &RedisConfig) -> Self {
        Self {
            commands,
            prefix: redis.key("attempts:"),
        }
    }

    /// Counts an attempt everywhere, or nowhere and returns how long to wait.
    ///
    /// # Errors
    /// Redis did not answer in time; whether it has counted is not known.
    pub(super) async fn begin(
        &self,
        counts: &[Count],
        limits: &AttemptLimits,
    ) -> Result<Result<Vec<u64>, Duration>, StreamError> {
        if counts.is_empty() {
            return Ok(Ok(Vec::new()));
        }
        let mut command = self.script(BEGIN, counts);
        command.arg(millis(limits.memory)).arg(millis(limits.pause));
        for count in counts {
            command.arg(count.free).arg(millis(count.longest));
        }
        let mut answer = self.commands.query::<Vec<u64>>(&command).await?;
        let pauses = answer.split_off(answer.len().min(1));
        Ok(match (answer.first(), pauses.first()) {
            (Some(0), Some(wait)) => Err(Duration::from_millis(*wait)),
            _ => Ok(pauses),
        })
    }

    /// Takes an attempt back that has set these moments.
    ///
    /// # Errors
    /// Redis did not answer in time.
    pub(super) async fn give_back(&self, counts: &[Count], own: &[u64]) -> Result<(), StreamError> {
        if counts.is_empty() {
            return Ok(());
        }
        let mut command = self.script(GIVE_BACK, counts);
        for own in own {
            command.arg(*own);
        }
        self.commands.query::<()>(&command).await
    }

    fn script(&self, script: &str, counts: &[Count]) -> redis::Cmd {
        let mut command = redis::cmd("EVAL");
        command.arg(script).arg(counts.len());
        for count in counts {
            command.arg(format!("{}{}", self.prefix, count.name));
        }
        command
    }
}
