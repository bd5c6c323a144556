//! The questions that the form asks: pickers, lettered answers, texts. They belong to the form, so that guidance can follow
//! what is under their cursor.

use super::super::dialog::{Answer, Question};
use super::form::Form;
use crate::policy::Policy;
use crate::policy::case::FacetWord;
use crate::policy::clause::ClauseIx;
use crate::policy::facet::{FacetIx, FacetKind};
use crate::policy::label::Gap;
use crate::policy::taxonomy::CategoryIx;
use crate::tui::components::dialog::{Confirm, Prompt};
use crate::tui::components::input::Input;
use crate::tui::components::picker::{Choice, Picker};
use crate::tui::model::Target;
use crate::tui::screens::adjudicate::texts;
use ratatui::text::Line;

/// What a question is about.
#[derive(Debug, Clone, PartialEq)]
pub enum About {
    Behavior,
    /// The category of a new harm; the categories in the order of the choices.
    Harm(Vec<CategoryIx>),
    /// The severity of the harm at this position.
    Severity(usize),
    /// A facet, and whether the next one that is open is asked for afterwards.
    Facet(FacetIx, bool),
    Acceptable,
    Observed,
    Rationale,
    /// Where a gap with this note is: the texts in the order of the choices, `None` for no one of them.
    GapAt(Vec<Option<Target>>, String),
    Gap(Gap),
    Abstain,
    /// Why the labeler abstains, in words of their own.
    AbstainWords,
}

impl About {
    /// Whether the choices are meant by their positions in the policy, so that they mean nothing in another one.
    pub fn is_by_position(&self) -> bool {
        !matches!(self, About::Rationale | About::Gap(_) | About::Abstain | About::AbstainWords)
    }
}

/// A question that stands over the form.
pub type Asking = Question<About>;

/// What a lettered answer means where nothing is chosen.
const NOTHING: char = '0';
/// The key for a reason in words.
const OTHER: char = 'o';

/// Why a labeler may abstain.
pub const REASONS: [&str; 4] = ["missing context", "not my expertise", "distressing", "technical"];

pub fn harm(policy: &Policy) -> Asking {
    let usable = policy.taxonomy.iter().filter(|(_, category)| category.deprecated.is_none());
    let (ids, choices) = usable
        .map(|(ix, category)| {
            let about = if category.title == category.id { "" } else { &*category.title };
            (ix, Choice::new(&*category.id, about).depth(usize::from(category.depth)))
        })
        .unzip();
    Question::pick(About::Harm(ids), Picker::one("Harm", choices, None))
}

pub fn severity(policy: &Policy, form: &Form, at: usize) -> Option<Asking> {
    let harm = form.harm(at)?;
    let category = policy.taxonomy.find(&harm.category);
    let words = |level: &str| match category.and_then(|ix| policy.taxonomy.severity_words(ix, level)) {
        Some((of, words)) if Some(of) == category => format!("{level}  {words}"),
        Some((of, words)) => format!("{level}  {words} (from {})", policy.taxonomy.get(of).id),
        None => level.to_owned(),
    };
    let levels = policy.manifest.severities.iter().map(|level| words(level)).collect();
    Some(lettered(About::Severity(at), &format!("How severe: {}", harm.category), "", levels))
}

pub fn facet(policy: &Policy, form: &Form, ix: FacetIx, on: bool) -> Asking {
    let facet = policy.manifest.facet(ix);
    let chosen = form.facet_values(policy, ix);
    let names: Vec<String> = facet.values.iter().map(|value| value.to_string()).collect();
    let about = About::Facet(ix, on);
    if facet.kind == FacetKind::Set {
        let choices = names.into_iter().map(|name| Choice::new(name, "")).collect();
        return Question::pick(about, Picker::many(&*facet.id, choices, chosen));
    }
    let names = if facet.kind == FacetKind::Bool { vec!["no".into(), "yes".into()] } else { names };
    lettered(about, &facet.id, &facet.description, names)
}

pub fn behavior(policy: &Policy) -> Asking {
    let about = |id: &str, words: &str| Choice::new(id, words.split_whitespace().collect::<Vec<_>>().join(" "));
    let choices = policy.manifest.behaviors.iter().map(|(_, b)| about(&b.id, &b.description)).collect();
    Question::pick(About::Behavior, Picker::one("Behavior", choices, None))
}

pub fn acceptable(policy: &Policy, form: &Form) -> Asking {
    let behaviors = || policy.manifest.behaviors.iter().map(|(_, behavior)| behavior);
    let marked = behaviors().enumerate().filter(|(_, behavior)| form.acceptable.iter().any(|id| **id == *behavior.id));
    let marked: Vec<usize> = marked.map(|(at, _)| at).collect();
    let choices = behaviors().map(|behavior| Choice::new(&*behavior.id, "")).collect();
    Question::pick(About::Acceptable, Picker::many("Also acceptable", choices, marked))
}

pub fn observed(policy: &Policy) -> Asking {
    let names = policy.manifest.behaviors.iter().map(|(_, behavior)| behavior.id.to_string()).collect();
    lettered(About::Observed, "What the response did", "", names)
}

