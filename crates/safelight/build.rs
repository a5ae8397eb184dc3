//! The embedded migrations are part of the binary: a new folder of them must lead to a new build.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
