//! Compiles the C side against the headers of the libjpeg-turbo that is linked.

use std::env;
use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-changed=src/rows.c");
    let include = env::var_os("DEP_TURBOJPEG_INCLUDE").map(PathBuf::from);
    let mut build = cc::Build::new();
    build
        .file("src/rows.c")
        .includes(include)
        .opt_level(2)
        .extra_warnings(true);
    build.compile("safelight_jpeg");
}
