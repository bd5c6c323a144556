//! Where a place leads that no screen shows: to the case that stands there, else to the lines of the file.

use super::model::{Ask, Finish, Model, Target};
use super::popup::Popup;
use super::raw::severity;
use super::text;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::store::Reading;
use crate::workspace::files::Files;
use crate::workspace::sets::Sets;
use ratatui::text::Line;

/// What the job is called, of which only the latest counts.
const KIND: super::jobs::Kind = "file";

/// So many lines are shown around the place.
const AROUND: usize = 12;
/// Bytes of a line beyond which nobody reads on.
const LONGEST: usize = 4000;

/// Goes to the case at a place, or shows the lines there with what is wrong with them, from which Enter leads to the editor.
pub fn open(model: &mut Model, place: Place) {
    if let Some(case) = model.sets.as_ref().and_then(|sets| case_at(sets, &place)) {
        return model.ask(Ask::GoTo(case));
    }
    let files = model.workspace.work_tree();
    model.work(KIND, "", move |_| {
        let lines = lines(&files, &place);
        Box::new(move |model: &mut Model| show(model, place, lines)) as Finish
    });
}

/// The case of a gold set whose line a place is on.
pub fn case_at(sets: &Sets, place: &Place) -> Option<Target> {
    let line = place.position?.line;
    sets.sets.iter().find_map(|set| {
        let row = set.gold.row_at(&place.file, line)?;
        Some(Target::Case { set: set.name().to_string(), case: set.gold.id(row).into_owned() })
    })
}

/// The lines around a place with their numbers, or why there are none. Of a file of records only the one that is meant: each
/// stands by itself, and others may hold what is to stay covered.
fn lines(files: &dyn Files, place: &Place) -> Result<Vec<(usize, String)>, String> {
    let bytes = match files.read(&place.file, Reading::Lines) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(format!("There is no file `{}` any more.", place.file)),
        Err(problem) => return Err(format!("{}. {}", problem.message, problem.help)),
    };
    let around = if place.file.ends_with(".jsonl") { 0 } else { AROUND };
    let at = place.position.map_or(0, |at| at.line.saturating_sub(1) as usize);
    let first = at.saturating_sub(around);
    let wanted = bytes.split(|byte| *byte == b'\n').enumerate().skip(first).take(at - first + around + 1);
    let words = |(n, line): (usize, &[u8])| {
        let line = String::from_utf8_lossy(&line[..line.len().min(LONGEST)]);
        (n + 1, line.trim_end_matches('\r').to_owned())
    };
    Ok(wanted.map(words).collect())
}

fn show(model: &mut Model, place: Place, lines: Result<Vec<(usize, String)>, String>) {
    let here = place.position.map(|at| at.line as usize);
    let is_here = |problem: &&Problem| problem.place.position.map(|at| at.line as usize) == here;
    let problems: Vec<Problem> = model.problems_of(&place.file).filter(is_here).cloned().collect();
    let mut shown: Vec<Line<'static>> = Vec::new();
    for problem in problems.iter().take(3) {
        let words = format!("{} {}. {}", severity(problem.level()).symbol(), problem.message, problem.help);
        shown.extend([Line::from(text::shown(&words).into_owned()), Line::default()]);
    }
    let lines = match lines {
        Ok(lines) => lines,
        Err(why) => {
            shown.push(Line::from(text::shown(&why).into_owned()));
            return model.open(Popup::text(text::shown(&place.file), shown));
        }
    };
    for (number, line) in lines {
        let sign = if Some(number) == here { '▸' } else { ' ' };
        let is_covered = line.split_whitespace().collect::<String>().contains("\"sensitive\":true");
        let line = if is_covered { "sensitive: covered".into() } else { text::shown(&line).into_owned() };
        shown.push(Line::from(format!("{sign} {number:>4}  {line}")));
    }
    let popup = Popup::text(text::shown(&place.file), shown);
    model.open(popup.onward("open it in your editor", move |model, ()| model.ask(Ask::Edit(place))));
}
