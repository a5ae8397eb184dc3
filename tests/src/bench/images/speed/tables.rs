//! The figures as tables.

use super::super::super::Table;
use super::super::figures::{Figures, median};
use super::super::photos::Kind;
use super::Measured;

const UNREAD: &str = "does not read it";

/// Processor time; speed and memory; bytes; and what it comes to.
pub(super) fn of(measured: &[Measured], scene: &str, has_raw: bool) -> Vec<Table> {
    let raw = if has_raw { "" } else { "; no raw file" };
    let mut tables = vec![
        cpu(
            measured,
            &format!("Pictures beside sharp ({scene}{raw}): CPU time per photo, one at a time"),
        ),
        speed(measured),
        memory(measured),
        bytes(measured),
    ];
    tables.push(summary(measured));
    tables
}

fn cpu(measured: &[Measured], title: &str) -> Table {
    let columns = [
        "file",
        "ours",
        "sharp",
        "times as much",
        "sharp, profile kept",
        "times as much",
        "sharp, linear light",
        "times as much",
        "sharp, gamma 2.2",
        "times as much",
    ];
    let mut table = Table::with_columns(title, &columns);
    for row in measured {
        let [ours, _] = row.ours;
        let beside = |peer: Option<Figures>, otherwise: &str| match peer {
            Some(peer) => [format!("{:.0} ms", peer.cpu), format!("{:.2}", peer.cpu / ours.cpu)],
            None => [otherwise.to_owned(), String::new()],
        };
        let cells = [row.photo.name.clone(), format!("{:.0} ms", ours.cpu)];
        let sharp = beside(row.sharp.map(|[one, _]| one), UNREAD);
        let kept = beside(row.kept, "");
        let linear = [0, 1].map(|way| beside(row.linear.and_then(|ways| ways.get(way).copied()), ""));
        table.cells(cells.into_iter().chain(sharp).chain(kept).chain(linear.concat()));
    }
    table
}

fn speed(measured: &[Measured]) -> Table {
    let columns = [
        "file",
        "ours, 1",
        "ours, 2",
        "ratio (goal 1.8)",
        "sharp, 1",
        "sharp, 2",
        "ratio",
    ];
    let mut table = Table::with_columns("Photos a second, one and two at a time", &columns);
    for row in measured {
        let cells = |[one, two]: [Figures; 2]| {
            [
                format!("{:.1}", one.rate),
                format!("{:.1}", two.rate),
                format!("{:.2}", two.rate / one.rate),
            ]
        };
        let sharp = row.sharp.map_or([UNREAD, "", ""].map(str::to_owned), cells);
        table.cells([row.photo.name.clone()].into_iter().chain(cells(row.ours)).chain(sharp));
    }
    table
}

fn memory(measured: &[Measured]) -> Table {
    let title = "Most memory with two at a time, children included (goal: below 150 MB for JPEGs of 24 MP)";
    let mut table = Table::with_columns(title, &["file", "ours", "sharp"]);
    let megabytes = |[_, two]: [Figures; 2]| format!("{:.0} MB", two.memory / 1e6);
    for row in measured {
        let sharp = row.sharp.map_or(UNREAD.to_owned(), megabytes);
        table.cells([row.photo.name.clone(), megabytes(row.ours), sharp]);
    }
    table
}

fn bytes(measured: &[Measured]) -> Table {
    let columns = [
        "file",
        "preview",
        "sharp's",
        "ours to sharp's",
        "thumbnail",
        "sharp's",
        "ours to sharp's",
    ];
    let mut table = Table::with_columns("Bytes of the pictures", &columns);
    for row in measured {
        let [ours, _] = row.ours;
        let pair = |size: fn(&Figures) -> f64| {
            let own = format!("{:.0}", size(&ours));
            match &row.sharp {
                Some([peer, _]) => [
                    own,
                    format!("{:.0}", size(peer)),
                    format!("{:.3}", size(&ours) / size(peer)),
                ],
                None => [own, UNREAD.to_owned(), String::new()],
            }
        };
        let pairs = pair(|figures| figures.preview)
            .into_iter()
            .chain(pair(|figures| figures.thumbnail));
        table.cells([row.photo.name.clone()].into_iter().chain(pairs));
    }
    table
}

fn summary(measured: &[Measured]) -> Table {
    let mut table = Table::with_goals("Pictures: CPU time of sharp to ours");
    let ratio = |row: &Measured| row.sharp.map(|[peer, _]| peer.cpu / row.ours[0].cpu);
    let of = |wanted: fn(Kind) -> bool, ratio: &dyn Fn(&Measured) -> Option<f64>| {
        let rows = measured.iter().filter(|row| wanted(row.photo.kind));
        median(rows.filter_map(ratio)).map_or("none".to_owned(), |ratio| format!("{ratio:.2}"))
    };
    let kept = |row: &Measured| row.kept.map(|peer| peer.cpu / row.ours[0].cpu);
    table.against(
        "sRGB JPEGs, median",
        of(|kind| matches!(kind, Kind::Srgb(_)), &ratio),
        "2.3",
    );
    table.against("sRGB JPEG of 12 MP", of(|kind| kind == Kind::Srgb(12), &ratio), "2.1");
    table.against("sRGB JPEG of 48 MP", of(|kind| kind == Kind::Srgb(48), &ratio), "2.1");
    let linear =
        |way: usize| move |row: &Measured| row.linear.and_then(|ways| Some(ways.get(way)?.cpu / row.ours[0].cpu));
    let is_plain = |kind| matches!(kind, Kind::Srgb(_));
    table.row(
        "sRGB JPEGs, where sharp resizes in linear light too",
        of(is_plain, &linear(0)),
    );
    table.row("the same, by its gamma of 2.2", of(is_plain, &linear(1)));
    table.against("Display P3 JPEGs, median", of(|kind| kind == Kind::Wide, &ratio), "4.5");
    table.row(
        "the same, where sharp is told that no profile needs converting",
        of(|kind| kind == Kind::Wide, &kept),
    );
    table
}
