//! `AssetEncodeVideo`: one video that every browser plays, where the policy asks for one.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use safelight_core::child::handed;
use safelight_core::db::{DbError, Pool};
use safelight_core::jobs::{Completion, Handler, Job, JobError, kind};
use safelight_core::media::MediaStore;
use safelight_core::media::intents::{self, Owner};
use safelight_core::service::Service;
use safelight_core::settings::{HardwareAcceleration, Settings, VideoSettings};
use safelight_video::{MediaTraits, VideoHelper};

use super::asset::{self, AssetFacts};
use super::check;
use super::driver::{Driver, End};
use super::files::Files;
use super::publish::{Later, Outcome};
use super::room::{need, room};
use super::scratch::Scratch;
use crate::config::TranscodeConfig;
use crate::pipeline::order::{Failure, Fault, Order};
use crate::policy::{Decision, decide, encoding_all};
use crate::recipe::{AudioStep, Hardware, Rate, Recipe, VideoStep};
use crate::trial::Known;

/// How long a video waits whose metadata are being read.
const READING: Duration = Duration::from_secs(15);

/// Makes playable videos.
pub struct TranscodeHandler {
    pool: Pool,
    settings: Settings,
    store: Arc<dyn MediaStore>,
    min_free: u64,
    driver: Driver,
    known: Known,
}

impl TranscodeHandler {
    /// A handler for all jobs of this process.
    pub fn new(
        service: &Service,
        store: Arc<dyn MediaStore>,
        helper: VideoHelper,
        config: TranscodeConfig,
        known: Known,
    ) -> Self {
        Self {
            pool: service.pool.clone(),
            settings: service.settings.clone(),
            store,
            min_free: service.config.media.min_free,
            driver: Driver {
                helper,
                config,
                bus: service.bus.clone(),
            },
            known,
        }
    }

    /// Why a video whose streams nobody has told cannot be done now.
    async fn without_traits(&self, job: &Job<kind::EncodeVideo>, asset: &AssetFacts) -> Result<Completion, JobError> {
        let mut conn = self.pool.get().await.map_err(DbError::from)?;
        if asset::is_being_read(&mut conn, asset.id).await? {
            return Ok(Completion::new(Later {
                asset: asset.id,
                after: READING,
                force: job.force,
                notify: job.notify,
            }));
        }
        Err(JobError::permanent(
            "nothing is known of the streams of this video: run the job Extract Metadata for it again",
        ))
    }

    /// Makes the file; nothing is in a row yet but the intent.
    async fn make(
        &self,
        job: &Job<kind::EncodeVideo>,
        asset: &AssetFacts,
        traits: &MediaTraits,
        recipe: Recipe,
    ) -> Result<PathBuf, JobError> {
        let settings = self.settings.current();
        let ways = self.ways(&all_ways(&settings.ffmpeg, &recipe, traits))?;
        room(&*self.store, self.min_free, need(&recipe, traits))
            .await
            .map_err(JobError::ill)?;
        let original = Path::new(&asset.original_path);
        let opened = self.store.open(original).await;
        let opened = opened.map_err(|error| JobError::reading(&error))?;
        let path = self.store.paths().encoded_video(asset.owner, asset.id, job.lease);
        let mut conn = self.pool.get().await.map_err(DbError::from)?;
        intents::declare(&mut conn, &path, Owner::Lease(job.lease)).await?;
        drop(conn);
        let part = self
            .store
            .create(&path)
            .await
            .map_err(|error| JobError::writing(&error))?;
        let scratch = scratch(&ways)?;
        let files = Files::open(&opened, &part).await?;
        let order = Order {
            input: handed(&files.original),
            output: handed(&files.part),
            samples: handed(&files.samples),
            scratch: scratch.as_ref().map(|folder| folder.path().to_owned()),
            devices: Vec::new(),
            recipe,
            set_aside: self.known.failed().into_iter().map(|coder| coder.element).collect(),
            duration_ms: traits.duration_ms,
        };
        let attempts = Attempts {
            original,
            part: part.part_path(),
            traits,
            files: &files,
        };
        match self.work(job, &attempts, order, ways).await {
            Ok(()) => part.commit().await.map_err(|error| JobError::writing(&error))?,
            Err(error) => {
                // Waited for, so that nothing is left when the job is another's. What cannot be removed has its intent.
                let _ = part.discard().await;
                return Err(error);
            }
        }
        Ok(path)
    }

    /// Those of the ways that this machine has the elements for.
    fn ways(&self, all: &[Recipe]) -> Result<Vec<Recipe>, JobError> {
        let mut reasons = Vec::new();
        let ways: Vec<Recipe> = all
            .iter()
            .filter(|way| self.known.allows(way).map_err(|reason| reasons.push(reason)).is_ok())
            .cloned()
            .collect();
        match all.first() {
            Some(wanted) if ways.is_empty() => Err(unable(wanted, reasons.join("; "))),
            _ => Ok(ways),
        }
    }

