//! A policy repo that was made.

use super::figure::count;
use super::paint::{Paint, own_words};

/// What was made, and what became of its history.
#[derive(Debug)]
pub struct CreatedReport<'a> {
    /// As it was named.
    pub folder: &'a str,
    pub template: &'a str,
    pub files: &'a [String],
    /// The first commit.
    pub commit: Option<&'a str>,
    /// The top of the repository that was there before.
    pub around: Option<String>,
    /// Why nothing was committed, and what to do.
    pub trouble: Option<(String, String)>,
}

/// The files, the first commit or why there is none, and what to do next.
pub fn text(report: &CreatedReport<'_>, paint: Paint) -> String {
    let own = |text: &str| own_words(text).into_owned();
    let folder = own(report.folder);
    let files = count(report.files.len() as u64, "file", "files");
    let mut out = format!("made a policy in {}, {files} from `{}`:\n", paint.bold(&folder), report.template);
    for file in report.files {
        out.push_str(&format!("  {}\n", own(file)));
    }
    if let Some(commit) = report.commit {
        out.push_str(&format!("made a git repository, first commit {commit}\n"));
    }
    if let Some(top) = &report.around {
        out.push_str(&format!("the folder lies in the git repository {}; nothing was committed there\n", own(top)));
    }
    if let Some((why, help)) = &report.trouble {
        out.push_str(&format!(
            "{}: {}\n  {} {}\n",
            paint.notable("not committed"),
            own(why),
            paint.dim("help"),
            own(help)
        ));
        out.push_str("       Then, in the folder: git add . && git commit -m \"Start a policy\"\n");
    }
    out.push_str(&format!("\n{}\n", paint.bold("next")));
    for (command, does) in [
        ("cd ".to_owned() + &quoted(&folder), "go there"),
        ("casebook".to_owned(), "open it on the screen"),
        ("casebook check".to_owned(), "what is wrong, and what could be better"),
        ("casebook replay".to_owned(), "decide every case by the rules"),
    ] {
        out.push_str(&format!("  {command:<28}  {}\n", paint.dim(does)));
    }
    out
}

fn quoted(folder: &str) -> String {
    let plain = folder.chars().all(|c| c.is_alphanumeric() || "/-_.~".contains(c));
    if plain { folder.to_owned() } else { format!("'{}'", folder.replace('\'', r"'\''")) }
}
