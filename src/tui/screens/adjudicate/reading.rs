//! A reading, filled in field by field: what was found, what the facets are, what the case calls for.

use super::dialog::{Answer, Question};
use crate::policy::Policy;
use crate::policy::case::{FacetWord, Harm, Reading, Target};
use crate::policy::facet::{FacetIx, FacetKind};
use crate::tui::command::{Command, Context, find};
use crate::tui::components::Outcome;
use crate::tui::components::list::{List, Row};
use crate::tui::components::picker::{Choice, Picker};
use crate::tui::event::Event;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::sync::Arc;

/// A reading while it is filled in.
pub struct ReadingForm {
    policy: Arc<Policy>,
    pub reading: Reading,
    /// Whether the case has a response in which a harm could be found.
    has_response: bool,
    rows: Vec<Field>,
    list: List,
    asking: Option<Question<Ask>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Behavior,
    Acceptable,
    Harm(usize),
    NewHarm,
    Facet(FacetIx),
    Observed,
    Done,
}

/// What a question is about.
#[derive(Debug, Clone)]
enum Ask {
    Behavior,
    Acceptable,
    Observed,
    Category,
    /// Of the harm at this position.
    Severity(usize),
    Target(usize),
    Facet(FacetIx),
}

/// What came of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    Open,
    Left,
    Done,
}

impl ReadingForm {
    pub fn new(policy: &Arc<Policy>, reading: Reading, has_response: bool) -> ReadingForm {
        let list = List::new(0);
        let mut form =
            ReadingForm { policy: policy.clone(), reading, has_response, rows: Vec::new(), list, asking: None };
        form.fill();
        form
    }

    fn fill(&mut self) {
        let facets = (0..self.policy.manifest.facets.len()).map(|at| Field::Facet(FacetIx(at as u16)));
        let harms = (0..self.reading.harms.len()).map(Field::Harm);
        self.rows = [Field::Behavior, Field::Acceptable].into_iter().chain(harms).chain([Field::NewHarm]).collect();
        self.rows.extend(facets);
        if self.has_response {
            self.rows.push(Field::Observed);
        }
        self.rows.push(Field::Done);
        self.list.set(self.rows.len());
    }

    /// Where keys go now.
    pub fn context(&self) -> Context {
        if self.asking.is_some() { Context::Popup } else { Context::List }
    }

