//! Who forwards requests without being named in `IMMICH_TRUSTED_PROXIES`: told once each, in the log and on the page of
//! the fleet, since all who come through such a proxy are one client to us.

use std::{net::IpAddr, sync::Arc};

use actix_web::HttpRequest;
use safelight_core::service::Announcer;
use tokio::sync::watch;

use crate::http::client::{self, FORWARDED_FOR, FORWARDED_PROTO};

/// So many are told of; anybody can send these headers.
const MOST_TOLD: usize = 8;

/// The peers that were told of.
#[derive(Clone, Debug)]
pub(crate) struct UnnamedProxies(Arc<watch::Sender<Vec<IpAddr>>>);

impl Default for UnnamedProxies {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Vec::new())))
    }
}

impl UnnamedProxies {
    /// Looks at a request on its way in.
    pub(crate) fn look(&self, request: &HttpRequest) {
        let headers = request.headers();
        if !headers.contains_key(FORWARDED_FOR) && !headers.contains_key(FORWARDED_PROTO) {
            return;
        }
        match client::peer(request) {
            Some((peer, proxies)) if !proxies.contains(peer) => self.tell(peer),
            _ => {}
        }
    }

    /// Tells the fleet of each.
    pub(crate) async fn announce(self, fleet: Announcer) {
        let mut told = self.0.subscribe();
        while told.wait_for(|told| !told.is_empty()).await.is_ok() {
            let notes: Vec<String> = told.borrow_and_update().iter().copied().map(note).collect();
            if let Err(error) = fleet.announce(|said| said.note("proxies", notes)).await {
                // It follows when the process registers anew.
                tracing::warn!(%error, "the fleet was not told of a proxy without a name");
            }
            if told.changed().await.is_err() {
                return;
            }
        }
    }

    fn tell(&self, peer: IpAddr) {
        let is_news = |told: &[IpAddr]| told.len() < MOST_TOLD && !told.contains(&peer);
        if !is_news(&self.0.borrow()) {
            return;
        }
        let is_told = self.0.send_if_modified(|told| {
            let is_news = is_news(told);
            if is_news {
                told.push(peer);
            }
            is_news
        });
        if is_told {
            tracing::warn!(client.address = %peer, "{}", note(peer));
        }
    }
}

/// What an operator is to know of it.
fn note(peer: IpAddr) -> String {
    format!(
        "Forwarded headers from {peer} are not believed, because IMMICH_TRUSTED_PROXIES does not name it. If it is a proxy, all who \
         come through it share one count of wrong passwords, and cookies are not marked as secure."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_and_not_endlessly_many() {
        let unnamed = UnnamedProxies::default();
        let mut told = unnamed.0.subscribe();
        let peer = |last: u8| IpAddr::from([192, 0, 2, last]);
        unnamed.tell(peer(1));
        assert!(told.has_changed().unwrap());
        assert_eq!(*told.borrow_and_update(), [peer(1)]);
        unnamed.tell(peer(1));
        assert!(!told.has_changed().unwrap());
        for last in 2..100 {
            unnamed.tell(peer(last));
        }
        assert_eq!(told.borrow().len(), MOST_TOLD);
    }
}
