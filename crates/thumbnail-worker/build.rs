//! Keeps the codecs that are compiled in to ourselves.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // libtiff brings libjpeg and libwebp of the system along. What is compiled in has functions of the same names, and a program
    // hands out those of its functions that its libraries ask for: they would get half of each.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-link-arg=-Wl,--exclude-libs,ALL");
    }
}
