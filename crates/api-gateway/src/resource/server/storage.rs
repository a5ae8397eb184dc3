//! How full the disk of the originals is.

use serde::Serialize;

use crate::prelude::*;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names of the contract")]
struct Storage {
    disk_available: String,
    disk_size: String,
    disk_use: String,
    disk_available_raw: u64,
    disk_size_raw: u64,
    disk_use_raw: u64,
    disk_usage_percentage: f64,
}

/// `GET /server/storage`
pub(super) async fn storage(_auth: Auth, state: Data<AppState>) -> Reply {
    let space = state.media.space().await.map_err(ApiError::internal)?;
    let used = space.total.saturating_sub(space.free);
    Ok(reply::ok(&Storage {
        disk_available: human(space.available),
        disk_size: human(space.total),
        disk_use: human(used),
        disk_available_raw: space.available,
        disk_size_raw: space.total,
        disk_use_raw: used,
        disk_usage_percentage: percentage(used, space.total),
    }))
}

/// `68.9 GiB`
fn human(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut value = float(bytes);
    let mut unit = UNITS.first().copied().unwrap_or_default();
    for larger in UNITS.iter().skip(1) {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = larger;
    }
    format!("{value:.1} {unit}")
}

/// Of a hundred, with two decimals.
fn percentage(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    (float(part) / float(whole) * 10_000.0).round() / 100.0
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "shown with a few digits only"
)]
fn float(bytes: u64) -> f64 {
    bytes as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_with_one_decimal() {
        assert_eq!(human(0), "0.0 B");
        assert_eq!(human(1536), "1.5 KiB");
        assert_eq!(human(73_981_000_000), "68.9 GiB");
    }

    #[test]
    fn percentages_have_two_decimals() {
        assert!((percentage(1, 3) - 33.33).abs() < 1e-9);
        assert!(percentage(1, 0).abs() < 1e-9);
    }
}
