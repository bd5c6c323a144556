//! What `check` found.

use super::figure::count;
use super::paint::{Paint, own_words};
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::{Code, Level, Problem};
use crate::replay::proven::Proven;
use serde_json::{Value, json};

/// Of what a problem sums up, so much is shown where everything is shown.
const MOST_DETAILS: usize = 12;

/// One line a problem with its ways out below, and a summary.
pub fn text(problems: &[Problem], paint: Paint) -> String {
    text_with(problems, &[], paint)
}

/// The same, with the fixes of each problem and what they change, and whether that was said above already; as many as there are
/// problems, or none at all.
pub fn text_with(problems: &[Problem], fixes: &[Vec<(&Proven, bool)>], paint: Paint) -> String {
    let mut out = String::new();
    for (at, problem) in problems.iter().enumerate() {
        let level = paint.level(problem.level(), format!("{}[{}]", problem.level().word(), problem.code.id));
        let place = own_words(&problem.place.to_string()).into_owned();
        out.push_str(&format!("{}: {level}: {}\n", paint.bold(place), own_words(&problem.message)));
        if !problem.place.route.is_root() {
            out.push_str(&format!("  {} {}\n", paint.dim("at  "), own_words(&problem.place.route.to_string())));
        }
        for detail in problem.details.iter().take(MOST_DETAILS) {
            out.push_str(&format!("  {} {}\n", paint.dim("·   "), own_words(detail)));
        }
        if let Some(more) = problem.details.len().checked_sub(MOST_DETAILS).filter(|more| *more > 0) {
            let more = format!("{more} more: see them all with `--format json`, or on the screen");
            out.push_str(&format!("  {} {}\n", paint.dim("·   "), paint.dim(more)));
        }
        out.push_str(&format!("  {} {}\n", paint.dim("help"), own_words(&problem.help)));
        for (fix, again) in fixes.get(at).into_iter().flatten() {
            let changes = match again {
                true => "as said above".to_owned(),
                false => format!("{}; {}", super::fixes::decisions(fix), super::fixes::gold(fix)),
            };
            let line = format!("{}: {}", own_words(&fix.says), own_words(&changes));
            out.push_str(&format!("  {} {line}\n", paint.dim("fix ")));
        }
    }
    if !problems.is_empty() {
        out.push('\n');
    }
    out.push_str(&summary(problems));
    out.push('\n');
    if let Some(first) = problems.first() {
        out.push_str(&paint.dim(format!("`casebook check --explain {}` says more about a code.", first.code.id)));
        out.push('\n');
    }
    out
}

/// `1 error, 2 warnings, 0 hints`, or that there is none.
pub fn summary(problems: &[Problem]) -> String {
    let of = |level| problems.iter().filter(|p| p.level() == level).count() as u64;
    if problems.is_empty() {
        return "no problems".to_owned();
    }
    [
        count(of(Level::Error), "error", "errors"),
        count(of(Level::Warning), "warning", "warnings"),
        count(of(Level::Hint), "hint", "hints"),
    ]
    .join(", ")
}

/// `{"problems": [{"code", "name", "level", "file", "line", "column", "route", "message", "help"}], "status"}`; line and
/// column count from 1 and are `null` where a problem is about a whole file. `details` is there where the message sums up.
pub fn json(problems: &[Problem]) -> Value {
    json_with(problems, &[])
}

/// The same, each problem with its `fixes`; as many as there are problems, or none at all.
pub fn json_with(problems: &[Problem], fixes: &[Vec<(&Proven, bool)>]) -> Value {
    let one = |(at, problem): (usize, &Problem)| {
        let position = problem.place.position;
        let mut one = json!({
            "code": problem.code.id,
            "name": problem.code.name,
            "level": problem.level().word(),
            "file": &*problem.place.file,
            "line": position.map(|p| p.line),
            "column": position.map(|p| p.column),
            "route": problem.place.route.to_string(),
            "message": problem.message,
            "help": problem.help,
        });
        if !problem.details.is_empty() {
            one["details"] = json!(problem.details);
        }
        if let Some(fixes) = fixes.get(at) {
            one["fixes"] = fixes.iter().map(|(fix, _)| super::fixes::json(fix)).collect();
        }
        one
    };
    let failed = problems.iter().any(|p| p.level() == Level::Error);
    json!({
        "problems": problems.iter().enumerate().map(one).collect::<Vec<_>>(),
        "status": if failed { "fail" } else { "pass" },
    })
}

/// SARIF 2.1.0, for code scanning services.
pub fn sarif(problems: &[Problem]) -> Value {
    let mut used: Vec<&Code> =
        codes::ALL.iter().copied().filter(|code| problems.iter().any(|p| p.code == *code)).collect();
    used.dedup();
    let rule = |code: &&Code| {
        let title = code.manual.lines().next().unwrap_or_default().trim_start_matches("# ");
        json!({
            "id": rule_id(code),
            "shortDescription": {"text": title},
            "help": {"text": code.manual, "markdown": code.manual},
            "defaultConfiguration": {"level": sarif_level(code.level)},
        })
    };
    let result = |problem: &Problem| {
        json!({
            "ruleId": rule_id(problem.code),
            "level": sarif_level(problem.level()),
            "message": {"text": sentences(problem)},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": uri(&problem.place)},
                "region": region(&problem.place),
            }}],
            // Lines move with every edit; the route, the code and the words do not.
            "partialFingerprints": {"problem/v1": fingerprint(problem)},
        })
    };
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "casebook",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": used.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": problems.iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

