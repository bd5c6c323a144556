//! Draws labeling: how far it is, the case, the form, what applies.

use super::asking::{self, Text};
use super::fields;
use super::{AtHand, LabelPart};
use crate::decide::explain::explain;
use crate::policy::Policy;
use crate::policy::case::Harm;
use crate::policy::clause::ClauseIx;
use crate::policy::label::Label;
use crate::policy::taxonomy::CategoryIx;
use crate::precedent::Near;
use crate::report::figure::thousands;
use crate::tui::command::{Command, Context};
use crate::tui::components::bar::meter;
use crate::tui::components::prose::Prose;
use crate::tui::conversation::{self, Cover};
use crate::tui::explained::{harm_words, side};
use crate::tui::model::Model;
use crate::tui::screens::adjudicate::{guidance, precedents};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

#[derive(Default)]
pub struct View {
    pub case: Prose,
    pub guidance: Prose,
    /// Everything is to be made anew.
    pub stale: bool,
    pub guidance_stale: bool,
    /// The guidance has room of its own beside the case.
    pub is_guidance_beside: bool,
    theme: String,
}

impl View {
    /// Another case comes: the reader starts at its top.
    pub fn new_case(&mut self) {
        self.case.to_start();
        self.guidance.to_start();
        self.stale = true;
    }
}

/// Columns of the form, and rows of the head.
const FORM: u16 = 42;
const NARROW_FORM: u16 = 32;
/// Rows of the head, and of a window that has room for both.
const HEAD: u16 = 2;
const ROOM_FOR_HEAD: u16 = 12;
/// Rows of the guidance where it stands below the form in a narrow window.
const BELOW: u16 = 4;
/// From so many columns on the guidance has room of its own.
const BESIDE: u16 = 110;

impl LabelPart {
    /// Whether something of the case is covered, or was until it was uncovered.
    pub(super) fn hides(&self) -> bool {
        self.at.as_ref().is_some_and(|at| at.case.sensitive || conversation::has_media(&at.case))
    }

    /// The category that guidance is shown for: the one being chosen, else the harm under the cursor.
    pub(super) fn category(&self, policy: &Policy) -> Option<CategoryIx> {
        policy.taxonomy.find(&self.harm(policy)?.category)
    }

    /// The harm that guidance is shown for: one of the category being chosen, else the one under the cursor.
    fn harm(&self, policy: &Policy) -> Option<Harm> {
        match self.choosing(policy) {
            Some(Text::Category(ix)) => {
                let category = policy.taxonomy.get(ix).id.to_string();
                Some(Harm { category, severity: None, target: Default::default() })
            }
            _ => self.at.as_ref()?.form.harm(self.harm_under_cursor()?).cloned(),
        }
    }

    /// The clauses that could decide with what is filled in; `None` while nobody looked for harms, so that any still might.
    pub(super) fn applying(&self, policy: &Policy) -> Option<Vec<ClauseIx>> {
        let (at, harm) = (self.at.as_ref()?, self.harm(policy));
        let looked = harm.is_some() || at.form.harms.is_some() || self.full;
        looked.then(|| guidance::clauses(policy, harm.as_ref(), &at.form.reading()))
    }

    /// The text of the policy that is under the cursor while one is being chosen.
    fn choosing(&self, policy: &Policy) -> Option<Text> {
        asking::text(policy, self.asking.as_ref()?)
    }