    /// Has the order done and looks at the result. Where a way fails, the next one is tried.
    async fn work(
        &self,
        job: &Job<kind::EncodeVideo>,
        attempts: &Attempts<'_>,
        mut order: Order,
        ways: Vec<Recipe>,
    ) -> Result<(), JobError> {
        let mut ways = VecDeque::from(ways);
        while let Some(way) = ways.pop_front() {
            order.devices = self.known.devices(&way);
            order.recipe = way;
            let Err(lost) = self.attempt(job, attempts, &order).await else {
                return Ok(());
            };
            if !lost.is_taking && matches!(order.recipe.video, VideoStep::Encode(_)) {
                // Its sound is not why it failed.
                ways.retain(|way| way.audio == order.recipe.audio);
            }
            let error = lost.error;
            if ways.is_empty() || !may_be_the_way(&error) {
                return Err(error);
            }
            tracing::warn!(asset.id = ?job.subject, %error, "a video could not be made in this way; another one is tried");
        }
        Ok(())
    }

    async fn attempt(&self, job: &Job<kind::EncodeVideo>, attempts: &Attempts<'_>, order: &Order) -> Result<(), Lost> {
        match self.driver.run(order, attempts.files, job).await {
            Ok(()) => {}
            Err(End::Other(error)) => return Err(error.into()),
            Err(End::Failed(failure)) => {
                let is_taking = failure.fault == Fault::Taking;
                let error = self.reason(&order.recipe, attempts.original, failure).await;
                return Err(Lost { error, is_taking });
            }
        }
        let checked = check::result(
            &self.driver.helper,
            &*self.store,
            attempts.part,
            &order.recipe,
            attempts.traits,
        );
        Ok(checked.await?)
    }

    /// What becomes of a job whose child said why it failed.
    async fn reason(&self, recipe: &Recipe, original: &Path, failure: Failure) -> JobError {
        if !failure.words.is_empty() {
            tracing::warn!(original = %original.display(), reason = failure.message, words = failure.words, "a transcode failed");
        }
        match failure.fault {
            // A driver may be in trouble; what a processor did alone, it would do again.
            Fault::Element if uses_hardware(recipe) => JobError::retry(failure.message),
            Fault::Store => JobError::ill(failure.message),
            Fault::Original => match self.store.open(original).await {
                Ok(_) => JobError::retry(failure.message),
                Err(error) => JobError::reading(&error),
            },
            Fault::Missing => unable(recipe, failure.message),
            Fault::Element | Fault::File | Fault::Taking => JobError::permanent(failure.message),
        }
    }
}

impl Handler<kind::EncodeVideo> for TranscodeHandler {
    async fn handle(&self, job: &Job<kind::EncodeVideo>) -> Result<Completion, JobError> {
        let id = job.subject()?;
        let mut conn = self.pool.get().await.map_err(DbError::from)?;
        let Some(asset) = asset::load(&mut conn, id).await? else {
            return Ok(Completion::empty());
        };
        drop(conn);
        let settings = self.settings.current();
        let Some(traits) = &asset.traits else {
            return self.without_traits(job, &asset).await;
        };
        let decision = decide(&settings.ffmpeg, traits);
        tracing::debug!(asset.id = %id, ?decision, "decided by policy");
        let made = match decision {
            Decision::Skip => None,
            Decision::Remux(recipe) | Decision::Encode(recipe) => Some(self.make(job, &asset, traits, recipe).await?),
        };
        Ok(Completion::new(Outcome::new(
            id,
            made,
            Arc::clone(&self.store),
            self.pool.clone(),
        )))
    }
}

/// Why an attempt left no result.
struct Lost {
    error: JobError,
    /// Whether a stream cannot be taken over as it is.
    is_taking: bool,
}

impl From<JobError> for Lost {
    fn from(error: JobError) -> Self {
        Self {
            error,
            is_taking: false,
        }
    }
}

/// What all attempts at one video have in common.
struct Attempts<'a> {
    original: &'a Path,
    part: &'a Path,
    traits: &'a MediaTraits,
    files: &'a Files,
}

/// The ways to do the same, the one with the most hardware first: hardware for both, for encoding alone, none.
fn ways(recipe: &Recipe) -> Vec<Recipe> {
    let VideoStep::Encode(video) = &recipe.video else {
        return vec![recipe.clone()];
    };
    let wanted = video.hardware.clone();
    let mut ways = Vec::new();
    if wanted.accel != HardwareAcceleration::Disabled {
        if wanted.decode {
            ways.push(with_hardware(recipe, wanted.clone()));
        }
        let encoding = Hardware {
            decode: false,
            ..wanted
        };
        ways.push(with_hardware(recipe, encoding));
    }
    ways.push(with_hardware(recipe, Hardware::none()));
    ways
}