    /// The commands that its question takes, while one stands.
    pub fn dialog(&self) -> Option<&'static [Command]> {
        self.asking.as_ref().map(Question::takes)
    }

    /// Takes every key: Enter changes the field under the cursor, Esc leaves.
    pub fn handle(&mut self, event: &Event) -> Filled {
        if let Some(asking) = &mut self.asking {
            match asking.handle(event) {
                Answer::Open => {}
                Answer::Chosen(chosen) => {
                    if let Some(asking) = self.asking.take() {
                        self.answer(&asking.about, &chosen);
                    }
                }
                _ => self.asking = None,
            }
            return Filled::Open;
        }
        if let Event::Key(key) = event
            && find(&[Context::Input], *key) == Some(Command::Back)
        {
            return Filled::Left;
        }
        if self.list.handle(event) == Some(Outcome::Opened)
            && let Some(field) = self.list.selected().and_then(|at| self.rows.get(at).copied())
        {
            if field == Field::Done {
                return if self.reading.behavior.is_some() { Filled::Done } else { Filled::Open };
            }
            self.ask(field);
        }
        Filled::Open
    }

    fn ask(&mut self, field: Field) {
        let manifest = &self.policy.manifest;
        let behaviors = || -> Vec<Choice> {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            manifest.behaviors.iter().map(|(_, b)| Choice::new(shown(&b.id), shown(&words(&b.description)))).collect()
        };
        let at = |word: &Option<String>| {
            word.as_deref().and_then(|word| manifest.behaviors.find(word)).map(|ix| ix.0.into())
        };
        let asking = match field {
            Field::Behavior => {
                Question::pick(Ask::Behavior, Picker::one("Calls for", behaviors(), at(&self.reading.behavior)))
            }
            Field::Acceptable => {
                let marked = self.reading.acceptable.iter().filter_map(|word| manifest.behaviors.find(word));
                let picker = Picker::many("Would be fine as well", behaviors(), marked.map(|ix| usize::from(ix.0)));
                Question::pick(Ask::Acceptable, picker)
            }
            Field::Observed => {
                let picker = Picker::one("What the response did", behaviors(), at(&self.reading.observed));
                Question::pick(Ask::Observed, picker)
            }
            Field::NewHarm => {
                let categories = self.policy.taxonomy.iter();
                let choices = categories
                    .map(|(_, c)| Choice::new(shown(&c.id), shown(&c.title)).depth(usize::from(c.depth)))
                    .collect();
                Question::pick(Ask::Category, Picker::one("What was found", choices, None))
            }
            Field::Harm(harm) => self.severity(harm),
            Field::Facet(ix) => {
                let facet = manifest.facet(ix);
                let mut choices: Vec<Choice> = facet.values.iter().map(|value| Choice::new(shown(value), "")).collect();
                let marked: Vec<usize> =
                    self.values(ix).filter_map(|word| facet.find(word)).map(|ix| ix.0.into()).collect();
                let picker = if facet.kind == FacetKind::Set {
                    Picker::many(shown(&facet.id), choices, marked)
                } else {
                    choices.push(Choice::new("not said", "nothing is claimed of it"));
                    let current = marked.first().copied().unwrap_or(choices.len() - 1);
                    Picker::one(shown(&facet.id), choices, Some(current))
                };
                Question::pick(Ask::Facet(ix), picker)
            }
            Field::Done => return,
        };
        self.asking = Some(asking);
    }

    fn severity(&self, harm: usize) -> Question<Ask> {
        let manifest = &self.policy.manifest;
        let category = self.reading.harms.get(harm).map(|harm| harm.category.as_str()).unwrap_or_default();
        let guide = self.policy.taxonomy.find(category).map(|ix| &self.policy.taxonomy.get(ix).severity);
        let about = |level: &str| {
            let of = guide.and_then(|guide| guide.iter().find(|(known, _)| **known == *level));
            of.map(|(_, words)| shown(&words.split_whitespace().collect::<Vec<_>>().join(" "))).unwrap_or_default()
        };
        let mut choices: Vec<Choice> =
            manifest.severities.iter().map(|level| Choice::new(shown(level), about(level))).collect();
        let current = self.reading.harms.get(harm).and_then(|harm| manifest.find_severity(harm.severity.as_deref()?));
        choices.push(Choice::new("not said", "the severity is not known"));
        choices.push(Choice::new("take away", "this was not found"));
        let picker = Picker::one(format!("How severe: {}", shown(category)), choices, current.map(|ix| ix.0.into()));
        Question::pick(Ask::Severity(harm), picker)
    }

    fn answer(&mut self, about: &Ask, chosen: &[usize]) {
        let policy = self.policy.clone();
        let behaviors: Vec<String> = policy.manifest.behaviors.iter().map(|(_, b)| b.id.to_string()).collect();
        let one = chosen.first().copied();
        let behavior = || one.and_then(|at| behaviors.get(at).cloned());
        match about {
            Ask::Behavior => {
                self.reading.behavior = behavior();
                self.reading.acceptable.retain(|other| Some(other) != self.reading.behavior.as_ref());
            }
            Ask::Acceptable => {
                let fine = chosen.iter().filter_map(|at| behaviors.get(*at).cloned());
                self.reading.acceptable = fine.filter(|other| Some(other) != self.reading.behavior.as_ref()).collect();
            }
            Ask::Observed => self.reading.observed = behavior(),
            Ask::Category => {
                let Some((_, category)) = one.and_then(|at| policy.taxonomy.iter().nth(at)) else { return };
                self.reading.harms.push(Harm {
                    category: category.id.to_string(),
                    severity: None,
                    target: Target::Request,
                });
                self.asking = Some(self.severity(self.reading.harms.len() - 1));
            }
            Ask::Severity(harm) => {
                let levels = &policy.manifest.severities;
                match one {
                    Some(at) if at == levels.len() + 1 => drop(self.reading.harms.remove(*harm)),
                    at => {
                        let word = at.and_then(|at| levels.get(at)).map(|word| word.to_string());
                        self.reading.harms[*harm].severity = word;
                        if self.has_response {
                            let choices = Target::ALL.map(|target| Choice::new(target.word(), "")).to_vec();
                            let current = Target::ALL.iter().position(|t| *t == self.reading.harms[*harm].target);
                            let picker = Picker::one("Found in", choices, current);
                            self.asking = Some(Question::pick(Ask::Target(*harm), picker));
                        }
                    }
                }
            }
            Ask::Target(harm) => {
                if let Some(target) = one.and_then(|at| Target::ALL.get(at)) {
                    self.reading.harms[*harm].target = *target;
                }
            }
            Ask::Facet(ix) => {
                let facet = policy.manifest.facet(*ix);
                let words: Vec<String> =
                    chosen.iter().filter_map(|at| facet.values.get(*at)).map(|word| word.to_string()).collect();
                let word = match facet.kind {
                    FacetKind::Set => Some(FacetWord::Many(words)),
                    _ => words.into_iter().next().map(FacetWord::One),
                };
                match word {
                    Some(word) => drop(self.reading.facets.insert(facet.id.to_string(), word)),
                    None => drop(self.reading.facets.remove(&*facet.id)),
                }
            }
        }
        self.fill();
    }

    fn values(&self, ix: FacetIx) -> impl Iterator<Item = &str> {
        let words: &[String] = match self.reading.facets.get(&*self.policy.manifest.facet(ix).id) {
            Some(FacetWord::One(word)) => std::slice::from_ref(word),
            Some(FacetWord::Many(words)) => words,
            None => &[],
        };
        words.iter().map(String::as_str)
    }

    fn row(&self, field: Field, theme: &Theme) -> Row<'static> {
        let named = |name: &str, value: String| {
            let (role, value) = if value.is_empty() { (Role::Disabled, "–".to_owned()) } else { (Role::Text, value) };
            let name = text::clip(name, 13);
            let pad = " ".repeat(14_usize.saturating_sub(text::width(&name)));
            Row::new(Line::from(vec![theme.span(Role::Label, format!("{name}{pad}")), theme.span(role, shown(&value))]))
        };
        match field {
            Field::Behavior => named("calls for", self.reading.behavior.clone().unwrap_or_default()),
            Field::Acceptable => named("also fine", self.reading.acceptable.join(", ")),
            Field::Harm(at) => {
                named("found", self.reading.harms.get(at).map(crate::tui::explained::harm_words).unwrap_or_default())
            }
            Field::NewHarm if self.reading.harms.is_empty() => named("found", "nothing; add a harm".into()),
            Field::NewHarm => named("", "add another".into()),
            Field::Facet(ix) => {
                let facet = self.policy.manifest.facet(ix);
                let words: Vec<&str> = self.values(ix).collect();
                let looked = self.reading.facets.contains_key(&*facet.id) && words.is_empty();
                named(&shown(&facet.id), if looked { "none of them".into() } else { words.join(" + ") })
            }
            Field::Observed => named("response", self.reading.observed.clone().unwrap_or_default()),
            Field::Done if self.reading.behavior.is_none() => {
                Row::new(theme.line(Role::Disabled, "say what the case calls for first"))
            }
            Field::Done => Row::new(theme.line(Role::Accent, "↵ decide so")),
        }
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let title = text::row(area, 0);
        text::put(buf, (title.x, title.y), title.width, "ANOTHER READING", theme.style(Role::Title));
        let rest = Rect { y: area.y + 1.min(area.height), height: area.height.saturating_sub(1), ..area };
        let mut list = std::mem::take(&mut self.list);
        list.render(rest, buf, theme, self.asking.is_none(), |at, _| {
            self.rows.get(at).map(|field| self.row(*field, theme)).unwrap_or_default()
        });
        self.list = list;
    }

    /// Draws what is asked over the whole part.
    pub fn render_over(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        if let Some(asking) = &mut self.asking {
            asking.render(area, buf, theme);
        }
    }
}

fn shown(words: &str) -> String {
    text::shown(words).into_owned()
}
