//! The distances as tables.

use super::super::super::Table;
use super::super::figures::median;
use super::metric::Distance;
use super::{Against, Compared};

/// Structure and noise; colours and bytes; and what it comes to.
pub(super) fn of(compared: &[Compared], scene: &str) -> Vec<Table> {
    let light = format!(
        "Previews against a reference by libvips in linear light (12, 24 and 48 MP: {scene}), less that reference as a JPEG; goals: \
         within 0.002 SSIM and 0.15 dB"
    );
    let levels = "The same against a reference that is resized in levels, beside what sharp does by default; no goal";
    vec![
        structure(compared, &light, |row| &row.light),
        colours(compared),
        summary(compared),
        structure(compared, levels, |row| &row.levels),
    ]
}

fn structure(compared: &[Compared], title: &str, against: fn(&Compared) -> &Against) -> Table {
    let columns = [
        "file",
        "SSIM",
        "reference as JPEG",
        "difference",
        "sharp's difference",
        "PSNR, dB",
        "reference as JPEG",
        "difference",
        "sharp's difference",
    ];
    let mut table = Table::with_columns(title, &columns);
    for row in compared {
        let to = against(row);
        let figures = |figure: fn(&Distance) -> f64, places: usize| {
            let (ours, encoded) = (figure(&to.ours), figure(&to.encoded));
            let sharp = to.sharp.as_ref().map(|sharp| figure(sharp) - encoded);
            [
                format!("{ours:.places$}"),
                format!("{encoded:.places$}"),
                format!("{:+.places$}", ours - encoded),
                sharp.map_or("none".to_owned(), |sharp| format!("{sharp:+.places$}")),
            ]
        };
        let all = figures(|to| to.ssim, 4).into_iter().chain(figures(|to| to.psnr, 2));
        table.cells([row.name.clone()].into_iter().chain(all));
    }
    table
}

fn colours(compared: &[Compared]) -> Table {
    let columns = [
        "file",
        "mean",
        "reference as JPEG",
        "sharp",
        "99 % of pixels below",
        "reference as JPEG",
        "sharp",
        "bytes, ours to reference as JPEG",
    ];
    let title = "CIEDE2000 of previews against the reference in linear light, and bytes";
    let mut table = Table::with_columns(title, &columns);
    for row in compared {
        let figures = |figure: fn(&Distance) -> f64| {
            let to = &row.light;
            let sharp = to.sharp.as_ref().map(figure);
            [
                format!("{:.2}", figure(&to.ours)),
                format!("{:.2}", figure(&to.encoded)),
                sharp.map_or("none".to_owned(), |sharp| format!("{sharp:.2}")),
            ]
        };
        let all = figures(|to| to.colour)
            .into_iter()
            .chain(figures(|to| to.colour_99))
            .chain([format!("{:.3}", row.bytes)]);
        table.cells([row.name.clone()].into_iter().chain(all));
    }
    table
}

fn summary(compared: &[Compared]) -> Table {
    let mut table = Table::with_goals(
        "Previews less the reference in linear light as a JPEG: the worst and the median of all files",
    );
    let mut line = |what: &str, unit: &str, goal: &str, difference: fn(&Compared) -> f64| {
        let worst = compared.iter().min_by(|a, b| difference(a).total_cmp(&difference(b)));
        if let (Some(worst), Some(middle)) = (worst, median(compared.iter().map(difference))) {
            table.against(
                what,
                format!("{:+.4}{unit} ({}), {middle:+.4}{unit}", difference(worst), worst.name),
                goal,
            );
        }
    };
    line("SSIM", "", "-0.002 or more", |row| {
        row.light.ours.ssim - row.light.encoded.ssim
    });
    line("PSNR", " dB", "-0.15 dB or more", |row| {
        row.light.ours.psnr - row.light.encoded.psnr
    });
    table
}
