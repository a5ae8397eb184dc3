//! Where a password comes from.

use std::io::{BufRead as _, IsTerminal as _};

use anyhow::Context as _;
use safelight_core::config::{Env, Secret};
use safelight_credentials::{check_password, password};

use super::prompt;
use crate::cli::PasswordSource;

/// A password and whether it was made up here, so that it has to be printed and soon be changed.
pub(super) struct Chosen {
    pub(super) password: Secret,
    pub(super) is_made_up: bool,
}

/// Takes the password from where the options, a variable of the environment or a person at the terminal say.
pub(super) fn choose(source: &PasswordSource, env: &Env, variable: &str) -> anyhow::Result<Chosen> {
    let given = if source.generate {
        None
    } else if let Some(path) = &source.password_file {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Some(first_line(&text))
    } else if source.password_stdin {
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .context("cannot read the password")?;
        Some(first_line(&line))
    } else if let Some(password) = env.string(variable)? {
        Some(password)
    } else if std::io::stdin().is_terminal() {
        Some(prompt::new_password()?)
    } else {
        None
    };
    match given {
        Some(password) => {
            check_password(&password)?;
            Ok(Chosen {
                password: Secret::new(password),
                is_made_up: false,
            })
        }
        None => Ok(Chosen {
            password: Secret::new(password::make_up()?),
            is_made_up: true,
        }),
    }
}

/// What is stored of a password.
pub(super) fn hash_of(password: &Secret) -> anyhow::Result<String> {
    password::hash(password.expose()).context("cannot hash the password")
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADMIN: &str = "SAFELIGHT_ADMIN_PASSWORD";

    fn source() -> PasswordSource {
        PasswordSource {
            password_file: None,
            password_stdin: false,
            generate: false,
        }
    }

    #[test]
    fn from_the_environment_or_a_file() {
        let env = Env::of([("SAFELIGHT_ADMIN_PASSWORD", "from the environment")]);
        assert_eq!(
            choose(&source(), &env, ADMIN).unwrap().password.expose(),
            "from the environment"
        );
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "from a file\nmore\n").unwrap();
        let chosen = choose(
            &PasswordSource {
                password_file: Some(file.path().into()),
                ..source()
            },
            &env,
            ADMIN,
        )
        .unwrap();
        assert_eq!((chosen.password.expose(), chosen.is_made_up), ("from a file", false));
    }

    #[test]
    fn made_up_on_request_and_always_by_the_rule() {
        let long = "x".repeat(73);
        for refused in ["short", long.as_str(), "1234\x005678"] {
            let env = Env::of([(ADMIN, refused)]);
            assert!(choose(&source(), &env, ADMIN).is_err(), "{refused:?}");
        }
        let env = Env::of([(ADMIN, "short")]);
        assert!(
            choose(
                &PasswordSource {
                    generate: true,
                    ..source()
                },
                &env,
                ADMIN
            )
            .unwrap()
            .is_made_up
        );
    }
}
