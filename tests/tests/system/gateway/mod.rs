//! What the gateway owes every client, whatever it asks for.

mod account;
mod keys;
mod sign_in;
mod transport;
