//! The system tests: one binary, so that the servers start once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a test fails by panicking and speaks through its output"
)]

mod absent;
mod access;
mod accounts;
mod albums;
mod answers;
mod architecture;
mod assets;
mod bad_input;
mod boot;
mod clients;
mod crash;
mod crowded;
mod db_role;
mod derived;

mod download;
mod engine;
mod feed;
mod fleet;
mod fleet_page;
mod foreign;
mod foreign_keys;
mod gate;
mod gateway;
mod guessing;
mod harness;
mod hung;
mod hung_page;
mod launcher;
mod locks;
mod metadata;
mod notifications;
mod order;
mod page;
mod photos;
mod plans;
mod queues;
mod recorded;
mod redis;
mod resilience;
mod scripted;
mod search;
mod secrets;
mod seed;
mod settings;
mod settings_file;
mod settings_secrets;
mod sharing;
mod sockets;
mod timeline;
mod transcode;
mod videos;
mod walls;
mod web;
mod web_app;