    pub(super) fn draw(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) {
        if area.is_empty() {
            return;
        }
        if self.choosing {
            return self.places.draw(area, buf, theme);
        }
        let head = if area.height < ROOM_FOR_HEAD { 1 } else { HEAD };
        self.draw_head(Rect { height: head, ..area }, buf, theme);
        let mut body = Rect { y: area.y + head, height: area.height - head, ..area };
        if self.at.is_none() {
            self.draw_nothing(body, buf, model, theme);
            self.draw_asking(area, buf, theme);
            return;
        }
        if body.height > 3 {
            body.height -= 1;
            self.draw_frequent(text::row(Rect { y: body.bottom(), height: 1, ..body }, 0), buf, theme);
        }
        self.fill(model, theme);
        let choosing = self.choosing(model.workspace.policy()).is_some();
        let guided = self.on_guidance || choosing;
        self.view.is_guidance_beside = area.width >= BESIDE;
        let (case, form, guide) = if area.width >= 180 {
            let (case, rest) = split(body, body.width - FORM - body.width * 2 / 5 - 2, buf, theme);
            let (form, guide) = split(rest, FORM, buf, theme);
            (case, form, guide)
        } else if area.width >= BESIDE {
            let (case, right) = split(body, body.width - FORM - 12, buf, theme);
            let rows = u16::try_from(self.fields.len()).unwrap_or(u16::MAX).min(right.height * 3 / 5);
            let rule = Rect { y: right.y + rows, height: 1.min(right.height - rows), ..right };
            text::rule(buf, rule, "─", theme.style(Role::Border));
            let guide = Rect { y: right.y + rows + 1, height: (right.height - rows).saturating_sub(1), ..right };
            (case, Rect { height: rows, ..right }, guide)
        } else if area.width >= 60 {
            let (main, form) = split(body, body.width - NARROW_FORM - 1, buf, theme);
            // The guidance takes the place of what is not needed at the moment.
            match (choosing, self.on_guidance) {
                (true, _) => (main, Rect::default(), form),
                (false, true) => (Rect::default(), form, main),
                (false, false) if form.height > 2 * BELOW => {
                    let rows = form.height - BELOW;
                    let guide = Rect { y: form.y + rows, height: BELOW, ..form };
                    (main, Rect { height: rows, ..form }, guide)
                }
                (false, false) => (main, form, Rect::default()),
            }
        } else if guided {
            (Rect::default(), Rect::default(), body)
        } else {
            let rows = body.height / 2;
            let form = Rect { y: body.y + rows, height: body.height - rows, ..body };
            (Rect { height: rows, ..body }, form, Rect::default())
        };
        self.view.case.render(inset(case), buf, theme);
        self.draw_form(form, buf, model, theme);
        self.draw_guidance(guide, buf, theme);
        // Beside the guidance, which follows what is chosen.
        let room = if choosing && !case.is_empty() { case } else { body };
        self.draw_asking(room, buf, theme);
    }

    fn draw_asking(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        if let Some(asking) = &mut self.asking {
            asking.render(area, buf, theme);
        }
    }