pub fn rationale(form: &Form) -> Asking {
    Question::prompt(About::Rationale, Prompt::lines("Why", &form.rationale))
}

/// Where the gap is: in one of the texts that come first, which are those that apply; in none of them; or in any other text.
/// The cursor starts where `gap` is, if one is flagged already.
pub fn gap_at(policy: &Policy, first: Vec<Target>, gap: Option<&Gap>) -> Asking {
    let all = texts::all(policy, first.iter().cloned());
    let applying = all.iter().take_while(|target| first.contains(target)).count();
    let mut targets: Vec<Option<Target>> = all.into_iter().map(Some).collect();
    targets.insert(applying, None);
    let place = gap.map(|gap| match (&gap.clause, &gap.category) {
        (Some(id), _) => Some(Target::Clause(id.clone())),
        (None, Some(id)) => Some(Target::Category(id.clone())),
        (None, None) => None,
    });
    let at = place.and_then(|place| targets.iter().position(|target| *target == place));
    let choice = |target: &Option<Target>| match target {
        Some(target) => texts::choice(policy, target),
        None => Choice::new("–", "no one text: the guidance as a whole"),
    };
    let choices = targets.iter().map(choice).collect();
    let note = gap.map(|gap| gap.note.clone()).unwrap_or_default();
    Question::pick(About::GapAt(targets, note), Picker::one("Which text leaves the case open", choices, at))
}

/// `gap` says where the gap is; its note is what is written already.
pub fn gap(gap: Gap) -> Asking {
    let place = gap.clause.as_ref().map(|id| format!("the clause `{id}`"));
    let place = place.or_else(|| gap.category.as_ref().map(|id| format!("the category `{id}`")));
    let about = match place {
        Some(place) => format!("What does {place} leave open? An empty note takes the flag off."),
        None => "What does the guidance leave open? An empty note takes the flag off.".to_owned(),
    };
    let prompt = Prompt::line("A gap in the guidance", Input::new(&gap.note)).about(about);
    Question::prompt(About::Gap(gap), prompt)
}

pub fn abstain() -> Asking {
    let body = vec![Line::from("No reading is recorded, and the next case comes.")];
    let mut confirm = Confirm::new("Abstain: why", body);
    for (key, reason) in ('1'..).zip(REASONS) {
        confirm = confirm.option(key, reason);
    }
    Question::confirm(About::Abstain, confirm.option(OTHER, "another reason, in words"))
}

pub fn abstain_words() -> Asking {
    Question::prompt(About::AbstainWords, Prompt::line("Abstain: why", Input::default()))
}

/// A text of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    Clause(ClauseIx),
    Category(CategoryIx),
}

/// The text under the cursor, where one is being chosen.
pub fn text(policy: &Policy, asking: &Asking) -> Option<Text> {
    let at = || asking.chosen().first().copied();
    match &asking.about {
        About::Harm(ids) => ids.get(at()?).copied().map(Text::Category),
        About::GapAt(targets, _) => match targets.get(at()?)?.as_ref()? {
            Target::Clause(id) => policy.find_clause(id).map(Text::Clause),
            Target::Category(id) => policy.taxonomy.find(id).map(Text::Category),
            _ => None,
        },
        _ => None,
    }
}

/// Positions of what was chosen, whichever way it was asked; `None` while nothing is, or where it was a text.
pub fn chosen(answer: &Answer) -> Option<Vec<usize>> {
    match answer {
        Answer::Chosen(chosen) => Some(chosen.clone()),
        Answer::Letter(NOTHING) => Some(Vec::new()),
        Answer::Letter(OTHER) => Some(vec![REASONS.len()]),
        Answer::Letter(key) => key.to_digit(10).and_then(|digit| digit.checked_sub(1)).map(|at| vec![at as usize]),
        _ => None,
    }
}

/// The words of a facet's answer: positions of its values, none of them where it was not said.
pub fn facet_word(policy: &Policy, ix: FacetIx, chosen: &[usize]) -> Option<FacetWord> {
    let facet = policy.manifest.facet(ix);
    let words: Vec<String> =
        chosen.iter().filter_map(|at| facet.values.get(*at)).map(|word| word.to_string()).collect();
    match facet.kind {
        FacetKind::Set => Some(FacetWord::Many(words)),
        _ => words.into_iter().next().map(FacetWord::One),
    }
}

/// A question with one key an answer. More than there are digits for are picked from a list.
fn lettered(about: About, title: &str, words: &str, names: Vec<String>) -> Asking {
    const MOST: usize = 9;
    let shown = |words: &str| crate::tui::text::shown(words).into_owned();
    if names.len() > MOST {
        let choices = names.into_iter().map(|name| Choice::new(name, "")).collect();
        return Question::pick(about, Picker::one(shown(title), choices, None));
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let body = if words.is_empty() { Vec::new() } else { vec![Line::from(shown(&words))] };
    let mut confirm = Confirm::new(shown(title), body).option(NOTHING, "not said");
    for (key, name) in ('1'..='9').zip(names) {
        confirm = confirm.option(key, shown(&name));
    }
    Question::confirm(about, confirm)
}
