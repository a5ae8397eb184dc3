//! What the gateway owes every client, whatever it asks for.

mod account;
mod bounds;
mod cross_site;
mod headers;
mod kept;
mod keys;
mod sign_in;
mod transport;