    /// `14 of 62   core   [quick]                      ▰▰▱▱`, and below it
    /// `as ana@example.org   12 s a case · 9 min left                     ✓ lib-005: comply · u takes it back`
    fn draw_head(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let Some(desk) = &self.desk else { return };
        let queue = desk.queue();
        let (total, done) = (queue.total(), queue.done());
        let place = if queue.left() == 0 { done } else { done + 1 };
        let mut spans: Vec<Span<'static>> = vec![
            theme.span(Role::Title, format!("{} of {}", thousands(place as u64), thousands(total as u64))),
            theme.span(Role::Text, format!("   {}", text::shown(desk.set().name()))),
        ];
        if let Some(round) = desk.round() {
            spans.push(theme.span(Role::Text, format!(" · round {}", text::shown(round))));
        }
        let (mode, other) = if self.full { ("full", "Q quick") } else { ("quick", "Q full") };
        spans.push(theme.span(Role::Accent, format!("   [{mode}]")));
        spans.push(theme.span(Role::Dim, format!(" {other}")));
        if queue.skipped() > 0 {
            spans.push(theme.span(Role::Dim, format!("   {} skipped", thousands(queue.skipped() as u64))));
        }
        let part = if total == 0 { 0.0 } else { done as f64 / total as f64 };
        put_both(text::row(area, 0), &Line::from(spans), &theme.line(Role::Accent, meter(part, 10)), buf);
        if area.height < HEAD {
            return;
        }
        let mut who = format!("as {}", text::shown(desk.who()));
        if let Some(pace) = self.pace.words(queue.left()) {
            who += &format!("   {pace}");
        }
        let last = self.last.as_ref().map(|last| {
            let back = Command::TakeBack.key(&[Context::Label]).map(|key| format!(" · {} takes it back", key.short()));
            let back = back.filter(|_| desk.undoable() > 0).unwrap_or_default();
            Line::from(vec![theme.span(Role::Better, format!("✓ {last}")), theme.span(Role::Dim, back)])
        });
        put_both(text::row(area, 1), &theme.line(Role::Dim, who), &last.unwrap_or_default(), buf);
    }

    fn draw_nothing(&self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) {
        let words = match (&self.trouble, &self.desk) {
            (Some(trouble), _) => trouble.clone(),
            (None, Some(desk)) => format!(
                "Nothing is left to label in `{}`: {} of {} are done. Esc chooses what else to label, `u` takes the last label back.",
                text::shown(desk.set().name()),
                thousands(desk.queue().done() as u64),
                thousands(desk.queue().total() as u64),
            ),
            (None, None) if model.sets.is_none() => "Loading the gold sets …".to_owned(),
            (None, None) => "Putting the cases in order …".to_owned(),
        };
        let line = theme.line(Role::Dim, words);
        let columns = area.width.saturating_sub(2);
        for (n, line) in (1..area.height).zip(text::wrap_spans(&line, usize::from(columns))) {
            text::put_line(buf, (area.x + 1.min(area.width), area.y + n), columns, &line);
        }
    }

    /// The letters of the categories that are found often.
    fn draw_frequent(&self, row: Rect, buf: &mut Buffer, theme: &Theme) {
        let Some(desk) = &self.desk else { return };
        const TITLE: &str = " harms ";
        // Every letter stays in sight: where they do not all fit, the longest names are cut.
        let names: Vec<_> = desk.frequent().iter().map(|id| text::shown(id)).collect();
        let room = usize::from(row.width).saturating_sub(TITLE.len() + 4 * names.len());
        let fits = |most: &usize| names.iter().map(|name| text::width(name).min(*most)).sum::<usize>() <= room;
        let longest = names.iter().map(|name| text::width(name)).max().unwrap_or(0);
        let most = (1..=longest).rev().find(fits).unwrap_or(1);
        let mut spans = vec![theme.span(Role::Dim, TITLE)];
        for (letter, name) in ('A'..).zip(&names) {
            spans.push(theme.span(Role::Key, format!(" {letter} ")));
            spans.push(theme.span(Role::Text, text::clip(name, most)));
            spans.push(Span::raw(" "));
        }
        text::put_line(buf, (row.x, row.y), row.width, &Line::from(spans));
    }

    fn draw_form(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) {
        let Some(at) = self.at.as_ref().filter(|_| !area.is_empty()) else { return };
        let (policy, all, full) = (model.workspace.policy(), &self.fields, self.full);
        let focused = !self.on_guidance && self.asking.is_none();
        self.list.render(area, buf, theme, focused, |row, columns| {
            all.get(row).map(|field| fields::row(*field, policy, &at.form, full, columns, theme)).unwrap_or_default()
        });
    }

    fn draw_guidance(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        if area.is_empty() {
            return;
        }
        let title = text::row(area, 0);
        let role = if self.on_guidance { Role::Accent } else { Role::Title };
        let title_words = if self.on_guidance { "WHAT APPLIES" } else { "WHAT APPLIES   Tab reads on" };
        text::put(buf, (title.x + 1, title.y), title.width.saturating_sub(1), title_words, theme.style(role));
        let rest = Rect { y: area.y + 1, height: area.height - 1, ..area };
        self.view.guidance.render(inset(rest), buf, theme);
    }

    fn fill(&mut self, model: &Model, theme: &Theme) {
        let stale = self.view.stale || self.view.theme != theme.name;
        let Some(at) = self.at.as_ref().filter(|_| stale || self.view.guidance_stale) else { return };
        if stale {
            let lines = case_lines(at, theme);
            self.view.case.set(lines);
        }
        let policy = model.workspace.policy();
        let mut lines = Vec::new();
        if at.shows.verdict {
            lines.push(theme.line(Role::Title, "WHAT THE POLICY SAYS OF WHAT IS FILLED IN"));
            side("verdict", policy, &explain(policy, &at.form.reading()), None, theme, &mut lines);
            lines.push(Line::default());
        }
        if at.shows.others
            && let Some(desk) = &self.desk
        {
            others(&desk.others(at.item), theme, &mut lines);
        }
        if at.shows.precedents {
            earlier(at.near.as_deref(), theme, &mut lines);
        }
        if let Some(Text::Clause(ix)) = self.choosing(policy) {
            lines.extend(guidance::clause(policy, ix, theme));
            lines.push(Line::default());
        }
        match self.category(policy) {
            Some(ix) => lines.extend(guidance::category(policy, ix, theme)),
            None => lines.extend(guidance::behaviors(policy, theme)),
        }
        lines.push(Line::default());
        match self.applying(policy) {
            Some(clauses) => lines.extend(guidance::clause_lines(policy, &clauses, theme)),
            None => {
                lines.push(theme.line(Role::Dim, "Name a harm, and what it means and the clauses on it stand here."));
                lines.push(Line::default());
                lines.extend(guidance::categories(policy, theme));
            }
        }
        self.view.guidance.set(lines);
        (self.view.stale, self.view.guidance_stale) = (false, false);
        self.view.theme.clone_from(&theme.name);
    }
}

