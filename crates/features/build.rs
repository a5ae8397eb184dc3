//! Nothing to do: without a build script Cargo leaves the dependencies of build scripts out.

fn main() {}
