//! A network path to a server that a test can cut in silence: nothing comes through any more, and nobody is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Forwards connections to a loopback port.
pub struct Proxy {
    port: u16,
    state: Arc<State>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    /// How many connections were made.
    accepted: AtomicU64,
    /// How many of them their clients have not closed.
    open: AtomicUsize,
    /// All connections with a lower number are cut.
    cut_below: AtomicU64,
}

impl Proxy {
    /// Listens on a free port and forwards to `target`.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn to(target: u16) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State::default());
        let task = tokio::spawn(accept(listener, target, Arc::clone(&state)));
        Ok(Self { port, state, task })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many connections were made so far.
    pub fn accepted(&self) -> u64 {
        self.state.accepted.load(Ordering::SeqCst)
    }

    /// How many connections their clients hold open.
    pub fn open(&self) -> usize {
        self.state.open.load(Ordering::SeqCst)
    }

    /// Cuts the connections there are. Later ones are forwarded, also after [`Proxy::cut_all`].
    pub fn cut(&self) {
        self.state.cut_below.store(self.accepted(), Ordering::SeqCst);
    }

    /// Cuts the connections there are and those that come.
    pub fn cut_all(&self) {
        self.state.cut_below.store(u64::MAX, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, target: u16, state: Arc<State>) {
    while let Ok((client, _)) = listener.accept().await {
        let number = state.accepted.fetch_add(1, Ordering::SeqCst);
        state.open.fetch_add(1, Ordering::SeqCst);
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            if let Ok(server) = TcpStream::connect(("127.0.0.1", target)).await {
                join(client, server, number, &state).await;
            }
            state.open.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

/// Forwards both ways until one side closes; a client of a cut connection does not hear of the server's end.
async fn join(client: TcpStream, server: TcpStream, number: u64, state: &State) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let answers = async {
        // Held: its end would tell the client.
        let _to_client = forward(from_server, to_client, number, state).await;
        if is_cut(number, state) {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        _ = forward(from_client, to_server, number, state) => {}
        () = answers => {}
    }
}

async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, number: u64, state: &State) -> OwnedWriteHalf {
    let mut bytes = vec![0; 16 << 10];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        let Some(read) = bytes.get(..length) else { break };
        if !is_cut(number, state) && to.write_all(read).await.is_err() {
            break;
        }
    }
    to
}

fn is_cut(number: u64, state: &State) -> bool {
    number < state.cut_below.load(Ordering::SeqCst)
}
