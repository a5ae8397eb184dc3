//! What one run of either side tells.

use anyhow::Result;
use serde_json::Value;

use super::super::peer::number;

/// The figures of one run over a few photos.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    /// Milliseconds of processors per photo.
    pub(super) cpu: f64,
    /// Photos a second.
    pub(super) rate: f64,
    /// The most bytes, children included.
    pub(super) memory: f64,
    /// Bytes of the large picture.
    pub(super) preview: f64,
    /// Bytes of the small one.
    pub(super) thumbnail: f64,
}

impl Figures {
    /// Reads what a side printed.
    ///
    /// # Errors
    /// When a figure is missing.
    pub(super) fn of(value: &Value) -> Result<Self> {
        Ok(Self {
            cpu: number(value, "cpuMsPerPhoto")?,
            rate: number(value, "photosPerSecond")?,
            memory: number(value, "peakMemory")?,
            preview: number(value, "previewBytes")?,
            thumbnail: number(value, "thumbnailBytes")?,
        })
    }

    /// Of several runs: the medians, and of memory the most. `None` where there was no run.
    pub(super) fn of_runs(runs: &[Self]) -> Option<Self> {
        let median = |figure: fn(&Self) -> f64| median(runs.iter().map(figure));
        Some(Self {
            cpu: median(|run| run.cpu)?,
            rate: median(|run| run.rate)?,
            memory: runs.iter().map(|run| run.memory).reduce(f64::max)?,
            preview: median(|run| run.preview)?,
            thumbnail: median(|run| run.thumbnail)?,
        })
    }
}

/// The middle one; the lower of two.
pub(super) fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_does_not_move_with_the_ends() {
        assert_eq!(median([9.0, 1.0, 2.0, 1e9, 0.0].into_iter()), Some(2.0));
        assert_eq!(median([3.0, 1.0].into_iter()), Some(1.0));
        assert_eq!(median(std::iter::empty()), None);
    }
}
