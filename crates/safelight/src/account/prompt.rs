//! Asking a person for a password, without showing it.

use std::io::{BufRead as _, Write as _};

use anyhow::{Context as _, bail};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// Puts the terminal back as it was, also after an error.
struct Hidden(Termios);

impl Hidden {
    fn begin() -> anyhow::Result<Self> {
        let before = tcgetattr(std::io::stdin()).context("cannot hide what is typed")?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(std::io::stdin(), OptionalActions::Flush, &silent).context("cannot hide what is typed")?;
        Ok(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Flush, &self.0);
    }
}

/// Asks twice.
pub(super) fn new_password() -> anyhow::Result<String> {
    let first = ask("New password: ")?;
    if first != ask("The same again: ")? {
        bail!("the two passwords differ");
    }
    Ok(first)
}

fn ask(question: &str) -> anyhow::Result<String> {
    let mut screen = std::io::stderr();
    write!(screen, "{question}")?;
    screen.flush()?;
    let mut line = String::new();
    {
        let _hidden = Hidden::begin()?;
        std::io::stdin().lock().read_line(&mut line)?;
    }
    writeln!(screen)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
