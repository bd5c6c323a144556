//! The screen: app, screens, components, keymap, theme, jobs, terminal.
//!
//! Components hold the state of what a person sees and touches: `handle` takes an event and says what came
//! of it, `render` draws. They know nothing of policies. Only [`term`] knows the terminal library.

pub mod app;
pub mod beside;
pub mod command;
pub mod commit;
pub mod components;
pub mod condition;
pub mod conversation;
pub mod decided;
pub mod editor;
pub mod editorial;
pub mod effect;
pub mod event;
pub mod explained;
pub mod file;
pub mod fixes;
pub mod grid;
pub mod hunks;
pub mod inbox;
pub mod jobs;
pub mod layout;
pub mod measured;
pub mod model;
pub mod popup;
mod problems;
pub mod quality;
pub mod raw;
pub mod readings;
pub mod rounds;
pub mod rulings;
pub mod run;
pub mod screens;
pub mod term;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod theme;
pub mod time;
pub mod typing;
pub mod versions;

pub use command::{Command, Context};
pub use components::Outcome;
pub use event::{Code, Event, Key, Mouse, MouseKind};
pub use theme::{Role, Theme};

#[cfg(test)]
mod tests {
    //! How a screen is composed of the parts.

    use super::command::{Reason, find, hints};
    use super::components::dialog::Confirm;
    use super::components::form::{Field, Form};
    use super::components::list::{List, Row};
    use super::layout::{self, Pane, Wanted};
    use super::testing::{draw, keys};
    use super::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::text::Line;

    /// Two clauses, the form of the selected one, and the question before one is deleted.
    struct Clauses {
        clauses: Vec<(String, String)>,
        list: List,
        form: Form,
        focus: Pane,
        confirm: Option<Confirm>,
    }

    impl Clauses {
        fn new() -> Self {
            let clauses = vec![("bio-uplift".into(), "refuse".into()), ("tool-payments".into(), "escalate".into())];
            let mut screen =
                Clauses { list: List::new(2), clauses, form: Form::default(), focus: Pane::List, confirm: None };
            screen.show();
            screen
        }

        fn contexts(&self) -> Vec<Context> {
            let inner: &[Context] = match (&self.confirm, self.focus) {
                (Some(_), _) => return vec![Context::Popup],
                (None, Pane::List) => &[Context::List],
                (None, _) => self.form.contexts(),
            };
            [inner, &[Context::Spec, Context::Global]].concat()
        }

        fn available(&self, command: Command) -> Result<(), Reason> {
            match command {
                Command::Delete if self.clauses.len() < 2 => Err("a spec needs a clause".into()),
                Command::Delete | Command::NextPane | Command::EditField | Command::Help => Ok(()),
                _ => Err("not in this example".into()),
            }
        }

        fn handle(&mut self, event: &Event) {
            if let Some(confirm) = &mut self.confirm {
                match confirm.handle(event) {
                    Some(Outcome::Accepted) if confirm.answer() == Some('d') => {
                        self.confirm = None;
                        self.clauses.remove(self.list.selected().unwrap_or(0));
                        self.list.set(self.clauses.len());
                        self.show();
                    }
                    Some(Outcome::Accepted | Outcome::Cancelled) => self.confirm = None,
                    _ => {}
                }
                return;
            }
            let outcome = match self.focus {
                Pane::List => self.list.handle(event),
                _ => self.form.handle(event),
            };
            match (self.focus, outcome) {
                (Pane::List, Some(Outcome::Moved)) => self.show(),
                (Pane::Main, Some(Outcome::Opened)) => {
                    let text = self.list.selected().map(|at| self.clauses[at].1.clone()).unwrap_or_default();
                    self.form.edit(&text, false);
                }
                (Pane::Main, Some(Outcome::Accepted)) => {
                    if let (Some(at), Some(text)) = (self.list.selected(), self.form.end_edit()) {
                        self.clauses[at].1 = text;
                    }
                    self.show();
                }
                (_, Some(_)) => {}
                (_, None) => self.run(event),
            }
        }

        fn run(&mut self, event: &Event) {
            let Event::Key(key) = event else { return };
            let Some(command) = find(&self.contexts(), *key).filter(|command| self.available(*command).is_ok()) else {
                return;
            };
            match command {
                Command::NextPane => self.focus = if self.focus == Pane::List { Pane::Main } else { Pane::List },
                Command::Delete => {
                    let body = vec![Line::from("No case names this clause.")];
                    self.confirm = Some(Confirm::new("Delete", body).option('k', "keep it").option('d', "delete it"));
                }
                _ => {}
            }
        }

        fn show(&mut self) {
            let Some((id, then)) = self.list.selected().map(|at| self.clauses[at].clone()) else { return };
            self.form.set(vec![Field::inline("then", "Then", then).marker(format!("of {id}"))]);
        }

        fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
            let frame = layout::frame(area, buf, theme);
            let wanted = Wanted { side: false, extra: false, focus: self.focus };
            let panes = layout::panes(frame.body, wanted, buf, theme);
            let clauses = &self.clauses;
            self.list.render(panes.list, buf, theme, self.focus == Pane::List, |at, _| {
                Row::new(clauses[at].0.as_str()).right(theme.span(Role::Dim, clauses[at].1.as_str()))
            });
            self.form.render(panes.main, buf, theme, self.focus == Pane::Main);
            layout::footer(frame.footer, buf, theme, &hints(&self.contexts(), &|command| self.available(command)));
            if let Some(confirm) = &self.confirm {
                confirm.render(area, buf, theme);
            }
        }
    }

    fn after(pressed: &str) -> String {
        let mut screen = Clauses::new();
        for event in keys(pressed) {
            draw(70, 9, |area, buf, theme| screen.render(area, buf, theme));
            screen.handle(&event);
        }
        draw(70, 9, |area, buf, theme| screen.render(area, buf, theme))
    }

    #[test]
    fn a_screen_is_walked_and_edited() {
        insta::assert_snapshot!(after("j tab enter ctrl-u r e f u s e enter"), @r"


          bio-uplift     refuse │▎ Then refuse  of tool-payments
        ▸ tool-payments  refuse │
                                │
                                │
                                │
                                │
         ↵ edit field   d delete   Tab pane   ? keys
        ");
    }

    #[test]
    fn a_screen_asks_before_it_deletes() {
        insta::assert_snapshot!(after("d"), @r"

           ╭─ Delete ─────────────────────────────────────────────────────╮
        ▸ b│ No case names this clause.                                   │
          t│                                                              │
           │ ▸ k  keep it                                                 │
           │   d  delete it                                               │
           ╰──────────────────────────────────────────────────────────────╯
                                │
        ");
    }

    #[test]
    fn what_cannot_be_done_now_is_no_hint() {
        insta::assert_snapshot!(after("d d"), @r"


        ▸ tool-paymen… escalate │▎ Then escalate  of tool-payments
                                │
                                │
                                │
                                │
                                │
         Tab pane   ? keys
        ");
    }
}
