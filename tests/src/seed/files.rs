//! Small real files for seeded rows: originals with bytes of their own, as their checksums say, and pictures made of them.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use diesel::sql_types::{Array, BigInt, Binary, Text, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use sha1::{Digest as _, Sha1};
use uuid::Uuid;

use crate::media;

/// Rows between two statements.
const SLICE: i64 = 2_000;

const ROWS: &str = "
select seeded.n, seeded.id, a.original_path,
    array(select path from asset_file f where f.asset_id = a.id order by path) as derived
from seed_asset seeded join asset a on a.id = seeded.id where seeded.n > $1 order by seeded.n limit $2";

const SUMS: &str = "
update asset set checksum = written.sum from unnest($1, $2) written (id, sum) where asset.id = written.id";
const SIZES: &str = "
update asset_exif set file_size_in_byte = written.size from unnest($1, $2) written (id, size) where asset_id = written.id";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    original_path: String,
    #[diesel(sql_type = Array<Text>)]
    derived: Vec<String>,
}

/// One file of each kind, by its extension.
struct Samples {
    jpeg: Bytes,
    png: Bytes,
    webp: Bytes,
    mp4: Bytes,
}

/// The description of a changed photo, of the length that its row tells.
fn sidecar() -> String {
    let text = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
        <rdf:Description xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmp:Rating=\"3\"/></rdf:RDF></x:xmpmeta>";
    format!("{text:<600}")
}

impl Samples {
    fn make() -> Result<Self> {
        let bars = media::bars("160x120");
        let mut arguments: Vec<&str> = bars.iter().map(String::as_str).collect();
        arguments.extend(["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]);
        Ok(Self {
            jpeg: media::jpeg_sized(320, 240),
            png: media::png(),
            webp: media::webp(),
            mp4: media::film("sample.mp4", &arguments)?.into(),
        })
    }

    /// The bytes of a file of this kind. `mark` makes them other bytes than those of every other file, where no decoder looks.
    fn bytes(&self, path: &Path, mark: Option<Uuid>) -> Result<Vec<u8>> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let sample = match extension {
            Some("jpg" | "jpeg") => &self.jpeg,
            Some("png") => &self.png,
            Some("webp") => &self.webp,
            Some("mp4") => &self.mp4,
            Some("xmp") => return Ok(sidecar().into_bytes()),
            _ => bail!("no file is made for {}", path.display()),
        };
        let mut bytes = sample.to_vec();
        if let Some(mark) = mark {
            if extension == Some("mp4") {
                // A box that is free: its length, its name, its content.
                bytes.extend_from_slice(b"\0\0\0\x18free");
            }
            bytes.extend_from_slice(mark.as_bytes());
        }
        Ok(bytes)
    }
}

/// Writes the files of all rows of this seed and gives their number.
///
/// # Errors
/// When a file cannot be written: those before it stay.
pub(super) async fn write(conn: &mut AsyncPgConnection) -> Result<usize> {
    let samples = std::sync::Arc::new(Samples::make()?);
    let (mut last, mut written) = (0, 0);
    loop {
        let rows: Vec<Row> = sql_query(ROWS)
            .bind::<BigInt, _>(last)
            .bind::<BigInt, _>(SLICE)
            .load(conn)
            .await?;
        let Some(end) = rows.last() else { return Ok(written) };
        last = end.n;
        written += rows.iter().map(|row| 1 + row.derived.len()).sum::<usize>();
        let samples = std::sync::Arc::clone(&samples);
        let slice = tokio::task::spawn_blocking(move || write_slice(&samples, &rows)).await??;
        sql_query(SUMS)
            .bind::<Array<SqlUuid>, _>(&slice.ids)
            .bind::<Array<Binary>, _>(&slice.sums)
            .execute(conn)
            .await?;
        sql_query(SIZES)
            .bind::<Array<SqlUuid>, _>(&slice.ids)
            .bind::<Array<BigInt>, _>(&slice.sizes)
            .execute(conn)
            .await?;
    }
}

#[derive(Default)]
struct Slice {
    ids: Vec<Uuid>,
    sums: Vec<Vec<u8>>,
    sizes: Vec<i64>,
}

fn write_slice(samples: &Samples, rows: &[Row]) -> Result<Slice> {
    let mut slice = Slice::default();
    for row in rows {
        let original = samples.bytes(row.original_path.as_ref(), Some(row.id))?;
        put(row.original_path.as_ref(), &original)?;
        for path in &row.derived {
            put(path.as_ref(), &samples.bytes(path.as_ref(), None)?)?;
        }
        slice.ids.push(row.id);
        slice.sums.push(Sha1::digest(&original).to_vec());
        slice.sizes.push(i64::try_from(original.len())?);
    }
    Ok(slice)
}

fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || {
        std::fs::create_dir_all(path.parent().unwrap_or(path))?;
        std::fs::write(path, bytes)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
