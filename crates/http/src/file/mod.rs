//! Files as answers, the way the file sender of Express gives them: a weak `ETag` from size and time, `Last-Modified`,
//! 304, one range as 206 (several that touch are one), `HEAD`. A range that cannot be given is answered 404 with
//! `Content-Range: bytes */N`, as the contract has measured it (never 416).

mod conditional;
mod disposition;
mod range;
mod sender;

pub use disposition::{base_name, extension_with_dot};
pub use sender::{Cache, Opened, Send, answer, send};