/// Workflow commands that GitHub shows beside the lines they are about.
pub fn github(problems: &[Problem]) -> String {
    let one = |problem: &Problem| {
        let level = match problem.level() {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Hint => "notice",
        };
        let position = problem.place.position.map_or(String::new(), |p| format!(",line={},col={}", p.line, p.column));
        format!(
            "::{level} file={}{position},title={}::{}\n",
            github_property(&problem.place.file),
            github_property(&format!("{} {}", problem.code.id, problem.code.name)),
            github_data(&sentences(problem)),
        )
    };
    problems.iter().map(one).collect()
}

/// All that there is to say of a problem, one sentence after the other.
fn sentences(problem: &Problem) -> String {
    let details: String = problem.details.iter().map(|detail| format!("{detail}. ")).collect();
    format!("{}. {details}{}", problem.message, problem.help)
}

fn rule_id(code: &Code) -> String {
    format!("{}/{}", code.id, code.name)
}

fn sarif_level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Hint => "note",
    }
}

/// A relative URI: whatever is not plain in a path is percent-encoded.
fn uri(place: &Place) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    place.file.bytes().map(encode).collect()
}

/// Lines start at 1, also where only the file is known.
fn region(place: &Place) -> Value {
    match place.position {
        Some(position) => json!({"startLine": position.line.max(1), "startColumn": position.column.max(1)}),
        None => json!({"startLine": 1}),
    }
}

fn fingerprint(problem: &Problem) -> String {
    let identity = format!("{}\n{}\n{}\n{}", problem.code.id, problem.place.file, problem.place.route, problem.message);
    blake3::hash(identity.as_bytes()).to_hex()[..32].to_owned()
}

/// What follows `::` in a workflow command.
pub(super) fn github_data(text: &str) -> String {
    own_words(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a workflow command.
pub(super) fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::place::{Position, Route};

    fn problems() -> Vec<Problem> {
        let place = Place {
            file: "specs/a b.yaml".into(),
            route: Route::root().then("clauses").then(3),
            position: Some(Position { line: 41, column: 5 }),
            bytes: 0..1,
        };
        let help = "Did you mean `bio`?";
        vec![
            Problem::new(&codes::UNKNOWN_CATEGORY, place, "`b\x1bo`, 5% is no category", help),
            Problem::new(&codes::UNLISTED_FILE, Place::file("specs/x.yaml"), "`x` is not listed", "List it."),
        ]
    }

    #[test]
    fn text_names_place_problem_and_way_out() {
        let shown = text(&problems(), Paint::PLAIN);
        let expected = "\
specs/a b.yaml:41:5: error[CB010]: `b␛o`, 5% is no category
  at   clauses[3]
  help Did you mean `bio`?
specs/x.yaml: hint[CB007]: `x` is not listed
  help List it.

1 error, 0 warnings, 1 hint
`casebook check --explain CB010` says more about a code.
";
        assert_eq!(shown, expected);
        assert_eq!(text(&[], Paint::PLAIN), "no problems\n");
    }

    #[test]
    fn what_a_message_sums_up_is_told_everywhere() {
        let details = (1..=14).map(|at| format!("`c{at}`: {at} points")).collect();
        let problem =
            [Problem::new(&codes::GAP, Place::file("a"), "105 points", "Add a clause.").with_details(details)];
        let shown = text(&problem, Paint::PLAIN);
        assert!(shown.contains("\n  ·    `c12`: 12 points\n  ·    2 more: see them all with"), "{shown}");
        assert_eq!(json(&problem)["problems"][0]["details"][13], "`c14`: 14 points");
        assert!(github(&problem).contains("105 points. `c1`: 1 points. `c2`"));
        assert!(github(&problem).contains("`c14`: 14 points. Add a clause."));
        let sarif = sarif(&problem)["runs"][0]["results"][0]["message"]["text"].to_string();
        assert!(sarif.contains("`c14`: 14 points. Add a clause."));
    }

    #[test]
    fn json_says_whether_it_failed() {
        let value = json(&problems());
        assert_eq!((&value["status"], &value["problems"][0]["line"]), (&json!("fail"), &json!(41)));
        assert_eq!(value["problems"][1]["line"], Value::Null);
        assert_eq!(json(&problems()[1..])["status"], "pass");
    }

    #[test]
    fn sarif_has_lines_from_one_and_stable_fingerprints() {
        let value = sarif(&problems());
        let results = &value["runs"][0]["results"];
        assert_eq!(results[1]["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
        assert_eq!(results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "specs/a%20b.yaml");
        assert_eq!(results[0]["ruleId"], "CB010/unknown-category");
        let mut moved = problems();
        moved[0].place.position = Some(Position { line: 99, column: 1 });
        assert_eq!(results[0]["partialFingerprints"], sarif(&moved)["runs"][0]["results"][0]["partialFingerprints"]);
    }

    #[test]
    fn github_commands_cannot_be_broken_out_of() {
        let mut hostile = problems();
        hostile[0].message = "a\n::set-env name=X::y".into();
        let shown = github(&hostile);
        assert_eq!(shown.lines().count(), 2);
        assert!(shown.starts_with("::error file=specs/a b.yaml,line=41,col=5,title=CB010 unknown-category::a␊"));
    }
}
