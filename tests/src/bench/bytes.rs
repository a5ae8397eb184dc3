//! The bytes of small pictures, beside nginx that sends the same files to anybody.

use std::path::Path;
use std::process::{Child, Command};

use anyhow::{Context as _, Result, ensure};
use tokio::net::TcpStream;

use super::load::{Timing, spread};
use crate::client::Client;
use crate::ports::free_port;
use crate::process::{Signal, log_to, signal, spawn};
use crate::wait::wait_until;

/// Pictures that are asked for in turn, and the bytes of each: those of a thumbnail.
const PICTURES: i64 = 2_000;
const BYTES: usize = 20 << 10;
const REQUESTS: usize = 12_000;

/// A picture: what the API calls it, and where its file is below the media location.
pub(super) struct Picture {
    id: String,
    file: String,
}

/// Writes the files of a person's thumbnails.
///
/// # Errors
/// When the database or the disk refuses.
pub(super) async fn write(sql: &tokio_postgres::Client, media: &Path, email: &str) -> Result<Vec<Picture>> {
    let statement = "select asset.id::text, file.path from asset join asset_file file on file.asset_id = asset.id and file.type = 'thumbnail' \
        where owner_id = (select id from \"user\" where email = $1) and deleted_at is null and visibility = 'timeline' limit $2";
    let rows = sql.query(statement, &[&email, &PICTURES]).await?;
    ensure!(!rows.is_empty(), "{email} has no picture");
    let mut pictures = Vec::new();
    for row in rows {
        let path: String = row.try_get(1)?;
        let path = Path::new(&path);
        std::fs::create_dir_all(path.parent().context("a path has a folder")?)?;
        std::fs::write(path, vec![7_u8; BYTES])?;
        let file = path.strip_prefix(media)?.to_string_lossy().into_owned();
        pictures.push(Picture {
            id: row.try_get(0)?,
            file,
        });
    }
    Ok(pictures)
}

/// Asks for all of them in turn, `lanes` at a time, each checked to be whole.
///
/// # Errors
/// The first answer that is another.
pub(super) async fn ask(
    client: Client,
    pictures: &[Picture],
    lanes: usize,
    path: impl Fn(&Picture) -> String,
) -> Result<Timing> {
    let paths: Vec<String> = pictures.iter().map(path).collect();
    spread(REQUESTS, lanes, move |index| {
        let request = paths.get(index % paths.len()).context("no picture");
        let request = request.and_then(|path| client.request(reqwest::Method::GET, path));
        async move {
            let body = request?.send().await?.error_for_status()?.bytes().await?;
            ensure!(body.len() == BYTES, "an answer has {} bytes", body.len());
            Ok(())
        }
    })
    .await
}

/// As a browser asks for a thumbnail.
pub(super) fn of_gateway(picture: &Picture) -> String {
    format!("/api/assets/{}/thumbnail?size=thumbnail", picture.id)
}

/// As nginx has it.
pub(super) fn of_nginx(picture: &Picture) -> String {
    format!("/{}", picture.file)
}

/// An nginx that serves a folder, with as many processes as there are processors.
pub(super) struct Nginx {
    child: Child,
    port: u16,
}

impl Nginx {
    /// Starts it; its files are in `folder`. `None` where it is not installed.
    ///
    /// # Errors
    /// When it does not answer.
    pub(super) async fn start(folder: &Path, root: &Path) -> Result<Option<Self>> {
        if Command::new("nginx").arg("-v").output().is_err() {
            return Ok(None);
        }
        let port = free_port()?;
        let (own, root) = (folder.display(), root.display());
        let config = format!(
            "user root; worker_processes auto; daemon off; pid {own}/pid; error_log {own}/log;\n\
             events {{ worker_connections 512; }}\n\
             http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type image/webp;\n\
             client_body_temp_path {own}; proxy_temp_path {own}; fastcgi_temp_path {own}; uwsgi_temp_path {own}; scgi_temp_path {own};\n\
             server {{ listen 127.0.0.1:{port}; root {root}; }} }}\n"
        );
        std::fs::write(folder.join("conf"), config)?;
        let mut command = Command::new("nginx");
        command.arg("-c").arg(folder.join("conf"));
        log_to(&mut command, &folder.join("output"))?;
        let child = spawn(command, Signal::TERM)?;
        let nginx = Self { child, port };
        wait_until("nginx listens", async || {
            Ok(TcpStream::connect(("127.0.0.1", port)).await.is_ok())
        })
        .await?;
        Ok(Some(nginx))
    }

    /// A client of it.
    pub(super) fn client(&self) -> Client {
        Client::new(vec![format!("http://127.0.0.1:{}", self.port)])
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its processes go with the first of them.
        let _gone = signal(self.child.id(), Signal::TERM);
        let _ended = self.child.wait();
    }
}