fn case_lines(at: &AtHand, theme: &Theme) -> Vec<Line<'static>> {
    let case = &at.case;
    let mut lines = vec![theme.line(Role::Title, text::shown(&case.id).into_owned())];
    // Where it comes from and how it is tagged is left out: that could colour the reading.
    let uncovers =
        |what: &str, verb: &str| vec![Line::default(), theme.line(Role::Warning, format!("{what} `x` {verb} it."))];
    if case.sensitive && !at.uncovered {
        lines.extend(uncovers("This case is marked sensitive and stays covered.", "uncovers"));
        return lines;
    }
    if conversation::has_media(case) && !at.uncovered {
        lines.extend(uncovers("What it refers to of pictures, sound and film is covered.", "uncovers"));
    }
    lines.push(Line::default());
    let cover = if at.uncovered { Cover::Off } else { Cover::Media };
    lines.extend(conversation::turns(case, cover, theme));
    lines
}

/// The rulings nearest to the case; `None` while they are being looked for.
fn earlier(near: Option<&[Near]>, theme: &Theme, lines: &mut Vec<Line<'static>>) {
    lines.push(theme.line(Role::Title, "WHAT WAS RULED BEFORE"));
    match near {
        None => lines.push(theme.line(Role::Dim, "Looking for rulings on cases like this one …")),
        Some([]) => lines.push(theme.line(Role::Dim, "No ruling on a case like this one.")),
        Some(near) => near.iter().for_each(|near| lines.extend(precedents::lines(near, None, theme))),
    }
    lines.push(Line::default());
}

/// What others say, without their names.
fn others(labels: &[Label], theme: &Theme, lines: &mut Vec<Line<'static>>) {
    lines.push(theme.line(Role::Title, format!("WHAT OTHERS SAY   {}", labels.len())));
    for (letter, label) in ('A'..='Z').zip(labels) {
        let harms: Vec<String> = label.harms.iter().flatten().map(harm_words).collect();
        let said = match (&label.abstain, &label.reading.behavior) {
            (Some(abstain), _) => format!("abstains: {}", abstain.reason),
            (None, Some(behavior)) => behavior.clone(),
            (None, None) => "names no behavior".to_owned(),
        };
        let rationale = label.rationale.as_ref().map(|why| format!("  “{why}”")).unwrap_or_default();
        let words = format!("{said}   {}{rationale}", harms.join("; "));
        lines.push(Line::from(vec![
            theme.span(Role::Key, format!("{letter} ")),
            theme.span(Role::Text, text::shown(&words).into_owned()),
        ]));
    }
    lines.push(Line::default());
}

/// Two areas with a rule between, the left one so wide.
fn split(area: Rect, columns: u16, buf: &mut Buffer, theme: &Theme) -> (Rect, Rect) {
    let left = Rect { width: columns.min(area.width), ..area };
    let rule = Rect { x: left.right(), width: 1.min(area.width - left.width), ..area };
    text::rule(buf, rule, "│", theme.style(Role::Border));
    (left, Rect { x: rule.right(), width: area.width - left.width - rule.width, ..area })
}

/// One line to the left and one to the right of a row; where there is no room for both, the right one stays whole.
fn put_both(row: Rect, left: &Line<'_>, right: &Line<'_>, buf: &mut Buffer) {
    let row = Rect { x: row.x + 1.min(row.width), width: row.width.saturating_sub(2), ..row };
    let taken = match text::put_right(buf, row, right) {
        0 => 0,
        columns => columns + 2,
    };
    text::put_line(buf, (row.x, row.y), row.width.saturating_sub(taken), left);
}

fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(1), ..area }
}
