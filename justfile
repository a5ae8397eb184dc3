# Every habit is a recipe. `deploy/bootstrap install test` installs what they need.

set shell := ["bash", "-euo", "pipefail", "-c"]

# List the recipes
default:
    @just --list

# Start everything on this machine (options of `safelight up`)
up *options: build
    target/debug/safelight up {{ options }}

# Stop what `up` started
down: build
    target/debug/safelight down

# Tell what runs
status: build
    target/debug/safelight status

# Build all programs as the tests use them
build:
    cargo build --locked --workspace --bins

# Run the unit and system tests; arguments go to the test runner
test *filter: build
    cargo test --locked --workspace --no-fail-fast {{ filter }}

# Make films of so many hours playable, as the test of two hours does
test-long hours="12": build
    SAFELIGHT_TEST_HOURS={{ hours }} cargo test --locked --workspace --test system -- transcode::long

# Run the tests of docs/security.md, and call every operation with generated nonsense (options: --examples N --seed S --as CALLER)
test-security *options: build
    deploy/bootstrap install security
    cargo test --locked --workspace --test system -- access bad_input db_role gateway guessing secrets sharing walls
    python3 tests/security/generated.py {{ options }}

# Check formatting, lints, scripts and dependencies
lint:
    cargo fmt --all --check
    cargo clippy --locked --workspace --all-targets -- -D warnings
    shellcheck deploy/bootstrap deploy/container/* .ci/run crates/thumbnail-worker/fuzz/run
    python3 deploy/checks/dependencies.py
    python3 deploy/checks/features.py
    python3 deploy/checks/mutants.py --check
    python3 deploy/checks/manifests.py --if-ready

# Check images, compose files, chart and units (parts: containerfile compose chart keda refusals units agreement)
lint-deploy *parts:
    python3 deploy/checks/manifests.py {{ parts }}

# Measure whole processes beside their peers (parts: upload tags thumbnails transcode memory); asserts nothing
bench *parts:
    cargo build --locked --release --workspace --bins
    target/release/bench {{ parts }}

# Run a campaign of faults against a whole system: `just chaos [--minutes N] [--seed S]` (docs/reliability.md)
chaos *options: build
    target/debug/chaos {{ options }}

# Measure the job engine beside BullMQ (options: --jobs N --singles N --latencies N --kills N); asserts nothing
bench-jobs *options:
    cargo build --locked --release --workspace --bins
    target/release/bench job-engine {{ options }}

# Measure what more workers bring and what an idle fleet costs (parts: workers rest idle hundred); asserts nothing; root for CPU shares
bench-scale *parts:
    cargo build --locked --release --workspace --bins
    target/release/bench scale {{ parts }}

# Measure what people ask of a library of a million, with kept answers and without (parts: answers uploads); asserts nothing
bench-api *parts:
    cargo build --locked --release --workspace --bins
    target/release/bench api {{ parts }}

# Measure pictures beside sharp, how near they are to a reference, and what takes long (parts: speed quality slow); asserts nothing
bench-images *parts:
    cargo build --locked --release --workspace --bins --example pictures
    target/release/bench images {{ parts }}

# Measure the processor time of single steps with criterion
bench-steps:
    cargo bench --locked --workspace --bench pictures

# Feed a parser of the thumbnail worker with nonsense, guided by coverage: `just fuzz TARGET [--minutes N]` (tests/README.md)
fuzz target *options:
    crates/thumbnail-worker/fuzz/run {{ target }} {{ options }}

# Switch off one mechanism of the job contract after the other, and see that a test turns red
mutants *names: build
    python3 deploy/checks/mutants.py {{ names }}

# Format the code
fmt:
    cargo fmt --all

# Build the images and break a fleet of containers while photos come in; needs podman and root (docs/deployment.md)
test-deploy:
    python3 tests/deploy/fleet.py

# Upload a folder with the official command-line client: `just seed FOLDER EMAIL`
seed folder email: build
    IMMICH_INSTANCE_URL="http://127.0.0.1:${IMMICH_PORT:-2283}/api" \
    IMMICH_API_KEY="$(target/debug/safelight api-key create --email '{{ email }}' --name seed)" \
    npx --yes -p node@22 -p @immich/cli@latest immich upload --recursive '{{ folder }}'

# Fill an empty library with rows to try out a large one: `just seed-library N [--files] [--more] [--alone]` (docs/operations.md)
seed-library *options: build
    eval "$([ -n "${DB_URL:-}${DB_HOSTNAME:-}" ] || target/debug/safelight env)"; target/debug/seed-library {{ options }}

# Write THIRD-PARTY.md anew from the tree of dependencies
third-party:
    python3 deploy/checks/dependencies.py --write-third-party
