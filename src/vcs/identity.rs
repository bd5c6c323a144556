//! Who the user is to git.

use super::error::VcsError;
use super::repo::{Reader, Repo};

impl Repo {
    /// The `user.email` of git's settings; `None` where there is none.
    pub fn user_email(&self) -> Result<Option<String>, VcsError> {
        let found = match self.place().reader {
            Reader::Library => {
                let config = self.library()?.config()?;
                match config.get_string("user.email") {
                    Ok(email) => email,
                    Err(missing) if missing.code() == git2::ErrorCode::NotFound => String::new(),
                    Err(other) => return Err(other.into()),
                }
            }
            Reader::Program => self.tools().read(self.folder(), ["config", "--get", "user.email"], 1 << 16)?.line(),
        };
        let email = found.trim();
        Ok((!email.is_empty()).then(|| email.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{KINDS, Scratch};
    use std::fs;

    #[test]
    fn the_nearest_setting_counts() {
        for kind in KINDS {
            let scratch = Scratch::with_policy_of("r", kind);
            assert_eq!(scratch.repo("r").user_email().unwrap().as_deref(), Some("ana@example.org"));
            scratch.git("r", &["config", "user.email", "bo@example.org"]);
            assert_eq!(scratch.repo("r").user_email().unwrap().as_deref(), Some("bo@example.org"));
            scratch.git("r", &["config", "--unset", "user.email"]);
            fs::write(scratch.path("home/.gitconfig"), "").unwrap();
            assert_eq!(scratch.repo("r").user_email().unwrap(), None);
        }
    }
}
