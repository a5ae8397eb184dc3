//! Files of strangers that try to make workers open other files and addresses.

mod children;
mod refused;

/// The corpus of the crate that looks at videos.
#[path = "../../../../crates/video/src/allowed/hostile.rs"]
mod hostile;

use std::io::Read as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A listener on this machine that counts who connects.
struct Listener {
    address: String,
    heard: Arc<AtomicUsize>,
}

impl Listener {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heard = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
                drop(stream.map(|mut stream| stream.read(&mut [0; 1])));
            }
        });
        Self { address, heard }
    }

    fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }
}
