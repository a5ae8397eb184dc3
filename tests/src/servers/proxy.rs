//! A way to Postgres that loses the answer to a commit.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::task::JoinHandle;

use super::TestDatabase;

/// How a transaction ends, as clients send it.
const COMMIT: &[u8] = b"COMMIT\0";

/// Passes everything on between its port and a server. Once it is armed, the next transaction that contains a certain text is
/// committed by the server, and the client finds its connection closed instead of the answer.
pub struct CommitProxy {
    url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    socket: PathBuf,
    text: &'static [u8],
    armed: AtomicBool,
    lost: AtomicUsize,
}

impl CommitProxy {
    /// A proxy before the server of `database` that looks for transactions that contain `text`.
    ///
    /// # Errors
    /// When there is no port to listen on.
    pub async fn start(database: &TestDatabase, text: &'static str) -> Result<Self> {
        let url = database.url();
        let (start, folder) = url.split_once("?host=").context("a database without a socket")?;
        let name = start.rsplit('/').next().unwrap_or_default();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            socket: PathBuf::from(folder).join(".s.PGSQL.5432"),
            text: text.as_bytes(),
            armed: AtomicBool::new(false),
            lost: AtomicUsize::new(0),
        });
        let passing = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let shared = Arc::clone(&passing);
                // A connection that breaks concerns its two ends only.
                tokio::spawn(async move { shared.pass(client).await });
            }
        });
        Ok(Self {
            url: format!("postgresql://postgres@127.0.0.1:{port}/{name}?sslmode=disable"),
            shared,
            task,
        })
    }

    /// The database by way of this proxy.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Loses the next answer.
    pub fn arm(&self) {
        self.shared.armed.store(true, Ordering::SeqCst);
    }

    /// How many answers were lost.
    pub fn lost(&self) -> usize {
        self.shared.lost.load(Ordering::SeqCst)
    }
}

impl Drop for CommitProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    async fn pass(&self, mut client: TcpStream) -> Result<()> {
        let mut server = UnixStream::connect(&self.socket).await?;
        let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        let mut is_marked = false;
        loop {
            tokio::select! {
                read = client.read(&mut asked) => {
                    let sent = asked.get(..read?).filter(|sent| !sent.is_empty()).context("the client left")?;
                    is_marked |= contains(sent, self.text);
                    let ends = contains(sent, COMMIT);
                    server.write_all(sent).await?;
                    if ends && is_marked && self.armed.swap(false, Ordering::SeqCst) {
                        // Its answer says that it is committed; nobody else hears it.
                        let answer = server.read(&mut answered).await?;
                        anyhow::ensure!(answer > 0, "the server left");
                        self.lost.fetch_add(1, Ordering::SeqCst);
                        return Ok(());
                    }
                    is_marked &= !ends;
                }
                read = server.read(&mut answered) => {
                    let sent = answered.get(..read?).filter(|sent| !sent.is_empty()).context("the server left")?;
                    client.write_all(sent).await?;
                }
            }
        }
    }
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}