fn with_hardware(recipe: &Recipe, hardware: Hardware) -> Recipe {
    let mut recipe = recipe.clone();
    if let VideoStep::Encode(video) = &mut recipe.video {
        video.hardware = hardware;
    }
    recipe
}

/// The ways to what is ordered; of a film that cannot be taken over as it is, the sound is encoded, then the pictures, then both.
fn all_ways(settings: &VideoSettings, recipe: &Recipe, traits: &MediaTraits) -> Vec<Recipe> {
    let mut all = ways(recipe);
    let Some(encoded) = encoding_all(settings, traits) else {
        return all;
    };
    let takes_sound = recipe.audio == AudioStep::Copy;
    if takes_sound {
        let with_its_pictures = Recipe {
            video: recipe.video.clone(),
            ..encoded.clone()
        };
        all.extend(ways(&with_its_pictures));
    }
    if matches!(recipe.video, VideoStep::Copy { .. }) {
        let with_its_sound = Recipe {
            audio: recipe.audio,
            ..encoded.clone()
        };
        all.extend(ways(&with_its_sound));
        if takes_sound {
            all.extend(ways(&encoded));
        }
    }
    all
}

fn uses_hardware(recipe: &Recipe) -> bool {
    match &recipe.video {
        VideoStep::Encode(video) => video.hardware.accel != HardwareAcceleration::Disabled,
        VideoStep::Copy { .. } => false,
    }
}

/// Whether the same may succeed in another way.
const fn may_be_the_way(error: &JobError) -> bool {
    matches!(
        error,
        JobError::Retry(_) | JobError::Permanent(_) | JobError::Unable { .. }
    )
}

/// What becomes of a job for which this machine lacks an element: another may have it.
fn unable(recipe: &Recipe, reason: String) -> JobError {
    match &recipe.video {
        VideoStep::Encode(video) => JobError::Unable {
            requires: vec![video.codec.capability()],
            reason,
        },
        // What takes a stream over is part of every installation.
        VideoStep::Copy { .. } => JobError::permanent(reason),
    }
}

/// A folder for the notes of a first pass.
fn scratch(ways: &[Recipe]) -> Result<Option<Scratch>, JobError> {
    let takes_notes = |way: &Recipe| match &way.video {
        VideoStep::Encode(video) => matches!(video.rate, Rate::TwoPass { .. }),
        VideoStep::Copy { .. } => false,
    };
    if !ways.iter().any(takes_notes) {
        return Ok(None);
    }
    Scratch::new()
        .map(Some)
        .map_err(|error| JobError::ill(format!("no folder for the notes of a first pass: {error}")))
}

#[cfg(test)]
mod tests {
    use safelight_core::settings::VideoSettings;

    use super::*;
    use crate::policy::tests::{encoded, film};
    use crate::recipe::Turn;

    #[test]
    fn what_cannot_be_taken_over_is_encoded_stream_by_stream() {
        let settings = VideoSettings::default();
        let taken = Recipe {
            video: VideoStep::Copy { turn: Turn::default() },
            audio: AudioStep::Copy,
        };
        let tried = |recipe: &Recipe| -> Vec<(bool, bool)> {
            let all = all_ways(&settings, recipe, &film()).into_iter();
            let encodes = |way: Recipe| (matches!(way.video, VideoStep::Encode(_)), way.audio != AudioStep::Copy);
            all.map(encodes).collect()
        };
        assert_eq!(
            tried(&taken),
            [(false, false), (false, true), (true, false), (true, true)]
        );
        let with_new_pictures = Recipe {
            audio: AudioStep::Copy,
            ..encoded(VideoSettings::default())
        };
        assert_eq!(tried(&with_new_pictures), [(true, false), (true, true)]);
        assert_eq!(tried(&encoded(VideoSettings::default())), [(true, true)]);
    }

    #[test]
    fn hardware_is_given_up_step_by_step() {
        let used = |settings| -> Vec<(HardwareAcceleration, bool)> {
            let ways = ways(&encoded(settings)).into_iter();
            let hardware = ways.filter_map(|way| match way.video {
                VideoStep::Encode(video) => Some((video.hardware.accel, video.hardware.decode)),
                VideoStep::Copy { .. } => None,
            });
            hardware.collect()
        };
        let software = (HardwareAcceleration::Disabled, false);
        assert_eq!(used(VideoSettings::default()), [software]);
        let vaapi = VideoSettings {
            accel: HardwareAcceleration::Vaapi,
            ..VideoSettings::default()
        };
        let steps = [
            (HardwareAcceleration::Vaapi, true),
            (HardwareAcceleration::Vaapi, false),
            software,
        ];
        assert_eq!(used(vaapi.clone()), steps);
        let encoding_only = VideoSettings {
            accel_decode: false,
            ..vaapi
        };
        assert_eq!(used(encoding_only), steps[1..]);
    }
}
