//! Reading on after the answer is clear. A client that is still sending when the connection closes often never sees the
//! answer (a reset overtakes it), so a bounded rest of the body is read first; past that the server closes gracefully.

use std::time::Duration;

use actix_multipart::Multipart;
use actix_web::web::Payload;
use futures_util::StreamExt;
use tokio::time::timeout;

use crate::http::limits::HttpLimits;

/// Most bytes that are read for nothing.
const MOST: usize = 256 << 20;
/// Longest time spent on it.
const LONGEST: Duration = Duration::from_secs(20);

/// Reads the rest of a body.
pub(crate) async fn payload(payload: &mut Payload, limits: &HttpLimits) {
    let rest = async {
        let mut read = 0_usize;
        while let Ok(Some(Ok(block))) = timeout(limits.linger, payload.next()).await {
            read = read.saturating_add(block.len());
            if read > MOST {
                break;
            }
        }
    };
    // Whether it ended or not, the answer is sent now.
    let _in_time = timeout(LONGEST, rest).await;
}

/// Reads the rest of a form.
pub(crate) async fn multipart(mut multipart: Multipart, limits: &HttpLimits) {
    let rest = async {
        let mut read = 0_usize;
        while let Ok(Some(Ok(mut field))) = timeout(limits.linger, multipart.next()).await {
            while let Ok(Some(Ok(block))) = timeout(limits.linger, field.next()).await {
                read = read.saturating_add(block.len());
                if read > MOST {
                    return;
                }
            }
        }
    };
    let _in_time = timeout(LONGEST, rest).await;
}
